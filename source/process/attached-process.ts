import {createConnection} from 'node:net';
import type {
	BackupEvent,
	ExitErrorEvent,
	StartEvent,
	SummaryEvent,
} from '../backup/events.ts';
import {type BackupProcess, readEvents} from './backup-process.ts';
import {Halt} from './halt.ts';

/**
Follows a run that somebody else started (a screen that is gone, a timer), through the socket it listens on.

@param location - Path of the socket.
@param pid - The process that runs it.
@param findEnd - Tells how it ended, should that not be heard: who is slow to read is not waited for.
@returns `undefined` if nobody listens there.
*/
export async function attachToProcess(
	location: string,
	pid: number,
	findEnd: (start: StartEvent) => Promise<SummaryEvent | ExitErrorEvent | undefined>,
): Promise<BackupProcess | undefined> {
	const socket = createConnection(location);
	const isConnected = await new Promise<boolean>(resolve => {
		socket.once('connect', () => {
			resolve(true);
		});
		socket.once('error', () => {
			resolve(false);
		});
	});

	if (!isConnected) {
		return undefined;
	}

	const {promise: ended, resolve: end} = Promise.withResolvers<{readonly code: number; readonly stderr: string}>();
	// Until it says how it ended it has not told that anything is safe.
	let code = 1;
	let start: StartEvent | undefined;
	let hasEnded = false;
	let isReleased = false;

	const note = (event: BackupEvent): BackupEvent => {
		if (event.message_type === 'start') {
			start = event;
		} else if (event.message_type === 'summary' || event.message_type === 'exit_error') {
			code = event.message_type === 'summary' ? event.exit_code : event.code;
			hasEnded = true;
		}

		return event;
	};

	/** A connection that breaks is an end of what can be heard, and no more than that. */
	async function * heard(): AsyncGenerator<BackupEvent> {
		try {
			yield * readEvents(socket);
		} catch (error) {
			if (error instanceof SyntaxError) {
				throw error;
			}
		}
	}

	async function * events(): AsyncGenerator<BackupEvent> {
		try {
			for await (const event of heard()) {
				yield note(event);
			}

			const last = hasEnded || isReleased || !start ? undefined : await findEnd(start);

			if (last) {
				yield note(last);
			}
		} finally {
			end({code, stderr: ''});
		}
	}

	const signal = (name: NodeJS.Signals) => {
		try {
			process.kill(pid, name);
		} catch {
			// It has ended meanwhile; its last events say how.
		}
	};

	const halt = new Halt(pid);
	return {
		pid,
		events: events(),
		ended,
		handedOver: Promise.resolve(),
		stop() {
			signal('SIGINT');
		},
		pause: halt.pause,
		resume: halt.resume,
		isHalted: halt.isHalted,
		kill() {
			signal('SIGKILL');
		},
		release() {
			isReleased = true;
			socket.destroy();
		},
	};
}

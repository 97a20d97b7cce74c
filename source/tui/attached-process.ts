import {createConnection} from 'node:net';
import type {BackupEvent} from '../backup/events.ts';
import {isHalted, readEvents, signalGroup} from './backup-process.ts';
import type {BackupProcess} from './context.ts';

/**
Follows a run that somebody else started (a screen that is gone, a timer), through the socket it listens on.

@param location - Path of the socket.
@param pid - The process that runs it.
@returns `undefined` if nobody listens there.
*/
export async function attachToProcess(location: string, pid: number): Promise<BackupProcess | undefined> {
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

	async function * events(): AsyncGenerator<BackupEvent> {
		try {
			for await (const event of readEvents(socket)) {
				code = event.message_type === 'summary' ? event.exit_code : (event.message_type === 'exit_error' ? event.code : code);
				yield event;
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

	return {
		pid,
		events: events(),
		ended,
		handedOver: Promise.resolve(),
		stop() {
			signal('SIGINT');
		},
		pause() {
			signalGroup(pid, 'SIGSTOP');
		},
		resume() {
			signalGroup(pid, 'SIGCONT');
		},
		isHalted: () => isHalted(pid),
		kill() {
			signal('SIGKILL');
		},
		release() {
			socket.destroy();
		},
	};
}

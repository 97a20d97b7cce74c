import {spawn} from 'node:child_process';
import {constants} from 'node:os';
import type {Readable, Writable} from 'node:stream';
import {isDeepStrictEqual} from 'node:util';
import type {BackupEvent} from '../backup/events.ts';
import {displayName} from '../text/display-name.ts';
import {Halt} from './halt.ts';
import {parseEvent} from './json-lines.ts';

/** The backup, in a process of its own. Nothing that happens to the screen reaches it. */
export type BackupProcess = {
	readonly pid: number | undefined;
	/** Events as they come; ends when the process's output ends, and throws where that cannot be read. */
	readonly events: AsyncIterable<BackupEvent>;
	/** How it ended: its exit code, or 128 + N by signal N, with what it wrote to stderr, displayable. Never rejects. */
	readonly ended: Promise<{readonly code: number; readonly stderr: string}>;
	/** Settles when the process has all of the selection, or can't be given more of it; to be waited for before it is let go. Never rejects. */
	readonly handedOver: Promise<void>;
	/** Asks it to stop cleanly. */
	readonly stop: () => void;
	/** Halts it where it is, until it is resumed. */
	readonly pause: () => void;
	readonly resume: () => void;
	/** Whether it is halted now, by whomever; `undefined` where that cannot be told. */
	readonly isHalted?: () => boolean | undefined;
	/** Ends it at once. */
	readonly kill: () => void;
	/** Lets go of it: it goes on by itself, and what it says is heard no more. */
	readonly release: () => void;
};

/** Bytes kept from the end of its stderr, which say why it ended. */
const keptStderr = 64 * 1024;

const newline = 10;

/** Splits a stream of bytes into lines. Bytes, so that a character cut in two by a chunk stays whole. */
async function * readLines(stream: Readable): AsyncGenerator<string> {
	let parts: Buffer[] = [];

	for await (const chunk of stream as AsyncIterable<Buffer>) {
		let from = 0;

		for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
			yield Buffer.concat([...parts, chunk.subarray(from, end)]).toString('utf8');
			parts = [];
			from = end + 1;
		}

		parts.push(chunk.subarray(from));
	}

	// A line without an end was cut off with its process: half an event is none.
}

/** The events of a stream of JSON Lines, until it ends. */
export async function * readEvents(stream: Readable): AsyncGenerator<BackupEvent> {
	for await (const line of readLines(stream)) {
		const event = parseEvent(line);

		if (event) {
			yield event;
		}
	}
}

function collectEnd(stream: Readable): () => string {
	let kept = Buffer.alloc(0);

	stream.on('data', (chunk: Buffer) => {
		kept = Buffer.concat([kept, chunk]).subarray(-keptStderr);
	});

	return () => kept.toString('latin1').split('\n').map(line => displayName(Buffer.from(line, 'latin1'))).join('\n').trim();
}

async function handOver(selection: readonly Buffer[], stream: Writable): Promise<void> {
	const terminator = Buffer.alloc(1);

	await new Promise<void>(resolve => {
		// A process that ended early says why itself; that it doesn't want the rest of the list says nothing.
		stream.on('error', () => {
			resolve();
		});
		stream.on('close', resolve);
		stream.end(Buffer.concat(selection.flatMap(path => [path, terminator])), resolve);
	});
}

const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null) => signal === null ? code ?? 1 : 128 + constants.signals[signal];

/** A process that has started, and waits to be told what to back up. Until then it writes nothing. */
export type WaitingProcess = {
	/** Whether it can still be told; it may have ended since. */
	readonly isWaiting: () => boolean;
	/** Hands over what to back up, each ended by a NUL: the backup begins. */
	readonly begin: (selection: readonly Buffer[]) => BackupProcess;
	/** Ends it: there will be no backup. */
	readonly dismiss: () => void;
};

/**
Starts the process of a backup, in a session of its own, so that neither the end of this one nor that of the terminal reaches it. It reads
on its stdin what to back up. Should this process be gone before it has said so, the list falls short of what `command` announces, and the
other one ends without having done anything.

@param command Arguments for Node: the program and its flags.
*/
export function spawnBackupProcess(command: readonly string[]): WaitingProcess {
	const {FORCE_COLOR: _, ...env} = process.env;
	const child = spawn(process.execPath, command, {detached: true, stdio: ['pipe', 'pipe', 'pipe'], env});
	const stderr = collectEnd(child.stderr);
	const ended: BackupProcess['ended'] = new Promise(resolve => {
		child.on('error', error => {
			resolve({code: 1, stderr: `The backup process could not be started: ${error.message}`});
		});
		child.on('close', (code, signal) => {
			resolve({code: exitCodeOf(code, signal), stderr: stderr()});
		});
	});

	const release = () => {
		child.stdin.destroy();
		child.stdout.destroy();
		child.stderr.destroy();
	};

	const halt = new Halt(child.pid);
	// It goes on when this process ends; nor does it keep this one from ending.
	child.unref();

	return {
		isWaiting: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
		begin: selection => ({
			pid: child.pid,
			events: readEvents(child.stdout),
			handedOver: handOver(selection, child.stdin),
			ended,
			stop() {
				child.kill('SIGINT');
			},
			pause: halt.pause,
			resume: halt.resume,
			isHalted: halt.isHalted,
			kill() {
				child.kill('SIGKILL');
			},
			release,
		}),
		dismiss() {
			child.kill('SIGKILL');
			release();
		},
	};
}

/** Command and input for a process. */
export type BackupCommand = {
	/** Arguments for Node: the program and its flags. */
	readonly command: readonly string[];
	/** Written to its stdin. */
	readonly selection: readonly Buffer[];
};

/** Starts the backup at once. */
export const startBackupProcess = ({command, selection}: BackupCommand): BackupProcess => spawnBackupProcess(command).begin(selection);

/** Starts backups, and before one is wanted for certain its process: that takes a tenth of a second, while the operator reads the question. */
export class BackupStarter {
	#foreseen: {readonly command: readonly string[]; readonly process: WaitingProcess} | undefined;

	/** A backup with this command may be wanted soon; `undefined`: none is. */
	foresee(command: readonly string[] | undefined): void {
		this.#foreseen?.process.dismiss();
		this.#foreseen = command && {command, process: spawnBackupProcess(command)};
	}

	/** Starts the backup, in the process that was foreseen if that was started with the very same command. */
	start({command, selection}: BackupCommand): BackupProcess {
		const foreseen = this.#foreseen;

		if (foreseen && isDeepStrictEqual(foreseen.command, command) && foreseen.process.isWaiting()) {
			this.#foreseen = undefined;
			return foreseen.process.begin(selection);
		}

		this.foresee(undefined);
		return startBackupProcess({command, selection});
	}
}

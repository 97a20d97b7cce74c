import {spawn} from 'node:child_process';
import {Buffer} from 'node:buffer';
import {constants} from 'node:os';
import process from 'node:process';
import type {Readable, Writable} from 'node:stream';
import type {BackupEvent} from '../backup/events.ts';
import {parseEvent} from '../report/json-lines.ts';
import {displayName} from '../text/display-name.ts';
import type {BackupProcess} from './context.ts';

/** What is kept of its stderr, in bytes: the end of it, which says why it ended. */
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

/** Signals a process and all it has started: its group, if it leads one. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
	if (pid === undefined) {
		return;
	}

	for (const target of [-pid, pid]) {
		try {
			process.kill(target, signal);
			return;
		} catch {
			// No group of that number; or it has ended meanwhile, and its last events say how.
		}
	}
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

/**
Starts the backup as a process in a session of its own, so that neither the end of this one nor that of the terminal reaches it.

@param options.command - Arguments for Node: the program and its flags.
@param options.selection - Paths to hand over on its stdin, each ended by a NUL.
*/
export function startBackupProcess({command, selection}: {readonly command: readonly string[]; readonly selection: readonly Buffer[]}): BackupProcess {
	const {FORCE_COLOR: _, ...env} = process.env;
	const child = spawn(process.execPath, command, {detached: true, stdio: ['pipe', 'pipe', 'pipe'], env});
	const stderr = collectEnd(child.stderr);

	// It goes on when this process ends; nor does it keep this one from ending.
	child.unref();

	return {
		pid: child.pid,
		events: readEvents(child.stdout),
		handedOver: handOver(selection, child.stdin),
		ended: new Promise(resolve => {
			child.on('error', error => {
				resolve({code: 1, stderr: `The backup process could not be started: ${error.message}`});
			});
			child.on('close', (code, signal) => {
				resolve({code: exitCodeOf(code, signal), stderr: stderr()});
			});
		}),
		stop() {
			child.kill('SIGINT');
		},
		pause() {
			signalGroup(child.pid, 'SIGSTOP');
		},
		resume() {
			signalGroup(child.pid, 'SIGCONT');
		},
		kill() {
			child.kill('SIGKILL');
		},
		release() {
			child.stdin.destroy();
			child.stdout.destroy();
			child.stderr.destroy();
		},
	};
}

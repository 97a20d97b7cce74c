import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout} from 'node:timers/promises';
import {displayName} from '../text/display-name.ts';
import type {Directory} from './directory.ts';
import {errorCode, ForeseenError} from './errors.ts';

/** How a program ended: one of the two is there. */
export type ProgramEnd = {readonly code: number | null; readonly signal: NodeJS.Signals | null};

/** Bytes that are kept of what it says of failures: the first, as that tells what the rest comes of. */
const keptComplaints = 4096;

/** Milliseconds. */
const longestFarewell = 5000;

/** Tells nothing of whom they are started by: most programs here have to know no more. Times are UTC, and messages English. */
const sparseEnvironment = () => ({PATH: process.env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC'});

export type ProgramOptions = {
	/** Whether it is fed. */
	readonly hasInput?: boolean;
	/** The directory that it works in, open; the root otherwise. */
	readonly directory?: Directory;
	/** Whether it gets the environment of this process, as it has settings of its own there. */
	readonly hasEnvironment?: boolean;
	/** Told of each line on its standard error, without its end. Returns whether that is no complaint. */
	readonly hear?: (line: string) => boolean;
};

/** Longest line that is heard, in characters. */
const longestLine = 256 * 1024;

const newline = Buffer.from('\n');

/** Cuts what comes in chunks into lines. What follows after the last newline is never told. */
function toLines(tell: (line: Buffer) => void): (chunk: Buffer) => void {
	let rest = Buffer.alloc(0);

	return chunk => {
		rest = Buffer.concat([rest, chunk]);
		let start = 0;

		for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline, start)) {
			tell(rest.subarray(start, end));
			start = end + 1;
		}

		rest = rest.subarray(start).subarray(-longestLine);
	};
}

/** A program that is fed, or whose output is read. It is started without a shell, has no terminal, and is in the group of this process, so that what halts or ends that does so to both. */
export class RunningProgram {
	/**
	@throws {ForeseenError} If it is not there, or cannot be started.
	*/
	static async start(program: string, args: readonly string[], {hasInput = false, directory, hasEnvironment = false, hear}: ProgramOptions = {}): Promise<RunningProgram> {
		try {
			const child = spawn(program, args, {
				stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
				// It is in this very directory then, whatever its path leads to by now.
				cwd: directory ? `/proc/${process.pid}/fd/${directory.fd}` : '/',
				env: hasEnvironment ? {...process.env, ...sparseEnvironment()} : sparseEnvironment(),
			});
			// It may end before it has read what it is fed.
			child.stdin?.on('error', () => undefined);
			await once(child, 'spawn');
			return new RunningProgram(child, hear);
		} catch (error) {
			throw errorCode(error) === 'ENOENT' ? new ForeseenError(`${program} is not installed`, {cause: error}) : error;
		}
	}

	/** Its output, until it ends or is ended. */
	readonly output: AsyncIterable<Buffer>;
	readonly ended: Promise<ProgramEnd>;
	readonly #child: ChildProcess;
	#complaints = Buffer.alloc(0);

	private constructor(child: ChildProcess, hear: ProgramOptions['hear']) {
		this.#child = child;
		this.output = child.stdout! as AsyncIterable<Buffer>;
		this.ended = (async () => {
			// Not "exit": what it has said of failures may not have been read by then.
			const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
			return {code, signal};
		})();
		// Whoever waits for it hears of it.
		this.ended.catch(() => undefined);
		const keep = (chunk: Buffer) => {
			this.#complaints = Buffer.concat([this.#complaints, chunk]).subarray(0, keptComplaints);
		};

		const keepLine = (line: Buffer) => {
			if (!hear?.(line.toString())) {
				keep(Buffer.concat([line, newline]));
			}
		};

		child.stderr!.on('data', hear ? toLines(keepLine) : keep);
	}

	/** First lines of its messages about failures, as text for a person; empty if there are none. */
	get complaints(): string {
		return this.#complaints.toString('latin1').split('\n').map(line => displayName(Buffer.from(line, 'latin1'))).filter(Boolean).slice(0, 3).join('; ');
	}

	get hasEnded(): boolean {
		return this.#child.exitCode !== null || this.#child.signalCode !== null;
	}

	/**
	Feeds it no faster than it reads, until it has all or wants no more, or the content throws; that is the end of its input.

	@throws What the content throws.
	*/
	async feed(content: AsyncIterable<Buffer>): Promise<void> {
		const input = this.#child.stdin!;

		try {
			for await (const chunk of content) {
				if (!input.writable) {
					return;
				}

				if (!input.write(chunk)) {
					await Promise.race([once(input, 'drain'), once(input, 'close')]).catch(() => undefined);
				}
			}
		} finally {
			input.end();
		}
	}

	/** Lets it end by itself, whatever it puts out. */
	async drain(): Promise<ProgramEnd> {
		this.#child.stdout!.resume();
		return this.ended;
	}

	/** Ends it, if it has not ended. Resolves once it has; but waits no longer than some seconds for one that a failing disk does not let go. Never rejects. */
	async close(): Promise<void> {
		this.#child.kill('SIGKILL');
		this.#child.stdin?.destroy();
		this.#child.stdout!.destroy();
		this.#child.stderr!.destroy();
		await Promise.race([this.ended, setTimeout(longestFarewell, undefined, {ref: false})]).catch(() => undefined);
	}
}

/** How a program ended, for a person. */
export const describeEnd = ({code, signal}: ProgramEnd): string => signal === null ? `ended with code ${code}` : `was ended by ${signal}`;

/**
Runs a program of which only matters that it was run, and ends it if it takes too long. Never rejects.

@param milliseconds So long at most.
@returns Whether it ended with 0.
*/
export async function runBriefly(program: string, args: readonly string[], milliseconds: number): Promise<boolean> {
	try {
		const running = await RunningProgram.start(program, args);

		try {
			const end = await Promise.race([running.drain(), setTimeout(milliseconds, undefined, {ref: false})]);
			return end?.code === 0;
		} finally {
			await running.close();
		}
	} catch {
		return false;
	}
}

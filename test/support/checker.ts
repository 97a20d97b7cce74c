import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import {cleanEnvironment} from './environment.ts';
import {run} from './run.ts';

const script = path.resolve(import.meta.dirname, 'check.py');

export type SetFacts = {
	readonly done: readonly string[];
	readonly failed: readonly string[];
	readonly vanished: readonly string[];
	readonly notes: Readonly<Record<string, readonly string[]>>;
	/** The names of all copies, and what they are copies of. */
	readonly files: Readonly<Record<string, string>>;
};

/** What the checker (`check.py`, which shares nothing with the program) finds in a destination. */
export type Facts = {
	/** By date. */
	readonly sets: Readonly<Record<string, SetFacts>>;
	/** Files under a final name, by the name of the staging directory. */
	readonly staging: Readonly<Record<string, readonly string[]>>;
	readonly lock: number | null;
	readonly violations: readonly string[];
};

/** The checker's names have surrogates for odd bytes, ours one character a byte. */
export const checkerName = (name: string) => [...name].map(character => character > '\u{7F}' ? String.fromCodePoint(0xDC_00 + character.codePointAt(0)!) : character).join('');

/** The same of many, sorted. */
export const checkerNames = (names: readonly string[]) => names.map(name => checkerName(name)).toSorted();

let interpreter: Promise<string> | undefined;

/** Where `python3` really is: in front of it there may be a shell script that costs more than the whole check. */
async function python(): Promise<string> {
	interpreter ??= (async () => {
		const {stdout} = await run('python3', ['-c', 'import sys; print(sys.executable)']);
		return stdout.trim();
	})();
	return interpreter;
}

/** A checker that answers one question after another, as starting one takes longer than most answers. It ends with this process. */
class CheckerProcess {
	/** Those that have nothing to do. */
	static readonly #idle: CheckerProcess[] = [];

	/**
	@param args Its command line.
	@returns What it prints.
	*/
	static async ask(args: readonly string[]): Promise<string> {
		const checker = this.#idle.pop() ?? new this(await python());
		const output = await checker.#ask(args);
		this.#idle.push(checker);
		return output;
	}

	readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
	readonly #lines: AsyncIterator<string, undefined>;
	#said = '';

	private constructor(command: string) {
		this.#child = spawn(command, [script, 'serve'], {env: cleanEnvironment(), stdio: 'pipe'});
		this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
			this.#said += text;
		});
		this.#lines = createInterface({input: this.#child.stdout})[Symbol.asyncIterator]();
		this.#keepWaiting(false);
	}

	async #ask(args: readonly string[]): Promise<string> {
		this.#keepWaiting(true);

		try {
			this.#child.stdin.write(`${JSON.stringify(args)}\n`);
			const {value} = await this.#lines.next();
			const {output, error = this.#said} = JSON.parse(value ?? '{}') as {readonly output?: string; readonly error?: string};

			if (output === undefined) {
				throw new Error(`the checker failed: ${error}`);
			}

			return output;
		} finally {
			this.#keepWaiting(false);
		}
	}

	/** Whether this process lives on because of it. */
	#keepWaiting(isWaiting: boolean): void {
		for (const held of [this.#child, this.#child.stdin, this.#child.stdout, this.#child.stderr] as ReadonlyArray<{ref: () => void; unref: () => void}>) {
			if (isWaiting) {
				held.ref();
			} else {
				held.unref();
			}
		}
	}
}

/** Writes down what a tree is like now, for `unchanged`. */
export async function takeSnapshot(tree: string, file: string): Promise<void> {
	await writeFile(file, await CheckerProcess.ask(['snapshot', tree]));
}

export type CheckOptions = {
	readonly source: string;
	readonly destination: string;
	/** Trees that must be as they were when a snapshot was taken into the file. */
	readonly unchanged?: ReadonlyArray<{readonly tree: string; readonly snapshot: string}>;
	/** More flags of the checker. */
	readonly flags?: readonly string[];
};

export async function check({source, destination, unchanged = [], flags = []}: CheckOptions): Promise<Facts> {
	const args = ['check', '--source', source, '--dest', destination, ...unchanged.map(({tree, snapshot}) => `--unchanged=${tree}=${snapshot}`), ...flags];
	return JSON.parse(await CheckerProcess.ask(args)) as Facts;
}

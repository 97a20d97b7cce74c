import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {runCommand, runOrThrow} from './program.ts';

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
		const found = await runOrThrow('python3', ['-c', 'import sys; print(sys.executable)']);
		return found.trim();
	})();
	return interpreter;
}

/** Writes down what a tree is like now, for `unchanged`. */
export async function takeSnapshot(tree: string, file: string): Promise<void> {
	await writeFile(file, await runOrThrow(await python(), [script, 'snapshot', tree]));
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
	const args = [script, 'check', '--source', source, '--dest', destination, ...unchanged.map(({tree, snapshot}) => `--unchanged=${tree}=${snapshot}`), ...flags];
	const {stdout, stderr} = await runCommand(await python(), args);

	try {
		return JSON.parse(stdout) as Facts;
	} catch {
		throw new Error(`the checker failed: ${stderr}`);
	}
}

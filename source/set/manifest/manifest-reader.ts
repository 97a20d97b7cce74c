import {pathKey} from '../../files/path-key.ts';
import {displayText} from '../../text/display-name.ts';
import {isReserved} from '../names/names.ts';
import {isObject} from './json.ts';
import type {CopyRecord, MissingRecord} from './manifest.ts';
import {decodeCopy, decodeMissing, decodeName} from './manifest-entries.ts';
import {decodeBeginning, decodeHead, type ManifestHead} from './manifest-head.ts';
import {parseForeign, readLines} from './manifest-layout.ts';

/** All that a manifest says, as far as it can be understood. */
export type DecodedManifest = {
	/** Missing if that part cannot be understood. */
	readonly head?: ManifestHead;
	readonly copies: readonly CopyRecord[];
	readonly missing: readonly MissingRecord[];
	/** Problems with it, for a person; none if it is sound. */
	readonly problems: readonly string[];
};

/** After so many problems the rest is not worth reading. */
const maximumProblems = 20;

/** Whoever wrote the manifest may have put anything into a message: it is made safe to print. */
function makeSafe({error, ...missing}: MissingRecord): MissingRecord {
	return error ? {...missing, error: {message: displayText(error.message), ...(error.code !== undefined && {code: displayText(error.code)})}} : missing;
}

/** Takes the entries of a manifest one by one, and notes what is wrong with them. */
class EntryReader {
	readonly copies: CopyRecord[] = [];
	readonly missing: MissingRecord[] = [];
	readonly problems: string[] = [];
	readonly #paths = new Set<string>();
	readonly #files = new Set<string>();
	#count = 0;

	/** @returns Whether to go on. */
	take(json: unknown): boolean {
		const problem = this.#take(json);
		this.#count++;

		if (problem !== undefined) {
			this.problems.push(`entry ${this.#count}: ${problem}`);
		}

		return this.problems.length < maximumProblems;
	}

	#take(json: unknown): string | undefined {
		if (!isObject(json)) {
			return 'it is no JSON object';
		}

		const path = decodeName(json, 'path');
		const copy = decodeCopy(json);
		const missing = copy ? undefined : decodeMissing(json);

		if (!path || ('file' in json && !decodeName(json, 'file'))) {
			return `its ${path ? 'file' : 'path'} is not a valid relative path`;
		}

		if (!copy && !missing) {
			return 'a field is missing or makes no sense';
		}

		const key = pathKey(path);

		if (this.#paths.has(key)) {
			return 'its path is there twice';
		}

		this.#paths.add(key);

		if (missing) {
			this.missing.push(makeSafe(missing));
			return undefined;
		}

		const file = pathKey(copy!.file);

		if (this.#files.has(file) || isReserved(file)) {
			return this.#files.has(file) ? 'its file is that of another entry too' : 'its file is one of the set\'s own';
		}

		this.#files.add(file);
		this.copies.push(copy!);
		return undefined;
	}
}

/** Contradictions between the totals of a manifest and its entries. */
function compareTotals({filesDone, filesFailed, filesVanished, bytesIn, bytesOut}: ManifestHead, {copies, missing}: EntryReader): string[] {
	const failed = missing.filter(({outcome}) => outcome === 'failed').length;
	const pairs: ReadonlyArray<readonly [what: string, said: number, found: number]> = [
		['files done', filesDone, copies.length],
		['files failed', filesFailed, failed],
		['files vanished', filesVanished, missing.length - failed],
		['bytes read', bytesIn, copies.reduce((sum, copy) => sum + copy.bytesIn, 0)],
		['bytes of copies', bytesOut, copies.reduce((sum, copy) => sum + copy.bytesOut, 0)],
	];
	// Of sums that are too large to be exact, the last digits tell in which order they were made.
	return pairs.filter(([, said, found]) => said !== found && Math.min(said, found) <= Number.MAX_SAFE_INTEGER).map(([what, said, found]) => `it says ${said} ${what}, and its entries make ${found}`);
}

/**
Reads a whole manifest. Whatever is in it, this returns: entries that make no sense or lead out of the set are left out, and named among the
problems.
*/
export function decodeManifest(text: string): DecodedManifest {
	let reader = new EntryReader();
	let beginning = decodeBeginning(text);
	let isWhole = beginning !== undefined && readLines(text, entry => reader.take(entry));

	if (!isWhole) {
		const json = parseForeign(text);

		if (json && Array.isArray(json.entries)) {
			reader = new EntryReader();
			beginning = decodeHead(json);
			isWhole = true;
			json.entries.every(entry => reader.take(entry));
		}
	}

	const problems = [
		...(beginning && 'problem' in beginning ? [beginning.problem] : []),
		...(isWhole ? [] : ['it is cut short, or damaged']),
		...reader.problems,
	];
	const head = beginning && 'head' in beginning ? beginning.head : undefined;
	return {
		copies: reader.copies,
		missing: reader.missing,
		problems: head && problems.length === 0 ? compareTotals(head, reader) : problems,
		...(head && {head}),
	};
}

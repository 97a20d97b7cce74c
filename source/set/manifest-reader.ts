import {displayText} from '../text/display-name.ts';
import {
	type CopyRecord,
	decodeCopy,
	decodeName,
	isCount,
	isObject,
	manifestVersion,
	type MissingRecord,
} from './manifest.ts';
import {checksumsName, manifestName, workName} from './names.ts';

/** What stands at the top of a manifest. Texts are as they were found: unsafe to print. */
export type ManifestHead = {
	readonly version: string;
	readonly host: string;
	readonly source: string;
	readonly engine: string;
	readonly started: Date;
	readonly finished: Date;
	readonly filesDone: number;
	readonly filesFailed: number;
	readonly filesVanished: number;
	/** Bytes. */
	readonly bytesIn: number;
	readonly bytesOut: number;
	/** What was linked from earlier sets; missing in manifests of before these were counted. */
	readonly reuse?: {
		readonly files: number;
		/** Bytes of the copies that were not linked. */
		readonly bytesNew: number;
		/** Dates of the sets that were linked from. */
		readonly from: readonly string[];
	};
};

/** All that a manifest says, as far as it can be understood. */
export type DecodedManifest = {
	/** Missing if that part cannot be understood. */
	readonly head?: ManifestHead;
	readonly copies: readonly CopyRecord[];
	readonly missing: readonly MissingRecord[];
	/** What is wrong with it, for a person; none if it is sound. */
	readonly problems: readonly string[];
};

/** Where the list of entries begins, as `formatManifest` writes it. A line feed cannot stand in a JSON string. */
export const entriesMark = '\n\t"entries": [';

/** Of a manifest in another layout: more is not taken in at once, so that nothing it holds can use up the memory. */
const maximumForeignLength = 16 * 1024 * 1024;

/** Two names of 4 KiB, each byte escaped, twice, and in Base64: even such an entry is shorter. */
const maximumLineLength = 256 * 1024;

/** A manifest nests three deep; what nests deeper could use up the stack. */
const maximumDepth = 16;

/** After so many problems the rest is not worth reading. */
const maximumProblems = 20;

/** Fields that an entry's name must not be, at the top of a set: they are the set's own. */
const reserved: ReadonlySet<string> = new Set([checksumsName, manifestName, workName]);

function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

const isDates = (value: unknown): value is string[] => Array.isArray(value) && value.every(date => typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/v.test(date));

function decodeReuse({files_reused: files, bytes_new: bytesNew, reused_from: from}: Readonly<Record<string, unknown>>): ManifestHead['reuse'] {
	return isCount(files) && isCount(bytesNew) && isDates(from) ? {files, bytesNew, from} : undefined;
}

export type DecodedHead =
	{readonly head: ManifestHead}
	/** `isNewer`: it was written by a later version, in a way this one may misunderstand. */
	| {readonly problem: string; readonly isNewer?: boolean};

/** Reads the totals and times from the fields of a manifest. */
export function decodeHead(json: unknown): DecodedHead {
	if (!isObject(json)) {
		return {problem: 'its beginning is no JSON'};
	}

	const {manifest_version: format, version, host, source, engine} = json;

	if (isCount(format) && format > manifestVersion) {
		return {problem: `it is of version ${format}; this program knows up to ${manifestVersion}`, isNewer: true};
	}

	const counts = ['files_done', 'files_failed', 'files_vanished', 'bytes_in', 'bytes_out'].map(name => json[name]);
	const times = [json.started, json.finished].map(time => new Date(typeof time === 'string' ? time : NaN));

	if (
		format !== manifestVersion || typeof version !== 'string' || typeof host !== 'string' || typeof source !== 'string' || typeof engine !== 'string'
		|| counts.some(count => !isCount(count)) || times.some(time => Number.isNaN(time.getTime()))
	) {
		return {problem: 'a field at its beginning is missing or makes no sense'};
	}

	const [filesDone, filesFailed, filesVanished, bytesIn, bytesOut] = counts as [number, number, number, number, number];
	const [started, finished] = times as [Date, Date];
	const reuse = decodeReuse(json);
	return {
		head: {
			version, host, source, engine, started, finished, filesDone, filesFailed, filesVanished, bytesIn, bytesOut, ...(reuse && {reuse}),
		},
	};
}

/** Reads the beginning of a manifest, up to where its entries begin. `undefined` if it ends before, or is laid out otherwise. */
export function decodeBeginning(text: string): DecodedHead | undefined {
	const end = text.indexOf(entriesMark);
	return end === -1 || end > maximumLineLength ? undefined : decodeHead(parse(`${text.slice(0, end).replace(/,$/v, '')}}`));
}

function decodeMissing(json: Readonly<Record<string, unknown>>): MissingRecord | undefined {
	const path = decodeName(json, 'path');
	const {outcome, error} = json;

	if (!path || !(outcome === 'failed' || outcome === 'vanished')) {
		return undefined;
	}

	return isObject(error) && typeof error.message === 'string'
		? {path, outcome, error: {message: displayText(error.message), ...(typeof error.code === 'string' && {code: displayText(error.code)})}}
		: {path, outcome};
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
			return `its ${path ? 'file' : 'path'} is no name that can stand below a directory`;
		}

		if (!copy && !missing) {
			return 'a field is missing or makes no sense';
		}

		const key = path.toString('latin1');

		if (this.#paths.has(key)) {
			return 'its path is there twice';
		}

		this.#paths.add(key);

		if (missing) {
			this.missing.push(missing);
			return undefined;
		}

		const file = copy!.file.toString('latin1');

		if (this.#files.has(file) || reserved.has(file.split('/', 1)[0]!)) {
			return this.#files.has(file) ? 'its file is that of another entry too' : 'its file is one of the set\'s own';
		}

		this.#files.add(file);
		this.copies.push(copy!);
		return undefined;
	}
}

/** Reads entries a line each. Resolves with whether the text has the layout that `formatManifest` gives it, to its end. */
function readLines(text: string, reader: EntryReader): boolean {
	let position = text.indexOf(entriesMark) + entriesMark.length;

	if (text.startsWith(']\n}\n', position)) {
		return position + 4 === text.length;
	}

	for (;;) {
		const end = text.indexOf('\n', position + 1);

		if (text[position] !== '\n' || end === -1 || end - position > maximumLineLength) {
			return false;
		}

		const line = text.slice(position + 1, end);

		if (line === '\t]') {
			return text.slice(end) === '\n}\n';
		}

		const json = parse(line.replace(/,$/v, ''));

		if (json === undefined || !reader.take(json)) {
			return json !== undefined;
		}

		position = end;
	}
}

/** Where the JSON string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
	let position = start + 1;

	while (position < text.length && text[position] !== '"') {
		position += text[position] === '\\' ? 2 : 1;
	}

	return position;
}

const brackets: ReadonlyMap<string, number> = new Map([['[', 1], ['{', 1], [']', -1], ['}', -1]]);

/** Whether brackets nest deeper than any manifest's. */
function isNestedDeeply(text: string): boolean {
	let depth = 0;

	for (let position = 0; position < text.length && depth <= maximumDepth; position++) {
		const character = text[position]!;
		depth += brackets.get(character) ?? 0;

		if (character === '"') {
			position = endOfString(text, position);
		}
	}

	return depth > maximumDepth;
}

/** The fields of a manifest that somebody has laid out otherwise. */
function parseForeign(text: string): Readonly<Record<string, unknown>> | undefined {
	const json = text.length > maximumForeignLength || isNestedDeeply(text) ? undefined : parse(text);
	return isObject(json) ? json : undefined;
}

/** What the totals at the top and the entries say of each other. */
function compareTotals({filesDone, filesFailed, filesVanished, bytesIn, bytesOut}: ManifestHead, {copies, missing}: EntryReader): string[] {
	const failed = missing.filter(({outcome}) => outcome === 'failed').length;
	const pairs: ReadonlyArray<readonly [what: string, said: number, found: number]> = [
		['files done', filesDone, copies.length],
		['files failed', filesFailed, failed],
		['files vanished', filesVanished, missing.length - failed],
		['bytes read', bytesIn, copies.reduce((sum, copy) => sum + copy.bytesIn, 0)],
		['bytes of copies', bytesOut, copies.reduce((sum, copy) => sum + copy.bytesOut, 0)],
	];
	return pairs.filter(([, said, found]) => said !== found).map(([what, said, found]) => `it says ${said} ${what}, and its entries make ${found}`);
}

/**
Reads a whole manifest. Whatever is in it, this returns: entries that make no sense or lead out of the set are left out, and named among the
problems.
*/
export function decodeManifest(text: string): DecodedManifest {
	let reader = new EntryReader();
	let beginning = decodeBeginning(text);
	let isWhole = beginning !== undefined && readLines(text, reader);

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

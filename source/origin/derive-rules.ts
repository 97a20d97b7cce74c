/*
Rules that select what somebody has marked. Several ways of saying it are tried, and each is held against the list: globs that were meant when files
were marked together, and else the names of files and directories. No pattern is guessed.
*/
import {isUtf8} from 'node:buffer';
import {pathKey} from '../files/path-key.ts';
import {displayName} from '../text/display-name.ts';
import {appendAll} from '../text/lists.ts';
import type {Entry} from './entry.ts';
import {compileRules, type SelectionRules} from './selection.ts';

/** All that a command line can say of what is selected. */
export type Rules = Required<Omit<SelectionRules, 'roots'>> & Pick<SelectionRules, 'roots'> & {
	/** Whether streams are taken, where there are any; missing: they are. */
	readonly journal?: boolean;
};

/** An entry of a list, and whether it is marked. */
export type MarkedEntry = {
	readonly entry: Entry;
	/** It can be marked itself; else it is a directory that is walked into, or nothing that can be backed up. */
	readonly isFile: boolean;
	readonly isMarked: boolean;
};

/** Files that were marked or unmarked together, as they answered to a glob. */
export type Intention = {
	readonly glob: string;
	readonly isMarked: boolean;
};

export type DerivedRules = {
	readonly rules: Rules;
	/** How many of the globs are names of single files and directories. */
	readonly named: number;
	/** Marked files that the rules would leave out, and others that they would take. Both are empty where the rules say just what is marked. */
	readonly omitted: readonly Entry[];
	readonly added: readonly Entry[];
};

/** So many globs held against so many entries are tried before names are too many to be rules. */
const mostComparisons = 300_000;

/** Text with nothing in it that is special in a glob. */
export const escapeGlob = (text: string): string => text.replaceAll(/[!$\(\)*+,?@\[\\\]^\{\|\}]/gv, String.raw`\$&`);

/** A glob for one path only; `undefined` for a name that no text stands for. `isAnchored`: for no other of the same name, deeper down. */
function globOf({path}: Entry, isAnchored: boolean): string | undefined {
	const text = path.toString('utf8');

	if (!isUtf8(path) || displayName(path).replaceAll('\\\\', '\\') !== text) {
		return undefined;
	}

	const glob = escapeGlob(text);
	return isAnchored && !glob.includes('/') ? `./${glob}` : glob;
}

type Wanted = ReadonlySet<number>;

/** A list as a tree: numbers of the entries in each directory, by the key of its path; empty for the source. */
class ListTree {
	readonly #list: readonly MarkedEntry[];
	readonly #inner = new Map<string, number[]>();

	constructor(list: readonly MarkedEntry[]) {
		this.#list = list;

		for (const [number, {entry}] of list.entries()) {
			const parent = entry.kind === 'stream' ? '' : pathKey(entry.path).slice(0, Math.max(0, entry.path.lastIndexOf(0x2F)));
			const siblings = this.#inner.get(parent);

			if (siblings) {
				siblings.push(number);
			} else {
				this.#inner.set(parent, [number]);
			}
		}
	}

	/** Numbers that name all of `wanted` and nothing else: a directory stands for all that is in it. */
	cover(wanted: Wanted): readonly number[] {
		return this.#coverIn(wanted, '').numbers;
	}

	/** `count` of the `files` in a directory are wanted. */
	#coverIn(wanted: Wanted, key: string): {readonly numbers: readonly number[]; readonly count: number; readonly files: number} {
		const numbers: number[] = [];
		let count = 0;
		let files = 0;

		for (const number of this.#inner.get(key) ?? []) {
			const {entry, isFile} = this.#list[number]!;

			if (isFile) {
				files++;
			}

			if (isFile && wanted.has(number)) {
				count++;
				numbers.push(number);
			}

			if (isFile || entry.kind !== 'directory') {
				continue;
			}

			const inner = this.#coverIn(wanted, pathKey(entry.path));
			appendAll(numbers, inner.count > 0 && inner.count === inner.files ? [number] : inner.numbers);
			count += inner.count;
			files += inner.files;
		}

		return {numbers, count, files};
	}
}

type Candidate = {
	readonly rules: Rules;
	readonly named: number;
};

const lengthOf = ({rules: {include, exclude, recursive, journal}}: Candidate) =>
	[...include, ...exclude].reduce((sum, glob) => sum + glob.length + 10, (recursive ? 3 : 0) + (journal === false ? 13 : 0));

/** Numbers of the entries that rules select. */
function select(list: readonly MarkedEntry[], rules: Rules): Set<number> {
	const judge = compileRules(rules);
	const selected = new Set<number>();

	const isReached = ({kind, path}: Entry) => kind === 'stream' ? rules.journal !== false : rules.recursive || !path.includes(0x2F);

	for (const [number, {entry, isFile}] of list.entries()) {
		if (isFile && isReached(entry) && judge(entry).isSelected) {
			selected.add(number);
		}
	}

	return selected;
}

/** The last word on each glob. */
function lastWords(intentions: readonly Intention[]): {readonly meant: readonly string[]; readonly unmeant: readonly string[]} {
	const words = new Map<string, boolean>();

	for (const {glob, isMarked} of intentions) {
		words.delete(glob);
		words.set(glob, isMarked);
	}

	const globs = (wanted: boolean) => [...words].filter(([, isMarked]) => isMarked === wanted).map(([glob]) => glob);
	return {meant: globs(true), unmeant: globs(false)};
}

/** Rules that names are added to: the rules in force, all files, and the globs that were meant. */
function * beginnings(rules: Rules, intentions: readonly Intention[]): Generator<Rules> {
	const {meant, unmeant} = lastWords(intentions);
	const exclude = [...rules.exclude.filter(glob => !meant.includes(glob)), ...unmeant.filter(glob => !rules.exclude.includes(glob))];

	for (const include of [rules.include, ['*'], ...(meant.length > 0 ? [meant, [...rules.include, ...meant]] : [])]) {
		yield {...rules, include};

		if (intentions.length > 0) {
			yield {...rules, include, exclude};
		}
	}
}

function * candidates(list: readonly MarkedEntry[], marked: Wanted, rules: Rules, intentions: readonly Intention[]): Generator<Candidate> {
	const tree = new ListTree(list);
	const most = mostComparisons / Math.max(1, list.length);
	const globs = (wanted: Wanted, isAnchored: boolean): readonly string[] | undefined => {
		const cover = tree.cover(wanted);
		return cover.length > most ? undefined : cover.map(number => globOf(list[number]!.entry, isAnchored)).filter(glob => glob !== undefined);
	};

	for (const begun of beginnings(rules, intentions)) {
		yield {rules: begun, named: 0};
		const selected = select(list, begun);
		// Without any --include, one more would leave out all others.
		const missing = begun.include.length === 0 ? new Set<number>() : marked.difference(selected);

		for (const isAnchored of [false, true]) {
			const exclude = globs(selected.difference(marked), isAnchored);
			const include = globs(missing, isAnchored);

			if (exclude && include) {
				yield {rules: {...begun, include: [...begun.include, ...include], exclude: [...begun.exclude, ...exclude]}, named: exclude.length + include.length};
			}
		}
	}

	for (const isAnchored of [false, true]) {
		const include = globs(marked, isAnchored);

		if (include && include.length > 0) {
			yield {rules: {...rules, include, exclude: []}, named: include.length};
		}
	}
}

/** Whether directories are walked into: both ways, where nothing that is marked is in one. Of what has not been read yet nothing can be said. */
const waysOf = (isNested: boolean, isComplete: boolean): readonly boolean[] => isComplete ? (isNested ? [true] : [false, true]) : (isNested ? [] : [false]);

/** Whether streams are taken: both ways, where there are some and none is marked. Where there are none, that stays as it was. */
function withJournal(list: readonly MarkedEntry[], {journal}: Rules): ReadonlyArray<Pick<Rules, 'journal'>> {
	const streams = list.filter(({entry}) => entry.kind === 'stream');
	return streams.length > 0 && streams.every(({isMarked}) => !isMarked) ? [{journal: true}, {journal: false}] : [journal === undefined ? {} : {journal}];
}

const differ = ({omitted, added}: DerivedRules) => omitted.length + added.length;

/**
Finds rules that select what is marked: those that name the fewest single files, and of these the shortest. Where there are none, those that come
nearest, with what they would treat otherwise. `rules`: those by which the list was marked at first; `intentions` in the order in which files were marked
together; `isComplete`: all directories have been read;
`mostNames`: so many globs may be names of single files and directories.

@param list All that was found, as far as directories have been read.
@returns `undefined` where nothing is marked, and where directories would have to be walked into of which it is not known what they hold.
*/
export function deriveRules(list: readonly MarkedEntry[], {rules, intentions = [], isComplete, mostNames = Infinity}: {
	readonly rules: Rules;
	readonly intentions?: readonly Intention[];
	readonly isComplete: boolean;
	readonly mostNames?: number;
}): DerivedRules | undefined {
	const marked = new Set([...list.keys()].filter(number => list[number]!.isFile && list[number]!.isMarked));
	const entries = [...marked].map(number => list[number]!.entry);
	const isNested = entries.some(({path, kind}) => kind !== 'stream' && (path.includes(0x2F) || kind === 'directory'));
	const followSymlinks = entries.some(({kind}) => kind === 'symlink');
	const tried = marked.size === 0
		? []
		: waysOf(isNested, isComplete).flatMap(recursive => withJournal(list, rules).flatMap(journal =>
			[...candidates(list, marked, {
				...rules, recursive, followSymlinks, ...journal,
			}, intentions)]));
	const sorted = tried.filter(({named}) => named <= mostNames).toSorted((one, other) => one.named - other.named || lengthOf(one) - lengthOf(other));
	let nearest: DerivedRules | undefined;

	for (const candidate of sorted) {
		const selected = select(list, candidate.rules);
		const toEntries = (numbers: Iterable<number>) => Array.from(numbers, number => list[number]!.entry);
		const found = {...candidate, omitted: toEntries(marked.difference(selected)), added: toEntries(selected.difference(marked))};

		if (differ(found) === 0) {
			return found;
		}

		nearest = nearest && differ(nearest) <= differ(found) ? nearest : found;
	}

	return nearest;
}

/*
The words that the operator types at a list. One table of words drives both the commands and their help.
*/
import type {SortKey} from '../tree/tree-state.ts';
import {parseNumbers, quote, type Span} from './numbers.ts';

/** The request behind a word, with the numbers of the list that it takes: one type for each. */
type WordRequest<Kind extends string> = Kind extends unknown ? {readonly kind: Kind; readonly numbers: readonly number[]} : never;

/** A line of input, read by a table with `Kind`s of words. */
export type Request<Kind extends string> =
	| WordRequest<Kind>
	/** Without `isMarked`: whatever each is not. */
	| {readonly kind: 'choose'; readonly numbers: readonly number[]; readonly isMarked: boolean | undefined}
	| {readonly kind: 'filter'; readonly text: string}
	| {readonly kind: 'sort'; readonly by: SortKey | undefined}
	/** One sentence for a person, without its full stop. */
	| {readonly kind: 'wrong'; readonly problem: string};

export type Word<Kind extends string> = {
	readonly kind: Kind | 'sort';
	/** The first is the one that help names first. */
	readonly words: readonly string[];
	readonly help: string;
	/** How many numbers of the list it takes, if any; what they are, and how that is written. */
	readonly takes?: {readonly count: 1 | 2; readonly what: string; readonly example: string};
};

/** Words that every list of files takes. */
export type FileWord = 'all' | 'invert' | 'open' | 'details' | 'list' | 'more' | 'help';

export type ReviewWord = FileWord | 'start' | 'recall' | 'page' | 'sets' | 'measure' | 'command' | 'save' | 'rescan' | 'quit';
export type SetWord = FileWord | 'page' | 'restore' | 'verify' | 'back';
export type SetsWord = 'open' | 'details' | 'verify' | 'verifyAll' | 'restore' | 'compare' | 'remove' | 'push' | 'fetch' | 'list' | 'more' | 'relist' | 'help' | 'back';

const one = (what: string, example: string) => ({count: 1, what, example} as const);

const open = {
	kind: 'open', words: ['o', 'open'], help: 'open a directory, or close it: o 4', takes: one('directory', 'o 4'),
} as const;
const details = {
	kind: 'details', words: ['t', 'tell'], help: 'all that is known of an entry: t 4', takes: one('entry', 't 4'),
} as const;
const page = {
	kind: 'page', words: ['p', 'print'], help: 'print what is in a file, a page at a time: p 4', takes: one('file', 'p 4'),
} as const;
const sort = {kind: 'sort', words: ['s', 'sort'], help: 'sort by name, size or age in turn; s size names one, again reverses'} as const;
const list = {kind: 'list', words: ['l', 'list'], help: 'list from the start'} as const;
const more = {kind: 'more', words: ['m', 'more'], help: 'list further'} as const;
const help = {kind: 'help', words: ['?', 'help', 'h'], help: 'this help'} as const;
const invert = {kind: 'invert', words: ['i', 'invert'], help: 'invert the marks of the files shown'} as const;

export const reviewWords: ReadonlyArray<Word<ReviewWord>> = [
	{kind: 'start', words: ['y', 'start', 'yes', 'w'], help: 'show what will be written, ask, then start'},
	{kind: 'all', words: ['a', 'all'], help: 'mark all shown / none / as at the start'},
	invert,
	{kind: 'recall', words: ['=', 'same'], help: 'mark what was selected for the newest set: the same as last time'},
	open,
	details,
	page,
	sort,
	{kind: 'measure', words: ['d', 'disk'], help: 'sizes as they are on disk, or as read'},
	list,
	more,
	{kind: 'command', words: ['c', 'command'], help: 'the command that backs up what is marked'},
	{kind: 'save', words: ['save', 'keep'], help: 'save what is marked for every night, as rules in the configuration; shows what changes, and asks'},
	{kind: 'sets', words: ['b', 'sets'], help: 'earlier backups: look inside, verify, restore'},
	{kind: 'rescan', words: ['r', 'rescan'], help: 'read the directory again; marks stay'},
	help,
	{kind: 'quit', words: ['q', 'quit'], help: 'quit; nothing is written'},
];

export const setWords: ReadonlyArray<Word<SetWord>> = [
	{kind: 'restore', words: ['r', 'restore'], help: 'restore what is marked; asks for the directory'},
	page,
	details,
	open,
	{kind: 'all', words: ['a', 'all'], help: 'mark all files shown, or none'},
	invert,
	sort,
	list,
	more,
	{kind: 'verify', words: ['v', 'verify'], help: 'verify the set: every checksum, every byte'},
	help,
	{kind: 'back', words: ['q', 'b', 'back', 'quit'], help: 'back to the sets'},
];

export const setsWords: ReadonlyArray<Word<SetsWord>> = [
	{
		kind: 'open', words: ['o', 'open'], help: 'the files of a set: o 2, or only 2', takes: one('set', 'o 2'),
	},
	{
		kind: 'details', words: ['t', 'tell'], help: 'all that is known of a set: t 2', takes: one('set', 't 2'),
	},
	{
		kind: 'verify', words: ['v', 'verify'], help: 'verify a set: v 2', takes: one('set', 'v 2'),
	},
	{kind: 'verifyAll', words: ['a', 'all'], help: 'verify all sets'},
	{
		kind: 'restore', words: ['r', 'restore'], help: 'restore a whole set: r 2; asks for the directory', takes: one('set', 'r 2'),
	},
	{
		kind: 'compare', words: ['c', '=', 'compare'], help: 'how two sets differ: c 1 2', takes: {count: 2, what: 'sets', example: 'c 1 2'},
	},
	{
		kind: 'remove', words: ['d', 'delete'], help: 'delete a set: d 2; asks for its date', takes: one('set', 'd 2'),
	},
	{kind: 'push', words: ['p', 'push'], help: 'push the sets that are not off the host; asks first'},
	{
		kind: 'fetch', words: ['f', 'fetch'], help: 'fetch a set that is only at the remote: f 2; asks first', takes: one('set', 'f 2'),
	},
	list,
	more,
	{kind: 'relist', words: ['u', 'update'], help: 'look for sets again'},
	help,
	{kind: 'back', words: ['q', 'b', 'back', 'quit'], help: 'back, or leave'},
];

const sortKeys: readonly SortKey[] = ['name', 'size', 'age'];

const wordLines = (table: ReadonlyArray<Word<string>>): readonly string[] => table.map(({words, help: text}) => `${words.slice(0, 2).join(', ')}: ${text}`);

/** Help for a list of files. */
export const fileHelp = (table: ReadonlyArray<Word<string>>): readonly string[] => [
	'3,5-9: mark what is not, unmark what is; +3,5-9 marks, -3,5-9 unmarks. Numbers are those of the last list.',
	'/text: list only names that have text in them, * and ? as in globs; / alone lists all again',
	...wordLines(table),
	'[x] is marked, [ ] is not, [-] is a directory marked in part; without a box it can\'t be, and its note says why.',
];

/** Words that need a remote. */
const remoteKinds: ReadonlySet<string> = new Set<SetsWord>(['push', 'fetch']);

/** The words for the list of sets, where sets are pushed to a remote or not. */
export const setsWordsFor = (remote: string | undefined): ReadonlyArray<Word<SetsWord>> =>
	remote === undefined ? setsWords.filter(({kind}) => !remoteKinds.has(kind)) : setsWords;

/** Help for the list of sets. */
export const setsHelpFor = (remote: string | undefined): readonly string[] => wordLines(setsWordsFor(remote));

const wrong = (problem: string): Request<never> => ({kind: 'wrong', problem});

function readWord<Kind extends string>({kind, takes}: Word<Kind>, word: string, rest: string, span: Span): Request<Kind> {
	// One of the kinds, though the compiler takes it for any of them.
	const ask = (numbers: readonly number[]) => {
		const request: {readonly kind: string; readonly numbers: readonly number[]} = {kind, numbers};
		return request as Request<Kind>;
	};

	if (!takes) {
		return rest === '' ? ask([]) : wrong(`${word} takes nothing after it`);
	}

	const found = parseNumbers(rest, span);

	if ('problem' in found) {
		return wrong(found.problem);
	}

	const {count, what, example} = takes;
	return found.numbers.length === count ? ask(found.numbers) : wrong(`${word} takes ${count === 1 ? 'one' : 'two'} ${what}: ${example}`);
}

function readSort(text: string): Request<never> {
	const by = sortKeys.find(key => key === text);
	return text === '' || by ? {kind: 'sort', by} : wrong(`${quote(text)} is nothing to sort by; name, size and age are`);
}

function readNumbers(text: string, span: Span): Request<never> {
	const sign = /^[+\-]/v.exec(text)?.[0];
	const found = parseNumbers(sign === undefined ? text : text.slice(1), span);
	return 'problem' in found ? wrong(found.problem) : {kind: 'choose', numbers: found.numbers, isMarked: sign === undefined ? undefined : sign === '+'};
}

/**
Reads a line.

@param line As typed, without its end.
@param span The numbers of the last printed list.
@param table The words that it takes.
*/
export function parseRequest<Kind extends string>(line: string, span: Span, table: ReadonlyArray<Word<Kind>>): Request<Kind> {
	const text = line.trim();

	if (text === '') {
		return wrong('? lists the commands');
	}

	if (text.startsWith('/')) {
		return {kind: 'filter', text: text.slice(1)};
	}

	if (/^[\d+,\-]/v.test(text)) {
		return readNumbers(text, span);
	}

	const word = /^(?:[a-z]+|[=?])/iv.exec(text)?.[0] ?? '';
	const rest = text.slice(word.length).trim();
	const found = table.find(({words}) => words.includes(word.toLowerCase()));

	if (!found) {
		return wrong(`${quote(text)} is not a command; ? lists them`);
	}

	return found.kind === 'sort' ? readSort(rest.toLowerCase()) : readWord(found, word, rest, span);
}

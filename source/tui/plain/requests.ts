/*
What the operator types while choosing, and what it asks for. The one table of words drives both this and the help.
*/
import type {SortKey} from '../tree/tree-state.ts';
import {parseNumbers, quote, type Span} from './numbers.ts';

type Simple = 'start' | 'sets' | 'all' | 'invert' | 'measure' | 'command' | 'list' | 'more' | 'rescan' | 'help' | 'quit';

export type Request =
	{readonly kind: Simple}
	/** Without `isMarked`: whatever each is not. */
	| {readonly kind: 'choose'; readonly numbers: readonly number[]; readonly isMarked: boolean | undefined}
	| {readonly kind: 'open'; readonly number: number}
	| {readonly kind: 'filter'; readonly text: string}
	| {readonly kind: 'sort'; readonly by: SortKey | undefined}
	/** One sentence for a person, without its full stop. */
	| {readonly kind: 'wrong'; readonly problem: string};

type Word = {
	readonly kind: Simple | 'open' | 'sort';
	/** The first is the one that help names first. */
	readonly words: readonly string[];
	readonly help: string;
};

const table: readonly Word[] = [
	{kind: 'start', words: ['y', 'start', 'yes'], help: 'show what will be written, ask, then start'},
	{kind: 'all', words: ['a', 'all'], help: 'mark all files shown, none, or as at first'},
	{kind: 'invert', words: ['i', 'invert'], help: 'mark the files shown that are not, unmark those that are'},
	{kind: 'open', words: ['o', 'open'], help: 'open a directory, or close it: o 4'},
	{kind: 'sort', words: ['s', 'sort'], help: 'sort by name, size or age in turn; s size names one, again reverses'},
	{kind: 'measure', words: ['d', 'disk'], help: 'sizes as they are on disk, or as read'},
	{kind: 'list', words: ['l', 'list'], help: 'list from the start'},
	{kind: 'more', words: ['m', 'more'], help: 'list further'},
	{kind: 'command', words: ['c', 'command'], help: 'the command that backs up what is marked'},
	{kind: 'sets', words: ['b', 'sets'], help: 'the commands that look into the sets there are'},
	{kind: 'rescan', words: ['r', 'rescan'], help: 'read the directory again; marks stay'},
	{kind: 'help', words: ['?', 'help', 'h'], help: 'this help'},
	{kind: 'quit', words: ['q', 'quit'], help: 'quit; nothing is written'},
];

const sortKeys: readonly SortKey[] = ['name', 'size', 'age'];

/** All of it in one line. */
export const commandsLine = 'Numbers such as 3,5-9 mark or unmark. y start, q quit, ? help, a all, i invert, /text find, o open, s sort, d disk, l list, m more, c command, b sets, r rescan.';

export const requestHelp: readonly string[] = [
	'3,5-9: mark what is not, unmark what is; +3,5-9 marks, -3,5-9 unmarks. Numbers are those of the last list.',
	'/text: list only names that have text in them, * and ? as in globs; / alone lists all again',
	...table.map(({words, help}) => `${words.slice(0, 2).join(', ')}: ${help}`),
	'[x] is marked, [ ] is not, [-] is a directory marked in part; without a box it can\'t be, and its note says why.',
];

const wrong = (problem: string): Request => ({kind: 'wrong', problem});

function readOpen(text: string, span: Span): Request {
	const found = parseNumbers(text, span);

	if ('problem' in found) {
		return wrong(found.problem);
	}

	return found.numbers.length === 1 ? {kind: 'open', number: found.numbers[0]!} : wrong('one directory is opened at a time: o 4');
}

function readSort(text: string): Request {
	const by = sortKeys.find(key => key === text);
	return text === '' || by ? {kind: 'sort', by} : wrong(`${quote(text)} is nothing to sort by; name, size and age are`);
}

function readNumbers(text: string, span: Span): Request {
	const sign = /^[+\-]/v.exec(text)?.[0];
	const found = parseNumbers(sign === undefined ? text : text.slice(1), span);
	return 'problem' in found ? wrong(found.problem) : {kind: 'choose', numbers: found.numbers, isMarked: sign === undefined ? undefined : sign === '+'};
}

/**
Reads a line.

@param line As typed, without its end.
@param span The numbers of the last printed list.
*/
export function parseRequest(line: string, span: Span): Request {
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

	const word = /^(?:[a-z]+|\?)/iv.exec(text)?.[0] ?? '';
	const rest = text.slice(word.length).trim();
	const found = table.find(({words}) => words.includes(word.toLowerCase()));

	if (!found) {
		return wrong(`${quote(text)} is no command; ? lists them`);
	}

	if (found.kind === 'open') {
		return readOpen(rest, span);
	}

	if (found.kind === 'sort') {
		return readSort(rest.toLowerCase());
	}

	return rest === '' ? {kind: found.kind} : wrong(`${word} takes nothing after it`);
}

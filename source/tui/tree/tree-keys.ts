/*
The keys of a tree, on whichever screen it is.
*/
import type {Move} from '../kit/list-window.ts';
import {
	type Binding,
	everywhere,
	type KeyTable,
	moves,
} from '../keys/key-bindings.ts';
import type {FilterCommand} from '../keys/filter-keys.ts';
import type {TreeState} from './tree-state.ts';

/** The commands of a tree. */
export type TreeCommand =
	Move | 'open' | 'close' | 'toggle' | 'toggleAll' | 'markShown' | 'unmarkShown' | 'invert' | 'range' | FilterCommand
	| 'sort' | 'sortName' | 'sortSize' | 'sortAge' | 'measure';

type TreeKey = Binding<TreeCommand>;

export const toggle: TreeKey = {
	keys: ['space', 'insert', 'x'], command: 'toggle', help: 'mark or unmark, then move down; a directory: everything in it; with a filter, what is shown of it', footer: 'mark',
};

export const branches: readonly TreeKey[] = [
	{keys: ['right', 'l'], command: 'open', help: 'open a directory'},
	{keys: ['left', 'h'], command: 'close', help: 'close it, or go up to it'},
];

export const details: Binding<'details'> = {
	keys: ['tab'], command: 'details', help: 'show or hide details of the row', footer: 'details',
};

export const invert: TreeKey = {keys: ['i', '*'], command: 'invert', help: 'invert the marks of the files shown'};
export const shownMarks: readonly TreeKey[] = [
	{keys: ['+'], command: 'markShown', help: 'mark all files shown'},
	{keys: ['-'], command: 'unmarkShown', help: 'unmark all files shown'},
];
export const range: TreeKey = {keys: ['v'], command: 'range', help: 'choose a range; Space marks or unmarks it'};

export const sorts: readonly TreeKey[] = [
	{
		keys: ['s'], command: 'sort', help: 'sort by name, size or age; the list starts again at its top', footer: 'sort',
	},
	{keys: ['n'], command: 'sortName', help: 'sort by name; again reverses'},
	{keys: ['z'], command: 'sortSize', help: 'sort by size; again reverses'},
	{keys: ['m'], command: 'sortAge', help: 'sort by age; again reverses'},
];

/** While a range of rows is chosen. `interrupt` differs: what is lost by it depends on the list. */
export const rangeKeys = (interrupt: Binding<'interrupt'>): KeyTable<TreeCommand | 'interrupt' | 'redraw' | 'suspend'> => [
	{
		keys: ['space', 'insert', 'x'], command: 'toggle', help: 'mark or unmark the range', footer: 'mark the range', isEssential: true,
	},
	{
		keys: ['escape', 'v', 'q'], command: 'clear', help: 'choose none', footer: 'cancel range', isEssential: true,
	},
	...moves,
	interrupt,
	...everywhere,
];

/** The situation in a tree that decides what keys mean: the find bar is typed in, a range is chosen, a filter is on, or none of these. */
export function treeContext({isTyping, anchor, filter}: TreeState): 'filter' | 'range' | 'filtered' | 'plain' {
	if (isTyping) {
		return 'filter';
	}

	return anchor === undefined ? (filter === '' ? 'plain' : 'filtered') : 'range';
}

import {parse} from 'smol-toml';
import {
	findItems,
	findStatements,
	type Item,
	type Statement,
} from './toml-statements.ts';

/*
Changes of a configuration's text. What is not to be changed stays as it is written, comments and all.
*/

/** What becomes of a key: its value as TOML; `undefined` if it is to go. */
export type KeyChange = readonly [key: string, value: string | undefined];

/** From the beginning of its first line to the end of its last one, with the line break. */
function linesOf(text: string, {start, end}: Statement): {readonly from: number; readonly to: number} {
	const newline = text.indexOf('\n', end);
	return {from: text.lastIndexOf('\n', start - 1) + 1, to: newline === -1 ? text.length : newline + 1};
}

/** The text without a statement. One that has a comment on its line becomes one itself: nothing is lost that somebody has written. */
function remove(text: string, statement: Statement): string {
	const {from, to} = linesOf(text, statement);
	const comment = text.slice(statement.end, to).trimStart();
	const isLine = !text.slice(statement.start, statement.end).includes('\n');
	const left = comment.startsWith('#') ? (isLine ? `# ${text.slice(statement.start, to)}` : comment) : '';
	return text.slice(0, from) + left + text.slice(to);
}

/** What a list says. */
const decodeList = (written: string) => parse(`list = ${written}`).list as readonly unknown[];

/** Without the space at its end, in its last line. */
function trimSpace(text: string): string {
	const trimmed = text.trimEnd();
	const newline = text.lastIndexOf('\n');
	return text.slice(0, Math.max(trimmed.length, newline + 1));
}

/** Takes an item out, with its comma. Its line goes with it if nothing else is on that, and becomes a comment if it has one. */
function removeItem(list: string, {start, next}: Item): string {
	const lineStart = list.lastIndexOf('\n', start - 1) + 1;
	const newline = list.indexOf('\n', next);
	const lineEnd = newline === -1 ? list.length : newline + 1;
	const behind = list.slice(next, lineEnd).trim();
	const isFirst = lineStart > 0 && newline !== -1 && list.slice(lineStart, start).trim() === '' && !list.slice(start, next).includes('\n');

	if (isFirst && behind === '') {
		return list.slice(0, lineStart) + list.slice(lineEnd);
	}

	if (isFirst) {
		return behind.startsWith('#') ? `${list.slice(0, start)}# ${list.slice(start)}` : list.slice(0, start) + list.slice(next).trimStart();
	}

	const rest = list.slice(next).replace(/^[\t ]+/v, '');
	return trimSpace(list.slice(0, start)) + (/^[\n\r\]]/v.test(rest) ? '' : ' ') + rest;
}

/** Puts items behind the last one, each on a line that begins as that of the first one does. */
function addItems(list: string, written: readonly string[]): string {
	const items = findItems(list);
	const [first] = items;
	const last = items.at(-1);
	const indent = first ? /^[\t ]*/v.exec(list.slice(list.lastIndexOf('\n', first.start - 1) + 1))![0] : '  ';
	const separated = last && last.next === last.end ? `${list.slice(0, last.end)},${list.slice(last.end)}` : list;
	// Behind a comment on that line.
	const newline = separated.indexOf('\n', last ? Math.max(last.next, last.end + 1) : 1);
	const place = newline === -1 ? separated.length - 1 : newline;
	return `${separated.slice(0, place)}${written.map(item => `\n${indent}${item},`).join('')}${newline === -1 ? '\n' : ''}${separated.slice(place)}`;
}

/** A list with the items of another one: those that both have stay as they are written. */
function changeItems(before: string, items: readonly Item[], after: string): string {
	const wanted = decodeList(after);
	const had = decodeList(before);
	let changed = before;

	// From the end, so that places before it stay what they are.
	for (const [index, item] of [...items.entries()].toReversed()) {
		changed = wanted.includes(had[index]) ? changed : removeItem(changed, item);
	}

	const written = findItems(after).map(({start, end}) => after.slice(start, end)).filter((_, index) => !had.includes(wanted[index]));
	return written.length > 0 ? addItems(changed, written) : changed;
}

/** Lists on several lines may have a comment at each item: those that stay keep theirs. */
function changeValue(before: string, after: string): string {
	const items = before.startsWith('[') && before.includes('\n') ? findItems(before) : [];
	return items.length > 0 && after.startsWith('[') ? changeItems(before, items, after) : after;
}

const replace = (text: string, {value, end}: Statement, written: string) => text.slice(0, value) + changeValue(text.slice(value, end), written) + text.slice(end);

/** The text with a statement more, before the first table: below the header of one it would belong to that. */
function add(text: string, key: string, value: string): string {
	const table = findStatements(text).find(({start}) => text[start] === '[');
	const place = table ? linesOf(text, table).from : text.length;
	const before = text.slice(0, place);
	return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${key} = ${value}\n${text.slice(place)}`;
}

/**
Changes keys of a configuration.

@param text TOML that the parser takes.
@param changes Those that are there are changed in their place, others are added at the end, in this order.
*/
export function editConfiguration(text: string, changes: readonly KeyChange[]): string {
	let edited = text;

	for (const [key, value] of changes) {
		const statement = findStatements(edited).find(other => other.key === key);

		if (statement) {
			edited = value === undefined ? remove(edited, statement) : replace(edited, statement, value);
		} else if (value !== undefined) {
			edited = add(edited, key, value);
		}
	}

	return edited;
}

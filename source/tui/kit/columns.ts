/*
Text by terminal cells: a CJK character or an emoji takes two, a combining mark none. Everything here expects text that went
through `displayName` or `displayText`, and returns one line.
*/
import stringWidth from 'string-width';
import {appendAll} from '../../text/lists.ts';
import {glyphs} from './glyphs.ts';

const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'});
const isPlain = (text: string) => /^[\u{20}-\u{7E}]*$/v.test(text);

/** The number of terminal cells that a text takes. */
export const cellWidth = (text: string): number => isPlain(text) ? text.length : stringWidth(text);

const splitGraphemes = (text: string): readonly string[] => Array.from(graphemes.segment(text), ({segment}) => segment);

/** The longest run of whole characters from the start of the list that fits `width` cells. */
function takeCells(parts: readonly string[], width: number): string {
	let taken = '';
	let used = 0;

	for (const part of parts) {
		used += cellWidth(part);

		if (used > width) {
			break;
		}

		taken += part;
	}

	return taken;
}

/** Cuts a text to at most `width` cells, with `…` where its end is missing. */
export function truncateEnd(text: string, width: number): string {
	if (cellWidth(text) <= width) {
		return text;
	}

	return width < glyphs.more.length ? glyphs.more.slice(0, Math.max(0, width)) : takeCells(splitGraphemes(text), width - glyphs.more.length) + glyphs.more;
}

/** Cuts a text to at most `width` cells, with `…` in its middle: for names and paths, whose ends tell them apart. */
export function truncateMiddle(text: string, width: number): string {
	if (cellWidth(text) <= width) {
		return text;
	}

	const room = width - glyphs.more.length;

	if (room < 4) {
		return truncateEnd(text, width);
	}

	const parts = splitGraphemes(text);
	const tail = takeReversed(parts, Math.floor(room / 2)).join('');
	return takeCells(parts, room - cellWidth(tail)) + glyphs.more + tail;
}

function takeReversed(parts: readonly string[], width: number): readonly string[] {
	let used = 0;
	const from = parts.findLastIndex(part => {
		used += cellWidth(part);
		return used > width;
	});
	return parts.slice(from + 1);
}

/** Cuts a text to at most `width` cells, with `…` where its beginning is missing. */
export const truncateStart = (text: string, width: number): string =>
	cellWidth(text) <= width ? text : glyphs.more + takeReversed(splitGraphemes(text), width - glyphs.more.length).join('');

/** A text in exactly `width` cells, left-aligned. */
export function fitStart(text: string, width: number, truncate = truncateEnd): string {
	const cut = truncate(text, width);
	return cut + ' '.repeat(Math.max(0, width - cellWidth(cut)));
}

/** A text in exactly `width` cells, right-aligned. */
export function fitEnd(text: string, width: number): string {
	const cut = truncateEnd(text, width);
	return ' '.repeat(Math.max(0, width - cellWidth(cut))) + cut;
}

/** One line of exactly `width` cells with `left` at its start and `right` at its end; what doesn't fit is cut from `left`. */
export function spread(left: string, right: string, width: number): string {
	const tail = truncateEnd(right, width);
	const room = width - cellWidth(tail);
	return fitStart(left, tail === '' ? room : room - 1) + (tail === '' || room < 1 ? '' : ' ') + tail;
}

/** The pieces of a word of which each character takes one cell. */
const slicePlain = (word: string, width: number): readonly string[] =>
	Array.from({length: Math.max(1, Math.ceil(word.length / width))}, (_, index) => word.slice(index * width, (index + 1) * width));

/** Breaks a word into pieces of at most `width` cells; not even one character may fit, and is a piece nevertheless. Each is looked at once: a command may be one word of a megabyte. */
function breakWord(word: string, width: number): readonly string[] {
	if (isPlain(word)) {
		return slicePlain(word, Math.max(1, width));
	}

	const pieces: string[] = [];
	let piece = '';
	let used = 0;

	for (const part of splitGraphemes(word)) {
		const cells = cellWidth(part);

		if (piece !== '' && used + cells > width) {
			pieces.push(piece);
			piece = '';
			used = 0;
		}

		piece += part;
		used += cells;
	}

	return [...pieces, piece];
}

/** A number and its unit stay together. */
const betweenWords = /(?<!\d) | (?!(?:[GMPTk]?B|min|[%hs])(?!\p{Letter}))/v;

/** Breaks a text between words into lines of at most `width` cells; a longer word is broken where it must be. */
export function wrapWords(text: string, width: number): readonly string[] {
	const lines: string[] = [];
	let line = '';

	for (const word of text.replaceAll('…', () => glyphs.more).split(betweenWords)) {
		const joined = line === '' ? word : `${line} ${word}`;

		if (cellWidth(joined) <= width) {
			line = joined;
			continue;
		}

		const pieces = breakWord(word, width);
		appendAll(lines, line === '' ? [] : [line]);
		appendAll(lines, pieces.slice(0, -1));
		line = pieces.at(-1)!;
	}

	return [...lines, line];
}

/** The same in at most `height` lines; what does not fit them is cut from the last. */
export function foldText(text: string, width: number, height: number): readonly string[] {
	const lines = wrapWords(text, width);
	return lines.length <= height ? lines : [...lines.slice(0, height - 1), truncateEnd(lines.slice(height - 1).join(' '), width)];
}

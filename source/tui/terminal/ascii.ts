/*
For terminals that know no more than ASCII: everything on its way out is put into it, cell for cell, so that nothing moves. Escape sequences
are ASCII already.
*/
import stringWidth from 'string-width';
import {asciiText} from '../../text/ascii-text.ts';
import {streamWithWrite} from './stream-with-write.ts';

const signs: Readonly<Record<string, string>> = {
	'→': '>', '←': '<', '›': '>', '·': '-', '↓': 'v', '↑': '^', '█': '#', '░': '.', '─': '-', '━': '#', '▾': '=', '▸': '+', '…': '~', '–': '-', '┃': '|', '│': '|',
	'▁': '_', '▂': '.', '▃': '-', '▄': '=', '▅': '+', '▆': '*', '▇': '#',
	'▏': ' ', '▎': ' ', '▍': ' ', '▌': '-', '▋': '-', '▊': '-', '▉': '=', '▒': '=',
};

const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'});

const spinner = ['|', '/', '-', '\\'] as const;

function replace(character: string): string {
	const code = character.codePointAt(0)!;

	// The characters of the spinner.
	return code >= 0x28_00 && code <= 0x28_FF ? spinner[code % 4]! : signs[character] ?? '?'.repeat(stringWidth(character));
}

/** A text in ASCII of the same width. */
export const toAscii = (text: string): string => text.replaceAll(/[^\0-\u{7F}]+/gv, part =>
	Array.from(graphemes.segment(part), ({segment}) => replace(segment)).join(''));

/** A stream that translates what is written to it. */
export const asciiStream = (stream: NodeJS.WriteStream): NodeJS.WriteStream =>
	streamWithWrite(stream, chunk => typeof chunk === 'string' ? toAscii(chunk) : chunk);

/** A stream for lines of text, where nothing has to stand in columns: other characters than signs are told apart. */
export const asciiLines = (stream: NodeJS.WriteStream): NodeJS.WriteStream => streamWithWrite(stream, chunk => typeof chunk === 'string'
	? asciiText(chunk.replaceAll('…', '...').replaceAll(/[^\0-\u{7F}]/gv, character => signs[character] ?? character))
	: chunk);

/**
For the font of the Linux console, which has no eighths of a cell, but halves of one; a square for what leaves a line free above itself; and no heavy line.
*/
const consoleSigns: Readonly<Record<string, string>> = {
	'▇': '■', '▏': ' ', '▎': ' ', '▍': '▌', '▌': '▌', '▋': '▌', '▊': '■', '▉': '■', '━': '═',
};

/** A text with signs that the console of Linux has, of the same width. */
export const toConsole = (text: string): string => text.replaceAll(/[━▇▉▊▋▌▍▎▏]/gv, sign => consoleSigns[sign]!);

/** A stream that translates what is written to it. */
export const consoleStream = (stream: NodeJS.WriteStream): NodeJS.WriteStream =>
	streamWithWrite(stream, chunk => typeof chunk === 'string' ? toConsole(chunk) : chunk);

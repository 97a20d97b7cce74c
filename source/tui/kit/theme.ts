import {createContext, use} from 'react';

export {glyphs} from './glyphs.ts';

export type TextStyle = {
	readonly color?: 'green' | 'red' | 'magenta' | 'blue';
	readonly bold?: boolean;
	readonly dimColor?: boolean;
	readonly inverse?: boolean;
};

/** The meaning of a text; screens name meanings, and only the theme names colours. */
export type Tone =
	'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'warning' | 'cursor'
	/** The head of the screen, and the keys at its foot. */
	| 'title' | 'key'
	/** A directory; a mark; a bar that shows how much something is. */
	| 'folder' | 'mark' | 'bar';

export type Theme = Readonly<Record<Tone, TextStyle>>;

/*
Of the 16 colours only those that can be read on black and on white; yellow and the bright ones cannot. Blue is dark on some, and stands where it is bold, as in
what ls prints, or fills whole cells. Without colour the words and
bold, dim and inverse remain, which say all that the colours say.
*/
const base = {
	plain: {},
	strong: {bold: true},
	faint: {dimColor: true},
	cursor: {inverse: true},
	title: {inverse: true, bold: true},
	key: {inverse: true},
} as const;

const colored: Theme = {
	...base, good: {color: 'green'}, bad: {color: 'red'}, warning: {color: 'magenta', bold: true},
	folder: {color: 'blue', bold: true}, mark: {color: 'green'}, bar: {color: 'blue'},
};

const colorless: Theme = {
	...base, good: {}, bad: {bold: true}, warning: {bold: true}, folder: {bold: true}, mark: {}, bar: {},
};

export const themeFor = (hasColor: boolean): Theme => hasColor ? colored : colorless;

/* Parameters that begin and end a style (ECMA-48, SGR). */
const colorCodes = {
	red: 31, green: 32, blue: 34, magenta: 35,
} as const;
const styled = (text: string, begin: number, end: number) => `\u{1B}[${begin}m${text}\u{1B}[${end}m`;

/** A text in a style, as Ink itself would write it: for lines of many pieces, in which each piece of its own would cost Ink as much as a line. */
export function paint(text: string, {
	color, bold, dimColor, inverse,
}: TextStyle): string {
	let painted = dimColor ? styled(text, 2, 22) : text;
	painted = color ? styled(painted, colorCodes[color], 39) : painted;
	painted = bold ? styled(painted, 1, 22) : painted;
	return inverse ? styled(painted, 7, 27) : painted;
}

export const ThemeContext = createContext<Theme>(colorless);

export const useTheme = (): Theme => use(ThemeContext);

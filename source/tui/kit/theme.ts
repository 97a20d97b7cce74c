import {createContext, use} from 'react';

export {glyphs} from './glyphs.ts';

export type TextStyle = {
	readonly color?: 'green' | 'red' | 'magenta' | 'cyan';
	readonly bold?: boolean;
	readonly dimColor?: boolean;
	readonly inverse?: boolean;
};

/** The meaning of a text; screens name meanings, and only the theme names colours. */
export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'warning' | 'cursor';

export type Theme = Readonly<Record<Tone, TextStyle>>;

/*
Of the 16 colours only those that can be read on black and on white; yellow and the bright ones cannot. Without colour the words and
bold, dim and inverse remain, which say all that the colours say.
*/
const base = {
	plain: {},
	strong: {bold: true},
	faint: {dimColor: true},
	cursor: {inverse: true},
} as const;

const colored: Theme = {
	...base, good: {color: 'green'}, bad: {color: 'red'}, warning: {color: 'magenta', bold: true},
};

const colorless: Theme = {
	...base, good: {}, bad: {bold: true}, warning: {bold: true},
};

export const themeFor = (hasColor: boolean): Theme => hasColor ? colored : colorless;

export const ThemeContext = createContext<Theme>(colorless);

export const useTheme = (): Theme => use(ThemeContext);

import {asciiName} from '../../text/ascii-text.ts';

const drawn = {
	arrow: '→',
	bar: '▇',
	cursor: '›',
	dot: '·',
	down: '↓',
	filled: '█',
	empty: '░',
	/** The same for bars that stand one below the other, which would melt into a block. */
	thinFilled: '━',
	thinEmpty: '─',
	shade: '▒',
	up: '↑',
	rule: '─',
	divider: '│',
	open: '▾',
	closed: '▸',
	more: '…',
	to: '–',
	range: '┃',
};

/** Every character outside ASCII that the screens draw, in one place. */
export const glyphs: Readonly<typeof drawn> = drawn;

let isAscii = false;

/**
Draws the screens for a terminal that knows no more than ASCII. Called before anything is drawn. Signs are put into ASCII on their way out,
cell for cell (terminal/ascii.ts): this is for what takes more cells there.
*/
export function drawInAscii(): void {
	drawn.more = '...';
	drawn.arrow = '->';
	isAscii = true;
}

/** A name as the terminal can show it, so that it can be told from others. */
export const drawnName = (name: string): string => isAscii ? asciiName(name) : name;

/** Eighths of a filled cell, from its left edge: one to seven. */
export const eighths = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** The levels of a sparkline, from the lowest. */
export const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

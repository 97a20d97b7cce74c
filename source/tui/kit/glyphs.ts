/** Every character outside ASCII that the screens draw, in one place. */
export const glyphs = {
	arrow: '→',
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
} as const;

/** Eighths of a filled cell, from its left edge: one to seven. */
export const eighths = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** The levels of a sparkline, from the lowest. */
export const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Every character outside ASCII that the screens draw, in one place. */
export const glyphs = {
	arrow: '→',
	cursor: '›',
	dot: '·',
	down: '↓',
	filled: '█',
	empty: '░',
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

/** What a sparkline is made of, from the lowest. */
export const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

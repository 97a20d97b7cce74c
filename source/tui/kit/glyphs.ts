/** Every character outside ASCII that the screens draw, in one place. */
export const glyphs = {
	arrow: '→',
	cursor: '›',
	dot: '·',
	down: '↓',
	filled: '█',
	empty: '░',
	up: '↑',
	rule: '─',
	divider: '│',
	open: '▾',
	closed: '▸',
	more: '…',
	to: '–',
	range: '┃',
} as const;

/** What a sparkline is made of, from the lowest. */
export const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

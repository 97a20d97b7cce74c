/*
Draws what an emulator shows as SVG, for the documents: text stays text (small, sharp, searchable), while what has to join across cells without gaps
(bars, lines, Braille dots) is drawn as shapes, as terminals do too.
*/
import type {Emulator} from '../../test/support/emulator.ts';

/** A number of the palette (0–255), a colour of its own (`#rrggbb`), or nothing for the terminal's own. */
type Colour = number | string | undefined;

type Style = {
	readonly foreground: Colour;
	readonly background: Colour;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isItalic: boolean;
	readonly isUnderlined: boolean;
	readonly isStruck: boolean;
	readonly isInverse: boolean;
};

type Cell = Style & {
	readonly text: string;
	/** Columns it takes: 1 or 2. */
	readonly width: number;
	readonly column: number;
};

/** What an emulator showed at one moment. */
export type Snapshot = {
	readonly cols: number;
	readonly rows: number;
	readonly lines: ReadonlyArray<readonly Cell[]>;
	/** Only where the cursor is to be drawn. */
	readonly cursor?: {readonly column: number; readonly row: number};
};

export type ThemeName = 'light' | 'dark';

export type PictureOptions = {
	readonly theme: ThemeName;
	/** Drawn in a title bar above the screen. */
	readonly title?: string;
};

export type Frame = {
	readonly snapshot: Snapshot;
	/** How long it is shown. */
	readonly seconds: number;
};

type Theme = {
	readonly background: string;
	readonly foreground: string;
	readonly edge: string;
	readonly bar: string;
	/** The 16 colours that programs name; what they look like is the terminal's business. */
	readonly palette: readonly string[];
};

const themes: Readonly<Record<ThemeName, Theme>> = {
	dark: {
		background: '#0d1117',
		foreground: '#d5dbe3',
		edge: '#30363d',
		bar: '#161b22',
		palette: [
			'#2a313a',
			'#f47067',
			'#57ab5a',
			'#d9a53b',
			'#539bf5',
			'#b083f0',
			'#39c5cf',
			'#adbac7',
			'#768390',
			'#ff938a',
			'#6bc46d',
			'#eac55f',
			'#6cb6ff',
			'#dcbdfb',
			'#56d4dd',
			'#ffffff',
		],
	},
	light: {
		background: '#ffffff',
		foreground: '#24292f',
		edge: '#d0d7de',
		bar: '#f6f8fa',
		palette: [
			'#24292f',
			'#cf222e',
			'#116329',
			'#7d4e00',
			'#0969da',
			'#8250df',
			'#1b7c83',
			'#6e7781',
			'#57606a',
			'#a40e26',
			'#1a7f37',
			'#9a6700',
			'#218bff',
			'#a475f9',
			'#3192aa',
			'#8c959f',
		],
	},
};

/* DejaVu Sans Mono, Menlo and their relatives are 0.602 em wide; for other fonts the text is stretched to that. */
const fontSize = 14;
const cellWidth = 8.43;
const cellHeight = 17;
const baseline = 13;
const padding = 12;
const barHeight = 30;
const fontFamily = '\'DejaVu Sans Mono\', Menlo, Consolas, \'Liberation Mono\', ui-monospace, monospace';

const round = (value: number) => String(Math.round(value * 100) / 100);

/** Takes down what the emulator shows now. */
export function takeSnapshot(emulator: Emulator, {hasCursor = false}: {readonly hasCursor?: boolean} = {}): Snapshot {
	const {active} = emulator.buffer;
	const {cols, rows} = emulator;

	const lines = Array.from({length: rows}, (_, row) => {
		const line = active.getLine(active.baseY + row);
		const cells: Cell[] = [];

		for (let column = 0; column < cols; column++) {
			const cell = line?.getCell(column);

			if (!cell || cell.getWidth() === 0) {
				continue;
			}

			const colour = (isDefault: boolean, isRgb: boolean, value: number): Colour =>
				isDefault ? undefined : (isRgb ? `#${value.toString(16).padStart(6, '0')}` : value);

			cells.push({
				column,
				text: cell.isInvisible() ? ' ' : (cell.getChars() || ' '),
				width: cell.getWidth(),
				foreground: colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
				background: colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
				isBold: cell.isBold() !== 0,
				isDim: cell.isDim() !== 0,
				isItalic: cell.isItalic() !== 0,
				isUnderlined: cell.isUnderline() !== 0,
				isStruck: cell.isStrikethrough() !== 0,
				isInverse: cell.isInverse() !== 0,
			});
		}

		return cells;
	});

	return {
		cols, rows, lines, ...(hasCursor && {cursor: {column: active.cursorX, row: active.cursorY}}),
	};
}

/** Colours 16–231 are a cube of 6 levels each, 232–255 greys: the same on all terminals. */
function paletteColour(index: number, theme: Theme): string {
	const named = theme.palette[index];

	if (named !== undefined) {
		return named;
	}

	const hex = (value: number) => value.toString(16).padStart(2, '0');

	if (index >= 232) {
		return `#${hex(8 + ((index - 232) * 10)).repeat(3)}`;
	}

	const levels = [0, 95, 135, 175, 215, 255];
	const offset = index - 16;
	return `#${[Math.floor(offset / 36), Math.floor(offset / 6) % 6, offset % 6].map(level => hex(levels[level]!)).join('')}`;
}

const resolveColour = (colour: Colour, own: string, theme: Theme): string =>
	colour === undefined ? own : (typeof colour === 'number' ? paletteColour(colour, theme) : colour);

/** The colour that lies `share` of the way from one to another. */
function mix(from: string, to: string, share: number): string {
	const channels = [1, 3, 5].map(start => {
		const [a, b] = [from, to].map(colour => Number.parseInt(colour.slice(start, start + 2), 16));
		return Math.round(a! + ((b! - a!) * share)).toString(16).padStart(2, '0');
	});
	return `#${channels.join('')}`;
}

type Paint = {
	readonly ink: string;
	/** Nothing where the terminal's own background shows. */
	readonly paper: string | undefined;
};

function paintOf(style: Style, theme: Theme): Paint {
	const foreground = resolveColour(style.foreground, theme.foreground, theme);
	const background = resolveColour(style.background, theme.background, theme);
	const [ink, paper] = style.isInverse ? [background, foreground] : [foreground, background];
	return {
		ink: style.isDim ? mix(ink, paper, 0.42) : ink,
		paper: style.isInverse || style.background !== undefined ? paper : undefined,
	};
}

const escapeXml = (text: string) => text
	.replaceAll('&', '&amp;')
	.replaceAll('<', '&lt;')
	.replaceAll('>', '&gt;')
	.replaceAll('"', '&quot;');

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** The parts of a cell, in eighths of it, that a block element fills; nothing for other characters. */
function blocksOf(code: number): readonly Box[] | undefined {
	if (code < 0x25_80 || code > 0x25_9F) {
		return undefined;
	}

	if (code === 0x25_80) {
		return [[0, 0, 8, 4]];
	}

	if (code <= 0x25_88) {
		return [[0, 8 - (code - 0x25_80), 8, 8]];
	}

	if (code <= 0x25_8F) {
		return [[0, 0, 0x25_90 - code, 8]];
	}

	const quadrants: Readonly<Record<number, string>> = {
		0x25_96: 'c', 0x25_97: 'd', 0x25_98: 'a', 0x25_99: 'acd', 0x25_9A: 'ad', 0x25_9B: 'abc', 0x25_9C: 'abd', 0x25_9D: 'b', 0x25_9E: 'bc', 0x25_9F: 'bcd',
	};
	const corners: Readonly<Record<string, Box>> = {
		a: [0, 0, 4, 4], b: [4, 0, 8, 4], c: [0, 4, 4, 8], d: [4, 4, 8, 8],
	};

	switch (code) {
		case 0x25_90: {
			return [[4, 0, 8, 8]];
		}

		case 0x25_94: {
			return [[0, 0, 8, 1]];
		}

		case 0x25_95: {
			return [[7, 0, 8, 8]];
		}

		default: {
			const filled = quadrants[code];
			return filled === undefined ? undefined : Array.from(filled, corner => corners[corner]!);
		}
	}
}

const shades: Readonly<Record<string, number>> = {'░': 0.25, '▒': 0.5, '▓': 0.75};

/** Which sides of its cell a line-drawing character reaches, clockwise from the top; upper case where the line is heavy. */
const lineSides: Readonly<Record<string, string>> = {
	'─': 'rl', '━': 'RL', '│': 'tb', '┃': 'TB', '┌': 'rb', '┐': 'bl', '└': 'tr', '┘': 'tl', '├': 'trb', '┤': 'tbl', '┬': 'rbl', '┴': 'trl', '┼': 'trbl',
	'┏': 'RB', '┓': 'BL', '┗': 'TR', '┛': 'TL', '╴': 'l', '╵': 't', '╶': 'r', '╷': 'b', '╸': 'L', '╹': 'T', '╺': 'R', '╻': 'B',
};

/** Rounded corners: where they begin and where they end. */
const arcs: Readonly<Record<string, string>> = {
	'╭': 'rb', '╮': 'bl', '╰': 'tr', '╯': 'tl',
};

function drawLines(character: string, x: number, y: number, ink: string): string | undefined {
	const centreX = x + (cellWidth / 2);
	const centreY = y + (cellHeight / 2);
	const ends: Readonly<Record<string, string>> = {
		t: `${round(centreX)} ${round(y)}`,
		r: `${round(x + cellWidth)} ${round(centreY)}`,
		b: `${round(centreX)} ${round(y + cellHeight)}`,
		l: `${round(x)} ${round(centreY)}`,
	};
	const centre = `${round(centreX)} ${round(centreY)}`;
	const arc = arcs[character];

	if (arc) {
		return `<path d="M${ends[arc[0]!]}Q${centre} ${ends[arc[1]!]}" fill="none" stroke="${ink}" stroke-width="1.2"/>`;
	}

	const sides = lineSides[character];

	if (!sides) {
		return undefined;
	}

	const isHeavy = sides === sides.toUpperCase();
	const path = Array.from(sides.toLowerCase(), side => `M${centre}L${ends[side]}`).join('');
	return `<path d="${path}" fill="none" stroke="${ink}" stroke-width="${isHeavy ? 2.4 : 1.2}" stroke-linecap="square"/>`;
}

function drawBraille(code: number, x: number, y: number, ink: string): string | undefined {
	if (code < 0x28_00 || code > 0x28_FF) {
		return undefined;
	}

	// Bits 0–2 and 6 are the left column from the top, bits 3–5 and 7 the right one.
	const places: ReadonlyArray<readonly [number, number]> = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [0, 3], [1, 3]];
	return places
		.filter((_, bit) => Math.floor((code - 0x28_00) / (2 ** bit)) % 2 === 1)
		.map(([column, row]) => {
			const centreX = x + (cellWidth * (column === 0 ? 0.28 : 0.72));
			const centreY = y + (cellHeight * (0.2 + (row * 0.2)));
			return `<circle cx="${round(centreX)}" cy="${round(centreY)}" r="1.15" fill="${ink}"/>`;
		})
		.join('');
}

/** Cells filled from side to side: next to each other they are one shape. */
const isFilledAcross = ({text}: Cell) => /^[▀▁▂▃▄▅▆▇█░▒▓]$/v.test(text);

/** `count`: so many cells like this one, side by side. */
function drawShape(cell: Cell, x: number, y: number, {ink, count}: {readonly ink: string; readonly count: number}): string | undefined {
	const code = cell.text.codePointAt(0)!;
	const shade = shades[cell.text];
	const boxes: readonly Box[] | undefined = shade === undefined ? blocksOf(code) : [[0, 0, 8, 8]];

	if (boxes) {
		const opacity = shade === undefined ? '' : ` fill-opacity="${shade}"`;
		return boxes.map(([left, top, right, bottom]) => `<path shape-rendering="crispEdges" fill="${ink}"${opacity} d="M${
			round(x + (left / 8 * cellWidth))} ${round(y + (top / 8 * cellHeight))}H${
			round(x + ((count - 1 + (right / 8)) * cellWidth))}V${round(y + (bottom / 8 * cellHeight))}H${round(x + (left / 8 * cellWidth))}Z"/>`).join('');
	}

	return drawLines(cell.text, x, y, ink) ?? drawBraille(code, x, y, ink);
}

const isSamePaint = (a: Paint, b: Paint) => a.ink === b.ink && a.paper === b.paper;

const isSameText = (a: Cell, b: Cell) =>
	a.isBold === b.isBold && a.isItalic === b.isItalic && a.isUnderlined === b.isUnderlined && a.isStruck === b.isStruck;

/** Consecutive cells that can be drawn together: same style and, as fonts differ in the width of anything else, plain ASCII without blanks. */
type Run = {
	readonly cells: Cell[];
	readonly paint: Paint;
};

const isPlain = ({text}: Cell) => /^\p{ASCII}$/v.test(text);

function runsOf(cells: readonly Cell[], paint: (cell: Cell) => Paint, isJoining: (run: Run, cell: Cell) => boolean): Run[] {
	const runs: Run[] = [];

	for (const cell of cells) {
		const run = runs.at(-1);
		const last = run?.cells.at(-1);

		if (run && last && last.column + last.width === cell.column && isSamePaint(run.paint, paint(cell)) && isJoining(run, cell)) {
			run.cells.push(cell);
		} else {
			runs.push({cells: [cell], paint: paint(cell)});
		}
	}

	return runs;
}

function drawText({cells, paint}: Run, y: number): string {
	const [first] = cells;

	if (!first) {
		return '';
	}

	const length = cells.reduce((sum, {width}) => sum + width, 0);
	const decoration = [first.isUnderlined && 'underline', first.isStruck && 'line-through'].filter(Boolean).join(' ');
	const attributes = [
		`x="${round(first.column * cellWidth)}"`,
		`y="${round(y + baseline)}"`,
		`fill="${paint.ink}"`,
		`textLength="${round(length * cellWidth)}"`,
		'lengthAdjust="spacingAndGlyphs"',
		first.isBold && 'font-weight="700"',
		first.isItalic && 'font-style="italic"',
		decoration && `text-decoration="${decoration}"`,
	].filter(Boolean).join(' ');
	return `<text ${attributes}>${escapeXml(cells.map(({text}) => text).join(''))}</text>`;
}

/** One line, its top at `y`. */
function drawLine(cells: readonly Cell[], y: number, theme: Theme, cursorColumn?: number): string {
	const shown = cells.map(cell => cell.column === cursorColumn ? {...cell, isInverse: !cell.isInverse} : cell);
	const paints = new Map(shown.map(cell => [cell, paintOf(cell, theme)]));
	const paint = (cell: Cell) => paints.get(cell)!;

	const papers = runsOf(shown, cell => ({ink: '', paper: paint(cell).paper}), () => true)
		.filter(run => run.paint.paper !== undefined)
		.map(run => {
			const width = run.cells.reduce((sum, cell) => sum + cell.width, 0);
			return `<rect shape-rendering="crispEdges" x="${round(run.cells[0]!.column * cellWidth)}" y="${round(y)}" width="${
				round(width * cellWidth)}" height="${cellHeight}" fill="${run.paint.paper}"/>`;
		});

	const inks = runsOf(
		shown.filter(cell => cell.text !== ' ' || cell.isUnderlined || cell.isStruck),
		paint,
		(run, cell) => isFilledAcross(cell)
			? cell.text === run.cells[0]!.text
			: isPlain(cell) && isPlain(run.cells[0]!) && isSameText(run.cells[0]!, cell),
	).map(run => {
		const [first] = run.cells;
		return drawShape(first!, first!.column * cellWidth, y, {ink: run.paint.ink, count: run.cells.length}) ?? drawText(run, y);
	});

	return [...papers, ...inks].join('');
}

/** The picture around the screen: size, font, background, title. `content` is placed with its origin at the first cell. */
function drawWindow(size: Pick<Snapshot, 'cols' | 'rows'>, {theme: themeName, title}: PictureOptions, content: string, css = ''): string {
	const theme = themes[themeName];
	const top = title === undefined ? 0 : barHeight;
	const width = round((size.cols * cellWidth) + (2 * padding));
	const height = round((size.rows * cellHeight) + (2 * padding) + top);
	const bar = title === undefined
		? []
		: [
			`<path d="M0.5 ${barHeight}V8.5a8 8 0 0 1 8-8H${round(Number(width) - 8.5)}a8 8 0 0 1 8 8V${barHeight}Z" fill="${theme.bar}"/>`,
			`<text x="50%" y="20" text-anchor="middle" fill="${mix(theme.foreground, theme.bar, 0.35)}" font-size="12">${escapeXml(title)}</text>`,
		];
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}" font-size="${fontSize}">`,
		...(title === undefined ? [] : [`<title>${escapeXml(title)}</title>`]),
		...(css === '' ? [] : [`<style>${css}</style>`]),
		`<rect x="0.5" y="0.5" width="${round(Number(width) - 1)}" height="${round(Number(height) - 1)}" rx="8" fill="${theme.background}" stroke="${theme.edge}"/>`,
		...bar,
		`<g transform="translate(${padding} ${padding + top})">`,
		content,
		'</g>',
		'</svg>',
		'',
	].join('\n');
}

/** A screen as an SVG document. */
export function drawPicture(snapshot: Snapshot, options: PictureOptions): string {
	const theme = themes[options.theme];
	const lines = snapshot.lines.map((cells, row) =>
		drawLine(cells, row * cellHeight, theme, snapshot.cursor?.row === row ? snapshot.cursor.column : undefined));
	return drawWindow(snapshot, options, lines.filter(line => line !== '').join('\n'));
}

/**
Screens shown one after the other, for ever, as an SVG document. All must have the same size. A line that looks the same in several of them is in
the document once.
*/
export function drawAnimation(frames: readonly Frame[], options: PictureOptions): string {
	const theme = themes[options.theme];
	const [first] = frames;

	if (!first) {
		throw new Error('An animation needs a frame');
	}

	const total = frames.reduce((sum, {seconds}) => sum + seconds, 0);
	const symbols = new Map<string, string>();
	const css: string[] = ['g.f{visibility:hidden;animation-timing-function:step-end;animation-iteration-count:infinite}'];
	let elapsed = 0;

	const percent = (seconds: number) => `${Math.round(seconds / total * 100_000) / 1000}%`;

	const groups = frames.map(({snapshot, seconds}, index) => {
		const from = elapsed;
		elapsed += seconds;
		css.push(
			`@keyframes f${index}{${from > 0 ? '0%{visibility:hidden}' : ''}${percent(from)}{visibility:visible}${
				index < frames.length - 1 ? `${percent(elapsed)}{visibility:hidden}` : ''}}`,
			`#f${index}{animation-name:f${index};animation-duration:${round(total)}s}`,
		);

		const uses = snapshot.lines.map((cells, row) => {
			const line = drawLine(cells, 0, theme, snapshot.cursor?.row === row ? snapshot.cursor.column : undefined);

			if (line === '') {
				return '';
			}

			const id = symbols.get(line) ?? `l${symbols.size}`;
			symbols.set(line, id);
			return `<use href="#${id}" y="${row * cellHeight}"/>`;
		});
		return `<g class="f" id="f${index}">${uses.join('')}</g>`;
	});

	const definitions = [...symbols].map(([line, id]) => `<g id="${id}">${line}</g>`);
	return drawWindow(first.snapshot, options, ['<defs>', ...definitions, '</defs>', ...groups].join('\n'), css.join(''));
}

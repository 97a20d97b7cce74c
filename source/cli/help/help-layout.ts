import {type FlagTable, takesValue} from '../../flags/flag.ts';

/** Line width for a terminal of 80 columns. */
export const helpWidth = 80;

/** Where the second column begins. */
const column = 23;

/** Breaks a text between words such that no line is longer than `width`, which counts columns of ASCII. */
export function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';

	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}

	return [...lines, line];
}

/** A paragraph, indented. */
export const helpParagraph = (text: string, indent = 2): string[] => wrap(text, helpWidth - indent).map(line => `${' '.repeat(indent)}${line}`);

/** A term and what it means, in two columns. */
export function twoColumns(term: string, text: string, {indent = 2, second = column}: {readonly indent?: number; readonly second?: number} = {}): string[] {
	const [first = '', ...rest] = wrap(text, helpWidth - second);
	const start = `${' '.repeat(indent)}${term}`;
	const isFitting = start.length + 1 < second;
	const continued = rest.map(line => `${' '.repeat(second)}${line}`);
	return isFitting ? [`${start.padEnd(second)}${first}`, ...continued] : [start, `${' '.repeat(second)}${first}`, ...continued];
}

/** A flag as the first column has it: `-r, --recursive`, `--dest DIR`. */
export function flagTerm(name: string, table: FlagTable): string {
	const flag = table[name]!;
	const short = flag.short === undefined ? '' : `-${flag.short}, `;
	return `${short}--${name}${takesValue(flag) ? ` ${flag.placeholder}` : ''}`;
}

const plain = (text: string) => text.replaceAll('`', '');

/** The lines of flags, one or more each. */
export const flagLines = (table: FlagTable, isWanted: (name: string) => boolean): string[] =>
	Object.entries(table).filter(([name, {isInternal}]) => !isInternal && isWanted(name)).flatMap(([name, flag]) =>
		twoColumns(flagTerm(name, table), takesValue(flag) && flag.otherwise !== undefined ? `${flag.help} (${plain(flag.otherwise)})` : flag.help));

/** A heading with what stands below it, and an empty line before. */
export const section = (title: string, lines: readonly string[]): string[] => ['', title, ...lines];

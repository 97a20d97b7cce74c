import {type Subcommand, commandFlags} from '../command/command.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {
	flagLines,
	helpParagraph,
	section,
	twoColumns,
} from './help-layout.ts';

/** Paragraphs with an empty line before each but the first. */
const paragraphs = (texts: readonly string[]) => texts.flatMap((text, index) => [...(index === 0 ? [] : ['']), ...helpParagraph(text)]);

const indented = (lines: readonly string[], sign = '') => lines.map(line => `  ${sign}${line}`);

/** Output of `COMMAND --help` and `help COMMAND`. */
export function commandHelp({description, usage, details = [], flags, sections = [], examples, exitCodes}: Subcommand): string {
	const table: FlagTable = {...flags, ...commandFlags};
	return [
		'',
		...paragraphs(description),
		...section('Examples', indented(examples, '$ sudo logbackup-tui ')),
		...section('Usage', indented(usage, '$ logbackup-tui ')),
		...(details.length > 0 ? ['', ...paragraphs(details)] : []),
		...section('Flags', flagLines(table, () => true)),
		...sections.flatMap(({title, lines}) => section(title, indented(lines))),
		...section('Exit codes', Object.entries(exitCodes).flatMap(([code, text]) => twoColumns(code, text, {second: 9}))),
		'',
	].join('\n');
}

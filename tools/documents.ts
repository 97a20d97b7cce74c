/*
Writes the tables of docs/manual.md and docs/keys.md that list what is in the code: `npm run docs`. A test tells when they are not current.
*/
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {exitCodes} from '../source/exit/exit-codes.ts';
import {commandFlags} from '../source/cli/command/command.ts';
import {commandSummaries} from '../source/cli/command/command-names.ts';
import {commands} from '../source/cli/commands/all.ts';
import {lineFlags, flagGroups} from '../source/flags/backup-flags.ts';
import {type Flag, type FlagTable, takesValue} from '../source/flags/flag.ts';
import {exitCodeWords, signalWords} from '../source/report/words/exit-code-words.ts';
import {configurationKeys} from './example-configuration.ts';
import {keyRows} from './key-rows.ts';

const cell = (text: string) => text.replaceAll('|', String.raw`\|`);

const row = (...cells: readonly string[]) => `| ${cells.map(text => cell(text)).join(' | ')} |`;

const table = (headings: readonly string[], rows: readonly string[]) => [row(...headings), row(...headings.map(() => '---')), ...rows].join('\n');

const term = (name: string, flag: Flag) => `${flag.short === undefined ? '' : `\`-${flag.short}\`, `}\`--${name}${takesValue(flag) ? ` ${flag.placeholder}` : ''}\``;

/** A flag where only text is: what would be taken for one, a value or a name is marked as code. */
const asMarkdown = ({help, manual: text}: Flag) => text ?? help.replaceAll(/--[\-a-z]+/gv, '`$&`');

const flagRows = (flags: FlagTable, isWanted: (flag: Flag) => boolean = () => true) => Object.entries(flags)
	.filter(([, flag]) => isWanted(flag))
	.map(([name, flag]) => row(term(name, flag), asMarkdown(flag), flag.otherwise ?? ''));

const headings = ['flag', 'what it does', 'without it'];

/** By document and by the name of what is in it. */
const makers: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
	'manual.md': {
		flags: () => Object.entries(flagGroups)
			.map(([group, title]) => `**${title}**\n\n${table(headings, flagRows(lineFlags, flag => flag.group === group))}`)
			.join('\n\n'),
		'configuration-keys': () => table(
			['key, with a value', 'what it does', 'without it'],
			configurationKeys.map(([key, example, flag]) => row(`\`${key} = ${example}\``, asMarkdown(flag), flag.otherwise ?? '')),
		),
		'command-flags': () => [
			`Of all commands:\n\n${table(headings, flagRows(commandFlags))}`,
			...Object.keys(commandSummaries)
				.map(name => ({name, flags: commands[name as keyof typeof commands].flags}))
				.filter(({flags}) => Object.keys(flags).length > 0)
				.map(({name, flags}) => `Of \`${name}\`:\n\n${table(headings, flagRows(flags))}`),
		].join('\n\n'),
		'exit-codes': () => table(['code', 'meaning'], [
			...Object.entries(exitCodes).map(([name, code]) => row(String(code), exitCodeWords[name as keyof typeof exitCodes].manual)),
			row('128 + N', signalWords.manual),
		]),
	},
	'keys.md': {
		keys: () => table(['screen', 'key', 'what it does'], keyRows().map(cells => row(...cells))),
	},
};

/** The documents with such tables. */
export const generated: readonly string[] = Object.keys(makers);

const fileOf = (name: string) => path.join(import.meta.dirname, '../docs', name);

/** A document as it is, and with its tables as the code has them now. */
export function currentDocument(name: string): {readonly written: string; readonly current: string} {
	const written = readFileSync(fileOf(name), 'utf8');
	let current = written;

	for (const [part, make] of Object.entries(makers[name] ?? {})) {
		const [opening, closing] = [`<!-- ${part} -->\n`, `<!-- /${part} -->\n`];
		const start = current.indexOf(opening);
		const end = current.indexOf(closing);

		if (start === -1 || end < start) {
			throw new Error(`docs/${name} has no ${opening.trim()} with its end`);
		}

		current = `${current.slice(0, start + opening.length)}${make()}\n${current.slice(end)}`;
	}

	return {written, current};
}

if (import.meta.main) {
	for (const name of generated) {
		writeFileSync(fileOf(name), currentDocument(name).current);
	}
}

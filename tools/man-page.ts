import {type Subcommand, commandFlags} from '../source/cli/command/command.ts';
import {type CommandName, commandSummaries} from '../source/cli/command/command-names.ts';
import {commands} from '../source/cli/commands/all.ts';
import {exitCodeWords, signalWords} from '../source/report/words/exit-code-words.ts';
import {examples, purpose} from '../source/cli/help/program-help.ts';
import {exitCodes} from '../source/exit/exit-codes.ts';
import {lineFlags, flagGroups} from '../source/flags/backup-flags.ts';
import {type Flag, type FlagTable, takesValue} from '../source/flags/flag.ts';
import {configurationKeys} from './example-configuration.ts';

/*
The manual page logbackup-tui(8), in mdoc. Its text is that of the help.
*/

/** A text that stands for itself. */
const escapeText = (text: string) => text
	.replaceAll('\\', String.raw`\e`)
	// What may be copied from the page is a hyphen-minus there, and no hyphen.
	.replaceAll(/(?<![\da-z])-(?=-?[a-z])|(?<=-)-/giv, String.raw`\-`)
	.replace(/^(?=['.])/v, String.raw`\&`);

/** A text of one or more sentences, each on a line of its own. */
const text = (content: string): readonly string[] => content.split(/(?<=["\)a-z][!.:?]) (?=[A-Z])/v).map(line => escapeText(line));

/** A macro's argument: neither the name of a macro, nor several arguments. */
const argument = (word: string) => `"${escapeText(word).replaceAll('"', String.raw`\(dq`).replace(/^(?=[%A-Z][\da-z]{1,2}$)/v, String.raw`\&`)}"`;

const withoutTicks = (content: string) => content.replaceAll('`', '');

/** Lines as they are. */
const literal = (lines: readonly string[]): readonly string[] => ['.Bd -literal -offset indent', ...lines.map(line => escapeText(line)), '.Ed'];

const paragraphs = (contents: readonly string[]) => contents.flatMap((content, index) => [...(index === 0 ? [] : ['.Pp']), ...text(content)]);

function flagItem(name: string, flag: Flag): readonly string[] {
	const value = takesValue(flag) ? flag.placeholder : undefined;
	const short = flag.short === undefined ? '' : `Fl ${flag.short} , `;
	const otherwise = flag.otherwise === undefined ? '' : ` (without it: ${withoutTicks(flag.otherwise)})`;
	return [`.It ${short}Fl ${escapeText(`-${name}`)}${value === undefined ? '' : ` Ar ${argument(value)}`}`, ...text(`${flag.help}${otherwise}`)];
}

const flagList = (table: FlagTable, isWanted: (flag: Flag) => boolean = () => true): readonly string[] => [
	'.Bl -tag -width Ds',
	...Object.entries<Flag>(table).filter(([, flag]) => !flag.isInternal && isWanted(flag)).flatMap(([name, flag]) => flagItem(name, flag)),
	'.El',
];

const codeList = (codes: ReadonlyArray<readonly [code: string, meaning: string]>): readonly string[] => [
	'.Bl -tag -width 128+N', ...codes.flatMap(([code, meaning]) => [`.It ${argument(code)}`, ...text(meaning)]), '.El',
];

/** What `help COMMAND` says. */
function commandSection(name: CommandName, {description, usage, details = [], flags, sections = [], examples: calls, exitCodes: codes}: Subcommand): readonly string[] {
	return [
		`.Ss ${name}`,
		...paragraphs(description),
		...literal(usage.map(line => `logbackup-tui ${line}`)),
		...paragraphs(details),
		...(Object.keys(flags).length > 0 ? ['.Pp', 'Flags beside those of all commands:', ...flagList(flags)] : []),
		...sections.flatMap(({title, lines}) => ['.Pp', ...text(`${title}:`), ...literal(lines)]),
		'.Pp',
		'Exit codes:',
		...codeList(Object.entries(codes)),
		'.Pp',
		'Examples:',
		...literal(calls.map(line => `# logbackup-tui ${line}`)),
	];
}

const description = [
	'Copies the files of a directory of logs, each through gzip or zstd, into a directory that is named after the day: a set. '
	+ 'On a terminal it lists what is there, lets files be taken out, asks, and shows the copying; with --yes it does the same without questions.',
	'A set is finished or it is not there: copies are synced, read back and compared, and the dated directory appears by one rename at the end. '
	+ 'Files that have not changed since the newest set are linked from there. A file that cannot be copied is named, and the exit code says so. Space is kept free at the destination.',
	'Copies are plain gzip files, which zcat, zgrep and sha256sum read without this program, or zstd files for zstdcat and zstdgrep.',
];

const configuration = [
	'The configuration is a text of TOML, whose keys are the long names of flags: those of the list below, and nothing else. '
	+ 'A flag on the command line replaces a key whole, and a switch is turned off by its opposite: --no-recursive, --verify.',
	'It must belong to root or to the user, and nobody else may be able to write to it, or to put something in its place; it is no symbolic link. Where something is wrong with it, the program ends with 2, and does nothing. '
	+ 'Every screen and --dry-run say that it was read.',
];

const files: ReadonlyArray<readonly [path: string, meaning: string]> = [
	['/etc/logbackup-tui.toml', 'the configuration, if there is one: see CONFIGURATION'],
	['/etc/systemd/system/logbackup-tui.timer.d', 'where "timer on" puts its time'],
	['/etc/cron.d/logbackup-tui', 'the timer without systemd'],
	['$XDG_CONFIG_HOME/logbackup-tui.toml', 'that of whoever is not root, on top of it; ~/.config/logbackup-tui.toml without the variable'],
	['/var/log/backups/YYYY-MM-DD', 'a set, unless --dest says otherwise'],
	['/var/log/backups/YYYY-MM-DD/manifest.json', 'what is in it, what failed, and what was left out'],
	['/var/log/backups/YYYY-MM-DD/SHA256SUMS', 'for sha256sum --check'],
];

const environment: ReadonlyArray<readonly [name: string, meaning: string]> = [
	['NO_COLOR', 'no colours'], ['XDG_CONFIG_HOME', 'where the configuration of whoever is not root is'], ['PAGER', 'what shows a file of a set: a program and its arguments; no shell'], ['TERM, LANG, LC_ALL', 'what the terminal can show'],
];

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

function mdocDate(seconds: number): string {
	const date = new Date(seconds * 1000);
	return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
}

/** @param time What it is dated, in seconds since 1970. */
export function manPage(time: number): string {
	return [
		String.raw`.\" Made of the help by the build.`,
		`.Dd ${mdocDate(time)}`,
		'.Dt LOGBACKUP-TUI 8',
		'.Os',
		'.Sh NAME',
		'.Nm logbackup-tui',
		`.Nd ${escapeText(`${purpose[0]!.toLowerCase()}${purpose.slice(1, -1)}`)}`,
		'.Sh SYNOPSIS',
		'.Nm',
		'.Op Ar flag ...',
		'.Nm',
		String.raw`.Fl \-yes`,
		'.Op Ar flag ...',
		'.Nm',
		'.Ar command',
		'.Op Ar argument ...',
		'.Sh DESCRIPTION',
		...paragraphs(description),
		'.Sh FLAGS',
		...Object.entries(flagGroups).flatMap(([group, title]) => [`.Ss ${escapeText(title)}`, ...flagList(lineFlags, flag => flag.group === group)]),
		'.Sh COMMANDS',
		'.Bl -tag -width Ds',
		...Object.entries(commandSummaries).flatMap(([name, summary]) => [`.It Cm ${name}`, ...text(summary)]),
		'.El',
		'.Pp',
		'Flags of all commands:',
		...flagList(commandFlags),
		...(Object.keys(commandSummaries) as CommandName[]).flatMap(name => commandSection(name, commands[name])),
		'.Sh CONFIGURATION',
		...paragraphs(configuration),
		'.Bl -tag -width Ds',
		...configurationKeys.flatMap(([key, example, flag]) => [`.It Li ${argument(`${key} = ${example}`)}`, ...text(flag.help)]),
		'.El',
		'.Sh ENVIRONMENT',
		'.Bl -tag -width Ds',
		...environment.flatMap(([name, meaning]) => [`.It ${argument(name)}`, ...text(meaning)]),
		'.El',
		'.Sh FILES',
		'.Bl -tag -width Ds',
		...files.flatMap(([path, meaning]) => [`.It Pa ${path}`, ...text(meaning)]),
		'.El',
		'.Sh EXIT STATUS',
		...codeList([
			...Object.entries(exitCodes).map(([name, code]) => [String(code), withoutTicks(exitCodeWords[name as keyof typeof exitCodes].manual)] as const),
			['128+N', withoutTicks(signalWords.manual)],
		]),
		'.Sh EXAMPLES',
		...literal(examples),
		'.Sh SEE ALSO',
		'.Xr sha256sum 1 ,',
		'.Xr zcat 1 ,',
		'.Xr zgrep 1 ,',
		'.Xr systemd.timer 5 ,',
		'.Xr logrotate 8',
		'',
	].join('\n');
}

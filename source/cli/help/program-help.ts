import {exitCodes} from '../../exit/exit-codes.ts';
import {defaultFormat} from '../../formats/formats.ts';
import {commandSummaries} from '../command/command-names.ts';
import {lineFlags, flagGroups} from '../../flags/backup-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {exitCodeWords, signalWords} from '../../report/words/exit-code-words.ts';
import {
	flagLines,
	helpParagraph,
	section,
	twoColumns,
} from './help-layout.ts';

/** Description of the program in one sentence. */
export const purpose = `Back up the files of /var/log through ${defaultFormat} into /var/log/backups/YYYY-MM-DD.`;

/** Examples of command lines. */
export const examples = [
	'sudo logbackup-tui --exclude \'*.gz\' --exclude \'journal*\'',
	'sudo logbackup-tui --yes --quiet --dest /mnt/backup',
	'sudo logbackup-tui --yes --retry',
	'sudo logbackup-tui restore latest auth.log --to /root/restored',
	'logbackup-tui --source ~/logs --dest ~/log-backups --dry-run',
];

const exampleLines = examples.map(line => `  $ ${line}`);

const summaries = (second: number) => Object.entries(commandSummaries).flatMap(([name, summary]) => twoColumns(name, summary, {second}));

const narrow = 14;

/** Output of `-h`: fits one screen. */
export const usageText = [
	purpose,
	'Usage: logbackup-tui [FLAG...]         review what is there, confirm, watch',
	'       logbackup-tui --yes [FLAG...]   the same without questions',
	'       logbackup-tui COMMAND [...]     after the backup',
	'',
	'Commands',
	...summaries(narrow),
	'--help has all flags; help COMMAND says more of one.',
	'',
].join('\n');

const codes = [
	...Object.entries(exitCodes).map(([name, code]) => [String(code), exitCodeWords[name as keyof typeof exitCodes].help] as const),
	['128+N', signalWords.help] as const,
];

/** Output of `--help`. */
export const helpText = [
	'',
	...helpParagraph(`${purpose.slice(0, -1)}: review, confirm, watch.`),
	...section('Examples', exampleLines),
	...section('Usage', [
		'  $ sudo logbackup-tui            review what is there, deselect, confirm, watch',
		'  $ sudo logbackup-tui --yes      the same without questions, for timers',
		'  $ sudo logbackup-tui COMMAND    after the backup',
		'  $ logbackup-tui help COMMAND    how that is called',
	]),
	...section('Commands', summaries(narrow)),
	...Object.entries(flagGroups).flatMap(([group, title]) => section(title, flagLines(lineFlags, name => (lineFlags as FlagTable)[name]?.group === group))),
	...section('Exit codes', codes.flatMap(([code, text]) => twoColumns(code, text, {second: narrow}))),
	'',
].join('\n');

import {exitCodes} from '../../exit/exit-codes.ts';
import {listSetNames} from '../../set/catalog.ts';
import {openForReading} from '../../set/destination.ts';
import {displayName} from '../../text/display-name.ts';
import {localDate} from '../../text/format.ts';
import {quietFlag} from '../../flags/common-flags.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {openChosen} from '../command/choose-set.ts';
import {type Commands, defineCommand, type Invocation} from '../command/command.ts';
import {shellNames} from '../completion/shell-names.ts';

/** More than a shell can offer in a helpful way. */
const maximumNames = 1000;

/** Candidates for a word that names a set, the newest first. */
async function datesOf({destination, now}: Invocation): Promise<readonly string[]> {
	await using place = await openForReading(destination);
	const names = await listSetNames(place);
	const dates = [...new Set(names.map(({date}) => date))].toSorted().toReversed();
	const isThere = (date: string) => names.some(name => name.date === date && !name.isStaging);
	return [...(dates.some(date => isThere(date)) ? ['latest'] : []), ...(dates.includes(localDate(now)) ? ['today'] : []), ...dates];
}

/**
Names in a set that begin with a text, as they are shown and so as they can be given: each up to the next slash, as shells complete paths. They are
printable, and none has a line break in it.
*/
async function namesIn(invocation: Invocation, date: string, beginning: string): Promise<readonly string[]> {
	await using place = await openForReading(invocation.destination);
	const {files, directory} = await openChosen(date, place, invocation);
	await using _ = directory;
	const found = new Set<string>();

	for (const {path} of files) {
		const name = displayName(path);

		if (name.startsWith(beginning)) {
			const slash = name.indexOf('/', beginning.length);
			found.add(slash === -1 ? name : name.slice(0, slash + 1));
		}

		if (found.size === maximumNames) {
			break;
		}
	}

	return [...found];
}

const asLines = (texts: readonly string[]) => texts.map(line => `${line}\n`).join('');

/** @throws {UsageError} If the words make no sense. */
async function textFor(invocation: Invocation, commands: Commands): Promise<string> {
	const [what, date, beginning = ''] = invocation.words;
	const shell = shellNames.find(name => name === what);

	if (shell !== undefined && date === undefined) {
		const {completionScript} = await import('../completion/scripts.ts');
		return completionScript(shell, commands);
	}

	if (what === 'dates' && date === undefined) {
		return asLines(await datesOf(invocation));
	}

	if (what === 'files' && date !== undefined) {
		return asLines(await namesIn(invocation, date, beginning));
	}

	throw new UsageError(`completion takes ${shellNames.join(', ')}, dates, or files with the date of a set`);
}

async function run(invocation: Invocation<typeof quietFlag>, commands: Commands): Promise<number> {
	const text = await textFor(invocation, commands);

	if (!invocation.flags.quiet) {
		invocation.out.write(text);
	}

	return exitCodes.done;
}

export const completionCommand = defineCommand({
	description: [
		'Print what a shell reads to complete command lines of this program: commands, flags, directories, dates of sets, and files in them. Packages bring these scripts along.',
	],
	usage: [
		'completion SHELL               bash, zsh or fish',
		'completion dates               what DATE can be',
		'completion files DATE [NAME]   names that begin so',
	],
	details: ['What the scripts ask for dates and files is for other shells too: a word a line, in printable characters, at most 1,000; with --dest, --source and --host.'],
	flags: quietFlag,
	examples: ['completion bash > /etc/bash_completion.d/logbackup-tui', 'completion files latest nginx/'],
	exitCodes: {0: 'printed', 1: 'no such set, or the backups cannot be opened', 2: 'wrong usage'},
	words: {
		minimum: 1, maximum: 3, missing: `completion takes ${shellNames.join(', ')}, dates or files`, complete: [[...shellNames, 'dates', 'files'], 'set'],
	},
	run,
});

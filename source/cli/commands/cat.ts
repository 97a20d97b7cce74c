import {exitCodes} from '../../exit/exit-codes.ts';
import {errorLine} from '../../exit/failure.ts';
import {DamagedError} from '../../compression/engine.ts';
import {ExportFormatError} from '../../journal/export-fields.ts';
import {shortLines} from '../../journal/short-lines.ts';
import {isJournalDay} from '../../origin/journal-facts.ts';
import {readWhole} from '../../recovery/sparse-content.ts';
import {causedBy, DestinationError, errorCode} from '../../files/errors.ts';
import {openForReading} from '../../set/destination.ts';
import {UnreadableCopyError, OpenedCopy} from '../../set/copy.ts';
import type {SetFile} from '../../set/open-set.ts';
import {displayName} from '../../text/display-name.ts';
import {findFile} from '../command/choose-files.ts';
import {dateHelp, openChosen, tellDoubts} from '../command/choose-set.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {UsageError} from '../../flags/usage-error.ts';

/** 128 + SIGPIPE: what ends a filter whose reader has gone away, and so what shells expect. */
const brokenPipe = 141;

/** Writes to standard output no faster than it takes it. Resolves with what it failed with, if it did. */
const write = async (chunk: Buffer): Promise<Error | null | undefined> => new Promise(resolve => {
	process.stdout.write(chunk, resolve);
});

const flags = {
	text: {isConfigurable: false, help: 'of a day of the journal, a line for each entry in place of all its fields'},
	quiet: {...quietFlag.quiet, help: 'say nothing of the set, only what is wrong with the file'},
} as const satisfies FlagTable;

/** The content as it is printed. */
function contentOf(copy: OpenedCopy, file: SetFile, isText: boolean): AsyncIterable<Buffer> {
	const content = readWhole(copy, file);
	return isText ? shortLines(content) : content;
}

async function run(invocation: Invocation<typeof flags>): Promise<number> {
	const {words, wordBytes, destination, error, flags: {quiet, text}} = invocation;
	await using place = await openForReading(destination);
	const set = await openChosen(words[0]!, place, invocation);
	await using directory = set.directory;

	if (!quiet) {
		tellDoubts(set, error);
	}

	const file = findFile(set, words[1]!, wordBytes[1]!);

	if (text && !isJournalDay(file)) {
		throw new UsageError(`--text goes with a day of the journal, and ${displayName(file.path)} is none`);
	}

	await using copy = await OpenedCopy.open(directory, file.file);

	try {
		for await (const chunk of contentOf(copy, file, text)) {
			const failure = await write(chunk);

			if (failure) {
				// Any other failure is told by who waits for the output to be written.
				return errorCode(failure) === 'EPIPE' ? brokenPipe : exitCodes.done;
			}
		}

		return exitCodes.done;
	} catch (error_) {
		if (error_ instanceof UnreadableCopyError) {
			throw new DestinationError(`${displayName(file.file)} in the set of ${set.date} ${error_.message}; what was printed is not all of it`, causedBy(error_));
		}

		if (!(error_ instanceof DamagedError || error_ instanceof ExportFormatError)) {
			throw error_;
		}

		error.write(`${errorLine(`${displayName(file.file)} in the set of ${set.date} is damaged: ${error_.message}. What was printed is not to be trusted`)}\n`);
		return exitCodes.damaged;
	}
}

export const catCommand = defineCommand({
	description: ['Print the content of a file in a set, unpacked, to standard output.'],
	usage: ['cat DATE NAME'],
	details: [
		dateHelp,
		'NAME is the path that the file had in the source, as `logbackup-tui show DATE` prints it. '
		+ 'The content is checked while it is printed: the last line of it has been seen only if the exit code is 0.',
		'A day of the journal, such as journal/2026-03-14, is printed in the journal export format, with all fields, which systemd-journal-remote reads; '
		+ 'with --text as lines such as journalctl prints, their times in UTC.',
	],
	flags,
	examples: ['cat latest auth.log | grep \'Failed password\'', 'cat 2026-03-14 nginx/access.log | less', 'cat latest journal/2026-03-13 --text | grep sshd'],
	exitCodes: {
		0: 'all of it, checked', 1: 'no such set or file', 2: 'wrong usage', 5: 'damaged: what came out is not to be trusted',
	},
	words: {
		minimum: 2, maximum: 2, missing: 'cat takes the date of a set and the name of a file', complete: ['set', 'copy'],
	},
	run,
});

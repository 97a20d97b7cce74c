import {exitCodes} from '../../exit/exit-codes.ts';
import {errorLine} from '../../exit/failure.ts';
import {DamagedError} from '../../compression/engine.ts';
import {readWhole} from '../../recovery/sparse-content.ts';
import {causedBy, DestinationError, errorCode} from '../../files/errors.ts';
import {openForReading} from '../../set/destination.ts';
import {UnreadableCopyError, OpenedCopy} from '../../set/copy.ts';
import {displayName} from '../../text/display-name.ts';
import {findFile} from '../command/choose-files.ts';
import {dateHelp, openChosen, tellDoubts} from '../command/choose-set.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';

/** 128 + SIGPIPE: what ends a filter whose reader has gone away, and so what shells expect. */
const brokenPipe = 141;

/** Writes to standard output no faster than it takes it. Resolves with what it failed with, if it did. */
const write = async (chunk: Buffer): Promise<Error | null | undefined> => new Promise(resolve => {
	process.stdout.write(chunk, resolve);
});

const flags = {quiet: {...quietFlag.quiet, help: 'say nothing of the set, only what is wrong with the file'}} as const satisfies FlagTable;

async function run(invocation: Invocation<typeof flags>): Promise<number> {
	const {words, wordBytes, destination, error, flags: {quiet}} = invocation;
	await using place = await openForReading(destination);
	const set = await openChosen(words[0]!, place, invocation);
	await using directory = set.directory;

	if (!quiet) {
		tellDoubts(set, error);
	}

	const file = findFile(set, words[1]!, wordBytes[1]!);
	await using copy = await OpenedCopy.open(directory, file.file);

	try {
		for await (const chunk of readWhole(copy, file)) {
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

		if (!(error_ instanceof DamagedError)) {
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
	],
	flags,
	examples: ['cat latest auth.log | grep \'Failed password\'', 'cat 2026-03-14 nginx/access.log | less'],
	exitCodes: {
		0: 'all of it, checked', 1: 'no such set or file', 2: 'wrong usage', 5: 'damaged: what came out is not to be trusted',
	},
	words: {
		minimum: 2, maximum: 2, missing: 'cat takes the date of a set and the name of a file', complete: ['set', 'copy'],
	},
	run,
});

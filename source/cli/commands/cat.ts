import {exitCodes} from '../../backup/exit-codes.ts';
import {DamagedError} from '../../gzip/engine.ts';
import {readWhole} from '../../recovery/sparse-content.ts';
import {DestinationError, errorCode} from '../../files/errors.ts';
import {openForReading} from '../../set/destination.ts';
import {CopyError, OpenedCopy} from '../../set/copy.ts';
import {displayName} from '../../text/display-name.ts';
import {findFile} from '../choose-files.ts';
import {dateHelp, openChosen, tellDoubts} from '../choose-set.ts';
import {type Command, commonHelp, type Invocation} from '../command.ts';

const help = `
  Print the content of a file in a set, unpacked, to standard output.

  Usage
    $ logbackup-tui cat DATE NAME

  ${dateHelp}
  NAME is the path that the file had in the source, as \`logbackup-tui show DATE\` prints it.
  The content is checked while it is printed: the last line of it has been seen only if the exit code is 0.

${commonHelp}

  Examples
    $ sudo logbackup-tui cat latest auth.log | grep 'Failed password'
    $ sudo logbackup-tui cat 2026-03-14 nginx/access.log | less

  Exit codes
    0 all of it, checked      2 wrong usage
    1 no such set or file     5 damaged: what came out is not to be trusted
`;

/** 128 + SIGPIPE: what ends a filter whose reader has gone away, and so what shells expect. */
const brokenPipe = 141;

/** Writes to standard output no faster than it takes it. Resolves with what it failed with, if it did. */
const write = async (chunk: Buffer): Promise<Error | null | undefined> => new Promise(resolve => {
	process.stdout.write(chunk, resolve);
});

async function run(invocation: Invocation): Promise<number> {
	const {words, wordBytes, destination, error} = invocation;
	await using place = await openForReading(destination);
	const set = await openChosen(words[0]!, place, invocation);
	await using directory = set.directory;
	tellDoubts(set, error);
	const file = findFile(set, words[1]!, wordBytes()[1]!);
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
		if (error_ instanceof CopyError) {
			throw new DestinationError(`${displayName(file.file)} in the set of ${set.date} ${error_.message}. What was printed is not all of it`, {code: error_.code, cause: error_});
		}

		if (!(error_ instanceof DamagedError)) {
			throw error_;
		}

		error.write(`${displayName(file.file)} in the set of ${set.date} is damaged: ${error_.message}. What was printed is not to be trusted\n`);
		return exitCodes.damaged;
	}
}

export const catCommand: Command = {
	help, flags: {}, words: {minimum: 2, maximum: 2, missing: 'cat takes the date of a set and the name of a file'}, run,
};

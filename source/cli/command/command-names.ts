import {UsageError} from '../../flags/usage-error.ts';
import {nearest} from '../../text/nearest.ts';

/** The sub-commands, what the first argument may be unless it is a flag; and what each does, for the help of the program. */
export const commandSummaries = {
	browse: 'look through the sets on the screen',
	list: 'the backup sets',
	show: 'the files of a set, or how two sets differ',
	verify: 'check that sets are whole and sound',
	cat: 'the content of a file in a set',
	restore: 'files of a set, unpacked below a directory',
	prune: 'remove old sets, by --keep rules',
	push: 'send sets off the host, through rclone',
	remote: 'the sets that are off the host, of all hosts',
	fetch: 'get a set back that is off the host',
	status: 'for monitoring: how old and how good the newest set is',
	timer: 'a backup each night by itself: on, off, next and last run',
	config: 'what holds of configuration and flags, and from where',
	completion: 'what bash, zsh or fish completes its lines with',
} as const;

export type CommandName = keyof typeof commandSummaries;

export const isCommandName = (word: string): word is CommandName => Object.hasOwn(commandSummaries, word);

/** @throws {UsageError} For a word that is not a command; the message names a similar one. */
export function toCommandName(word: string): CommandName {
	if (isCommandName(word)) {
		return word;
	}

	const [guess] = nearest(word, [...Object.keys(commandSummaries), 'help'], 1);
	const hint = guess === undefined ? `commands are ${Object.keys(commandSummaries).join(', ')}` : `did you mean ${guess}?`;
	throw new UsageError(`unexpected argument: ${word}; ${hint}`);
}

import {DestinationError} from '../../files/errors.ts';
import {compileGlob} from '../../origin/glob.ts';
import {missingText} from '../../report/words/outcomes.ts';
import type {MissingRecord} from '../../set/manifest/manifest.ts';
import type {OpenedSet, SetFile} from '../../set/open-set.ts';
import {displayName, displayText} from '../../text/display-name.ts';
import {nearest} from '../../text/nearest.ts';
import type {Invocation} from './command.ts';

/** Suggestions for a word that names no file. */
function hintFor(word: string, {files, date}: Pick<OpenedSet, 'files' | 'date'>): string {
	const near = nearest(word, files.map(({path}) => displayName(path)), 3);
	return near.length > 0 ? `Is it ${near.join(' or ')}?` : `See logbackup-tui show ${date}`;
}

const noCopy = (date: string, lost: MissingRecord) => new DestinationError(`the set of ${date} has no copy of ${displayName(lost.path)}: ${missingText(lost)}`);

/**
Finds a file by its name as bytes, or as it is shown.

@throws {DestinationError} If there is none, with what is like it.
*/
export function findFile(set: OpenedSet, word: string, bytes: Buffer): SetFile {
	const {files, missing, date} = set;
	const found = files.find(({path}) => path.equals(bytes)) ?? files.find(({path}) => displayName(path) === word)
		?? files.find(({file}) => file.equals(bytes));

	if (found) {
		return found;
	}

	const lost = missing.find(({path}) => path.equals(bytes) || displayName(path) === word);

	if (lost) {
		throw noCopy(date, lost);
	}

	throw new DestinationError(`the set of ${date} has no file ${displayText(word)}`, {remedy: hintFor(word, set)});
}

export type Matches = (path: Buffer) => boolean;

/** Whether a path is another one, or below it. */
const isAtOrBelow = (path: Buffer, other: Buffer) => path.length >= other.length && path.subarray(0, other.length).equals(other)
	&& (path.length === other.length || path[other.length] === 0x2F);

/** Compiles a word as a glob. */
function compileGlobWord(word: Buffer, roots: readonly string[]): Matches {
	try {
		return compileGlob(word, roots);
	} catch {
		// With more braces than a glob may have, it can still be a name.
		return () => false;
	}
}

/** The files that the words after the date mean, one function for each: by their bytes, by what is shown of a name, as a directory, or as a glob. */
export function compileWords({head}: Pick<OpenedSet, 'head'>, {words, wordBytes}: Pick<Invocation, 'words' | 'wordBytes'>): readonly Matches[] {
	const bytes = wordBytes.slice(1);
	return words.slice(1).map((word, index) => {
		const matches = compileGlobWord(bytes[index]!, head ? [head.source] : []);
		return name => matches(name) || displayName(name) === word || isAtOrBelow(name, bytes[index]!);
	});
}

export type ChosenFiles = {
	readonly files: readonly SetFile[];
	/** Number of further files that were meant, and failed when the set was made. */
	readonly lost: number;
};

/**
Chooses what the words after the date mean; all files, if there are none.

@throws {DestinationError} If one means no file, with what is like it.
*/
export function chooseFiles(set: Omit<OpenedSet, 'directory'>, invocation: Pick<Invocation, 'words' | 'wordBytes'>): ChosenFiles {
	const {files, missing, date} = set;
	const globs = invocation.words.slice(1);
	const matchers = compileWords(set, invocation);

	for (const [index, matches] of matchers.entries()) {
		if (files.some(file => matches(file.path))) {
			continue;
		}

		const lost = missing.find(file => matches(file.path));

		if (lost) {
			throw noCopy(date, lost);
		}

		throw new DestinationError(`no file in the set of ${date} matches ${displayText(globs[index]!)}`, {remedy: hintFor(globs[index]!, set)});
	}

	const isWanted = (name: Buffer) => matchers.length === 0 || matchers.some(matches => matches(name));
	return {
		files: files.filter(file => isWanted(file.path)),
		lost: missing.filter(file => file.outcome === 'failed' && isWanted(file.path)).length,
	};
}

import {isUtf8} from 'node:buffer';
import picomatch from 'picomatch';
import {parentPaths} from '../files/directory.ts';
import type {Entry} from './entry.ts';

/** Left out unless asked for: binary login records, of which `lastlog` can look hundreds of gigabytes large. */
const defaultSkips = new Set(['btmp', 'wtmp', 'lastlog']);

export type SelectionRules = {
	/**
	Globs: with a slash in them on the path relative to the source, else on the name of the entry or of any directory it is in. What they
	match, they match with all that is in it. Where there are any, only what one of them matches is taken, default skips too.
	*/
	readonly include: readonly string[];
	/** The same; they win over `include`. */
	readonly exclude: readonly string[];
	readonly followSymlinks: boolean;
	/** Whether directories are walked into. */
	readonly recursive?: boolean;
};

/** An entry and what the rules make of it. */
export type Choice = {
	readonly entry: Entry;
	readonly isSelected: boolean;
	/** Whether the operator may mark it by hand. */
	readonly isSelectable: boolean;
	/** Why it is not selected, or what to expect of it if it is; for a person. */
	readonly reason?: string;
};

/** Whether a path, or a directory it is in, is meant. */
export type Matcher = (path: Buffer) => boolean;

/*
Names are bytes. Where a name is valid UTF-8 a glob is matched by characters, as the operator sees them; where it isn't, byte by byte
(Latin-1 maps each byte to one character), so that `*` and the readable parts of such a name still match.
*/

/** Compiles a glob: with a slash in it for whole paths, else for the name of an entry or of any directory it is in. */
export function compileGlob(glob: string): Matcher {
	const options = {dot: true, nonegate: true, basename: !glob.includes('/')} as const;
	const matchesText = picomatch(glob, options);
	const matchesBytes = picomatch(Buffer.from(glob).toString('latin1'), options);
	const matches = (path: Buffer) => isUtf8(path) ? matchesText(path.toString('utf8')) : matchesBytes(path.toString('latin1'));
	return path => matches(path) || parentPaths(path).some(parent => matches(parent));
}

const kindReasons = {
	directory: 'directory',
	fifo: 'named pipe',
	socket: 'socket',
	device: 'device',
} as const;

function judgeSymlink(entry: Entry, followSymlinks: boolean): Omit<Choice, 'entry'> {
	const kind = entry.target?.kind ?? 'broken';

	if (kind !== 'file') {
		const target = kind === 'broken' ? 'nothing' : (kind === 'symlink' ? 'another link' : `a ${kindReasons[kind]}`);
		return {isSelected: false, isSelectable: false, reason: `symlink to ${target}`};
	}

	return followSymlinks
		? {isSelected: true, isSelectable: true, reason: 'symlink, followed'}
		: {isSelected: false, isSelectable: true, reason: 'symlink'};
}

const barrierReasons = {
	destination: 'the backups',
	'file system': 'another file system',
	depth: 'nested too deeply',
} as const;

function judgeDirectory({barrier, isReadable}: Entry, recursive: boolean): Omit<Choice, 'entry'> {
	if (barrier) {
		return {isSelected: false, isSelectable: false, reason: barrierReasons[barrier]};
	}

	return isReadable ? {isSelected: recursive, isSelectable: true, ...(!recursive && {reason: kindReasons.directory})} : {isSelected: recursive, isSelectable: true, reason: 'no permission to list'};
}

/** A journal that is being written to: archived ones have an `@` in their name. */
const isOpenJournal = (path: Buffer) => path.toString('latin1').endsWith('.journal') && !path.includes('@');

function judgeKind(entry: Entry, followSymlinks: boolean, recursive: boolean): Omit<Choice, 'entry'> {
	if (entry.kind === 'symlink') {
		return judgeSymlink(entry, followSymlinks);
	}

	if (entry.kind === 'directory') {
		return judgeDirectory(entry, recursive);
	}

	if (entry.kind !== 'file') {
		return {isSelected: false, isSelectable: false, reason: kindReasons[entry.kind]};
	}

	return entry.isReadable
		? {isSelected: true, isSelectable: true, ...(isOpenJournal(entry.path) && {reason: 'journal in use'})}
		: {isSelected: true, isSelectable: true, reason: 'no permission to read'};
}

/**
Compiles the rules into a function from an entry to its choice.

@throws {Error} If a glob cannot be compiled; the message names it.
*/
export function compileRules(rules: SelectionRules): (entry: Entry) => Choice {
	const includes = rules.include.map(glob => ({glob, matches: compileGlob(glob)}));
	const excludes = rules.exclude.map(glob => ({glob, matches: compileGlob(glob)}));

	return entry => {
		const choice = judgeKind(entry, rules.followSymlinks, rules.recursive ?? false);

		if (!choice.isSelected) {
			return {entry, ...choice};
		}

		const exclude = excludes.find(({matches}) => matches(entry.path));

		if (exclude) {
			return {
				entry, ...choice, isSelected: false, reason: `--exclude ${exclude.glob}`,
			};
		}

		// One that no glob asks for may hold what one does.
		if (entry.kind === 'directory') {
			return {entry, ...choice};
		}

		if (includes.length > 0) {
			return includes.some(({matches}) => matches(entry.path))
				? {entry, ...choice}
				: {
					entry, ...choice, isSelected: false, reason: 'no --include matches',
				};
		}

		return defaultSkips.has(entry.path.toString('latin1'))
			? {
				entry, ...choice, isSelected: false, reason: 'skipped by default',
			}
			: {entry, ...choice};
	};
}

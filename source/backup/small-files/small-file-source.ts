import {
	type BigIntStats,
	fstatSync,
	lstatSync,
	openSync,
	readSync,
	statSync,
} from 'node:fs';
import {closeReadSync} from '../../files/close.ts';
import {inParentSync} from '../../files/directory.ts';
import {
	birthOf,
	fileIdentity,
	identityKey,
	isSameFile,
} from '../../files/identity.ts';
import {followingFlags, readingFlags} from '../../files/open-flags.ts';
import type {Note} from '../../set/notes.ts';
import {notesOf} from '../../origin/notes.ts';
import {isGone} from '../../origin/source-file.ts';
import type {SmallFile} from './small-file-messages.ts';

/** A small source as it was read, whole. */
export type SmallSource = {
	readonly stats: BigIntStats;
	/** When those were had, in milliseconds since the epoch. */
	readonly lookedAt: number;
	/** Valid until the next file is read. */
	readonly content: Buffer;
	readonly notes: readonly Note[];
};

/** Reads at most as many bytes as the buffer holds; none after exactly `expected`, if that is less: the end is known then. */
export function readUpTo(fd: number, into: Buffer, expected = into.length): number {
	let filled = 0;

	while (filled < into.length && filled !== expected) {
		const length = readSync(fd, into, filled, into.length - filled, filled);

		if (length === 0) {
			break;
		}

		filled += length;
	}

	return filled;
}

function wasRotated(root: Buffer, path: Buffer, isLink: boolean, opened: BigIntStats): boolean {
	try {
		const now = inParentSync(root, path, location => isLink ? statSync(location, {bigint: true}) : lstatSync(location, {bigint: true}));
		return !isSameFile(fileIdentity(now), fileIdentity(opened));
	} catch (error) {
		return isGone(error);
	}
}

/** What to read, and which file it must be. */
type Wanted = Pick<SmallFile, 'isLink' | 'identity' | 'born'>;

function isWanted({identity, born}: Wanted, stats: BigIntStats): boolean {
	const now = birthOf(stats);
	return identity === undefined || (identity === identityKey(fileIdentity(stats)) && (born === undefined || now === undefined || born === now));
}

function read(fd: number, into: Buffer, wanted: Wanted, wasRotatedBy: (stats: BigIntStats) => boolean): SmallSource | undefined {
	const lookedAt = Date.now();
	const stats = fstatSync(fd, {bigint: true});

	if (!stats.isFile() || stats.size > BigInt(into.length) || !isWanted(wanted, stats)) {
		return undefined;
	}

	// Its size says nothing of what is in it, or it has begun to grow just now: the ordinary way knows what to do.
	if (stats.size === 0n && readSync(fd, into, 0, 1, 0) > 0) {
		return undefined;
	}

	const content = into.subarray(0, readUpTo(fd, into.subarray(0, Number(stats.size))));
	const after = fstatSync(fd, {bigint: true});
	const notes = notesOf({
		before: stats, after, bytesRead: content.length, expected: Number(stats.size), isRotated: wasRotatedBy(stats),
	});
	return {
		stats, lookedAt, content, notes,
	};
}

/**
Opens and reads a source as `copyFile` does, once more if it is changed meanwhile, in a thread that may wait.

@param root The source directory's `self`.
@returns `undefined` if it is too large, another file than was listed, or anything else about it is unusual: then the ordinary way finds out what.
*/
export function readSmallSource(root: Buffer, path: Buffer, wanted: Wanted, into: Buffer): SmallSource | undefined {
	try {
		const fd = inParentSync(root, path, location => openSync(location, wanted.isLink ? followingFlags : readingFlags));

		try {
			const isRotated = (stats: BigIntStats) => wasRotated(root, path, wanted.isLink, stats);
			const source = read(fd, into, wanted, isRotated);
			return source?.notes.includes('changed') ? read(fd, into, wanted, isRotated) : source;
		} finally {
			closeReadSync(fd);
		}
	} catch {
		return undefined;
	}
}

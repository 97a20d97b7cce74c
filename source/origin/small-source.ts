import {
	type BigIntStats,
	fstatSync,
	lstatSync,
	openSync,
	readSync,
	statSync,
} from 'node:fs';
import {closeReadSync} from '../files/close.ts';
import {inParentSync} from '../files/directory.ts';
import type {Extras} from '../files/extras/extras.ts';
import {
	birthOf,
	fileIdentity,
	identityKey,
	isSameFile,
} from '../files/identity.ts';
import {type Metadata, metadataOf} from '../files/metadata.ts';
import {pathKey, pathOfKey} from '../files/path-key.ts';
import {followingFlags, readingFlags} from '../files/open-flags.ts';
import {readUpTo} from '../files/read-up-to.ts';
import {isOnlineJournal} from '../journal/header.ts';
import type {SourceStats} from '../set/manifest/manifest.ts';
import type {Note} from '../set/notes.ts';
import type {Entry} from './entry.ts';
import {notesOf} from './source-notes.ts';
import {isSettled} from './source-access.ts';
import {describeStats, isGone} from './source-file.ts';

/** A file to be read in one piece by a thread that may wait; with nothing in it that takes long to hand over. */
export type SmallSource = {
	/** Relative to the source, as of `pathKey`. */
	readonly path: string;
	/** Which file it must be, as `identityKey` tells it, and when that was made, if somebody knows. */
	readonly identity?: string;
	readonly born?: bigint;
	/** Whether to read what the link leads to. */
	readonly isLink: boolean;
	/** Whether its mode may tell of more than whom it lets in, as was seen at a moment (milliseconds since the epoch): what changed since is not read. */
	readonly isRestricted: boolean;
	readonly lookedAt: number;
};

/**
The facts about an entry that a thread needs.

@param extras What it had beside its mode.
@param lookedAt When that was seen, in milliseconds since the epoch.
*/
export const toSmallSource = ({path, kind, identity, born}: Entry, {isRestricted}: Extras, lookedAt: number): SmallSource => ({
	path: pathKey(path),
	isLink: kind === 'symlink',
	...(kind === 'file' && identity && {identity: identityKey(identity), ...(born !== undefined && {born})}),
	isRestricted: isRestricted === true,
	lookedAt,
});

/** A small file as it was read, whole. */
export type SmallReading = {
	/** Valid until the next file is read. */
	readonly content: Buffer;
	/** When it was last modified, in milliseconds since the epoch. */
	readonly modified: number;
	/** Attributes to set on the copy. */
	readonly metadata: Metadata;
	readonly source: SourceStats;
	readonly notes: readonly Note[];
};

function wasRotated(root: Buffer, path: Buffer, isLink: boolean, opened: BigIntStats): boolean {
	try {
		const now = inParentSync(root, path, location => isLink ? statSync(location, {bigint: true}) : lstatSync(location, {bigint: true}));
		return !isSameFile(fileIdentity(now), fileIdentity(opened));
	} catch (error) {
		return isGone(error);
	}
}

function isWanted({identity, born}: SmallSource, stats: BigIntStats): boolean {
	const now = birthOf(stats);
	return identity === undefined || (identity === identityKey(fileIdentity(stats)) && (born === undefined || now === undefined || born === now));
}

function read(fd: number, into: Buffer, wanted: SmallSource, wasRotatedBy: (stats: BigIntStats) => boolean): SmallReading | undefined {
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
		before: stats, after, bytesRead: content.length, expected: Number(stats.size), isRotated: wasRotatedBy(stats), isOnline: isOnlineJournal(content),
	});
	return isSettled(stats, wanted.lookedAt)
		? {
			content, modified: Number(stats.mtimeMs), metadata: metadataOf(stats, wanted.isRestricted), source: describeStats(stats, lookedAt), notes,
		}
		: undefined;
}

/**
Opens and reads a file as `openFile` and its reading do, once more if it is changed meanwhile, in a thread that may wait.

@param root The source directory's `self`.
@returns `undefined` if it is too large, another file than was listed, or anything else about it is unusual: then the ordinary way finds out what.
*/
export function readSmallSource(root: Buffer, wanted: SmallSource, into: Buffer): SmallReading | undefined {
	const path = pathOfKey(wanted.path);

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

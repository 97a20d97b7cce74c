import type {BigIntStats} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {pathKey} from '../files/path-key.ts';
import {type Directory, inParent} from '../files/directory.ts';
import {
	birthOf,
	type FileIdentity,
	fileIdentity,
	identityKey,
	isSameFile,
} from '../files/identity.ts';
import {DistantPlaces} from './distant-places.ts';
import type {Entry} from './entry.ts';
import {readEntry, scanDirectory} from './scan-directory.ts';

const slash = 0x2F;

/** Facts about an entry from when it was listed. */
export type Listed = Pick<Entry, 'path' | 'identity' | 'born'>;

/** Facts about a regular file from when it was listed. Sizes are bytes, times as in `Entry`. */
export type ListedFile = Pick<Entry, 'path' | 'size' | 'modified' | 'born' | 'listedAs'> & {readonly identity: FileIdentity};

/** Where a listed file is now, and which file has its name. Neither: it is gone, and nothing new has its name. */
export type Whereabout = {
	/** The file, wherever it is now. */
	readonly file?: Entry;
	/** A newer file under the old name. */
	readonly successor?: Entry;
};

/** So often is one directory searched, however often things are renamed in it. */
const mostSearches = 200;

/** A change so long ago, in nanoseconds, has left its trace in the time of a directory: clocks of file systems tick every few milliseconds. */
const clockGrain = 100_000_000n;

const nanoseconds = (milliseconds: number) => BigInt(Math.floor(milliseconds)) * 1_000_000n;

/** Whether a file is the very one that was listed, and not another that was given its inode since. */
export const isListed = (listed: Pick<Entry, 'identity' | 'born'>, {identity, born}: {readonly identity?: FileIdentity; readonly born?: bigint | undefined}): boolean =>
	listed.identity !== undefined && identity !== undefined && isSameFile(listed.identity, identity)
	&& (listed.born === undefined || born === undefined || listed.born === born);

/** The same of what a call told of a file. What could not be looked at when it was listed may be any file. */
export const isStillListed = (listed: Pick<Entry, 'identity' | 'born'>, stats: BigIntStats): boolean =>
	!listed.identity || isListed(listed, {identity: fileIdentity(stats), born: birthOf(stats)});

/** File systems (statfs(2)) on which a file keeps its inode number for life: ext2 to ext4, XFS, Btrfs, tmpfs, ZFS, F2FS, bcachefs. */
const lastingInodes: ReadonlySet<number> = new Set([0xEF_53, 0x58_46_53_42, 0x91_23_68_3E, 0x01_02_19_94, 0x2F_C1_2F_C1, 0xF2_F5_20_10, 0xCA_45_1A_4E]);

/*
Elsewhere (FAT, FUSE, some network file systems, overlay after a first write) the same file may have another number by now: there, what has the name and
was not listed under another one is taken for it, or for its successor.
*/
async function hasLastingInodes(directory: Directory): Promise<boolean> {
	const {type} = await statfs(directory.self);
	return lastingInodes.has(type);
}

const looksListed = (listed: ListedFile, now: Entry): boolean => listed.size === now.size && listed.modified === now.modified;

/** Whether an entry with the inode of a listed file is that file: without a birth time, it must at least not have shrunk or become older. */
const canBeListed = (listed: ListedFile, now: Entry): boolean => now.kind === 'file' && isListed(listed, now)
	&& ((listed.born !== undefined && now.born !== undefined) || (now.size >= listed.size && now.modified >= listed.modified));

type Search = {
	/** When the directory had changed last. */
	readonly changed: bigint;
	/** Whether that tells of every change before the search. */
	readonly isSettled: boolean;
	readonly count: number;
	readonly found: ReadonlyMap<string, readonly Entry[]>;
};

function groupByIdentity<Item extends Pick<Entry, 'identity'>>(items: Iterable<Item>, groups = new Map<string, Item[]>()): Map<string, Item[]> {
	for (const item of items) {
		const group = item.identity && identityKey(item.identity);

		const others = group === undefined ? [] : groups.get(group);

		if (others) {
			others.push(item);
		} else {
			groups.set(group!, [item]);
		}
	}

	return groups;
}

/** Finds files that were listed, in their directories, though they have been renamed since, as log rotation does. */
export class Whereabouts {
	readonly #source: Directory;
	readonly #since: bigint;
	readonly #paths: ReadonlySet<string>;
	readonly #listed: ReadonlyMap<string, readonly Listed[]>;
	readonly #searches = new Map<string, Search>();
	readonly #distant = new DistantPlaces();

	/**
	@param listed All that was listed.
	@param since When that began, in milliseconds since the epoch.
	*/
	constructor(source: Directory, listed: readonly Listed[], since: number) {
		this.#source = source;
		this.#since = nanoseconds(since) - clockGrain;
		this.#paths = new Set(listed.map(({path}) => pathKey(path)));
		this.#listed = groupByIdentity(listed);
	}

	/**
	Finds a file that is not, or may not be, under its name any more.

	@throws {SourceError} If its directory cannot be read, or the system's error if it cannot be reached.
	*/
	async find(listed: ListedFile): Promise<Whereabout> {
		return inParent(this.#source, listed.path, async (parent, name) => {
			const now = readEntry(parent, name, listed.path);

			if (now?.kind === 'file' && isListed(listed, now)) {
				return {file: now};
			}

			const file = await this.#search(parent, listed);

			if (now?.kind !== 'file') {
				return file ? {file} : {};
			}

			if (this.#wasListed(now)) {
				// It has its own turn.
				return file ? {file} : {};
			}

			const isLasting = await hasLastingInodes(parent);

			if (!file && !isLasting && looksListed(listed, now)) {
				return {file: now};
			}

			// An older file had another name when the files were listed, and was not marked.
			const isNew = !isLasting || now.born === undefined || now.born >= this.#since;
			return {...(file && {file}), ...(isNew && {successor: {...now, isReplacement: true}})};
		});
	}

	#wasListed(now: Entry, path?: Buffer): boolean {
		const listed = now.identity ? this.#listed.get(identityKey(now.identity)) ?? [] : [];
		return listed.some(other => isListed(other, now) && (!path || path.equals(other.path)));
	}

	async #search(parent: Directory, listed: ListedFile): Promise<Entry | undefined> {
		const below = listed.path.subarray(0, Math.max(0, listed.path.lastIndexOf(slash)));

		for (let isRenewed = false; ; isRenewed = true) {
			const {found} = await this.#directory(parent, below, isRenewed);
			const there = found.get(identityKey(listed.identity))?.find(other => !other.path.equals(listed.path) && canBeListed(listed, other)
				// One that was listed under this other name, too, has its own turn; not so one that is back under its own.
				&& ((listed.listedAs?.equals(other.path) ?? false) || !this.#wasListed(other, other.path)));

			if (!there) {
				return undefined;
			}

			const now = readEntry(parent, there.path.subarray(there.path.lastIndexOf(slash) + 1), there.path);

			if (now && canBeListed(listed, now)) {
				return {...now, listedAs: listed.path, ...(this.#paths.has(pathKey(now.path)) && {isReplacement: true})};
			}

			if (isRenewed) {
				return undefined;
			}
		}
	}

	/** All that is in a directory: as it was found, if nothing was renamed in it since. */
	async #directory(parent: Directory, below: Buffer, isRenewed: boolean): Promise<Search> {
		const {mtimeNs: changed} = await parent.stat();
		const known = this.#searches.get(pathKey(below));

		if (known && (known.count >= mostSearches || (!isRenewed && known.isSettled && known.changed === changed))) {
			return known;
		}

		const isSettled = nanoseconds(Date.now()) - changed > clockGrain;
		const found = new Map<string, Entry[]>();

		for await (const batch of scanDirectory(parent, {below: below.length > 0 ? below : undefined, distant: this.#distant})) {
			groupByIdentity(batch, found);
		}

		const search = {
			changed, isSettled, count: (known?.count ?? 0) + 1, found,
		};
		this.#searches.set(pathKey(below), search);
		return search;
	}
}

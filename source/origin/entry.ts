import type {FileIdentity} from '../files/identity.ts';

/** Kinds of directory entries. */
export type FileKind = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'device';

/** `stream`: not a file of the source, such as the output of a process; read from beginning to end. */
export type EntryKind = FileKind | 'stream';

/** Target of a symbolic link; `broken` if it leads nowhere or in a circle. */
export type LinkTarget = {
	readonly kind: FileKind | 'broken';
	/** Apparent size of what it leads to, in bytes. */
	readonly size: number;
};

/** Whether an entry has a content of its own to be copied. */
export const hasContent = ({kind}: Pick<Entry, 'kind'>): boolean => kind === 'file' || kind === 'stream';

/** From so many bytes in holes on, a copy leaves the holes out. */
export const skippedFrom = 256 * (2 ** 20);

/** Whether a file takes so much less on disk than it is long that it must have large holes, or be compressed by its file system. */
export const isHollow = ({size, allocated}: Pick<Entry, 'size' | 'allocated'>): boolean => size - allocated > skippedFrom;

/** Bytes that are probably to be read of a file. */
export const bytesToRead = (entry: Pick<Entry, 'size' | 'allocated'>): number => isHollow(entry) ? entry.allocated : entry.size;

/** Records that a stream is made of. */
export type Records = {
	readonly count: number;
	/** Times of the first and the last, in microseconds since the epoch. */
	readonly first: number;
	readonly last: number;
	/** They were counted, and not guessed. */
	readonly isExact: boolean;
	/** Some numbers of what they belong to, as of the starts of a system. */
	readonly groups: readonly string[];
};

/** One thing that can be backed up: found in the source directory, as `lstat(2)` saw it; or a stream, as its source tells of it. */
export type Entry = {
	/** Bytes of the path relative to the source directory. */
	readonly path: Buffer;
	readonly kind: EntryKind;
	/** Apparent size in bytes; of a stream, an estimate. */
	readonly size: number;
	/** Bytes taken on disk: less than `size` where the file has holes. Of a stream, its size. */
	readonly allocated: number;
	/** Last modification, milliseconds since the epoch. */
	readonly modified: number;
	/** Whether this process may read it, or list it; `true` for what is neither a regular file nor a directory. */
	readonly isReadable: boolean;
	/** Only on streams, and on groups of them: the name of the source that it comes from. */
	readonly from?: string;
	/** Only on streams: what lists call the group that it is in; and on the directory that stands for that group in them. */
	readonly group?: string;
	/** Only on streams: how much of it compression leaves, 0–1, as far as its source knows. */
	readonly ratio?: number;
	/** Only on streams: what the name of its copy has after that of the path, before what the format adds. */
	readonly extension?: string;
	/** Only on streams that are made of records. */
	readonly records?: Records;
	/** Only on symbolic links. */
	readonly target?: LinkTarget;
	/** Which file it is, a link itself and not what it leads to; missing where it could not be looked at. */
	readonly identity?: FileIdentity;
	/** It has other names, here or elsewhere (hard links). */
	readonly hasOtherNames?: true;
	/** When it was made, in nanoseconds since the epoch; missing where that cannot be told. */
	readonly born?: bigint;
	/** Length in bytes when it was listed, if it has become shorter since. */
	readonly listedSize?: number;
	/** The path that it was listed under, if it has been renamed since. */
	readonly listedAs?: Buffer;
	/** When the files were listed, another one had its path. */
	readonly isReplacement?: boolean;
	/** Only on directories: why a walk does not go into it. */
	readonly barrier?: 'destination' | 'file system' | 'depth' | 'loop' | 'no answer';
};

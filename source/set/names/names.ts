import {createHash} from 'node:crypto';
import {isUtf8} from 'node:buffer';
import type {FormatName, Stored} from '../../compression/format-names.ts';
import {pathKey, pathOfKey} from '../../files/path-key.ts';
import {formatOf} from '../../formats/formats.ts';
import {parentPaths, splitPath} from '../../files/directory.ts';

export const checksumsName = 'SHA256SUMS';
export const manifestName = 'manifest.json';
/** Where a set that grows keeps its unfinished files and its journal; gone before the set is published. */
export const workName = '.logbackup';

const reserved: ReadonlySet<string> = new Set([checksumsName, manifestName, workName]);

/** Whether a path in a set (one character a byte) is, or leads into, one of the set's own files. */
export const isReserved = (path: string): boolean => reserved.has(path.split('/', 1)[0]!);

/**
A name as the most forgiving of file systems sees it: without regard to case, Unicode form, and ignorable characters (as casefolded ext4).
*/
const fold = (name: string): string =>
	pathOfKey(name).toString().normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gv, '');

/** Without dots and spaces at its end. */
function trim(name: string): string {
	let end = name.length;

	while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) {
		end--;
	}

	return name.slice(0, end);
}

const foldedReserved: ReadonlySet<string> = new Set([...reserved].map(name => fold(name)));

/** Whether a path would be, or lead into, one of the set's own files on some file system. */
function isNearReserved(path: string): boolean {
	// Nothing else at the beginning becomes one of theirs.
	return /^[.MSms\u{80}-\u{FF}]/v.test(path) && foldedReserved.has(trim(fold(path.split('/', 1)[0]!)));
}

/** Longest file name in bytes, on every Linux file system (`NAME_MAX`). */
const nameMax = 255;

/**
Longest path of a copy in its set, in bytes. A system call takes 4096 (`PATH_MAX`, with its NUL): so much is left for the way to the set, for whoever
reads it with other tools.
*/
const fileMax = 3072;

/** As a name in `SHA256SUMS`, to `sha256sum -c` it means standard input. */
const standardInput = Buffer.from('-');

/** Names in the set that an entry's copy may get, relative to the set. */
export type CopyNames = {
	/** For a copy that the run compresses. */
	readonly compressed: Buffer;
	/** The format that that one is in. */
	readonly format: FormatName;
	/** For an earlier copy in another format; missing if there is none, or it cannot be called so. */
	readonly earlier?: {readonly format: FormatName; readonly file: Buffer};
	/** For a copy of what is compressed already; missing if that name is needed for something else. */
	readonly asIs?: Buffer;
};

/** The longest beginning of `name` of at most `length` bytes that does not cut a character in two. */
function truncateName(name: Buffer, length: number): Buffer {
	let end = Math.min(length, name.length);

	if (isUtf8(name)) {
		while (end > 0 && end < name.length && (name[end]! & 0xC0) === 0x80) {
			end--;
		}
	}

	return name.subarray(0, end);
}

/** A name of its own for a path whose plain one cannot be had: its beginning, and 16 digits of the SHA-256 of the whole path. */
function uniqueName(path: Buffer, suffix: string, attempt: number): Buffer {
	const digest = createHash('sha256').update(path).update(String(attempt)).digest('hex').slice(0, 16);
	const tail = Buffer.from(`~${digest}${suffix}`);
	return Buffer.concat([truncateName(splitPath(path).at(-1)!, nameMax - tail.length), tail]);
}

/** No driver that folds, escapes or refuses names minds these characters. */
const unsafe = /[^\w\-.]|^[\-.]/gv;

/** Number of characters of a name that are kept in a name that any file system takes. */
const readableLength = 48;

/**
Names for a copy whose planned one is taken at the destination, or cannot be there: the beginning of the name, in characters that every file system
holds, and digits of the SHA-256 of the path; for the most modest of file systems, these alone. At the top of the set, as its directory may be what
cannot be there. The manifest knows the true one.

@param path In the source.
@param stored A copy as it is keeps the end of its name that tells what it is.
*/
export function spareNames(path: Buffer, stored: Stored): Buffer[] {
	const name = pathKey(splitPath(path).at(-1)!);
	const extension = stored === 'as-is' ? /\.[\da-z]{1,4}$/iv.exec(name)?.[0] ?? '' : formatOf(stored).suffix;
	const stem = (stored === 'as-is' ? name.slice(0, name.length - extension.length) : name).slice(0, readableLength).replaceAll(unsafe, '_').toLowerCase();
	const digest = (attempt: number) => createHash('sha256').update(path).update(`/${attempt}`).digest('hex');
	return [
		...[0, 1].map(attempt => `${stem}~${digest(attempt).slice(0, 16)}${extension.toLowerCase()}`),
		...[2, 3].map(attempt => `${digest(attempt).slice(0, 8)}${extension.slice(0, 4).toLowerCase()}`),
	].map(spare => Buffer.from(spare));
}

/** Whether a copy of a path has one of its spare names. */
export const isSpareName = (file: Buffer, path: Buffer, stored: Stored): boolean =>
	!file.includes(0x2F) && spareNames(path, stored).some(spare => spare.equals(file));

/**
Whether a file system may keep a path in another form than the one it is given: another Unicode form or
case, or without dots and spaces at the end of a name.
*/
export const isAlterable = (path: Buffer): boolean => /[A-Z\u{80}-\u{FF}]|[ .](?:\/|$)/v.test(pathKey(path));

/** Existing files of a set, relative to it. */
export type Occupied = {
	/** Files, and anything else but directories. */
	readonly files: readonly Buffer[];
	readonly directories: readonly Buffer[];
};

/** Names for the copies of many paths, of which only the unusual ones are kept. */
export class NamePlan {
	/** In order, so that any is found among them. */
	readonly #paths: readonly Buffer[];
	readonly #usual: (path: Buffer) => CopyNames;
	readonly #unusual: ReadonlyMap<string, CopyNames>;

	/**
	@param paths All that names are planned for, each once.
	@param usual Names of a path that is not among the unusual ones (by path, one character a byte).
	*/
	constructor(paths: readonly Buffer[], usual: (path: Buffer) => CopyNames, unusual: ReadonlyMap<string, CopyNames>) {
		this.#paths = paths.toSorted((one, other) => one.compare(other));
		this.#usual = usual;
		this.#unusual = unusual;
	}

	get size(): number {
		return this.#paths.length;
	}

	/** The number of a path: less than `size`, and another for any other path. `undefined` if nothing was planned for it. */
	indexOf(path: Buffer): number | undefined {
		let [from, to] = [0, this.#paths.length];

		while (from < to) {
			const middle = Math.floor((from + to) / 2);

			if (this.#paths[middle]!.compare(path) < 0) {
				from = middle + 1;
			} else {
				to = middle;
			}
		}

		return this.#paths[from]?.equals(path) ? from : undefined;
	}

	/** `undefined` if nothing was planned for that path. */
	of(path: Buffer): CopyNames | undefined {
		return this.indexOf(path) === undefined ? undefined : this.#namesOf(path);
	}

	/** All that were planned. */
	* [Symbol.iterator](): Generator<CopyNames> {
		for (const path of this.#paths) {
			yield this.#namesOf(path);
		}
	}

	#namesOf(path: Buffer): CopyNames {
		return this.#unusual.get(pathKey(path)) ?? this.#usual(path);
	}
}

export type NamingOptions = {
	readonly format: FormatName;
	readonly occupied?: Occupied | undefined;
	readonly isAltering?: boolean;
	/** By path (one character a byte): what comes between a path and the suffix of the format. */
	readonly extensions?: ReadonlyMap<string, string>;
	/** By path: the format of an earlier copy that may take the place of a new one. */
	readonly earlier?: ReadonlyMap<string, FormatName>;
};

/** Adds the directories that lead to a path, as far as a copy could be called so. */
function addParents(directories: Set<string>, path: Buffer): void {
	for (const parent of parentPaths(path).toReversed()) {
		const directory = pathKey(parent);

		// Then those around it are there, too.
		if (directories.has(directory)) {
			return;
		}

		if (directory.length <= fileMax) {
			directories.add(directory);
		}
	}
}

/**
Decides under which name each path of a run is copied, so that no two copies meet: the path with the suffix of the format, and the path itself for
what turns out to be compressed already, except where another entry's copy is called so. Where the name with the suffix cannot be (too long, or that of
a directory or of the set's own files, in whatever case), it is a shortened name with a checksum, at the top of the set; the manifest knows the true
one.

@param options.format What the run compresses to.
@param options.occupied For a set that stands: its names are left alone.
@param options.isAltering Whether the file system keeps some names in another form: these get others.
@param options.extensions Of paths that get one.
@param options.earlier Of paths that have an earlier copy in another format: it gets a name with the suffix of that, where that is free.
*/
export function planNames(paths: readonly Buffer[], {format, occupied, isAltering = false, extensions, earlier}: NamingOptions): NamePlan {
	const {suffix} = formatOf(format);
	const usualName = (path: Buffer, stored: FormatName) => isAltering && isAlterable(path)
		? spareNames(path, stored)[0]!
		: Buffer.concat([path, Buffer.from((extensions?.get(pathKey(path)) ?? '') + formatOf(stored).suffix)]);
	const usualNames = (path: Buffer): CopyNames => ({compressed: usualName(path, format), format, asIs: path});

	const files = new Set(occupied?.files.map(file => pathKey(file)));
	const directories = new Set(occupied?.directories.map(directory => pathKey(directory)));
	const taken = new Set(files);

	for (const path of paths) {
		addParents(directories, path);
	}

	const isFree = (path: string) => !isNearReserved(path) && !directories.has(path) && !taken.has(path)
		// A file cannot be the directory of another.
		&& (files.size === 0 || parentPaths(pathOfKey(path)).every(parent => !files.has(pathKey(parent))));
	const canBe = (name: Buffer) => name.length - name.lastIndexOf(0x2F) - 1 <= nameMax && name.length <= fileMax && isFree(pathKey(name));
	/** Of paths whose copies are not called as usual. */
	const uniqueNames = new Map<string, Buffer>();

	for (const path of paths) {
		let name: Buffer = usualName(path, format);

		for (let attempt = 0; !canBe(name); attempt++) {
			name = uniqueName(path, suffix, attempt);
			uniqueNames.set(pathKey(path), name);
		}

		taken.add(pathKey(name));
	}

	const earlierNames = new Map<string, NonNullable<CopyNames['earlier']>>();

	for (const path of earlier ? paths : []) {
		const other = earlier?.get(pathKey(path)) ?? format;
		const file = usualName(path, other);

		if (other === format || !canBe(file)) {
			continue;
		}

		taken.add(pathKey(file));
		earlierNames.set(pathKey(path), {format: other, file});
	}

	const unusual = new Map<string, CopyNames>();

	for (const path of paths) {
		const name = pathKey(path);
		const other = earlierNames.get(name);
		const unique = uniqueNames.get(name);
		const mayBeAsIs = isFree(name) && path.length <= fileMax && !path.equals(standardInput) && !(isAltering && isAlterable(path));

		const isUsual = mayBeAsIs && !other && !unique;

		if (!isUsual) {
			unusual.set(name, {
				compressed: unique ?? usualName(path, format), format, ...(other && {earlier: other}), ...(mayBeAsIs && {asIs: path}),
			});
		}
	}

	return new NamePlan(paths, usualNames, unusual);
}

/** Name of a copy by the way it is stored; `undefined` if there is none: the name is needed for something else, or none was planned for that format. */
export function nameFor({compressed, format, earlier, asIs}: CopyNames, stored: Stored): Buffer | undefined {
	if (stored === 'as-is') {
		return asIs;
	}

	return stored === format ? compressed : (stored === earlier?.format ? earlier.file : undefined);
}

/** All names that a copy may get. */
export const allNames = ({compressed, earlier, asIs}: CopyNames): readonly Buffer[] => [compressed, ...(earlier ? [earlier.file] : []), ...(asIs ? [asIs] : [])];

import {
	constants,
	lstatSync,
	readdirSync,
} from 'node:fs';
import {pathKey} from '../files/path-key.ts';
import type {Directory} from '../files/directory.ts';
import {fileIdentity, identityKey} from '../files/identity.ts';
import {withOpened} from '../files/with-opened.ts';
import type {SetOverview} from './catalog.ts';
import {isSameOrigin} from './names/provenance.ts';
import {checksumsName, manifestName, workName} from './names/names.ts';
import {directoryName} from './names/set-names.ts';

/** A set, and what it adds to the space that all before it take. */
export type SpaceTaken = {
	readonly overview: SetOverview;
	/** Copies in it, and their bytes, where no manifest tells. */
	readonly found?: {readonly files: number; readonly bytes: number};
	/** Bytes of copies that older sets don't hold too, each counted once however many links it has; `undefined` if it cannot be told. */
	readonly bytesNew: number | undefined;
};

/** A file of a set; `id` tells files with several links apart. */
type Copy = {readonly bytes: number; readonly id?: string};

/** Files and directories of a set other than copies. */
const own: ReadonlySet<string> = new Set([checksumsName, manifestName, workName]);

const separator = Buffer.from('/');

function collect(directory: Buffer, isTop: boolean, copies: Copy[]): void {
	for (const entry of readdirSync(directory, {encoding: 'buffer', withFileTypes: true})) {
		if (isTop && own.has(pathKey(entry.name))) {
			continue;
		}

		const path = Buffer.concat([directory, separator, entry.name]);

		if (entry.isDirectory()) {
			collect(path, false, copies);
		} else if (entry.isFile()) {
			const stats = lstatSync(path, {bigint: true});
			copies.push({bytes: Number(stats.size), ...(stats.nlink > 1n && {id: identityKey(fileIdentity(stats))})});
		}
	}
}

/** The files of a set, read synchronously like glances, and for the same reason; `undefined` if it cannot be read. */
function collectCopies(destination: Directory, overview: SetOverview): Copy[] | undefined {
	const copies: Copy[] = [];

	try {
		withOpened(destination.at(directoryName(overview)), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW, descriptor => {
			collect(Buffer.from(`/proc/self/fd/${descriptor}`), true, copies);
		});
		return copies;
	} catch {
		return undefined;
	}
}

/** Whether one may be linked from the other. */
const isSisterOf = ({origin}: SetOverview, other: SetOverview) => !origin || !other.origin || isSameOrigin(origin, other.origin);

/**
Counts what each set takes on disk beside the older ones. A manifest says what was linked, and from which set; only where that set is gone, or there is
no manifest, are the files looked at: which ones they share with the set before (a run links from the newest set alone, so that what is in
any older one is in that one too).
*/
export class SpaceCounter {
	readonly #destination: Directory;
	readonly #dates = new Set<string>();
	/** The newest so far, of each host and source. */
	#previous: SetOverview[] = [];

	constructor(destination: Directory) {
		this.#destination = destination;
	}

	/** Takes the next set; they must come oldest first. */
	count(overview: SetOverview): SpaceTaken {
		const taken = this.#count(overview);

		if (!overview.isStaging) {
			this.#dates.add(overview.date);
			// Nothing is ever linked from a set that has no manifest.
			this.#previous = overview.head ? [overview, ...this.#previous.filter(other => !isSisterOf(overview, other))] : this.#previous;
		}

		return taken;
	}

	#count(overview: SetOverview): SpaceTaken {
		const {head} = overview;

		if (head?.reuse?.from.every(date => this.#dates.has(date))) {
			return {overview, bytesNew: head.reuse.bytesNew};
		}

		const copies = collectCopies(this.#destination, overview);

		if (!copies) {
			return {overview, bytesNew: undefined};
		}

		const isShared = copies.some(({id}) => id !== undefined);
		const sister = isShared ? this.#previous.find(other => isSisterOf(overview, other)) : undefined;
		const before = sister && collectCopies(this.#destination, sister);
		const seen = new Set(before?.map(({id}) => id));
		let bytesNew = 0;

		for (const {bytes, id} of copies) {
			bytesNew += id !== undefined && seen.has(id) ? 0 : bytes;
			seen.add(id);
		}

		return {
			overview,
			bytesNew,
			...(!head && {found: {files: copies.length, bytes: copies.reduce((sum, copy) => sum + copy.bytes, 0)}}),
		};
	}
}

/*
Entries that a run leaves out: all counted, by reason, and some named.
*/

/** Why an entry is not taken; as it stands in manifests and events. */
export const leftOutReasons = [
	// Directories, and what is below them was not looked at.
	'directory',
	'file_system',
	'depth',
	'loop',
	// By rules, or by hand.
	'excluded',
	'not_included',
	'default',
	'unmarked',
	// No regular files.
	'symlink',
	'fifo',
	'socket',
	'device',
	// Something else has its path in the set.
	'name_taken',
	// Not for this user to read, and nothing that could be marked.
	'no_permission',
	// The directory that holds the sets.
	'backups',
] as const;

export type LeftOutReason = (typeof leftOutReasons)[number];

/** Entries left out for one reason. */
export type LeftOutPart = {
	readonly count: number;
	/** The first of it, relative to the source. */
	readonly paths: readonly Buffer[];
};

export type LeftOut = ReadonlyMap<LeftOutReason, LeftOutPart>;

/** So much is named for each reason, in number and bytes: it goes into the head of a manifest, and into an argument of a process. */
const mostNamed = 100;
const mostNamedBytes = 1024;

/** Counts what is left out. */
export class LeftOutTally {
	readonly #parts = new Map<LeftOutReason, {count: number; bytes: number; readonly paths: Buffer[]}>();

	add(reason: LeftOutReason, path: Buffer): void {
		this.addAll(new Map([[reason, {count: 1, paths: [path]}]]));
	}

	/** Takes over what another one has counted. */
	addAll(other: LeftOut): void {
		for (const [reason, {count, paths}] of other) {
			const part = this.#parts.get(reason) ?? {count: 0, bytes: 0, paths: []};
			this.#parts.set(reason, part);
			part.count += count;

			for (const path of paths) {
				this.#name(part, path);
			}
		}
	}

	/** Counts so far, in the order of the reasons. */
	get sum(): LeftOut {
		return new Map(leftOutReasons.flatMap(reason => {
			const part = this.#parts.get(reason);
			return part ? [[reason, {count: part.count, paths: part.paths}] as const] : [];
		}));
	}

	#name(part: {bytes: number; readonly paths: Buffer[]}, path: Buffer): void {
		if (part.paths.length < mostNamed && part.bytes + path.length <= mostNamedBytes) {
			part.paths.push(path);
			part.bytes += path.length;
		}
	}
}

export function addLeftOut(one: LeftOut, other: LeftOut): LeftOut {
	const tally = new LeftOutTally();
	tally.addAll(one);
	tally.addAll(other);
	return tally.sum;
}

/** Numbers of entries left out, by reason. */
export type LeftOutCounts = Readonly<Partial<Record<LeftOutReason, number>>>;

export const countLeftOut = (leftOut: LeftOut): LeftOutCounts => Object.fromEntries(Array.from(leftOut, ([reason, {count}]) => [reason, count]));

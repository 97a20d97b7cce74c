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
	'no_answer',
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
	// A directory of which streams have all that is in it.
	'covered',
	// The directory that holds the sets.
	'backups',
] as const;

export type LeftOutReason = (typeof leftOutReasons)[number];

/** Reasons for what nobody can miss. */
export const harmlessReasons: ReadonlySet<LeftOutReason> = new Set(['covered', 'backups']);

/** Content of entries that are left out. */
export type LeftOutContent = {
	/** Regular files: the entries themselves, and those in directories that somebody has looked into. */
	readonly files: number;
	readonly bytes: number;
	/** Directories that nobody has looked into. */
	readonly unseen: number;
};

export const noContent: LeftOutContent = {files: 0, bytes: 0, unseen: 0};

const addContent = (one: LeftOutContent, other: LeftOutContent): LeftOutContent => ({
	files: one.files + other.files, bytes: one.bytes + other.bytes, unseen: one.unseen + other.unseen,
});

/** Entries left out for one reason. */
export type LeftOutPart = {
	readonly count: number;
	/** The first of it, relative to the source. */
	readonly paths: readonly Buffer[];
	/** Missing where it is not known for all of them. */
	readonly content?: LeftOutContent;
};

export type LeftOut = ReadonlyMap<LeftOutReason, LeftOutPart>;

/** So much is named for each reason, in number and bytes: it goes into the head of a manifest, and into an argument of a process. */
const mostNamed = 100;
const mostNamedBytes = 1024;

/** Counts what is left out. */
export class LeftOutTally {
	readonly #parts = new Map<LeftOutReason, {count: number; bytes: number; readonly paths: Buffer[]; content: LeftOutContent | undefined}>();

	add(reason: LeftOutReason, path: Buffer, content?: LeftOutContent): void {
		this.addAll(new Map([[reason, {count: 1, paths: [path], ...(content && {content})}]]));
	}

	/** Takes over what another one has counted. */
	addAll(other: LeftOut): void {
		for (const [reason, {count, paths, content}] of other) {
			const part = this.#parts.get(reason) ?? {
				count: 0, bytes: 0, paths: [], content: noContent,
			};
			this.#parts.set(reason, part);
			part.count += count;
			part.content &&= content && addContent(part.content, content);

			for (const path of paths) {
				this.#name(part, path);
			}
		}
	}

	/** Counts so far, in the order of the reasons. */
	get sum(): LeftOut {
		return new Map(leftOutReasons.flatMap(reason => {
			const part = this.#parts.get(reason);
			return part ? [[reason, {count: part.count, paths: part.paths, ...(part.content && {content: part.content})}] as const] : [];
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

/** Content of all of it that anybody could miss; `undefined` where that is not known. */
export function contentLeftOut(leftOut: LeftOut): LeftOutContent | undefined {
	let sum: LeftOutContent | undefined = noContent;

	for (const [reason, {content}] of leftOut) {
		sum = harmlessReasons.has(reason) ? sum : sum && content && addContent(sum, content);
	}

	return sum;
}

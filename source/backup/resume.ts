import {pathKey} from '../files/path-key.ts';
import {type Directory, inParent} from '../files/directory.ts';
import type {ExtrasStore} from '../files/extras/extras-store.ts';
import type {Entry} from '../origin/entry.ts';
import type {Streams} from '../origin/streams.ts';
import {isStream} from '../origin/stream-source.ts';
import {isStillListed} from '../origin/whereabouts.ts';
import {type CopyRecord, withExtras} from '../set/manifest/manifest.ts';
import {
	type CopyNames,
	isSpareName,
	nameFor,
	type NamePlan,
} from '../set/names/names.ts';
import type {Staging} from '../set/staging/staging.ts';
import {isUnchanged} from '../set/unchanged.ts';
import {presentSource} from '../origin/source-file.ts';

type Interrupted = {
	readonly source: Directory;
	readonly entries: readonly Entry[];
	readonly names: NamePlan;
	readonly staging: Staging;
	readonly extras: ExtrasStore;
	readonly streams: Streams;
	/** Whether only copies count that were read back. */
	readonly mustBeVerified: boolean;
	readonly signal: AbortSignal;
};

type TakenOver = {
	readonly taken: ReadonlyArray<{readonly entry: Entry; readonly record: CopyRecord}>;
	/** Entries still to be copied. */
	readonly left: readonly Entry[];
};

/** Whether the source is still the file that was copied, held to the same as where a copy is linked. */
async function isStillThere(source: Directory, entry: Entry, record: CopyRecord): Promise<boolean> {
	try {
		const stats = await inParent(source, entry.path, async (parent, name) => parent.lstat(name));
		return isStillListed(entry, stats) && isUnchanged(record, presentSource(entry.path, stats));
	} catch {
		return false;
	}
}

/** Whether a copy is called as it is to be called, or as it can be where that is taken or refused. */
const isNameOf = ({file, path, stored}: CopyRecord, names: CopyNames): boolean =>
	nameFor(names, stored)?.equals(file) === true || isSpareName(file, path, stored);

/** The record of a complete copy as it is right now; `undefined` if there is something else to be copied. A link may lead elsewhere by now. */
async function renew(record: CopyRecord, entry: Entry, {source, extras, streams}: Pick<Interrupted, 'source' | 'extras' | 'streams'>): Promise<CopyRecord | undefined> {
	if (isStream(entry)) {
		return streams.reuse(entry, record);
	}

	if (entry.kind !== 'file' || record.from !== undefined) {
		return undefined;
	}

	// Its attributes may be others by now, or a program that did not keep them has copied it.
	const [now] = await extras.readPaths(source, [{path: entry.path, isLink: false}]);
	return now && await isStillThere(source, entry, record) ? withExtras(record, now) : undefined;
}

/**
Takes over the complete copies of an interrupted run whose sources are still the same.

@throws The signal's reason, once it is aborted.
*/
export async function takeOver({source, entries, names, staging, extras, mustBeVerified, streams, signal}: Interrupted): Promise<TakenOver> {
	const taken: Array<TakenOver['taken'][number]> = [];
	const left: Entry[] = [];

	for (const entry of entries) {
		signal.throwIfAborted();
		const record = staging.recorded.get(pathKey(entry.path));
		// Another selection may have given that name in the set to another entry.
		const isUsable = record && (record.isVerified || !mustBeVerified) && isNameOf(record, names.of(entry.path)!);
		const renewed = isUsable && await renew(record, entry, {source, extras, streams});

		if (renewed && await staging.resume(renewed, signal)) {
			taken.push({entry, record: renewed});
		} else {
			left.push(entry);
		}
	}

	return {taken, left};
}

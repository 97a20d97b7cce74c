import {lstatSync} from 'node:fs';
import {setImmediate} from 'node:timers/promises';
import {type Directory, inParentSync} from '../../files/directory.ts';
import type {Extras} from '../../files/extras/extras.ts';
import type {ExtrasStore} from '../../files/extras/extras-store.ts';
import type {Entry} from '../../origin/entry.ts';
import type {Streams} from '../../origin/streams.ts';
import {isStream} from '../../origin/stream-source.ts';
import {isStillListed} from '../../origin/whereabouts.ts';
import {type CopyRecord, withExtras, type SourceStats} from '../../set/manifest/manifest.ts';
import {nameFor} from '../../set/names/names.ts';
import type {PreviousSet} from '../../set/previous.ts';
import type {Staging} from '../../set/staging/staging.ts';
import {sinceListed} from '../../origin/file-record.ts';
import {isSettled} from '../../origin/source-access.ts';
import {presentSource} from '../../origin/source-file.ts';
import type {Claim} from './claims.ts';

/** As when the directory is listed: looking at a file takes less than handing that to another thread, and between batches others get their turn. */
const batchSize = 500;

/** The previous set's copy of an entry. */
export type Reusable = {
	readonly entry: Entry;
	readonly record: CopyRecord;
};

const look = (source: Directory, {path}: Entry) => inParentSync(source.self, path, location => lstatSync(location, {bigint: true}));

type ReuseCandidate = {
	readonly entry: Entry;
	/** As the previous set has it. */
	readonly record: CopyRecord;
	/** Its source as it is now. */
	readonly stats: SourceStats;
	/** Whether nothing about it has changed since it was copied, so that it has the attributes of then. */
	readonly isSame: boolean;
};

function find(source: Directory, entry: Entry, previous: PreviousSet): ReuseCandidate | undefined {
	try {
		const stats = look(source, entry);
		const present = presentSource(entry.path, stats);
		const record = previous.find(present);
		return record && isStillListed(entry, stats)
			? {
				entry, record, stats: present.stats, isSame: record.source.ctime_ns === present.stats.ctime_ns,
			}
			: undefined;
	} catch {
		// Copying it will say what is wrong with it.
		return undefined;
	}
}

/** The record of a copy with what its source has beside its mode now; `undefined` if that changes just now. */
function renew(
	source: Directory,
	{entry, record}: ReuseCandidate,
	{now, moment, previous}: {readonly now: Extras | undefined; readonly moment: number; readonly previous: PreviousSet},
): CopyRecord | undefined {
	try {
		const stats = look(source, entry);
		return now && isSettled(stats, moment) && previous.find(presentSource(entry.path, stats)) === record ? withExtras(record, now) : undefined;
	} catch {
		return undefined;
	}
}

/** Finds the streams that the previous set has all of. */
async function findReusableStreams(entries: readonly Entry[], {previous, streams}: {readonly previous: PreviousSet; readonly streams: Streams}): Promise<ReadonlyArray<readonly [Entry, CopyRecord]>> {
	const found = await Promise.all(entries.filter(entry => isStream(entry)).map(async entry => [entry, await streams.reuse(entry, previous.at(entry.path))] as const));
	return found.flatMap(([entry, record]) => record ? [[entry, record] as const] : []);
}

/** Finds the entries that the previous set has copies of, whatever they were called then: log rotation renames. The sources in the records are those of now. */
export async function findReusable(
	source: Directory,
	entries: readonly Entry[],
	{previous, extras, streams}: {readonly previous: PreviousSet; readonly extras: ExtrasStore; readonly streams: Streams},
): Promise<Map<Entry, CopyRecord>> {
	const reusable = new Map<Entry, CopyRecord>(await findReusableStreams(entries, {previous, streams}));

	for (let start = 0; start < entries.length; start += batchSize) {
		await setImmediate();
		const found = entries.slice(start, start + batchSize).filter(({kind}) => kind === 'file').map(entry => find(source, entry, previous)).filter(one => one !== undefined);
		const changed = found.filter(({isSame}) => !isSame);
		const moment = Date.now();
		const seen = await extras.readPaths(source, changed.map(({entry: {path}}) => ({path, isLink: false})));
		const now = new Map(changed.map(({entry}, index) => [entry, seen[index]]));

		for (const one of found) {
			const record = one.isSame ? one.record : renew(source, one, {now: now.get(one.entry), moment, previous});

			if (record) {
				// Rotation has changed its ctime: the next run is to hold it against the one that it has now.
				reusable.set(one.entry, {...record, source: one.stats});
			}
		}
	}

	return reusable;
}

/** The record of a copy of the previous set in the new one, as `file`. */
export function reusedRecord({entry, record}: Reusable, {path, file}: {readonly path: Buffer; readonly file: Buffer}, previous: PreviousSet): CopyRecord {
	const {listedAs: _, ...facts} = record;
	return {
		...facts, ...(isStream(entry) ? {path} : sinceListed(entry, path, entry.size)), file, reusedFrom: previous.date,
	};
}

/**
Links a copy of the previous set into the new one, under its new name.

@returns The record of it; `undefined` if it has to be copied after all.
@throws {DestinationError} If the staging fails.
@throws The signal's reason, once it is aborted.
*/
export async function reuseCopy(
	{entry, record}: Reusable,
	{claim: {path, names}, previous, staging, signal}: {readonly claim: Claim; readonly previous: PreviousSet; readonly staging: Staging; readonly signal: AbortSignal},
): Promise<CopyRecord | undefined> {
	const file = nameFor(names, record.stored);

	return file && await previous.isIntact(record, signal)
		? staging.link(previous.locate(record), reusedRecord({entry, record}, {path, file}, previous))
		: undefined;
}

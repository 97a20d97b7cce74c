/* Staged sets, as a run opens and fills them. */
import fs from 'node:fs/promises';
import type {TestContext} from 'node:test';
import type {ExtrasStore} from '../../source/files/extras/extras-store.ts';
import {Hold} from '../../source/set/hold.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import type {SpaceWatch} from '../../source/set/space.ts';
import {StagedSet} from '../../source/set/staging/staged-set.ts';
import {
	copyOf,
	origin,
	type Place,
	recordOf,
} from '../support/set-fixtures.ts';

export const date = '2026-03-14';
export const name = `.${date}.partial`;

/** Extended attributes do not matter here. */
const extras = {isAble: false, dropDefault: async () => true} as unknown as ExtrasStore;

type Opening = {readonly space?: SpaceWatch; readonly extras?: ExtrasStore; readonly root?: string};

/** Each place is locked once, by its test. */
const locks = new WeakMap<Place, Lock>();

export async function openStaged(t: TestContext, place: Place, opening: Opening = {}): Promise<StagedSet> {
	const lock = locks.get(place) ?? await Lock.take(place.directory, 0, new AbortController().signal);

	if (!locks.has(place)) {
		locks.set(place, lock);
		t.after(async () => lock.release());
	}

	const hold = new Hold(place.directory, opening.root ?? place.root, lock);
	const {staged} = await StagedSet.open({destination: place.directory, hold}, {
		date, adopts: true, own: {host: 'web1'}, today: date, origin, extras: opening.extras ?? extras, space: opening.space,
	});
	t.after(async () => {
		await staged.discard().catch(() => undefined);
	});
	return staged;
}

export async function addCopy({staging}: StagedSet, source: string): Promise<void> {
	const draft = await staging.draft();
	await draft.handle.write(copyOf(source));
	await staging.commit([{draft, record: recordOf(source)}]);
}

/** What this process has open in a directory, and that itself; but the lock. */
export async function openBelow(place: Place): Promise<string[]> {
	const descriptors = await fs.readdir('/proc/self/fd');
	const files = await Promise.all(descriptors.map(async fd => fs.readlink(`/proc/self/fd/${fd}`).catch(() => '')));
	return files.filter(file => file.startsWith(place.root) && !file.endsWith('.lock'));
}

export const entriesOf = async (place: Place) => (await fs.readdir(place.root)).filter(entry => entry !== '.lock').toSorted();

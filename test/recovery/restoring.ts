import assert from 'node:assert/strict';
import {Directory} from '../../source/files/directory.ts';
import {openTarget} from '../../source/recovery/open-target.ts';
import type {RestoreEvent} from '../../source/recovery/restore-events.ts';
import {planRestore, previewRestore} from '../../source/recovery/plan-restore.ts';
import {restoreFiles} from '../../source/recovery/restoration.ts';
import {listSetNames} from '../../source/set/catalog.ts';
import {openSet} from '../../source/set/open-set.ts';

export type Restore = {
	readonly destination: string;
	readonly to: string;
	readonly overwrite: boolean;
};

type EventOf<Type extends RestoreEvent['message_type']> = Extract<RestoreEvent, {message_type: Type}>;

/** What came of restoring all sets at a destination, in this process. */
export type RestoreOutcome = {
	/** By the dry run before. */
	readonly entries: ReadonlyArray<EventOf<'entry'>>;
	readonly files: ReadonlyArray<EventOf<'file'>>;
	readonly errors: ReadonlyArray<EventOf<'error'>>;
};

/** Restores the newest set, after a dry run. Rejects as the command would fail. */
export async function restoreNewest({destination, to, overwrite}: Restore): Promise<RestoreOutcome> {
	await using place = await Directory.open(destination);
	const [name] = await listSetNames(place);
	const set = await openSet(place, name!, false);
	await using directory = set!.directory;
	const plan = await planRestore({directory}, set!.files);
	const options = {location: to, destination: place, checkSpace: true};
	const preview = await openTarget({...options, create: false});
	const entries: Array<EventOf<'entry'>> = [];

	for await (const entry of previewRestore(plan, preview, overwrite)) {
		assert.equal(entry.message_type, 'entry');
		entries.push(entry);
	}

	await preview?.finish();
	const events: RestoreEvent[] = [];
	const target = await openTarget({...options, create: true});
	await restoreFiles({
		set: set!,
		plan,
		target: target!,
		overwrite,
		jobs: 2,
		report(event) {
			events.push(event);
		},
		signal: new AbortController().signal,
	});
	return {
		entries,
		files: events.filter(event => event.message_type === 'file'),
		errors: events.filter(event => event.message_type === 'error'),
	};
}

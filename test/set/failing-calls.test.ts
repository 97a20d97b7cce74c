/* No failure of a call that changes something is lost: whatever fails while a set is made, completed or removed is told. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import {Journal} from '../../source/set/manifest/journal.ts';
import {finishMerge} from '../../source/set/staging/merge.ts';
import {addCopies, takeBackCopies} from '../../source/set/staging/merge-links.ts';
import {canLink, noteMoves} from '../../source/set/staging/merge-moves.ts';
import {forgetMerge, recordMerge} from '../../source/set/staging/merge-record.ts';
import {Staging} from '../../source/set/staging/staging.ts';
import {removeSet} from '../../source/set/prune-sets.ts';
import {failAtEach, type Trial} from '../support/calls.ts';
import {
	copyOf,
	makeSet,
	manifestOf,
	origin,
	Place,
	recordOf,
	textOf,
} from '../support/set-fixtures.ts';
import {addCopy, date, openStaged} from './staged.ts';

/** Calls that change something, or make it durable. */
const changing = /^(?:rename|link|mkdir|sync|unlink|rmdir|writeFile|appendFile|write) /v;

/** A trial in a place of its own, and what is to be closed after it. */
const trialIn = (place: Place, work: () => Promise<unknown>, close: () => Promise<unknown> = async () => undefined): Trial => ({
	root: place.root,
	work,
	async [Symbol.asyncDispose]() {
		await close();
		await place[Symbol.asyncDispose]();
	},
});

test('publishing a set', async t => {
	const hidden = await failAtEach(t, changing, async () => {
		const place = await Place.create();
		const staged = await openStaged(t, place);
		await addCopy(staged, 'nginx/a.log');
		return trialIn(place, async () => staged.publish(manifestOf([])), async () => staged.discard().catch(() => undefined));
	});
	assert.deepEqual(hidden, []);
});

test('opening staging', async t => {
	const hidden = await failAtEach(t, changing, async () => {
		const place = await Place.create();
		// The lock, which is taken with the first, is another matter.
		const first = await openStaged(t, place);
		await first.discard();
		return trialIn(place, async () => {
			const staged = await openStaged(t, place);
			await staged.discard();
		});
	});
	assert.deepEqual(hidden, []);
});

test('completing a set, but for taking away what nobody needs any more', async t => {
	const hidden = await failAtEach(t, changing, async () => {
		const place = await Place.create();
		const before = await makeSet(place, date, [recordOf('a')]);
		const staged = await openStaged(t, place);
		await addCopy(staged, 'b');
		const after = textOf(manifestOf([recordOf('a'), recordOf('b')]));
		return trialIn(place, async () => staged.merge({before, after}), async () => staged.discard().catch(() => undefined));
	});
	assert.ok(hidden.every(call => /^(?:unlink|rmdir) \.2026-03-14\.partial/v.test(call)), hidden.join('\n'));
	assert.ok(hidden.length > 0);
});

/** Staging in `staging`, with a copy, and a set to add it to. */
async function placeToMerge() {
	const place = await Place.create();
	const before = await makeSet(place, date, [recordOf('a')]);
	await fs.mkdir(place.at('staging/.logbackup'), {recursive: true, mode: 0o700});
	await place.write('staging/b.gz', copyOf('b'));
	const staging = await place.directory.openDirectory('staging');
	const set = await place.directory.openDirectory(date);
	const close = async () => {
		await staging.close();
		await set.close();
	};

	return {
		place, before, staging, set, close,
	};
}

test('the steps of completing a set', async t => {
	const base = {date, base: 'x', manifest: 'y'};
	const steps: ReadonlyArray<(merging: Awaited<ReturnType<typeof placeToMerge>>) => Promise<unknown>> = [
		async ({staging}) => recordMerge(staging, base),
		async ({staging}) => noteMoves(staging),
		async ({staging}) => canLink(staging),
		async ({set, staging}) => addCopies({
			set, staging, date, canLink: true,
		}, [recordOf('b')]),
		async ({set, staging}) => addCopies({
			set, staging, date, canLink: false,
		}, [recordOf('b')]),
	];

	for (const step of steps) {
		assert.deepEqual(await failAtEach(t, changing, async () => {
			const merging = await placeToMerge();
			return trialIn(merging.place, async () => step(merging), merging.close);
		}), []);
	}

	assert.deepEqual(await failAtEach(t, changing, async () => {
		const merging = await placeToMerge();
		const places = {
			set: merging.set, staging: merging.staging, date, canLink: true,
		};
		await addCopies(places, [recordOf('b')]);
		return trialIn(merging.place, async () => takeBackCopies(places, [recordOf('b')]), merging.close);
	}), []);
	assert.deepEqual(await failAtEach(t, changing, async () => {
		const merging = await placeToMerge();
		await recordMerge(merging.staging, base);
		return trialIn(merging.place, async () => forgetMerge(merging.staging), merging.close);
	}), []);
	assert.deepEqual(await failAtEach(t, changing, async () => {
		const merging = await placeToMerge();
		await recordMerge(merging.staging, {date, base: 'of another manifest', manifest: textOf(manifestOf([recordOf('a'), recordOf('b')]))});
		return trialIn(merging.place, async () => finishMerge(merging.place.directory, merging.staging), merging.close);
	}), []);
});

async function openStaging(t: TestContext, place: Place): Promise<Staging> {
	await fs.mkdir(place.at('.logbackup'), {mode: 0o700});
	const journal = await Journal.open(place.directory, {label: 'staging', origin});
	t.after(async () => journal.close());
	return new Staging(place.directory, journal, 'staging');
}

test('the steps of filling staging', async t => {
	const steps: ReadonlyArray<(staging: Staging, place: Place) => Promise<() => Promise<unknown>>> = [
		async staging => {
			const draft = await staging.draft();
			return async () => {
				try {
					await staging.drop(draft);
				} finally {
					await draft.handle.close();
				}
			};
		},
		async (staging, place) => {
			await place.write('old', copyOf('a'));
			return async () => staging.link(Buffer.from(place.at('old')), recordOf('a'));
		},
		async staging => {
			const draft = await staging.draft();
			await staging.commit([{draft, record: recordOf('a')}]);
			return async () => staging.avoid(async file => file.toString() === 'a.gz');
		},
		async staging => async () => staging.isAltering(),
		async (staging, place) => {
			await place.write('left');
			return async () => staging.sweep();
		},
		async staging => async () => staging.sync(),
	];

	for (const step of steps) {
		assert.deepEqual(await failAtEach(t, changing, async () => {
			const place = await Place.create();
			const staging = await openStaging(t, place);
			return trialIn(place, await step(staging, place));
		}), []);
	}
});

test('opening a journal, and writing it', async t => {
	assert.deepEqual(await failAtEach(t, changing, async () => {
		const place = await Place.create();
		await fs.mkdir(place.at('.logbackup'), {mode: 0o700});
		let journal: Journal | undefined;
		return trialIn(place, async () => {
			journal = await Journal.open(place.directory, {label: 'staging', origin});
			await journal.append([recordOf('a')]);
			await journal.remove();
		}, async () => journal?.close());
	}), []);
});

test('removing a set', async t => {
	assert.deepEqual(await failAtEach(t, changing, async () => {
		const place = await Place.create();
		await makeSet(place, date);
		return trialIn(place, async () => removeSet(place.directory, date));
	}), []);
});

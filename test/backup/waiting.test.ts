import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {setTimeout} from 'node:timers/promises';
import {Claims} from '../../source/backup/copying/claims.ts';
import {RenameFollower} from '../../source/backup/rename-follower.ts';
import {Leases} from '../../source/backup/leases.ts';
import {Progress} from '../../source/backup/copying/copy-progress.ts';
import {CopyGroups} from '../../source/backup/small-files/copy-groups.ts';
import {statusOf} from '../../source/backup/status-event.ts';
import {OtherFileError, VanishedError} from '../../source/origin/source-file.ts';
import {Directory} from '../../source/files/directory.ts';
import type {Entry} from '../../source/origin/entry.ts';
import type {Complete} from '../../source/set/staging/committer.ts';
import {planNames} from '../../source/set/names/names.ts';
import {Sandbox} from '../support/sandbox.ts';
import {entriesOf} from '../support/running.ts';
import {recordOf} from '../support/copy-records.ts';

const entry = (name: string): Entry => ({
	path: Buffer.from(name), kind: 'file', size: 1, allocated: 512, modified: 0, isReadable: true,
});

test('files with a lease on them are tried again until the kernel has had its time, each by its own clock', async t => {
	const text = await fs.readFile('/proc/sys/fs/lease-break-time', 'latin1').catch(() => '45');
	const patience = Math.min((Number(text) * 1000) + 5000, 120_000);
	let now = 1000;
	t.mock.method(performance, 'now', () => now);
	const leases = new Leases();
	const {signal} = new AbortController();
	const [first, second] = [entry('first'), entry('second')];
	assert.equal(leases.areWaiting, false);
	assert.equal(await leases.postpone(first), true);
	assert.equal(leases.areWaiting, true);
	now += 10_000;
	assert.equal(await leases.postpone(second), true);
	assert.deepEqual(await leases.due(signal), [first, second]);
	assert.equal(leases.areWaiting, false);
	now = 1000 + patience - 1;
	assert.equal(await leases.postpone(first), true);
	now = 1000 + patience;
	assert.equal(await leases.postpone(first), false);
	assert.equal(await leases.postpone(second), true);
	assert.deepEqual(await leases.due(AbortSignal.abort()), [first, second], 'at once, if it is stopped');
});

test('between two attempts there is time, unless the run is stopped', async () => {
	const leases = new Leases();
	const controller = new AbortController();
	const told: string[] = [];
	const tell = async (what: string, when: Promise<unknown>) => {
		await when;
		told.push(what);
	};

	await Promise.all([tell('due', leases.due(controller.signal)), tell('a moment', setTimeout(50))]);
	assert.deepEqual(told, ['a moment', 'due']);
	told.length = 0;
	const stopped = Promise.all([tell('due', leases.due(controller.signal)), tell('a moment', setTimeout(50))]);
	controller.abort();
	await stopped;
	assert.deepEqual(told, ['due', 'a moment']);
});

const copies = (...names: readonly string[]): Complete[] => names.map(name => ({
	draft: {name, handle: {sync: async () => undefined, close: async () => undefined}}, record: recordOf(name),
}));

test('complete copies wait for others, until they are enough or somebody asks', async () => {
	const groups: Array<{readonly names: readonly string[]} & PromiseWithResolvers<void>> = [];
	let left = 0;
	const gathered = new CopyGroups(async group => {
		const finish = Promise.withResolvers<void>();
		groups.push({names: group.map(({draft}) => draft.name), ...finish});
		return finish.promise;
	}, count => {
		left += count;
	});
	assert.equal(gathered.isEmpty, true);
	gathered.add([], 1);
	assert.equal(gathered.isEmpty, true);
	gathered.add(copies('a'), 3);
	gathered.add(copies('b'), 3);
	assert.deepEqual([groups.length, gathered.isEmpty], [0, false]);
	gathered.add(copies('c'), 3);
	assert.deepEqual(groups.map(({names}) => names), [['a', 'b', 'c']]);
	gathered.add(copies('d'), 3);
	const some = gathered.finishSome();
	assert.deepEqual(groups.map(({names}) => names), [['a', 'b', 'c'], ['d']]);
	groups[1]!.resolve();
	await some;
	assert.deepEqual([left, gathered.isEmpty], [1, false]);
	gathered.add(copies('e', 'f'), 3);
	const all = gathered.finishAll();
	groups[0]!.reject(new Error('told elsewhere'));
	groups[2]!.resolve();
	await all;
	assert.deepEqual([groups.length, left, gathered.isEmpty], [3, 6, true]);
	// What fails is told to who waits for some.
	gathered.add(copies('g'), 3);
	const failing = gathered.finishSome();
	groups[3]!.reject(new Error('disk'));
	await assert.rejects(failing, /disk/v);
});

test('a copy that no other joins is finished after a moment', async () => {
	const {promise, resolve} = Promise.withResolvers<number>();
	const gathered = new CopyGroups(async group => {
		resolve(group.length);
	}, () => undefined);
	gathered.add(copies('a'), 1000);
	gathered.add(copies('b'), 1000);
	assert.equal(await promise, 2);
});

/** Files that were listed, and what follows them. */
async function following(...names: readonly string[]) {
	const sandbox = await Sandbox.create();

	for (const name of names) {
		await sandbox.add(name, name);
	}

	const entries = await entriesOf(sandbox, ...names);
	const source = await Directory.open(sandbox.source);
	const claims = new Claims(planNames(entries.map(({path: each}) => each), {format: 'gzip'}), {format: 'gzip'});
	const progress = new Progress(entries.length, 0, 0);
	const follower = new RenameFollower({
		source, entries, listedSince: Date.now() - 1000, claims, progress,
	});
	return {
		sandbox,
		entries,
		claims,
		progress,
		follow: async (listed: Entry, error: unknown = new OtherFileError()) => (await follower.follow(listed, error)).map(next => ({
			path: next.path.toString(), ...(next.listedAs && {listedAs: next.listedAs.toString()}), ...(next.isReplacement && {isReplacement: true}), entry: next,
		})),
		at: (name: string) => path.join(sandbox.source, name),
		async [Symbol.asyncDispose]() {
			await source.close();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

type Followed = {readonly path: string; readonly listedAs?: string; readonly isReplacement?: boolean};

const paths = (followed: readonly Followed[]) => followed.map(({path: name, listedAs, isReplacement}) => [name, listedAs, isReplacement]);

test('a renamed file is followed, and what was made under its name comes with it, and is counted', async () => {
	await using place = await following('log', 'other');
	const [log] = place.entries;
	await fs.rename(place.at('log'), place.at('log.1'));
	await fs.writeFile(place.at('log'), 'new one');
	const followed = await place.follow(log!);
	assert.deepEqual(paths(followed), [['log.1', 'log', undefined], ['log', undefined, true]]);
	assert.deepEqual([place.progress.totalFiles, statusOf(place.progress, 0).total_bytes], [3, 3 + 7]);
	assert.deepEqual(['log', 'log.1', 'other'].map(name => place.claims.isTaken(Buffer.from(name))), [true, true, false]);
	// And again, back to where it was.
	await fs.rename(place.at('log.1'), place.at('log'));
	assert.deepEqual(paths(await place.follow(followed[0]!.entry)), []);
});

test('one that is back under the name that it was listed under has not been renamed', async () => {
	await using place = await following('log');
	await fs.rename(place.at('log'), place.at('log.1'));
	const [moved] = await place.follow(place.entries[0]!, new VanishedError(undefined));
	assert.deepEqual([moved!.path, moved!.listedAs], ['log.1', 'log']);
	await fs.rename(place.at('log.1'), place.at('log'));
	const [back] = await place.follow(moved!.entry, new VanishedError(undefined));
	assert.deepEqual([back!.path, back!.listedAs], ['log', undefined]);
});

test('what is what it was is to blame itself; what is gone is gone; a link is not followed', async () => {
	await using place = await following('log');
	const [log] = place.entries;
	assert.deepEqual(await place.follow(log!, new VanishedError(undefined)), []);
	const same = await place.follow(log!);
	assert.deepEqual(paths(same), [['log', undefined, undefined]]);
	assert.equal(same[0]!.entry.identity, undefined, 'the name alone tells');
	const known = {...log!, listedAs: Buffer.from('log.0'), isReplacement: true};
	assert.deepEqual(paths(await place.follow(known)), [['log', 'log.0', true]]);
	await fs.rm(place.at('log'));
	assert.deepEqual(await place.follow(log!), []);
	assert.deepEqual(await place.follow({...log!, kind: 'symlink'}), []);
	assert.deepEqual(await place.follow({...log!, path: Buffer.from('no/directory')}), []);
});

test('nobody is followed for ever', async () => {
	await using place = await following('log');
	let [listed] = place.entries;
	let moves = 0;

	for (; listed; moves++) {
		await fs.rename(path.join(place.sandbox.source, listed.path.toString()), place.at(`log.${moves}`));
		const [next] = await place.follow(listed, new VanishedError(undefined));
		listed = next?.entry;
	}

	assert.equal(moves, 11);
});

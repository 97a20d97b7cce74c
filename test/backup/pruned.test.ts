import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {pruneAfterRun} from '../../source/backup/prune-after.ts';
import {Directory} from '../../source/files/directory.ts';
import {DestinationError} from '../../source/files/errors.ts';
import type {Hold} from '../../source/set/hold.ts';
import type {KeepPolicy} from '../../source/set/keep-policy.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {backUpHere} from '../support/running.ts';

const dates = ['2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13'] as const;

const policyOf = (last: number): KeepPolicy => ({last});

/** A sandbox with a set for each of some days. */
async function withSets(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const date of dates) {
		await sandbox.add('a.log', sampleLog(50_000, dates.indexOf(date)));
		await backUpHere(sandbox, {date});
	}

	return sandbox;
}

const sizeOf = async (sandbox: Sandbox, date: string) => {
	const files = await fs.readdir(path.join(sandbox.destination, date));
	const sizes = await Promise.all(files.map(async name => (await fs.stat(path.join(sandbox.destination, date, name))).size));
	return sizes.reduce((sum, size) => sum + size, 0);
};

const setsOf = async (sandbox: Sandbox) => (await fs.readdir(sandbox.destination)).filter(name => !name.startsWith('.')).toSorted();

test('a run that succeeded removes old sets, and tells which, what that freed, and what is kept', async () => {
	await using sandbox = await withSets();
	const sizes = await Promise.all(dates.map(async date => sizeOf(sandbox, date)));
	const reported = await backUpHere(sandbox, {date: '2026-03-14', keep: policyOf(2)});
	const {message, ...pruned} = reported.one('pruned');
	assert.deepEqual(pruned, {
		message_type: 'pruned',
		removed: [{date: dates[0], bytes_freed: sizes[0]}, {date: dates[1], bytes_freed: sizes[1]}, {date: dates[2], bytes_freed: sizes[2]}],
		failed: [],
		sets_kept: 2,
		bytes_freed: sizes[0]! + sizes[1]! + sizes[2]!,
	});
	assert.match(message, /^3 old sets removed, .+ freed, 2 kept$/v);
	assert.deepEqual(await setsOf(sandbox), ['2026-03-13', '2026-03-14']);
	assert.deepEqual(reported.events.slice(-2).map(({message_type: type}) => type), ['pruned', 'summary']);
	assert.equal(reported.one('summary').exit_code, 0);
	assert.match((await backUpHere(sandbox, {date: '2026-03-15', keep: policyOf(9)})).one('pruned').message, /^no old set removed, 3 kept$/v);
});

test('a run in which a file failed removes none', async () => {
	await using sandbox = await withSets();
	const reported = await backUpHere(sandbox, {date: '2026-03-14', keep: policyOf(1), missing: [{path: Buffer.from('gone'), outcome: 'failed'}]});
	assert.equal(reported.one('summary').exit_code, 3);
	assert.deepEqual(reported.of('pruned'), []);
	assert.equal((await setsOf(sandbox)).length, 5);
});

test('a run that could not remove an old set has failed in part; its own set stands', async () => {
	await using sandbox = await withSets();
	const reported = await backUpHere(sandbox, {
		date: '2026-03-14',
		keep: policyOf(4),
		onEvent(event) {
			if (event.message_type === 'start') {
				// What is in the way of taking its name away.
				mkdirSync(path.join(sandbox.destination, `.${dates[0]}.pruned/x`), {recursive: true});
			}
		},
	});
	assert.deepEqual(reported.one('pruned').failed.map(({date}) => date), [dates[0]]);
	assert.partialDeepStrictEqual(reported.one('summary'), {
		exit_code: 3, files_done: 1, files_failed: 0, set: path.join(sandbox.destination, '2026-03-14'),
	});
	assert.deepEqual(await setsOf(sandbox), [...dates, '2026-03-14']);
});

test('the set that was made stays, of whatever date it is', async () => {
	await using sandbox = await withSets();
	const reported = await backUpHere(sandbox, {date: '2026-03-01', keep: policyOf(2)});
	assert.deepEqual(await setsOf(sandbox), ['2026-03-01', '2026-03-12', '2026-03-13']);
	assert.equal(reported.one('pruned').sets_kept, 3);
});

const run = {policy: policyOf(1), date: '2026-03-13', own: {host: 'web1'}};

test('without the right to, none is removed; and what cannot be removed makes the run one that failed in part', async () => {
	await using sandbox = await withSets();
	await using destination = await Directory.open(sandbox.destination);
	const hold = {
		async check() {
			throw new DestinationError('the lock is gone');
		},
	} as unknown as Hold;
	const {message, ...pruned} = await pruneAfterRun({destination, hold}, run, new AbortController().signal);
	assert.deepEqual(pruned, {
		message_type: 'pruned', removed: [], failed: [{date: dates[0], error: {message: 'the lock is gone'}}], sets_kept: 3, bytes_freed: 0,
	});
	assert.equal(message, 'no old set removed, 3 kept; the lock is gone');
	assert.equal((await setsOf(sandbox)).length, 4);
});

test('once it is stopped, the rest is left to the next run', async () => {
	await using sandbox = await withSets();
	await using destination = await Directory.open(sandbox.destination);
	const hold = {check: async () => undefined} as unknown as Hold;
	const {message: _, ...pruned} = await pruneAfterRun({destination, hold}, run, AbortSignal.abort());
	assert.deepEqual(pruned, {
		message_type: 'pruned', removed: [], failed: [], sets_kept: 4, bytes_freed: 0,
	});
	assert.equal((await setsOf(sandbox)).length, 4);
});

test('if the sets cannot even be listed, that is what failed', async () => {
	await using sandbox = await withSets();
	const destination = await Directory.open(sandbox.destination);
	await destination.close();
	const {failed, removed, sets_kept: kept, message} = await pruneAfterRun({destination, hold: {check: async () => undefined} as unknown as Hold}, run, new AbortController().signal);
	assert.deepEqual([failed.length, failed[0]!.date, removed, kept], [1, undefined, [], 0]);
	assert.match(message, /^no old set removed, 0 kept; .+EBADF|ENOENT/v);
});

test('several that could not be removed are counted, and the first is named', async () => {
	await using sandbox = await withSets();
	// What is in the way of taking their names away.
	await Promise.all(dates.slice(0, 2).map(async date => fs.mkdir(path.join(sandbox.destination, `.${date}.pruned/x`), {recursive: true})));
	await using destination = await Directory.open(sandbox.destination);
	const {failed, removed, message} = await pruneAfterRun({destination, hold: {check: async () => undefined} as unknown as Hold}, run, new AbortController().signal);
	assert.deepEqual([failed.map(({date}) => date), removed.map(({date}) => date)], [dates.slice(0, 2), [dates[2]]]);
	assert.match(message, /^1 old set removed, .+, 1 kept; 2 could not be removed; the first: cannot remove the set 2026-03-10: /v);
});

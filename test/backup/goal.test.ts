import assert from 'node:assert/strict';
import {test} from 'node:test';
import {countSettled, newSet} from '../../source/backup/goal.ts';
import {CopyTotals} from '../../source/set/manifest/manifest.ts';
import type {StagedSet} from '../../source/set/staging/staged-set.ts';
import {recordOf} from '../support/copy-records.ts';
import {ledgerOf} from '../support/set-fixtures.ts';

const failed = {path: Buffer.from('failed'), outcome: 'failed'} as const;
const vanished = {path: Buffer.from('vanished'), outcome: 'vanished'} as const;

test('the numbers of a summary are about what the set holds', () => {
	const copies = [
		recordOf('a', {bytesIn: 100, bytesOut: 40}),
		recordOf('b', {bytesIn: 200, bytesOut: 50, isVerified: false}),
		recordOf('c', {bytesIn: 400, bytesOut: 60, reusedFrom: '2026-03-13'}),
	];
	assert.deepEqual(countSettled({
		copies: CopyTotals.of(copies), missing: [failed, vanished, vanished], leftOut: new Map([['excluded', {count: 7, paths: []}]]), isThere: true, added: {files_tried: 3, files_added: 2, bytes_added: 90},
	}), {
		exit_code: 3,
		total_files: 6,
		files_done: 3,
		files_failed: 1,
		files_vanished: 2,
		files_reused: 1,
		files_verified: 2,
		bytes_in: 700,
		bytes_reused: 400,
		reused_from: ['2026-03-13'],
		bytes_out: 150,
		bytes_new: 90,
		left_out: {excluded: 7},
		files_tried: 3,
		files_added: 2,
		bytes_added: 90,
	});
});

test('a run ends with 0 if all is done, with 3 if a file failed, and with 1 if there is no set', () => {
	const code = (missing: ReadonlyArray<typeof failed | typeof vanished>, isThere = true) => countSettled({
		copies: CopyTotals.of(isThere ? [recordOf('a')] : []), missing, leftOut: undefined, isThere,
	}).exit_code;
	assert.equal(code([]), 0);
	assert.equal(code([vanished]), 0);
	assert.equal(code([failed]), 3);
	assert.equal(code([failed], false), 1);
	assert.equal(code([vanished], false), 1);
	assert.ok(!('left_out' in countSettled({
		copies: new CopyTotals(), missing: [], leftOut: undefined, isThere: true,
	})));
});

const facts = {
	version: '1', host: 'web1', source: '/var/log', engine: 'zlib', level: 6, started: 's', finished: 'f',
};

/** A staged set with copies, and what was done with it. */
function staged(copies: ReadonlyArray<ReturnType<typeof recordOf>>) {
	const done: unknown[] = [];
	const set = {
		staging: {copies: ledgerOf(copies)},
		async publish(manifest: unknown) {
			done.push(['publish', manifest]);
		},
		async discard() {
			done.push(['discard']);
		},
	};
	return {set: set as unknown as StagedSet, done};
}

test('a set of its own is published with what is missing in it, and what was left out', async () => {
	const copies = [recordOf('a')];
	const {set, done} = staged(copies);
	const leftOut = new Map([['default', {count: 2, paths: [Buffer.from('wtmp')]}]] as const);
	const settled = await newSet([], [], leftOut).settle(set, [failed], facts);
	assert.deepEqual(settled, {
		copies: CopyTotals.of(copies), missing: [failed], leftOut, isThere: true,
	});
	assert.partialDeepStrictEqual(done, [['publish', {...facts, missing: [failed], left_out: {default: {count: 2}}}]]);
});

test('what is not known to be left out is not told, and a set that cannot be published is none', async () => {
	const {set, done} = staged([recordOf('a')]);
	await newSet([], [], undefined).settle(set, [], facts);
	assert.ok(!('left_out' in (done as ReadonlyArray<readonly [string, object]>)[0]![1]));
	const failing = Object.assign(set, {
		async publish() {
			throw new Error('disk');
		},
	});
	await assert.rejects(newSet([], [], undefined).settle(failing, [], facts), /disk/v);
});

test('a set of its own is made of all that is selected, and takes over what others left', () => {
	const leftOut = new Map();
	const {settle: _, ...goal} = newSet([], [failed], leftOut);
	assert.deepEqual(goal, {
		entries: [], missing: [failed], leftOut, adopts: true,
	});
});

test('without one copy there is none', async () => {
	const {set, done} = staged([]);
	const settled = await newSet([], [], undefined).settle(set, [failed], facts);
	assert.equal(settled.isThere, false);
	assert.deepEqual(done, [['discard']]);
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type DayFacts, encodeDayFacts} from '../../source/origin/journal-facts.ts';
import {JournalSource} from '../../source/origin/journal-source.ts';
import type {StreamEntry} from '../../source/origin/stream-source.ts';
import {recordOf} from '../support/copy-records.ts';
import {Sandbox} from '../support/sandbox.ts';

const micros = (moment: string) => Date.parse(moment) * 1000;

const [first, last] = [micros('2026-03-14T00:00:05Z'), micros('2026-03-14T23:00:00Z')];
const [boot, other] = ['b'.repeat(32), 'c'.repeat(32)];

/** What is known of a copy that has all of a day. */
const facts: DayFacts = {
	entries: 12, first: {cursor: 's=1', time: first}, last: {cursor: 's=2', time: last}, machines: ['a'.repeat(32)], boots: [boot], counted: {entries: 10, first, last}, isClosed: true,
};

const entryOf = (records: Partial<NonNullable<StreamEntry['records']>> = {}): StreamEntry => ({
	path: Buffer.from('journal/2026-03-14'),
	kind: 'stream',
	from: 'journal',
	size: 1,
	allocated: 1,
	modified: last / 1000,
	isReadable: true,
	records: {
		count: 10, first, last, isExact: true, groups: [boot], ...records,
	},
});

/** What is said of a copy in place of a day, if it is taken. */
const reused = async (records: Partial<NonNullable<StreamEntry['records']>>, changed: Partial<DayFacts> = {}, directory?: string) =>
	new JournalSource(directory, {roots: []}).reuse(entryOf(records), recordOf('journal/2026-03-14', {from: 'journal', facts: encodeDayFacts({...facts, ...changed})}));

test('a copy that has as many entries of a day as the journal, from the same first to the same last, stands for it', async () => {
	assert.deepEqual(await reused({}), {facts: encodeDayFacts(facts)});

	for (const [what, records] of [
		['it begins elsewhere', {first: first - 1}],
		['it ends elsewhere', {last: last + 1}],
		['it has one more', {count: 11}],
		['it is not counted', {isExact: false}],
		['something of it is of another boot', {groups: [boot, other]}],
	] as const) {
		assert.equal(await reused(records), undefined, what);
	}

	assert.notEqual(await reused({groups: []}), undefined);
});

test('a copy that has more than the journal by now stands for it, and tells how much', async () => {
	assert.deepEqual(await reused({count: 7, first: first + 1, last: last - 1}), {facts: encodeDayFacts({...facts, lost: 3}), notes: ['vacuumed']});
	assert.equal(await reused({count: 7, groups: [other]}), undefined);
});

test('a copy of which that is not known, or of another journal, stands for nothing', async () => {
	const {counted: _, ...uncounted} = facts;
	assert.equal(await reused({}, {isClosed: false}), undefined, 'more was to come');
	assert.equal(await reused({}, {directory: '/elsewhere'}), undefined);
	assert.equal(await reused({}, {}, '/elsewhere'), undefined);
	assert.notEqual(await reused({}, {directory: '/elsewhere'}, '/elsewhere'), undefined);
	const source = new JournalSource(undefined, {roots: []});
	assert.equal(await source.reuse(entryOf(), recordOf('journal/2026-03-14', {from: 'journal', facts: encodeDayFacts(uncounted)})), undefined);
	assert.equal(await source.reuse(entryOf(), recordOf('journal/2026-03-14', {from: 'journal'})), undefined);
});

test('a day that the journal does not have any more is gone, whether it is over or not; and a directory that has no journal is no source', async () => {
	await using sandbox = await Sandbox.create();

	for (const now of ['2026-03-14T12:00:00Z', '2026-03-20T12:00:00Z']) {
		const source = new JournalSource(sandbox.source, {roots: [sandbox.source]}, () => Date.parse(now));
		await assert.rejects(source.open(entryOf()), {name: 'VanishedError'});
		await assert.rejects(source.list(), {name: 'ForeseenError'});
	}
});

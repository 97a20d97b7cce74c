/* Whether a set without a manifest has a whole copy, where a glance has no time to see. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {renameSync} from 'node:fs';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {describeSet, listSetNames} from '../../source/set/catalog.ts';
import {readHealth} from '../../source/set/health.ts';
import {findLatest} from '../../source/set/latest.ts';
import {settleSet} from '../../source/set/settle-set.ts';
import {
	copyOf,
	makeSet,
	overviewOf,
	Place,
} from '../support/set-fixtures.ts';

const mebibyte = 1024 * 1024;
const date = '2026-03-13';
const now = new Date('2026-03-14T12:00:00.000Z');
const today = '2026-03-14';
const own = {host: 'web1'};

/** More than is unpacked at a glance; not compressed, so that all of it is read. */
const huge = gzipSync(randomBytes(17 * mebibyte), {level: 0});
const tornHuge = huge.subarray(0, -1);

const glance = (place: Place) => describeSet(place.directory, {date, isStaging: false}, false);

/** What a glance leaves open. */
const open = overviewOf(date, {state: 'foreign', isUnsettled: true});

const settle = async (place: Place, signal?: AbortSignal) => settleSet(place.directory, open, signal);

test('copies too large for a glance are unpacked to where they are cut short: the set is empty, and nothing takes it for a backup', async () => {
	await using place = await Place.create();
	await place.write(`${date}/a.gz`, tornHuge);
	await place.write(`${date}/deep/b.gz`, huge.subarray(0, 16.5 * mebibyte));
	await place.write('2026-03-12/a.gz', copyOf('a'));
	const overview = glance(place)!;
	assert.deepEqual([overview.state, overview.isUnsettled], ['foreign', true]);
	const settled = (await settleSet(place.directory, overview))!;
	assert.deepEqual([settled.state, settled.isUnsettled], ['empty', undefined]);
	assert.ok(settled.problem?.includes('deep/b.gz'), settled.problem);
	assert.partialDeepStrictEqual(await readHealth(place.directory, {maximumAge: Infinity, whose: own, now}), {verdict: 'damaged', newest: {date}});

	for (const whose of [own, {...own, sources: ['/var/log']}]) {
		const latest = await findLatest(place.directory, await listSetNames(place.directory), {whose, today});
		assert.equal(latest?.overview.date, '2026-03-12');
	}
});

test('one whole copy among large ones that are cut short is enough', async () => {
	await using place = await Place.create();
	await place.write(`${date}/a.gz`, tornHuge);
	await place.write(`${date}/b.gz`, huge);
	await place.write(`${date}/c.gz`, tornHuge);
	assert.equal(glance(place)?.isUnsettled, true);
	const settled = (await settle(place))!;
	assert.deepEqual([settled.state, settled.isUnsettled], ['foreign', undefined]);
	const latest = await findLatest(place.directory, await listSetNames(place.directory), {whose: own, today});
	assert.deepEqual([latest?.overview.date, latest?.overview.isUnsettled], [date, undefined]);
	const {verdict, newest} = await readHealth(place.directory, {maximumAge: Infinity, whose: own, now});
	assert.deepEqual([verdict, newest?.date], ['too old', date], 'it was just made, and is in the future of that clock');
});

test('the smallest is unpacked first, so that the largest need not be', async () => {
	await using place = await Place.create();
	await place.write(`${date}/b.gz`, huge);
	// Zeros after it are part of a copy, and to read so many takes minutes.
	await place.write(`${date}/a.gz`, huge);
	await fs.truncate(place.at(date, 'a.gz'), 256 * 1024 * mebibyte);
	assert.equal((await settle(place))?.state, 'foreign');
});

test('what is settled already, or has a manifest, is left as it is', async () => {
	await using place = await Place.create();
	const overview = overviewOf(date);
	assert.equal(await settleSet(place.directory, overview), overview);
});

/* The boundary is that of the blocks that are read. */
const member = gzipSync(randomBytes(100_000));
const block = 256 * 1024;
const filled = (() => {
	const content = randomBytes(block);
	const overhead = gzipSync(content, {level: 0}).length - block;
	return gzipSync(content.subarray(0, block - overhead), {level: 0});
})();
const forms: Readonly<Record<string, Buffer>> = {
	whole: member,
	'of nothing': gzipSync(''),
	'with zeros after it': Buffer.concat([member, Buffer.alloc(1000)]),
	'with more zeros after it than a block': Buffer.concat([member, Buffer.alloc(2 * block)]),
	'of one block': filled,
	'of one block and zeros': Buffer.concat([filled, Buffer.alloc(10)]),
	'of one block and another member': Buffer.concat([filled, member]),
	'of two members': Buffer.concat([member, member]),
	'of small members': Buffer.concat([copyOf('a'), copyOf('b'), Buffer.alloc(1)]),
	'whose second member is cut short': Buffer.concat([member, member.subarray(0, -1)]),
	'whose second member has only begun': Buffer.concat([copyOf('a'), copyOf('b').subarray(0, 2)]),
	'of one block, whose second member has only begun': Buffer.concat([filled, member.subarray(0, 3)]),
	'without its last byte': member.subarray(0, -1),
	'without content': member.subarray(0, 10),
	'with text after it': Buffer.concat([member, Buffer.from('text')]),
	'with zeros and text after it': Buffer.concat([copyOf('a'), Buffer.alloc(10), Buffer.from('text')]),
	'with zeros and a member after it': Buffer.concat([member, Buffer.alloc(10), member]),
	'of no known method': Buffer.concat([Buffer.of(0x1F, 0x8B, 0x07), member.subarray(3)]),
	'with another checksum': Buffer.concat([member.subarray(0, -8), Buffer.alloc(4), member.subarray(-4)]),
};

for (const [what, content] of Object.entries(forms)) {
	test(`a copy ${what} is what gzip -t says it is, at a glance and at length`, async () => {
		await using place = await Place.create();
		await place.write(`${date}/a.gz`, content);
		const state = spawnSync('gzip', ['-t', place.at(date, 'a.gz')]).status === 0 ? 'foreign' : 'empty';
		const overview = glance(place);
		assert.deepEqual([overview?.state, overview?.isUnsettled], [state, undefined]);
		assert.equal((await settle(place))?.state, state);
		// Only unpacked in a stream.
		await place.write(`${date}/a.gz`, Buffer.concat([huge, content]));
		assert.equal((await settle(place))?.state, state);
	});
}

test('what unpacks to more than a glance takes is left open by it', async () => {
	await using place = await Place.create();
	await place.write(`${date}/a.gz`, gzipSync(Buffer.alloc(20 * mebibyte)));
	assert.equal(glance(place)?.isUnsettled, true);
	assert.equal((await settle(place))?.state, 'foreign');
	await place.write(`${date}/a.gz`, gzipSync(Buffer.alloc(20 * mebibyte)).subarray(0, -1));
	assert.equal(glance(place)?.isUnsettled, true);
	assert.equal((await settle(place))?.state, 'empty');
});

test('of many broken copies a glance sees some, and all are looked at at length', async () => {
	await using place = await Place.create();
	const torn = copyOf('a').subarray(0, -1);
	await place.write(`${date}/0.gz`, torn);
	await Promise.all(Array.from({length: 10_000}, async (_, index) => fs.writeFile(place.at(date, `${index}.gz`), torn)));
	assert.equal(glance(place)?.isUnsettled, true);
	assert.equal((await settle(place))?.state, 'empty');
});

test('what is not a regular file, or leads elsewhere, is not a copy, and is not waited for', async () => {
	await using place = await Place.create();
	await place.write('elsewhere/a.gz', copyOf('a'));
	await fs.mkdir(place.at(date));
	spawnSync('mkfifo', [place.at(date, 'fifo.gz')]);
	await fs.symlink('../elsewhere/a.gz', place.at(date, 'link.gz'));
	await fs.symlink('../elsewhere', place.at(date, 'directory'));
	assert.equal(glance(place)?.state, 'empty');
	assert.equal((await settle(place))?.state, 'empty');
	await place.write(`${date}/a.gz`, copyOf('a'));
	assert.equal((await settle(place))?.state, 'foreign');
});

test('of a set that is gone meanwhile there is nothing to tell; of one that has taken its place, what that is', async () => {
	await using place = await Place.create();
	assert.equal(await settle(place), undefined);

	for (const [state, make] of [['complete', async () => makeSet(place, 'new')], ['damaged', async () => place.write('new')], [undefined, async () => undefined]] as const) {
		await place.write(`${date}/a.gz`, tornHuge);
		await make();
		const {signal} = new AbortController();
		let blocks = 0;

		// It is asked before each block of a copy that is read.
		signal.throwIfAborted = () => {
			blocks++;

			if (blocks === 1) {
				renameSync(place.at(date), place.at('moved'));

				if (state) {
					renameSync(place.at('new'), place.at(date));
				}
			}
		};

		assert.equal((await settle(place, signal))?.state, state);
		assert.notEqual(blocks, 0);
		await fs.rm(place.at('moved'), {recursive: true});
		await fs.rm(place.at(date), {recursive: true, force: true});
	}

	// Before it was opened.
	await makeSet(place, date);
	assert.equal((await settle(place))?.state, 'complete');
});

test('the reading can be ended, and leaves nothing open', async () => {
	await using place = await Place.create();
	await place.write(`${date}/a.gz`, tornHuge);
	const openFiles = async () => (await fs.readdir('/proc/self/fd')).length;
	const before = await openFiles();
	const controller = new AbortController();
	const settling = settle(place, controller.signal);
	controller.abort(new Error('stopped'));
	await assert.rejects(settling, {message: 'stopped'});
	const signal = AbortSignal.abort(new Error('stopped'));
	await assert.rejects(readHealth(place.directory, {
		maximumAge: 1, whose: own, now, signal,
	}), {message: 'stopped'});
	assert.equal(await openFiles(), before);
});

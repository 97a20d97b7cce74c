import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {estimate} from '../../source/backup/estimate.ts';
import {sampleAndEstimate, sampleRatio} from '../../source/backup/sample.ts';
import {refuseWithoutSpace} from '../../source/backup/space-check.ts';
import {formatOf} from '../../source/formats/formats.ts';
import {Directory} from '../../source/files/directory.ts';
import type {Entry} from '../../source/origin/entry.ts';
import type {Space, SpaceWatch} from '../../source/set/space.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {entriesOf} from '../support/running.ts';

const megabyte = 1_000_000;
const overhead = 8192;
const file = (size: number, allocated = size, name = 'x'): Entry => ({
	path: Buffer.from(name), kind: 'file', size, allocated, modified: 0, isReadable: true,
});

const usual = {format: 'gzip', level: 6} as const;

const judged = (entries: readonly Entry[]) => entries.map(entry => ({entry, ratio: undefined, isLinked: false}));

const worstCase = (entries: readonly Entry[]) => estimate(judged(entries), formatOf('gzip').mostBytes).most;

const predictAll = async (source: Directory, entries: readonly Entry[], compressing: typeof usual) => (await sampleAndEstimate(source, judged(entries), compressing)).most;

test('the worst case is what does not shrink at all, and a block or two for each file', () => {
	assert.equal(worstCase([]), 0);
	assert.equal(worstCase([file(0)]), overhead);
	assert.equal(worstCase([file(megabyte)]), 1_001_000 + overhead);
	assert.equal(worstCase([file(megabyte), file(0)]), 1_001_000 + (2 * overhead));
	assert.equal(worstCase([file(megabyte, 2 * megabyte)]), 1_001_000 + overhead, 'more blocks than it is long');
	assert.equal(worstCase([file(100 * megabyte, 0)]), 100_000 + overhead, 'zeros shrink to a thousandth');
	assert.equal(worstCase([file(1000 * megabyte, megabyte)]), 1_001_000 + overhead, 'and large holes are left out');
	assert.equal(worstCase([file(2 ** 60)]), 0, 'there will be no copy of it');
});

test('how far a file shrinks is told by samples from all over it', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', sampleLog(600_000, 1));
	await sandbox.add('noise', randomBytes(600_000));
	await sandbox.add('packed.gz', gzipSync(randomBytes(600_000)));
	// Dull at its beginning and its end, as far as two samples reach.
	await sandbox.add('busy', Buffer.concat([Buffer.alloc(65_536), randomBytes(1_000_000), Buffer.alloc(65_536)]));
	await sandbox.add('short', Buffer.alloc(1000));
	await sandbox.add('empty');
	await using source = await Directory.open(sandbox.source);
	const [log, noise, packed, busy, short, empty] = await entriesOf(sandbox, 'log', 'noise', 'packed.gz', 'busy', 'short', 'empty');
	const ratio = async (entry: Entry) => sampleRatio(source, entry, usual);
	const ratioOfLog = await ratio(log!);
	assert.ok(ratioOfLog > 0.1 && ratioOfLog < 0.5, String(ratioOfLog));
	assert.equal(await ratio(noise!), 1);
	assert.equal(await ratio(packed!), 1);
	const ratioOfBusy = await ratio(busy!);
	assert.ok(ratioOfBusy > 0.45 && ratioOfBusy < 0.55, String(ratioOfBusy));
	assert.ok(await ratio(short!) < 0.05);
	assert.equal(await ratio(empty!), 1);
	await assert.rejects(ratio({...log!, path: Buffer.from('gone')}), {code: 'ENOENT'});
	assert.ok(await sampleRatio(source, log!, {format: 'gzip', level: 1}) > ratioOfLog, 'at its level');
});

test('what is compressed already is told by its beginning alone; a link is followed only if it is one that was chosen, and a FIFO not waited for', async () => {
	await using sandbox = await Sandbox.create();
	const magic = Buffer.of(0x1F, 0x8B, 8, 0);
	await sandbox.add('packed', Buffer.concat([magic, Buffer.alloc(600_000)]));
	await sandbox.add('log', Buffer.concat([Buffer.alloc(600_000 - 65_536), magic, Buffer.alloc(65_532)]));
	await fs.symlink('log', path.join(sandbox.source, 'link'));
	assert.equal((await run('mkfifo', [path.join(sandbox.source, 'fifo')])).code, 0);
	await using source = await Directory.open(sandbox.source);
	const [packed, log, link] = await entriesOf(sandbox, 'packed', 'log', 'link');
	const ratio = async (entry: Entry) => sampleRatio(source, entry, usual);
	assert.equal(await ratio(packed!), 1);
	assert.ok(await ratio(log!) < 0.1);
	assert.equal(await ratio(link!), await ratio(log!));
	await assert.rejects(ratio({...log!, path: Buffer.from('link')}), {code: 'ELOOP'});
	assert.equal(await ratio({...log!, path: Buffer.from('fifo')}), 1);
});

test('what samples would see of a file with large holes does not count', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addSparse('hollow', 600_000_000);
	await using handle = await fs.open(path.join(sandbox.source, 'hollow'), 'r+');
	await handle.write(randomBytes(1_000_000), 0, 1_000_000, 1_000_000);
	await handle.sync();
	await using source = await Directory.open(sandbox.source);
	const entries = await entriesOf(sandbox, 'hollow');
	assert.equal(await predictAll(source, entries, usual), worstCase(entries));
});

test('a prediction is on the safe side, and never above the worst case; what cannot be looked into counts as the worst', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', sampleLog(600_000, 1));
	await sandbox.add('noise', randomBytes(600_000));
	await sandbox.add('short', sampleLog(200_000, 2));
	await using source = await Directory.open(sandbox.source);
	const [log, noise, short] = await entriesOf(sandbox, 'log', 'noise', 'short');
	const predicted = await predictAll(source, [log!], usual);
	assert.equal(predicted, Math.ceil(await sampleRatio(source, log!, usual) * 1.5 * 600_000) + overhead);
	assert.ok(predicted > gzipSync(await sandbox.content('log')).length);
	assert.equal(await predictAll(source, [noise!], usual), worstCase([noise!]));
	assert.equal(await predictAll(source, [short!], usual), worstCase([short!]), 'too short to be sampled');
	const gone = {...log!, path: Buffer.from('gone')};
	assert.equal(await predictAll(source, [gone, log!], usual), worstCase([gone]) + predicted);
	const hollow = {...log!, size: 1e9, allocated: 600_000};
	assert.equal(await predictAll(source, [hollow], usual), worstCase([hollow]));
});

/** Refuses entries at a destination with so much space. */
async function refuse(copied: readonly Entry[], space: Space | undefined, {sandbox, linked = []}: {readonly sandbox?: Sandbox; readonly linked?: readonly Entry[]} = {}): Promise<void> {
	await using source = await Directory.open(sandbox?.source ?? '/');
	const watch = {read: async () => space} as unknown as SpaceWatch;
	await refuseWithoutSpace({source, destinationPath: '/backups', ...usual}, {copied, linked}, watch);
}

test('what fits in the worst case is not looked into; what does not, by its content', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', sampleLog(600_000, 1));
	const entries = await entriesOf(sandbox, 'log');
	const worst = worstCase(entries);
	const gone = [{...entries[0]!, path: Buffer.from('gone')}];
	await refuse(gone, {free: worst + 100, reserve: 100});
	await assert.rejects(refuse(gone, {free: worst + 99, reserve: 100}), {name: 'NoSpaceError', code: 'ENOSPC', message: /\/backups.+--reserve/v});
	await using source = await Directory.open(sandbox.source);
	const needed = await predictAll(source, entries, usual);
	assert.ok(needed < worst);
	await refuse(entries, {free: needed + 100, reserve: 100}, {sandbox});
	await assert.rejects(refuse(entries, {free: needed + 99, reserve: 100}, {sandbox}), {name: 'NoSpaceError'});
});

test('each file takes an inode, and so does each directory that it is in, and what every set has beside', async () => {
	const entries = [file(1, 1, 'a'), file(1, 1, 'sub/b'), file(1, 1, 'sub/deep/c'), file(1, 1, 'sub/deep/d')];
	const space = (free: number) => ({free: 1e12, reserve: 0, inodes: {free, reserve: 10}});
	await refuse(entries, space(10 + 4 + 2 + 16));
	await assert.rejects(refuse(entries, space(10 + 4 + 2 + 15)), {name: 'NoSpaceError', message: /22 files and directories/v});
	await refuse(entries, {free: 1e12, reserve: 0});
});

test('what is linked takes no inode but for its directories, and no space but where it is told of', async () => {
	const linked = [file(1e12, 1e12, 'a'), file(1e12, 1e12, 'sub/b')];
	const space = (free: number) => ({free: 1e9, reserve: 0, inodes: {free, reserve: 0}});
	await refuse([], space(1 + 16), {linked});
	await assert.rejects(refuse([], space(16), {linked}), {name: 'NoSpaceError', message: /17 files and directories/v});
	await assert.rejects(refuse([], {free: 200, reserve: 0}, {linked}), {name: 'NoSpaceError'});
	await refuse([], {free: 20_000, reserve: 0}, {linked});
});

test('where nothing tells, or the space does not matter, nothing is refused', async () => {
	await using source = await Directory.open('/');
	const refusals = await Promise.allSettled([refuse([file(1e15)], undefined), refuseWithoutSpace({source, destinationPath: '/backups', ...usual}, {copied: [file(1e15)]}, undefined)]);
	assert.deepEqual(refusals.map(({status}) => status), ['fulfilled', 'fulfilled']);
});

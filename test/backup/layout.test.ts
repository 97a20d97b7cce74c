import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import type {SourceFile} from '../../source/origin/source-file.ts';
import {SourceReader} from '../../source/origin/source-reader.ts';
import {
	cutTo,
	layOut,
	type Layout,
	lengthOf,
	mostZeros,
} from '../../source/origin/sparse.ts';
import {dataBetween, findHoles} from '../../source/files/holes.ts';
import {skippedFrom} from '../../source/origin/entry.ts';
import {Sandbox} from '../support/sandbox.ts';
import {makeLaced} from '../support/files.ts';

const gibibyte = 2 ** 30;

/** A source of which each byte tells its position. `most`: bytes of a read at most, as some file systems have it. */
function fileOf(size: number, {most = Infinity, zeros = false}: {readonly most?: number; readonly zeros?: boolean} = {}) {
	const asked: Array<readonly [position: number, length: number]> = [];
	const file = {
		async read(into: Buffer, position: number) {
			asked.push([position, into.length]);
			const length = Math.max(0, Math.min(into.length, size - position, most));

			for (let index = 0; index < length; index++) {
				into[index] = zeros ? 0 : ((position + index) % 251) + 1;
			}

			return length;
		},
	};
	return {file: file as unknown as SourceFile, asked};
}

const layoutOf = (...extents: Layout['extents']): Layout => ({extents, isSparse: true, mostZeros: Infinity});

async function readAll(reader: SourceReader, blockSize: number): Promise<Buffer> {
	const blocks: Buffer[] = [];

	for (let length = blockSize; length === blockSize;) {
		const block = Buffer.alloc(blockSize);
		length = await reader.read(block);
		blocks.push(block.subarray(0, length));
	}

	return Buffer.concat(blocks);
}

const {signal} = new AbortController();
const expected = (...extents: Layout['extents']) => Buffer.from(extents.flatMap(([offset, length]) => Array.from({length}, (_, index) => ((offset + index) % 251) + 1)));

test('what was laid out is read, extent after extent, in blocks that are full but the last', async () => {
	const extents = [[10, 100], [200, 1], [300, 57]] as const;

	for (const blockSize of [1, 7, 100, 101, 158, 159, 1000]) {
		for (const most of [Infinity, 3]) {
			const told: number[] = [];
			const reader = new SourceReader(fileOf(1000, {most}).file, layoutOf(...extents), signal, bytes => {
				told.push(bytes);
			});
			assert.ok((await readAll(reader, blockSize)).equals(expected(...extents)), `blocks of ${blockSize}, reads of ${most}`);
			assert.equal(reader.bytesRead, 158);
			assert.equal(told.reduce((sum, bytes) => sum + bytes, 0), 158);
		}
	}
});

test('never is more read than was laid out', async () => {
	const {file, asked} = fileOf(1000);
	await readAll(new SourceReader(file, layoutOf([0, 10], [90, 10]), signal, () => undefined), 64);
	assert.ok(asked.every(([position, length]) => (position + length <= 10) || (position >= 90 && position + length <= 100)), JSON.stringify(asked));
});

test('a file that has become shorter ends where it ends, whatever was laid out after that', async () => {
	const {file, asked} = fileOf(60);
	const reader = new SourceReader(file, layoutOf([0, 20], [50, 20], [80, 20]), signal, () => undefined);
	assert.ok((await readAll(reader, 1000)).equals(expected([0, 20], [50, 10])));
	assert.equal(reader.bytesRead, 30);
	assert.ok(asked.every(([position]) => position < 80));
});

test('nothing to read is nothing, and an empty extent no end', async () => {
	assert.equal((await readAll(new SourceReader(fileOf(10).file, layoutOf(), signal, () => undefined), 10)).length, 0);
	assert.equal((await readAll(new SourceReader(fileOf(10).file, layoutOf([0, 0]), signal, () => undefined), 10)).length, 0);
	assert.ok((await readAll(new SourceReader(fileOf(10).file, layoutOf([0, 0], [5, 5]), signal, () => undefined), 10)).equals(expected([5, 5])));
});

test('a stopped run reads no further', async () => {
	const {file, asked} = fileOf(10);
	const reader = new SourceReader(file, layoutOf([0, 10]), AbortSignal.abort(new Error('stopped')), () => undefined);
	await assert.rejects(reader.read(Buffer.alloc(10)), /stopped/v);
	assert.deepEqual(asked, []);
});

test('where nothing tells holes from data, so many zeros are read and no more; content in between is none', async () => {
	const zerosUpTo = async (size: number, most: number, zeros = true) => readAll(new SourceReader(fileOf(size, {zeros}).file, {extents: [[0, size]], isSparse: false, mostZeros: most}, signal, () => undefined), 100_000);
	assert.equal((await zerosUpTo(250_000, 250_000)).length, 250_000);
	await assert.rejects(zerosUpTo(250_001, 250_000), {name: 'SourceError', message: /in holes that cannot be left out/v});
	assert.equal((await zerosUpTo(250_001, 250_000, false)).length, 250_001);
});

test('a block with anything but zeros in it, at whatever place, counts as none', async () => {
	const mostly = (at: number) => ({
		async read(into: Buffer, position: number) {
			into.fill(0);

			if (at >= position && at < position + into.length) {
				into[at - position] = 1;
			}

			return Math.max(0, Math.min(into.length, 200_000 - position));
		},
	}) as unknown as SourceFile;

	for (const at of [0, 65_535, 65_536, 99_999]) {
		await readAll(new SourceReader(mostly(at), {extents: [[0, 200_000]], isSparse: false, mostZeros: 150_000}, signal, () => undefined), 100_000);
	}

	await assert.rejects(readAll(new SourceReader(mostly(300_000), {extents: [[0, 200_000]], isSparse: false, mostZeros: 150_000}, signal, () => undefined), 100_000), /holes/v);
});

test('extents are summed up, and cut to what was read', () => {
	const extents = [[0, 10], [20, 5], [100, 50]] as const;
	assert.equal(lengthOf(extents), 65);
	assert.equal(lengthOf([]), 0);
	assert.deepEqual(cutTo(extents, 65), extents);
	assert.deepEqual(cutTo(extents, 12), [[0, 10], [20, 2]]);
	assert.deepEqual(cutTo(extents, 10), [[0, 10]]);
	assert.deepEqual(cutTo(extents, 0), []);
});

test('data is what lies between holes, before the first and after the last', () => {
	assert.deepEqual(dataBetween([], 10), [[0, 10]]);
	assert.deepEqual(dataBetween([[0, 10]], 10), []);
	assert.deepEqual(dataBetween([[2, 3], [7, 1]], 10), [[0, 2], [5, 2], [8, 2]]);
	assert.deepEqual(dataBetween([[0, 3], [8, 2]], 10), [[3, 5]]);
	assert.deepEqual(dataBetween([[2, 3], [5, 1]], 6), [[0, 2]]);
	assert.deepEqual(dataBetween([], 0), []);
});

test('a file that takes as much on disk as it is long is read as it is, and nobody looks for holes', async () => {
	const file = {
		stats: {blocks: BigInt((gibibyte - skippedFrom) / 512)}, get fd(): number {
			throw new Error('looked for holes');
		},
	} as unknown as SourceFile;
	assert.deepEqual(await layOut(file, gibibyte), {extents: [[0, gibibyte]], isSparse: false, mostZeros: Infinity});
	await assert.rejects(layOut(file, gibibyte + 1), /looked for holes/v);
});

test('large holes are left out, small ones are read as long as they are not too many', async t => {
	await using sandbox = await Sandbox.create();
	const open = async (name: string) => {
		const file = await fs.open(path.join(sandbox.root, name), 'r');
		const stats = await file.stat({bigint: true});
		return Object.assign(file, {stats}) as unknown as SourceFile & fs.FileHandle;
	};

	const file = path.join(sandbox.root, 'sparse');
	const data = 65_536;
	await fs.writeFile(file, '');
	await using writer = await fs.open(file, 'r+');
	await writer.write(Buffer.alloc(data, 'x'), 0, data, gibibyte / 2);
	await writer.truncate(gibibyte);
	await writer.sync();
	await using sparse = await open('sparse');

	if (await findHoles(sparse.fd, gibibyte, 1) === undefined) {
		t.skip('nothing tells holes here');
		return;
	}

	assert.deepEqual(await layOut(sparse, gibibyte), {extents: [[gibibyte / 2, data]], isSparse: true, mostZeros: Infinity});

	for (const [name, size, stride] of [['many', 320 * (2 ** 20), 65_536], ['endless', 100 * gibibyte, 2 ** 24]] as const) {
		await fs.writeFile(path.join(sandbox.root, name), '');
		await makeLaced(path.join(sandbox.root, name), size, stride);
	}

	await using many = await open('many');
	assert.deepEqual(await layOut(many, 320 * (2 ** 20)), {extents: [[0, 320 * (2 ** 20)]], isSparse: false, mostZeros: Infinity});
	await using endless = await open('endless');
	await assert.rejects(layOut(endless, 100 * gibibyte), {name: 'SourceError', message: /in holes that cannot be left out/v});
	const laced = await layOut(endless, 64 * gibibyte);
	assert.deepEqual([laced.isSparse, laced.extents.length], [true, 1001]);
});

test('where holes cannot be told, zeros are read within bounds', async () => {
	const file = {stats: {blocks: 0n}, fd: -1} as unknown as SourceFile;
	assert.deepEqual(await layOut(file, gibibyte), {extents: [[0, gibibyte]], isSparse: false, mostZeros});
	assert.equal(mostZeros, 64 * gibibyte);
});

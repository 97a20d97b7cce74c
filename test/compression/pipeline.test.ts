import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import {crc32, gunzipSync, gzipSync} from 'node:zlib';
import {formatCrc} from '../../source/compression/crc32.ts';
import {BlockPool} from '../../source/compression/block-pool.ts';
import {DamagedError} from '../../source/compression/engine.ts';
import {createLibdeflateEngine} from '../../source/gzip/libdeflate-engine.ts';
import type {Libdeflate} from '../../source/gzip/libdeflate.ts';
import {type Block, compressInBlocks} from '../../source/compression/pipeline.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {engines, readFrom} from '../support/engines.ts';

const content = sampleLog(600_000, 1);
const packed = gzipSync(content);

/** A checksum that shows what was joined in which order, and is none that the program knows. */
const trace = {none: '', join: (first: string, second: string, bytes: number) => `${first}${second}(${bytes})`, text: (sum: string) => `<${sum}>`};

/** Compresses by a pretended engine: each block becomes itself, between brackets. */
async function pretend(size: number, {depth = 2, blocks = 4, onEncode}: {readonly depth?: number; readonly blocks?: number; readonly onEncode?: (block: Block) => void | Promise<void>} = {}) {
	const pool = new BlockPool(blocks, 10);
	const written: string[] = [];
	const seen: Array<readonly [position: number, length: number, isLast: boolean]> = [];
	let underWay = 0;
	let most = 0;
	let released = 0;
	const totals = await compressInBlocks({
		pool,
		depth,
		checksum: trace,
		async encode(block) {
			most = Math.max(most, ++underWay);
			seen.push([block.position, block.content.length, block.isLast]);
			const text = `[${block.content.toString()}]`;
			await onEncode?.(block);
			return {
				chunks: [Buffer.from(text)],
				sum: block.content.toString().slice(0, 1),
				release() {
					underWay--;
					released++;
				},
			};
		},
	}, {
		read: readFrom(Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789'.slice(0, size))),
		async write(chunk) {
			written.push(chunk.toString());
		},
	}, {header: Buffer.from('H'), trailer: (sum, bytes) => Buffer.from(`T${sum}:${bytes}`)});
	return {
		totals, written, seen, most, released, pool,
	};
}

test('blocks are written in their order, however long each takes, no more of them at once than may be', async () => {
	for (const depth of [1, 2, 3]) {
		const {totals, written, seen, most, released} = await pretend(35, {
			depth,
			async onEncode({position}) {
				for (let turn = 0; turn < 40 - position; turn++) {
					await setImmediate();
				}
			},
		});
		assert.equal(written.join(''), 'H[abcdefghij][klmnopqrst][uvwxyz0123][45678]Ta(10)k(10)u(10)4(5):35');
		assert.deepEqual(seen, [[0, 10, false], [10, 10, false], [20, 10, false], [30, 5, true]]);
		assert.deepEqual(totals, {checksum: '<a(10)k(10)u(10)4(5)>', bytesIn: 35, bytesOut: written.join('').length});
		assert.equal(most, depth);
		assert.equal(released, 4);
	}

	assert.deepEqual((await pretend(20)).seen, [[0, 10, false], [10, 10, false], [20, 0, true]]);
	assert.deepEqual((await pretend(0)).seen, [[0, 0, true]]);
});

test('a block that fails fails the whole, and no memory stays lent', async () => {
	const pool = new BlockPool(2, 10);
	let released = 0;
	const failing = compressInBlocks({
		pool,
		depth: 2,
		checksum: trace,
		async encode({position}) {
			await setImmediate();

			if (position === 10) {
				throw new Error('encoder');
			}

			return {
				chunks: [Buffer.from('x')],
				sum: '',
				release() {
					released++;
				},
			};
		},
	}, {read: readFrom(Buffer.alloc(35)), write: async () => undefined}, {header: Buffer.alloc(0), trailer: () => Buffer.alloc(0)});
	await assert.rejects(failing, /^Error: encoder$/v);
	assert.ok(released >= 1);
	await Promise.all([pool.acquire(), pool.acquire()]);
});

test('what cannot be written fails the whole, and every block comes home', async () => {
	const pool = new BlockPool(3, 10);
	let lent = 0;
	const failing = compressInBlocks({
		pool,
		depth: 3,
		checksum: trace,
		async encode() {
			lent++;
			return {
				chunks: [Buffer.from('x')],
				sum: '',
				release() {
					lent--;
				},
			};
		},
	}, {
		read: readFrom(Buffer.alloc(95)),
		async write(chunk) {
			if (chunk.length > 0) {
				throw new Error('disk');
			}
		},
	}, {header: Buffer.alloc(0), trailer: () => Buffer.alloc(0)});
	await assert.rejects(failing, /^Error: disk$/v);
	assert.equal(lent, 0);
	await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
});

for (const {name, skip, create} of engines) {
	test(`${name}: what unpacks to more than it may is stopped there, and its memory is lent again`, {skip}, async () => {
		const engine = create(6, 1);

		for (let count = 0; count < 5; count++) {
			await assert.rejects(engine.unpack(readFrom(packed), content.length - 1), DamagedError);
			await assert.rejects(engine.unpack(async () => {
				throw new TypeError('input');
			}), {name: 'TypeError'});
		}

		assert.deepEqual((await engine.unpack(readFrom(packed), content.length)).bytes, content.length);
	});

	test(`${name}: its level is the level that it compresses with`, {skip}, async () => {
		const sizes = await Promise.all([1, 9].map(async level => {
			const chunks: Buffer[] = [];
			await create(level, 1).compress({
				read: readFrom(content),
				async write(chunk) {
					chunks.push(Buffer.from(chunk));
				},
				header: {name: Buffer.from('x'), modified: 0, level},
			});
			const file = Buffer.concat(chunks);
			assert.ok(gunzipSync(file).equals(content));
			return file.length;
		}));
		assert.ok(sizes[0]! > sizes[1]! * 1.1, sizes.join(' '));
	});
}

for (const {name, skip, create, blockSize} of engines) {
	test(`${name}: a file is unpacked however few bytes a read gives, and whatever its blocks`, {skip}, async () => {
		const engine = create(6, 2);
		const whole = sampleLog((3 * blockSize) + 12_345, 3);
		const chunks: Buffer[] = [];
		await engine.compress({
			read: readFrom(whole),
			async write(chunk) {
				chunks.push(Buffer.from(chunk));
			},
			header: {name: Buffer.from('x'), modified: 0, level: 6},
		});
		const file = Buffer.concat(chunks);
		let position = 0;
		assert.deepEqual(await engine.unpack(async into => {
			const length = file.copy(into, 0, position, position + Math.min(into.length, 5000));
			position += length;
			return length;
		}), {checksum: formatCrc(crc32(whole)), bytes: whole.length});
	});
}

test('libdeflate: where there is memory for one of each only, all files have their turn with it, whatever became of the one before', {timeout: 60_000}, async () => {
	const once = () => {
		let isMade = false;
		return () => {
			if (isMade) {
				throw new Error('no memory');
			}

			isMade = true;
			return Object.create(null) as ReturnType<Libdeflate['allocateCompressor']>;
		};
	};

	const fail = async () => {
		throw new Error('odd');
	};

	const engine = createLibdeflateEngine({
		allocateCompressor: once(), allocateDecompressor: once(), deflate: fail, gzip: fail, gunzip: async () => undefined,
	}, 6, 1);

	for (let count = 0; count < 5; count++) {
		await assert.rejects(engine.unpack(readFrom(packed)), DamagedError);
		await assert.rejects(engine.unpack(readFrom(Buffer.alloc(0))), DamagedError);
		await assert.rejects(engine.compress({read: readFrom(content), write: async () => undefined, header: {name: Buffer.from('x'), modified: 0, level: 6}}), /^Error: odd$/v);
	}
});

import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import {BlockPool} from '../../source/compression/block-pool.ts';
import {chooseEngine} from '../../source/gzip/gzip-engines.ts';
import {DamagedError, refuseBeyond} from '../../source/compression/engine.ts';
import {FreeList} from '../../source/compression/free-list.ts';
import {gzipHeader, gzipTrailer} from '../../source/gzip/frame.ts';
import {refuseGarbage} from '../../source/gzip/padding.ts';
import {cpuSlotsFor} from '../../source/compression/cpu-slots.ts';

test('a header is as RFC 1952 has it: name, time, and how hard it was tried', () => {
	const header = (modified: number, level = 6) => gzipHeader({name: Buffer.from([0xE9, 0x78]), modified, level});
	assert.deepEqual([...header(0x01_02_03_04 * 1000)], [0x1F, 0x8B, 8, 8, 4, 3, 2, 1, 0, 3, 0xE9, 0x78, 0]);
	assert.deepEqual([1, 2, 6, 8, 9].map(level => header(0, level)[8]), [4, 0, 0, 0, 2]);
	const time = (modified: number) => header(modified).readUInt32LE(4);
	assert.equal(time(1999), 1);
	assert.equal(time(999), 0);
	assert.equal(time(-5000), 0, 'before 1970');
	assert.equal(time(0xFF_FF_FF_FF * 1000), 0xFF_FF_FF_FF);
	assert.equal(time((0xFF_FF_FF_FF + 1) * 1000), 0, 'after 2106');
});

test('a trailer tells the length modulo 2^32, and the sum', () => {
	assert.deepEqual([...gzipTrailer(0x01_02_03_04, 0x05_06_07_08)], [4, 3, 2, 1, 8, 7, 6, 5]);
	assert.equal(gzipTrailer(0, (2 ** 32) + 7).readUInt32LE(4), 7);
	assert.equal(gzipTrailer(0, (2 ** 32) - 1).readUInt32LE(4), 0xFF_FF_FF_FF);
});

test('a pool lends so many blocks at once, and the next as soon as one is back, in turn', async () => {
	const pool = new BlockPool(2, 64);
	assert.equal(pool.blockSize, 64);
	const [one, two] = [await pool.acquire(), await pool.acquire()];
	assert.deepEqual([one.length, two.length], [64, 64]);
	const got: Array<readonly [string, Buffer]> = [];
	const wait = async (name: string) => {
		got.push([name, await pool.acquire()]);
	};

	const waiting = [wait('third'), wait('fourth')];
	await setImmediate();
	assert.deepEqual(got, []);
	pool.release(one);
	await setImmediate();
	assert.deepEqual(got, [['third', one]]);
	pool.release(two);
	await Promise.all(waiting);
	assert.deepEqual(got[1], ['fourth', two]);
	pool.release(one);
	assert.equal(await pool.acquire(), one, 'made once');
});

test('things are made when they are needed, kept, and given to the next in turn where no more can be made', async () => {
	let made = 0;
	const list = new FreeList(() => {
		if (made === 2) {
			throw new Error('no memory');
		}

		return ++made;
	});
	assert.equal(made, 1);
	assert.deepEqual([await list.take(), await list.take()], [1, 2]);
	const got: unknown[] = [];
	const waiting = ['third', 'fourth'].map(async name => {
		got.push([name, await list.take()]);
	});
	await setImmediate();
	assert.deepEqual(got, []);
	list.giveBack(2);
	list.giveBack(1);
	await Promise.all(waiting);
	assert.deepEqual(got, [['third', 2], ['fourth', 1]]);
	list.giveBack(1);
	list.giveBack(2);
	assert.deepEqual(new Set([await list.take(), await list.take()]), new Set([1, 2]));
	assert.equal(made, 2);
});

test('zeros may follow, and nothing else, at whatever place', () => {
	refuseGarbage(Buffer.alloc(0));
	refuseGarbage(Buffer.alloc(200_000));

	for (const at of [0, 65_535, 65_536, 199_999]) {
		const tail = Buffer.alloc(200_000);
		tail[at] = 1;
		assert.throws(() => {
			refuseGarbage(tail);
		}, DamagedError, String(at));
	}
});

test('a limit is the last that is allowed', () => {
	refuseBeyond(5, 5);
	assert.throws(() => {
		refuseBeyond(5, 6);
	}, DamagedError);
});

test('the engine that is asked for is the one that works; libdeflate gives way to zlib where it cannot be had', async () => {
	const named = await chooseEngine({engine: 'zlib', level: 6, jobs: 1});
	assert.deepEqual([named.engine.name, named.fallback], ['zlib', undefined]);

	for (const engine of ['libdeflate', undefined] as const) {
		const best = await chooseEngine({engine, level: 6, jobs: 1});
		assert.equal(best.engine.name, best.fallback === undefined ? 'libdeflate' : 'zlib');
	}
});

test('nobody waits for a turn if all cores may be taken', async () => {
	const slots = cpuSlotsFor(1e6);
	let underWay = 0;
	const {promise, resolve} = Promise.withResolvers<void>();
	const work = Array.from({length: 50}, async () => slots.run(async () => {
		underWay++;
		await promise;
	}));
	await setImmediate();
	assert.equal(underWay, 50);
	resolve();
	await Promise.all(work);
});

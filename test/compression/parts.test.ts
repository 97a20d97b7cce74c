import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import {BlockPool} from '../../source/compression/block-pool.ts';
import {cpuSlotsFor} from '../../source/compression/cpu-slots.ts';
import {DamagedError, refuseBeyond} from '../../source/compression/engine.ts';
import {FreeList} from '../../source/compression/free-list.ts';

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

test('a limit is the last that is allowed', () => {
	refuseBeyond(5, 5);
	assert.throws(() => {
		refuseBeyond(5, 6);
	}, DamagedError);
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

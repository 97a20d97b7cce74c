import assert from 'node:assert/strict';
import {availableParallelism} from 'node:os';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {createLibdeflateEngine} from '../../source/gzip/libdeflate-engine.ts';
import type {Libdeflate} from '../../source/gzip/libdeflate.ts';
import {CpuSlots} from '../../source/compression/cpu-slots.ts';
import {sampleLog} from '../support/sample-logs.ts';

/** Counts how much of what it is given goes on at once. */
function createMeter() {
	let current = 0;
	const meter = {
		most: 0,
		async run<Result>(work: () => Result): Promise<Result> {
			meter.most = Math.max(meter.most, ++current);
			await setImmediate();
			await setImmediate();
			current--;
			return work();
		},
	};
	return meter;
}

for (const count of [1, 3]) {
	test(`with ${count} at once, so many work and never more, in the order in which they came`, async () => {
		const slots = new CpuSlots(count);
		const meter = createMeter();
		const begun: number[] = [];
		const numbers = Array.from({length: 20}, (_, number) => number);
		const results = await Promise.all(numbers.map(async number => slots.run(async () => {
			begun.push(number);
			return meter.run(() => number);
		})));
		assert.equal(meter.most, count);
		assert.deepEqual(begun, numbers);
		assert.deepEqual(results, numbers);
	});
}

test('what is urgent comes before all that waits', async () => {
	const slots = new CpuSlots(1);
	const done: string[] = [];
	const work = (name: string) => async () => {
		await setImmediate();
		done.push(name);
	};

	await Promise.all([slots.run(work('first')), slots.run(work('second')), slots.run(work('urgent'), true)]);
	assert.deepEqual(done, ['first', 'urgent', 'second']);
});

test('a failure is passed on, and gives the turn back', async () => {
	const slots = new CpuSlots(1);
	await assert.rejects(slots.run(async () => {
		throw new Error('no');
	}), /no/v);
	assert.equal(await slots.run(async () => 'yes'), 'yes');
});

const skip = availableParallelism() > 1 ? false : 'needs more than one core';
test('libdeflate: with --jobs 1, one block is compressed at a time, however many files there are', {skip}, async () => {
	const meter = createMeter();
	const pretend = async (content: Buffer, into: Buffer, skipped: number) => meter.run(() => gzipSync(content).subarray(skipped).copy(into));
	const pointer = Object.create(null) as ReturnType<Libdeflate['allocateCompressor']>;
	const library: Libdeflate = {
		allocateCompressor: () => pointer,
		allocateDecompressor: () => pointer,
		deflate: async (_, content, into) => pretend(content, into, 10),
		gzip: async (_, content, into) => pretend(content, into, 0),
		gunzip: async () => undefined,
	};
	const engine = createLibdeflateEngine(library, 6, 1);
	const content = sampleLog(5_000_000);
	await Promise.all([1, 2, 3].map(async () => {
		let position = 0;
		await engine.compress({
			async read(into) {
				const length = content.copy(into, 0, position);
				position += length;
				return length;
			},
			async write() {
				await setImmediate();
			},
			header: {name: Buffer.from('syslog'), modified: 0, level: 6},
		});
	}));
	assert.equal(meter.most, 1);
});

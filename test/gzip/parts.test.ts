import assert from 'node:assert/strict';
import {test} from 'node:test';
import {chooseEngine} from '../../source/gzip/gzip-engines.ts';
import {DamagedError} from '../../source/compression/engine.ts';
import {gzipHeader, gzipTrailer} from '../../source/gzip/frame.ts';
import {refuseGarbage} from '../../source/gzip/padding.ts';

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

test('the engine that is asked for is the one that works; libdeflate gives way to zlib where it cannot be had', async () => {
	const named = await chooseEngine({engine: 'zlib', level: 6, jobs: 1});
	assert.deepEqual([named.engine.name, named.fallback], ['zlib', undefined]);

	for (const engine of ['libdeflate', undefined] as const) {
		const best = await chooseEngine({engine, level: 6, jobs: 1});
		assert.equal(best.engine.name, best.fallback === undefined ? 'libdeflate' : 'zlib');
	}
});

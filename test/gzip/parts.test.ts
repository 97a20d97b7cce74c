import assert from 'node:assert/strict';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {DamagedError, type Engine} from '../../source/compression/engine.ts';
import {chooseEngine, openUnpacker, unpackerOf} from '../../source/gzip/gzip-engines.ts';
import {gzipHeader, gzipTrailer} from '../../source/gzip/frame.ts';
import {refuseGarbage} from '../../source/gzip/padding.ts';
import {createZlibEngine} from '../../source/gzip/zlib-engine.ts';
import {readFrom} from '../support/engines.ts';

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

test('what one engine cannot unpack is unpacked by another that can, from its beginning; what is too small for that is damaged', async () => {
	const large = 1024 * 1024;
	const failing = (error: Error): Engine => ({
		...createZlibEngine(1),
		async unpack(read) {
			await read(Buffer.alloc(10));
			throw error;
		},
	});
	const general = createZlibEngine(1);
	const content = Buffer.from('a line\n'.repeat(100));
	const file = gzipSync(content);
	const unpack = async (best: Engine, limit: number) => (await unpackerOf(best, general).unpack(() => readFrom(file), limit)).bytes;
	const damaged = new DamagedError('damaged gzip file');
	assert.equal(await unpack(failing(damaged), large + 1), content.length);
	await assert.rejects(unpack(failing(damaged), large), damaged);
	await assert.rejects(unpack(failing(new Error('EIO')), large + 1), /EIO/v);
	assert.equal(await unpack(general, content.length), content.length);
	// What none can is told once.
	let opened = 0;
	const cut = unpackerOf(general, general).unpack(() => {
		opened++;
		return readFrom(file.subarray(0, -1));
	}, large + 1);
	await assert.rejects(cut, DamagedError);
	assert.equal(opened, 1);
});

test('a member that is larger than libdeflate takes is unpacked all the same', async () => {
	const content = Buffer.alloc((3 * 1024 * 1024) + 5, 'a line of a log\n');

	for (const engine of ['libdeflate', 'zlib', undefined] as const) {
		const unpacker = await openUnpacker({engine, jobs: 1});
		const {bytes} = await unpacker.unpack(() => readFrom(gzipSync(content)), content.length);
		assert.equal(bytes, content.length);
	}
});

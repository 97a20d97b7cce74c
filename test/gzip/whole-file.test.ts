import assert from 'node:assert/strict';
import {test} from 'node:test';
import {crc32, gunzipSync, gzipSync} from 'node:zlib';
import {formatCrc} from '../../source/compression/crc32.ts';
import {DamagedError} from '../../source/compression/engine.ts';
import {compressWhole, measure, unpackWhole} from '../../source/gzip/gzip-whole-file.ts';
import {sampleLog} from '../support/sample-logs.ts';

const content = Buffer.from('a line\n'.repeat(50));
const file = gzipSync(content);

/** The damage that unpacking tells of. */
function damageOf(bytes: Buffer): DamagedError {
	let found: unknown;
	assert.throws(() => unpackWhole(bytes, {}), (error: unknown) => {
		found = error;
		return error instanceof DamagedError;
	});
	return found as DamagedError;
}

test('a file of members and zeros gives its content', () => {
	for (const whole of [file, Buffer.concat([file, Buffer.alloc(500)])]) {
		assert.deepEqual(unpackWhole(whole, {}), content);
	}

	assert.deepEqual(unpackWhole(Buffer.concat([file, file]), {}), Buffer.concat([content, content]));
});

test('what is no gzip after the last member is damage; what ends too early is cut short, and nothing else is', () => {
	assert.equal(damageOf(Buffer.concat([file, Buffer.from('garbage')])).isCutShort, false);
	// After zeros, zlib itself looks no further.
	assert.equal(damageOf(Buffer.concat([file, Buffer.alloc(10), Buffer.from('garbage')])).isCutShort, false);
	assert.equal(damageOf(file.subarray(0, -9)).isCutShort, true);
	const changed = Buffer.from(file);
	// Of its checksum.
	changed.writeUInt32LE(0, changed.length - 8);
	assert.equal(damageOf(changed).isCutShort, false);
});

test('a small file is one gzip member with its name and time, as small as with all the memory', async () => {
	for (const size of [0, 1, 255, 256, 511, 512, 513, 4096, 32_767, 32_768, 65_537]) {
		// What comes again as far back as can be.
		const half = sampleLog(Math.ceil(size / 2), size);
		const bytes = Buffer.concat([half, half]).subarray(0, size);
		const {file: whole, checksum} = compressWhole(bytes, {name: Buffer.from('syslog'), modified: 7000, level: 6});
		assert.ok(gunzipSync(whole).equals(bytes), String(size));
		assert.equal(checksum, formatCrc(crc32(bytes)));
		assert.equal(whole.readUInt32LE(4), 7);
		assert.equal(whole.toString('latin1', 10, 17), 'syslog\0');
		assert.ok(whole.length <= (gzipSync(bytes, {level: 6}).length * 1.02) + 20, String(size));
		assert.ok(unpackWhole(whole, {expected: size, limit: Math.max(1, size)}).equals(bytes));
		// What was expected is only that.
		assert.ok(unpackWhole(whole, {expected: 0}).equals(bytes));
		assert.ok(Math.abs(await measure(bytes, 6) - (whole.length - 25)) <= 30, String(size));
	}

	const [quick, best] = [1, 9].map(level => compressWhole(sampleLog(50_000), {name: Buffer.from(''), modified: 0, level}).file.length);
	assert.ok(best! < quick!);
	assert.throws(() => unpackWhole(file, {limit: content.length - 1}), RangeError);
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {DamagedError} from '../../source/compression/engine.ts';
import {unpackWhole} from '../../source/gzip/gzip-whole-file.ts';

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

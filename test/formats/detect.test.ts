import assert from 'node:assert/strict';
import {test} from 'node:test';
import {signatureLength} from '../../source/compression/compression-format.ts';
import {compressedFormat} from '../../source/formats/detect.ts';

test('compressed formats are told by their first bytes', () => {
	const samples: ReadonlyArray<readonly [bytes: number[], format: string | undefined]> = [
		[[0x1F, 0x8B, 8, 0], 'gzip'],
		[[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], 'xz'],
		[[0x28, 0xB5, 0x2F, 0xFD], 'zstd'],
		[[0x42, 0x5A, 0x68, 0x39, 0x31, 0x41], 'bzip2'],
		[[...Buffer.from('BZh is how this log line begins')], undefined],
		[[0x1F, 0x8B], undefined],
		[[], undefined],
	];

	for (const [bytes, format] of samples) {
		assert.equal(compressedFormat(Buffer.from(bytes)), format);
	}
});

test('each format has its first bytes, to the last of them', () => {
	const samples = {
		gzip: [0x1F, 0x8B, 8], xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], zstd: [0x28, 0xB5, 0x2F, 0xFD], bzip2: [0x42, 0x5A, 0x68, 0x39, 0x31], 'bzip2 ': [0x42, 0x5A, 0x68, 0x31, 0x17],
	};

	for (const [format, bytes] of Object.entries(samples)) {
		assert.equal(compressedFormat(Buffer.from([...bytes, 1, 2, 3])), format.trim());
		assert.equal(compressedFormat(Buffer.from(bytes).subarray(0, -1)), undefined);
		assert.equal(compressedFormat(Buffer.from([0, ...bytes])), undefined);
		assert.ok(bytes.length <= signatureLength);

		for (const [index, byte] of bytes.entries()) {
			assert.equal(compressedFormat(Buffer.from(bytes.with(index, byte ^ 0x40))), undefined, `${format} ${index}`);
		}
	}

	assert.equal(compressedFormat(Buffer.from([0x42, 0x5A, 0x68, 0x30, 0x31])), undefined, 'no block size');
});

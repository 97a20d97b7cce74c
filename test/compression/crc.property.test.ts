import assert from 'node:assert/strict';
import {test} from 'node:test';
import {crc32} from 'node:zlib';
import fc from 'fast-check';
import {combineCrc, crc32Checksum, formatCrc} from '../../source/compression/crc32.ts';

test('the CRC-32 of two pieces put together is that of the whole', () => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 3000}), fc.uint8Array({maxLength: 3000}), (first, second) => {
		const whole = Buffer.concat([first, second]);
		assert.equal(combineCrc(crc32(first), crc32(second), second.length), crc32(whole));
	}), {numRuns: 2000});
});

test('the CRC-32 of pieces is right however large they are', () => {
	const block = Buffer.alloc(1024 * 1024, 'a line of a log\n');
	const zeros = Buffer.alloc(1024 * 1024);
	let crc = crc32(block);
	let combined = crc;

	for (let count = 0; count < 64; count++) {
		crc = crc32(zeros, crc);
		combined = combineCrc(combined, crc32(zeros), zeros.length);
	}

	assert.equal(combined, crc);
	assert.equal(combineCrc(crc32(block), crc32(Buffer.alloc(0)), 0), crc32(block));
});

test('it is the same in whatever order pieces are put together, up to lengths far beyond 4 GiB', () => {
	const piece = fc.record({crc: fc.nat(0xFF_FF_FF_FF), length: fc.maxSafeNat().map(number => number % (2 ** 45))});
	fc.assert(fc.property(piece, piece, piece, (first, second, third) => {
		const left = combineCrc(combineCrc(first.crc, second.crc, second.length), third.crc, third.length);
		assert.equal(combineCrc(first.crc, combineCrc(second.crc, third.crc, third.length), second.length + third.length), left);
	}), {numRuns: 2000});
});

test('a checksum is that of all that it is told of, in whatever pieces, as text', () => {
	const content = Buffer.from('what the log says, in three pieces');
	const checksum = crc32Checksum.start();

	for (const [from, to] of [[0, 5], [5, 5], [5, 20], [20, content.length]] as const) {
		checksum.update(content.subarray(from, to));
	}

	assert.equal(checksum.digest(), formatCrc(crc32(content)));
	assert.equal(crc32Checksum.start().digest(), '00000000');
	assert.equal(formatCrc(0xAB_CD), '0000abcd');
	assert.ok([checksum.digest(), '0000abcd'].every(text => crc32Checksum.pattern.test(text)));
	assert.ok(['0000ABCD', 'abcd', '0000abcd0', 'x0000abcd', ''].every(text => !crc32Checksum.pattern.test(text)));
});

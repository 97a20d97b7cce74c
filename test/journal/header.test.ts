import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	headerLength,
	isJournal,
	isOnlineJournal,
	parseHeader,
} from '../../source/journal/header.ts';

/** The header of a file with an arena of 8,000 bytes behind tables of 1,000 and 2,000. */
function header({flags = 0, state = 0} = {}): Buffer {
	const bytes = Buffer.alloc(headerLength);
	bytes.write('LPKSHHRH');
	bytes.writeUInt32LE(flags, 12);
	bytes[16] = state;
	bytes.fill(0xAB, 40, 56);

	for (const [value, offset] of [[1000, 112], [2000, 128], [8000, 136], [7, 152], [4096, 176], [11, 184], [22, 192]] as const) {
		bytes.writeBigUInt64LE(BigInt(value), offset);
	}

	return bytes;
}

test('a header is told field by field', () => {
	assert.deepEqual(parseHeader(header()), {
		machine: 'ab'.repeat(16), isOnline: false, isKnown: true, isCompact: false, used: 5000, entries: 7, list: 4096, first: 11, last: 22,
	});
	assert.equal(parseHeader(header({state: 1}))!.isOnline, true);
	assert.equal(parseHeader(header({state: 2}))!.isOnline, false);
	const told = [0b1, 0b1_0000, 0b1_1111, 0b10_0000].map(flags => parseHeader(header({flags}))!);
	assert.deepEqual(told.map(({isCompact, isKnown}) => [isCompact, isKnown]), [[false, true], [true, true], [true, true], [false, false]]);
	const nonsense = header();
	nonsense.writeBigUInt64LE(9000n, 112);
	assert.equal(parseHeader(nonsense)!.used, 0);
});

test('what is cut within its header, or begins with anything else, is no journal file', () => {
	const whole = header({state: 1});
	assert.equal(parseHeader(whole.subarray(0, -1)), undefined);
	assert.equal(isJournal(whole.subarray(0, 8)), false);
	assert.equal(isOnlineJournal(whole), true);
	assert.equal(isOnlineJournal(header()), false);
	whole[0] = 0;
	assert.equal(parseHeader(whole), undefined);
	assert.equal(isOnlineJournal(whole), false);
});

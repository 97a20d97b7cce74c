import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {ExportFormatError} from '../../source/journal/export-fields.ts';
import {ExportReader} from '../../source/journal/export-reader.ts';
import {
	formatEntry,
	formatField,
	message,
	messages,
	parseExport,
	someBoot,
	someMachine,
} from '../support/journals.ts';

/** Reads bytes in pieces of such lengths, over and over, and returns what is passed on. */
function read(reader: ExportReader, bytes: Buffer, lengths: readonly number[]): Buffer {
	const passed: Buffer[] = [];

	for (let position = 0, piece = 0; position < bytes.length; piece++) {
		const length = lengths[piece % lengths.length]!;
		// A buffer of its own, which nothing may be read of later.
		const chunk = Buffer.from(bytes.subarray(position, position + length));
		const parts = reader.take(chunk);
		// Whoever is given nothing takes it for the end.
		assert.ok(parts.every(part => part.length > 0));
		passed.push(...parts.map(part => Buffer.from(part)));
		chunk.fill(0xFF);
		position += length;
	}

	return Buffer.concat(passed);
}

const fieldNames = fc.constantFrom('MESSAGE', 'PRIORITY', '_CMDLINE', '_MACHINE_ID2', 'X', 'A'.repeat(64), '_COMM');
const values = fc.oneof(fc.string(), fc.uint8Array({maxLength: 60}).map(bytes => Buffer.from(bytes)), fc.constant('\n\n__CURSOR=x\n'), fc.constant(''));
const entries = fc.array(fc.record({
	time: fc.integer({min: 0, max: 9}), fields: fc.array(fc.tuple(fieldNames, values, fc.boolean()), {maxLength: 4}),
}), {maxLength: 8});

test('property: in whatever pieces an export comes, its entries are told, and those that are wanted passed on byte for byte', () => {
	fc.assert(fc.property(entries, fc.array(fc.integer({min: 1, max: 70}), {minLength: 1}), fc.integer({min: 0, max: 10}), (made, lengths, limit) => {
		const all = made.map(({time, fields}) => ({
			time,
			bytes: Buffer.concat([
				formatEntry({time, fields: [['_MACHINE_ID', someMachine]]}).subarray(0, -1),
				...fields.map(([name, value, isBinary]) => formatField([name, value], isBinary)),
				Buffer.from('\n'),
			]),
		}));
		const told: number[] = [];
		const reader = new ExportReader(time => {
			told.push(time);
			return time < limit;
		});
		const passed = read(reader, Buffer.concat(all.map(({bytes}) => bytes)), lengths);
		assert.deepEqual(told, made.map(({time}) => time));
		const wanted = all.filter(({time}) => time < limit);
		assert.ok(passed.equals(Buffer.concat(wanted.map(({bytes}) => bytes))));
		assert.ok(reader.isBetweenEntries);
		assert.deepEqual([reader.first?.time, reader.last?.time, reader.entries], [wanted[0]?.time, wanted.at(-1)?.time, wanted.length]);
		assert.ok([reader.first, reader.last].every(address => !address || address.cursor.includes(`i=${address.time};`)));
		assert.deepEqual([reader.boots, reader.machines], wanted.length === 0 ? [[], []] : [[someBoot], [someMachine]]);
	}));
});

test('an export that is cut anywhere but between entries is seen to be', () => {
	const bytes = Buffer.concat([...messages('2026-03-14T00:00:00Z', '2026-03-15T00:00:00Z', 2), message(1, Buffer.from('a\nb'))].map(entry => formatEntry(entry)));
	const ends = new Set<number>();
	let whole = 0;

	for (let length = 1; length <= bytes.length; length++) {
		const reader = new ExportReader();
		read(reader, bytes.subarray(0, length), [1000]);

		if (!reader.isBetweenEntries) {
			continue;
		}

		ends.add(length);
		whole = parseExport(bytes.subarray(0, length)).length;
	}

	assert.deepEqual([ends.size, whole, ends.has(bytes.length)], [3, 3, true]);
});

test('what is not in the export format is refused, wherever it stands', () => {
	const good = formatEntry(message(1, 'good')).toString('latin1');
	const cases: readonly string[] = [
		'-- No entries --\n',
		'\n',
		'{"__CURSOR":"s=1"}\n',
		'MESSAGE=first\n\n',
		'__CURSOR=s=1\n\n',
		'__CURSOR=s=1\nMESSAGE=x\n\n',
		'__CURSOR=s=1\n__REALTIME_TIMESTAMP=\n\n',
		'__CURSOR=s=1\n__REALTIME_TIMESTAMP=-1\n\n',
		'__CURSOR=s=1\n__REALTIME_TIMESTAMP=12345678901234567\n\n',
		`__CURSOR=${'x'.repeat(513)}\n`,
		'__CURSOR\n\u{1}\0\0\0\0\0\0\0x\n',
		`${good}\n`,
		`${good.slice(0, -1)}message=lower case\n`,
		`${good.slice(0, -1)}${'A'.repeat(65)}=x\n`,
		`${good.slice(0, -1)}MESSAGE\n\u{2}\0\0\0\0\0\0\0xyz\n`,
		`${good.slice(0, -1)}MESSAGE\n\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}`,
		`${good}\0\0\0\0`,
	];

	for (const text of cases) {
		for (const length of [1, 7, 1000]) {
			assert.throws(() => read(new ExportReader(), Buffer.from(text, 'latin1'), [length]), ExportFormatError, JSON.stringify(text));
		}
	}

	assert.ok(read(new ExportReader(), Buffer.from(good, 'latin1'), [5]).equals(Buffer.from(good, 'latin1')));
});

/* What is told of a file by its header and its list of entries, which are made here as the format has them. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ForeseenError} from '../../source/files/errors.ts';
import {dayLength} from '../../source/journal/days.ts';
import {headerLength} from '../../source/journal/header.ts';
import {type JournalIndex, readJournalFile} from '../../source/journal/journal-file.ts';
import {micros} from '../support/journals.ts';
import {Place} from '../support/set-fixtures.ts';

const midnight = micros('2026-03-14T00:00:00Z');
const hour = dayLength / 24;
const compact = 0b1_0000;
const unknown = 0b10_0000;

type Described = {
	readonly times: readonly number[];
	readonly flags?: number;
	/** How many offsets each part of the list has. */
	readonly room?: number;
	/** What the header says in place of the truth. */
	readonly entries?: number;
	readonly first?: number;
	readonly last?: number;
};

/** A journal file with entries of those times, each of another boot. */
function journalOf({times, flags = 0, room = 3, entries = times.length, first = times[0] ?? 0, last = times.at(-1) ?? 0}: Described): Buffer {
	const width = (flags & compact) === 0 ? 8 : 4;
	const parts = Math.max(1, Math.ceil(times.length / room));
	const partLength = 24 + (room * width);
	const lists = 256;
	const firstEntry = lists + (parts * partLength);
	const bytes = Buffer.alloc(firstEntry + (times.length * 56));
	const set = (value: number, offset: number) => bytes.writeBigUInt64LE(BigInt(value), offset);
	bytes.write('LPKSHHRH');
	bytes.writeUInt32LE(flags, 12);
	set(entries, 152);
	set(lists, 176);
	set(first, 184);
	set(last, 192);

	for (let part = 0; part < parts; part++) {
		const at = lists + (part * partLength);
		bytes[at] = 6;
		set(partLength, at + 8);
		set(part + 1 < parts ? at + partLength : 0, at + 16);
	}

	for (const [index, time] of times.entries()) {
		const entry = firstEntry + (index * 56);
		bytes[entry] = 3;
		set(time, entry + 24);
		bytes.fill(index + 1, entry + 40, entry + 56);
		const offset = lists + (Math.floor(index / room) * partLength) + 24 + ((index % room) * width);

		if (width === 8) {
			set(entry, offset);
		} else {
			bytes.writeUInt32LE(entry, offset);
		}
	}

	return bytes;
}

async function read(content: Buffer): Promise<JournalIndex | undefined> {
	await using place = await Place.create();
	await place.write('x.journal', content);
	return readJournalFile(place.at('x.journal'));
}

const daysOf = (index: JournalIndex | undefined) => index!.days.map(({day, entries, first, last, boots}) => [day, entries, first, last, boots.map(boot => Number.parseInt(boot.slice(0, 2), 16))]);

test('entries are counted day by day, to the microsecond, in however many parts their list is', async () => {
	const times = [midnight - 1, midnight, midnight, midnight + 5, midnight + dayLength - 1, midnight + dayLength, midnight + (3 * dayLength)];

	for (const flags of [0, compact]) {
		for (const room of [1, 3, 7, 100]) {
			const index = await read(journalOf({times, flags, room}));
			assert.deepEqual([index!.isExact, index!.isDamaged], [true, false]);
			assert.deepEqual(daysOf(index), [
				['2026-03-13', 1, midnight - 1, midnight - 1, [1]],
				['2026-03-14', 4, midnight, midnight + dayLength - 1, [2, 5]],
				['2026-03-15', 1, midnight + dayLength, midnight + dayLength, [6]],
				['2026-03-17', 1, midnight + (3 * dayLength), midnight + (3 * dayLength), [7]],
			]);
		}
	}

	assert.deepEqual(daysOf(await read(journalOf({times: []}))), []);
});

test('a list that makes no sense is damage, and one that is laid out in another way is none; then days are guessed', async () => {
	const times = [midnight + hour, midnight + dayLength + hour];
	const guess = [['2026-03-14', 2, midnight + hour, midnight + dayLength - 1, []], ['2026-03-15', 1, midnight + dayLength, midnight + dayLength + hour, []]];
	const other = await read(journalOf({times, flags: unknown}));
	assert.deepEqual([other!.isExact, other!.isDamaged, daysOf(other)], [false, false, guess]);

	const whole = journalOf({times, room: 2});
	const list = 256;
	const entry = list + 24 + (2 * 8);
	const damages: ReadonlyArray<readonly [what: string, damage: (bytes: Buffer) => Buffer]> = [
		['no list', bytes => bytes.fill(5, list, list + 1)],
		['a list without room', bytes => bytes.fill(0, list + 8, list + 16)],
		['a list without room, that goes on with itself', bytes => {
			bytes.writeBigUInt64LE(24n, list + 8);
			bytes.writeBigUInt64LE(BigInt(list), list + 16);
			return bytes;
		}],
		['no entry', bytes => bytes.fill(1, entry, entry + 1)],
		['an entry without a time', bytes => bytes.fill(0, entry + 24, entry + 32)],
		['a time that no date has', bytes => bytes.fill(0xFF, entry + 24, entry + 32)],
		['an offset beyond the end', bytes => bytes.fill(0xFF, list + 24, list + 32)],
		['cut in its last entry', bytes => bytes.subarray(0, -1)],
		['cut in its list', bytes => bytes.subarray(0, list + 10)],
		['more entries than its list has', bytes => {
			bytes.writeBigUInt64LE(3n, 152);
			return bytes;
		}],
	];

	for (const [what, damage] of damages) {
		const index = await read(damage(Buffer.from(whole)));
		assert.deepEqual([index!.isExact, index!.isDamaged], [false, true], what);
		assert.deepEqual(index!.days.map(({day}) => day), ['2026-03-14', '2026-03-15'], what);
	}
});

test('a header that makes no sense gives no days to guess', async () => {
	const times = [midnight];
	const latest = 2 ** 53;

	for (const nonsense of [{entries: 0}, {first: 0}, {first: midnight, last: midnight - 1}, {first: latest - 1, last: latest}, {first: 1, last: 1 + (36_525 * dayLength) + 1}]) {
		assert.deepEqual((await read(journalOf({times, flags: unknown, ...nonsense})))!.days, [], JSON.stringify(nonsense));
	}

	assert.equal((await read(journalOf({
		times, flags: unknown, first: 1, last: 1 + (36_525 * dayLength),
	})))!.days.length, 36_526);
	assert.deepEqual(daysOf(await read(journalOf({times, flags: unknown}))), [['2026-03-14', 1, midnight, midnight, []]]);
});

test('what nothing was ever written into has nothing, and what is no journal file is refused', async () => {
	assert.equal(await read(Buffer.alloc(0)), undefined);
	const whole = journalOf({times: [midnight]});

	for (const other of [whole.subarray(0, headerLength - 1), Buffer.alloc(1000), Buffer.from('a log\n')]) {
		await assert.rejects(read(other), ForeseenError);
	}

	await using place = await Place.create();
	assert.throws(() => readJournalFile(place.root), ForeseenError);
	assert.throws(() => readJournalFile(place.at('missing')), {code: 'ENOENT'});
});

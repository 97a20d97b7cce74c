import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {type JournalDay, readJournal} from '../../source/journal/journal-days.ts';
import {findJournalFiles, hasOthers} from '../../source/journal/journal-files.ts';
import {
	exportDirectory,
	message,
	messages,
	micros,
	noJournals,
	parseExport,
	writeJournal,
} from '../support/journals.ts';
import {Sandbox} from '../support/sandbox.ts';

const skip = noJournals;
const otherBoot = 'd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0';
const machine = '0123456789abcdef0123456789abcdef';

async function begin() {
	const sandbox = await Sandbox.create();
	const directory = path.join(sandbox.root, 'journal');
	return {
		directory,
		file: (name: string) => path.join(directory, name),
		read: async () => readJournal({roots: [directory]}),
		[Symbol.asyncDispose]: async () => sandbox[Symbol.asyncDispose](),
	};
}

const brief = (days: ReadonlyMap<string, JournalDay>) => Array.from(days.values(), ({day, entries, first, last, isExact, files}) => ({
	day, entries, first, last, isExact, files: files.map(file => path.basename(file)),
}));

/** Entries by day, as journalctl tells them. */
async function countByExport(directory: string) {
	const times = parseExport(await exportDirectory(directory)).map(fields => Number(fields.find(field => field.startsWith('__REALTIME_TIMESTAMP='))!.split('=', 2)[1]));
	const days = Map.groupBy(times.toSorted((one, other) => one - other), time => new Date(time / 1000).toISOString().slice(0, 10));
	return Array.from(days, ([day, all]) => ({
		day, entries: all.length, first: all[0], last: all.at(-1),
	}));
}

for (const compact of ['0', '1']) {
	test(`days are counted as journalctl counts them, over several files${compact === '1' ? ', of the compact form, too' : ''}`, {skip}, async () => {
		await using place = await begin();
		await writeJournal(place.file('system.journal'), [
			message(micros('2026-03-13T23:59:59.999Z') + 999, 'the last moment of a day'),
			message(micros('2026-03-14T00:00:00Z'), 'the first moment of a day'),
			...messages('2026-03-14T10:00:00Z', '2026-03-15T04:00:00Z', 3000),
			message(micros('2026-03-20T00:00:00Z'), 'days later'),
		], {SYSTEMD_JOURNAL_COMPACT: compact});
		await writeJournal(place.file('user-1000.journal'), messages('2026-03-14T22:00:00Z', '2026-03-16T03:00:00Z', 50).map(entry => ({...entry, boot: otherBoot})), {SYSTEMD_JOURNAL_COMPACT: compact});
		await writeJournal(place.file('empty.journal'), []);
		const {days, damaged, hidden} = await place.read();
		assert.deepEqual([damaged, hidden], [[], []]);
		assert.deepEqual(brief(days).map(({isExact: _, files: __, ...day}) => day), await countByExport(place.directory));
		assert.deepEqual(brief(days).map(({day, files}) => [day, files]), [
			['2026-03-13', ['system.journal']],
			['2026-03-14', ['system.journal', 'user-1000.journal']],
			['2026-03-15', ['system.journal', 'user-1000.journal']],
			['2026-03-16', ['user-1000.journal']],
			['2026-03-20', ['system.journal']],
		]);
		assert.deepEqual(new Set(Array.from(days.values(), ({isExact, isDamaged, bytes}) => isExact && !isDamaged && bytes > 0)), new Set([true]));
		assert.equal(days.get('2026-03-15')!.boots.length, 2);
	});
}

test('files that are damaged are told of; what their lists do not tell is guessed', {skip}, async () => {
	await using place = await begin();
	const file = place.file('system.journal');
	await writeJournal(file, messages('2026-03-14T00:00:00Z', '2026-03-16T00:00:00Z', 1000));
	const sound = await fs.readFile(file);
	const damage = async (change: (bytes: Buffer) => Buffer | undefined) => {
		const bytes = Buffer.from(sound);
		await fs.writeFile(file, change(bytes) ?? bytes);
		const {days, damaged} = await place.read();
		return {days: brief(days), damaged: damaged.length, isDamaged: new Set(Array.from(days.values(), day => day.isDamaged)).has(true)};
	};

	const list = Number(sound.readBigUInt64LE(176));
	const guessed = {damaged: 0, isDamaged: true, days: [['2026-03-14', 501, false], ['2026-03-15', 500, false]]};
	const short = ({days, ...rest}: Awaited<ReturnType<typeof damage>>) => ({...rest, days: days.map(({day, entries, isExact}) => [day, entries, isExact])});
	assert.deepEqual(short(await damage(() => undefined)), {damaged: 0, isDamaged: false, days: [['2026-03-14', 500, true], ['2026-03-15', 500, true]]});
	assert.deepEqual(short(await damage(() => Buffer.alloc(0))), {damaged: 0, isDamaged: false, days: []});
	assert.deepEqual(short(await damage(() => Buffer.from('LPKSHHRH'))), {damaged: 1, isDamaged: false, days: []});
	assert.deepEqual(short(await damage(bytes => bytes.fill(0))), {damaged: 1, isDamaged: false, days: []});
	// Lists and entries that are none, that lead out of the file, or back to themselves.
	assert.deepEqual(short(await damage(bytes => bytes.fill(0, list, list + 24))), guessed);
	assert.deepEqual(short(await damage(bytes => bytes.fill(0xFF, list + 8, list + 24))), guessed);
	assert.deepEqual(short(await damage(bytes => bytes.fill(0xFF, list + 24, list + 28))), guessed);
	assert.deepEqual(short(await damage(bytes => bytes.subarray(0, list))), guessed);
	assert.equal(short(await damage(bytes => {
		// So many entries, a list for one of them, and then that list again.
		bytes.writeBigUInt64LE(28n, list + 8);
		bytes.writeBigUInt64LE(BigInt(list), list + 16);
		return undefined;
	})).isDamaged, false);
	assert.equal(short(await damage(bytes => {
		bytes.writeBigUInt64LE(2n ** 60n, 152);
		return undefined;
	})).isDamaged, true);
	// An entry that is none, and one with no time, or with one that no date has.
	const entry = sound[12]! & 0x10 ? sound.readUInt32LE(list + 24) : Number(sound.readBigUInt64LE(list + 24));
	assert.deepEqual(short(await damage(bytes => bytes.fill(1, entry, entry + 1))), guessed);
	assert.deepEqual(short(await damage(bytes => bytes.fill(0, entry + 24, entry + 32))), guessed);
	assert.deepEqual(short(await damage(bytes => bytes.fill(0xFF, entry + 24, entry + 32))), guessed);
	// A way of writing that is not known is no damage.
	assert.deepEqual(short(await damage(bytes => {
		bytes[12] = 0x80;
		return undefined;
	})), {...guessed, isDamaged: false});
	// Times that are none.
	assert.deepEqual(short(await damage(bytes => bytes.fill(0, list).fill(0xFF, 184, 200))).days, []);
});

test('what cannot be read is told by its name, with the reason, and what is gone is not', async () => {
	await using place = await begin();
	const file = place.file('system.journal');
	await fs.mkdir(place.directory);
	await fs.writeFile(file, 'no journal');
	const {days, damaged, hidden} = await place.read();
	assert.deepEqual([days.size, damaged.map(found => found.file), hidden], [0, [file], []]);
	assert.notEqual(damaged[0]!.message, '');
	await fs.rm(place.directory, {recursive: true});
	assert.deepEqual(await place.read(), {days: new Map(), damaged: [], hidden: []});
});

test('a directory has others if anything is in it that is not looked into', async () => {
	await using place = await begin();
	await fs.mkdir(place.file(machine), {recursive: true});
	const others = (own?: string) => hasOthers({roots: [place.directory], machine: own}, place.directory);
	await fs.writeFile(place.file('system.journal'), '');
	assert.deepEqual([others(), others(machine), others('f'.repeat(32))], [false, false, true]);
	await fs.writeFile(place.file('notes.txt'), '');
	assert.equal(others(), true);
	await fs.rm(place.file('notes.txt'));
	await fs.mkdir(place.file('directory.journal'));
	assert.equal(others(), true);
	assert.equal(hasOthers({roots: []}, place.file('missing')), false);
});

test('files are found where journalctl finds them', async () => {
	await using place = await begin();
	const names = [
		'system.journal',
		'system@0005.journal~',
		'notes.txt',
		`${machine}/system.journal`,
		`${machine}/deeper/system.journal`,
		`${machine}.space/system.journal`,
		'ffffffffffffffffffffffffffffffff/system.journal',
		'remote/remote-a.journal',
		'01234567-89ab-cdef-0123-456789abcdef/system.journal',
	];

	for (const name of names) {
		await fs.mkdir(path.dirname(place.file(name)), {recursive: true});
		await fs.writeFile(place.file(name), '');
	}

	await fs.symlink('system.journal', place.file('link.journal'));
	await fs.mkdir(place.file('directory.journal'));
	await fs.writeFile(Buffer.concat([Buffer.from(`${place.directory}/odd`), Buffer.of(0xFF), Buffer.from('.journal')]), '');
	const found = (own?: string) => {
		const {files, hidden} = findJournalFiles({roots: [place.directory, place.file('missing')], machine: own});
		assert.equal(hidden.length, 1);
		return new Set(files.map(file => path.relative(place.directory, file)));
	};

	assert.deepEqual(found(machine), new Set([names[0], names[1], names[3], names[5], names[8]]));
	assert.deepEqual(found(), new Set([names[0], names[1], names[3], names[5], names[6], names[8]]));
});

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {renameSync, truncateSync, utimesSync} from 'node:fs';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {crc32, gunzipSync, gzipSync} from 'node:zlib';
import {formatCrc} from '../../source/compression/crc32.ts';
import {copyFile} from '../../source/backup/copying/copy-file.ts';
import {statusOf} from '../../source/backup/status-event.ts';
import {OtherFileError} from '../../source/origin/source-file.ts';
import {Directory} from '../../source/files/directory.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {planNames} from '../../source/set/names/names.ts';
import type {SpaceWatch} from '../../source/set/space.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {begin, type Given} from './copying.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const content = sampleLog(300_000, 1);

test('a copy is what was read, packed, with name and time of its source, and read back', async () => {
	await using place = await begin(content);
	const {record, bytes, draft, check} = await place.copy();
	assert.ok(gunzipSync(bytes).equals(content));
	assert.equal(bytes.toString('latin1', 10, 16), 'a.log\0');
	const {mtimeMs, mode} = await fs.stat(place.file);
	assert.equal(bytes.readUInt32LE(4), Math.floor(mtimeMs / 1000));
	assert.partialDeepStrictEqual(record, {
		stored: 'gzip', notes: [], bytesIn: 300_000, bytesOut: bytes.length, contentChecksum: formatCrc(crc32(content)), sha256: sha256(bytes), isVerified: true, source: {size: 300_000},
	});
	assert.deepEqual([record.path.toString(), record.file.toString(), 'extents' in record, 'unkept' in record], ['a.log', 'a.log.gz', false, false]);
	assert.ok(check);
	assert.equal(place.unpacked(), 1);
	const stats = await draft.handle.stat();
	assert.deepEqual([stats.mode & 0o777, stats.mtimeMs], [mode & 0o777, mtimeMs]);
	assert.partialDeepStrictEqual(statusOf(place.progress, 1), {bytes_done: 300_000, total_bytes: 300_000, bytes_written: bytes.length});
});

test('what is not to be read back is not', async () => {
	await using place = await begin(content, {verify: false});
	const {record, check} = await place.copy();
	assert.deepEqual([record.isVerified, check, place.unpacked()], [false, undefined, 0]);
});

test('what is compressed already is copied as it is, if its name may be had', async () => {
	const packed = gzipSync(sampleLog(8_000_000, 2), {level: 1});
	await using place = await begin(packed, {}, 'b.gz');
	const {record, bytes} = await place.copy();
	assert.ok(bytes.equals(packed));
	assert.deepEqual([record.stored, record.file.toString(), record.contentChecksum, record.sha256, record.bytesOut, place.unpacked()], ['as-is', 'b.gz', undefined, sha256(packed), packed.length, 0]);
	await using other = await begin(packed, {}, 'b.gz');
	const {record: second} = await other.copy({}, 'b.gz', false);
	assert.deepEqual([second.stored, second.file.toString()], ['gzip', 'b.gz.gz']);
});

test('what happens to a source while it is read is noted', async () => {
	const happenings: ReadonlyArray<readonly [what: string, disturb: NonNullable<Given['disturb']>, notes: readonly string[]]> = [
		['it is renamed', file => {
			renameSync(file, `${file}.1`);
		}, ['rotated']],
		['it is cut short', file => {
			truncateSync(file, 1000);
		}, ['truncated']],
		['it is written to, each time', (file, times) => {
			utimesSync(file, times, times);
		}, ['changed']],
	];

	for (const [what, disturb, notes] of happenings) {
		await using place = await begin(content, {disturb});
		const {record} = await place.copy();
		assert.deepEqual(record.notes, notes, what);
		assert.equal(place.dropped.length, notes.includes('changed') ? 1 : 0);
		assert.partialDeepStrictEqual(statusOf(place.progress, 1), {bytes_done: record.bytesIn, total_bytes: record.bytesIn});
	}
});

test('what is written to once while it is read is read once more, from its beginning', async () => {
	await using place = await begin(content, {
		disturb(file, times) {
			if (times === 1) {
				utimesSync(file, 7, 7);
			}
		},
	});
	const {record, bytes} = await place.copy();
	assert.deepEqual([record.notes, record.source.mtime_ns], [[], '7000000000']);
	assert.ok(gunzipSync(bytes).equals(content));
	assert.deepEqual(place.dropped, [place.drafts[0]]);
});

test('notes of how it was listed come along, and what it was called', async () => {
	await using place = await begin(content);
	const {record} = await place.copy({listedAs: Buffer.from('old.log'), listedSize: 400_000});
	assert.deepEqual([record.notes, record.listedAs?.toString()], [['renamed', 'shrunk'], 'old.log']);
	await using other = await begin(content);
	const {record: rotated} = await other.copy({listedAs: Buffer.from('old.log')}, 'old.log');
	assert.deepEqual([rotated.notes, rotated.listedAs, rotated.path.toString()], [['rotated'], undefined, 'old.log']);
});

test('what the source has beside its mode is in the record; what is too much is noted, and what restricts keeps others out', async () => {
	await using place = await begin(content, {extras: {xattrs: {'user.x': 'eA=='}, isRestricted: true, isIncomplete: true}});
	const {record, draft} = await place.copy();
	assert.deepEqual([record.notes, record.xattrs, record.isRestricted], [['attributes'], {'user.x': 'eA=='}, true]);
	assert.equal((await draft.handle.stat()).mode & 0o777, 0o600);
});

test('whose size says nothing is read to its end, and counted as it comes', async () => {
	await using place = await begin('x');
	await using proc = await Directory.open(`/proc/${process.pid}`);
	const tracked = place.progress.begin(Buffer.from('status'), 0);
	const names = planNames([Buffer.from('status')], {format: 'gzip'}).of(Buffer.from('status'))!;
	const {identity: _, born: __, ...unknown} = {...place.entry, path: Buffer.from('status'), size: 0};
	const {record, draft, check} = await copyFile({...place.context, source: proc}, unknown, () => ({path: unknown.path, names}), tracked);
	await check?.finish(record);
	await draft.handle.close();
	assert.deepEqual(record.notes, ['unsized']);
	assert.ok(record.bytesIn > 100);
	assert.deepEqual([tracked.bytesDone, tracked.totalBytes], [record.bytesIn, record.bytesIn]);
});

test('whatever fails, nothing of the copy is left, and no reading goes on', async () => {
	const failing = async (given: Given, expected: object, changed?: Partial<Entry>) => {
		await using place = await begin(content, given);
		await assert.rejects(place.copy(changed), expected);
		assert.deepEqual(place.dropped, place.drafts);
		assert.deepEqual((await fs.readdir(place.sandbox.root)).filter(name => name.endsWith('.tmp')), []);
	};

	await failing({
		disturb() {
			throw new Error('engine');
		},
	}, /^Error: engine$/v);
	await failing({signal: AbortSignal.abort(new Error('stopped'))}, /^Error: stopped$/v);
	let spent = 0;
	await failing({
		space: {
			async spend(bytes: number) {
				spent += bytes;

				if (spent > 1000) {
					throw new Error('full');
				}
			},
		} as unknown as SpaceWatch,
	}, /^Error: full$/v);
	await failing({}, {name: 'OtherFileError'}, {identity: {device: 1n, inode: 1n}});
	await failing({}, {name: 'VanishedError'}, {path: Buffer.from('gone')});
});

test('a claim is asked once the source is open, and what it fails with is what the copy fails with', async () => {
	await using place = await begin(content);
	const tracked = place.progress.begin(place.entry.path, 0);
	await assert.rejects(copyFile(place.context, place.entry, () => {
		throw new OtherFileError();
	}, tracked), {name: 'OtherFileError'});
	let isAsked = false;
	await assert.rejects(copyFile(place.context, {...place.entry, path: Buffer.from('gone')}, () => {
		isAsked = true;
		throw new OtherFileError();
	}, tracked), {name: 'VanishedError'});
	assert.equal(isAsked, false);
	assert.deepEqual(place.drafts, []);
});

test('a draft that takes only some bytes at a time gets all of them', async () => {
	await using place = await begin(content);
	const {staging} = place.context;
	const make = staging.draft.bind(staging);
	staging.draft = async () => {
		const draft = await make();
		const write = draft.handle.write.bind(draft.handle) as (bytes: Buffer, offset: number, length: number) => Promise<unknown>;
		Object.assign(draft.handle, {
			write: async (bytes: Buffer, offset: number, length: number) => write(bytes, offset, Math.min(length, 1000)),
		});
		return draft;
	};

	const {record, bytes} = await place.copy();
	assert.ok(gunzipSync(bytes).equals(content));
	assert.deepEqual([record.bytesOut, record.sha256], [bytes.length, sha256(bytes)]);
});

for (const [call, code, name] of [['write', 'EFBIG', 'RefusedCopyError'], ['write', 'ENOSPC', 'DestinationError'], ['chmod', 'EIO', 'DestinationError'], ['chmod', 'EILSEQ', 'RefusedCopyError']] as const) {
	test(`a draft whose ${call} fails with ${code} is dropped, and that is a ${name}`, async () => {
		await using place = await begin(content);
		const {staging} = place.context;
		const make = staging.draft.bind(staging);
		staging.draft = async () => {
			const draft = await make();
			Object.assign(draft.handle, {
				async [call]() {
					throw Object.assign(new Error(code), {code, errno: -1000});
				},
			});
			return draft;
		};

		await assert.rejects(place.copy(), {name, code});
		assert.deepEqual(place.dropped, place.drafts);
	});
}

import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import {crc32, gzipSync} from 'node:zlib';
import {formatCrc} from '../../source/compression/crc32.ts';
import {CopyCheck, type CopyCheckOptions} from '../../source/backup/copying/copy-check.ts';
import {engines} from '../support/engines.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {until} from '../support/files.ts';
import {recordOf} from '../support/copy-records.ts';

/** What was read from a source. */
const content = sampleLog(100_000, 1);
const packed = gzipSync(content);

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const gzipRecord = recordOf('syslog', {
	bytesIn: content.length, bytesOut: packed.length, contentChecksum: formatCrc(crc32(content)), sha256: sha256(packed),
});

const {contentChecksum: _, ...asIsFacts} = gzipRecord;
const asIsRecord = {...asIsFacts, stored: 'as-is' as const};

type Checked = Partial<CopyCheckOptions> & {
	/** What is on the disk. */
	readonly there: Buffer;
	/** Told of each read. */
	readonly onRead?: () => void | Promise<void>;
};

/** A check of a copy, and the file that it reads. */
async function begin(sandbox: Sandbox, {there, onRead, ...options}: Checked) {
	const file = path.join(sandbox.root, 'draft');
	await fs.writeFile(file, there);
	const handle = await fs.open(file, 'r');
	const read = handle.read.bind(handle) as (...arguments_: readonly unknown[]) => Promise<unknown>;
	Object.assign(handle, {
		async read(...arguments_: readonly unknown[]) {
			await onRead?.();
			return read(...arguments_);
		},
	});
	const check = new CopyCheck({
		draft: {handle, name: 'draft'}, path: Buffer.from('syslog'), stored: 'gzip', engine: engines[0]!.create(6, 1), signal: new AbortController().signal, ...options,
	});
	return {
		check,
		async [Symbol.asyncDispose]() {
			await handle.close();
		},
	};
}

const isSound = async (finished: Promise<void>) => finished.then(() => true);

const differs = {name: 'DestinationError', message: /the copy of syslog reads back differently/v};

for (const {name, skip, create} of engines) {
	test(`${name}: a copy that gives what was read is sound`, {skip}, async () => {
		await using sandbox = await Sandbox.create();
		await using begun = await begin(sandbox, {there: packed, engine: create(6, 1)});
		begun.check.advance(packed.length);
		assert.equal(await isSound(begun.check.finish(gzipRecord)), true);
	});

	test(`${name}: a sound gzip file of another content is not the copy, though it has the same length`, {skip}, async () => {
		await using sandbox = await Sandbox.create();
		const other = Buffer.from(content);
		other[50_000]! ^= 1;
		const there = gzipSync(other);
		await using begun = await begin(sandbox, {there, engine: create(6, 1)});
		begun.check.advance(there.length);
		await assert.rejects(begun.check.finish({...gzipRecord, bytesOut: there.length, sha256: sha256(there)}), differs);
	});

	for (const [what, facts] of [
		['a content of another length', {bytesIn: content.length - 1}],
		['a content of another CRC-32', {contentChecksum: formatCrc((crc32(content) ^ 1) >>> 0)}],
		['a copy of another length', {bytesOut: packed.length + 1}],
	] as const) {
		test(`${name}: ${what} is not what was written`, {skip}, async () => {
			await using sandbox = await Sandbox.create();
			await using begun = await begin(sandbox, {there: packed, engine: create(6, 1)});
			begun.check.advance(packed.length);
			await assert.rejects(begun.check.finish({...gzipRecord, ...facts}), differs);
		});
	}
}

test('what cannot be unpacked is not what was written', async () => {
	await using sandbox = await Sandbox.create();

	for (const there of [packed.subarray(0, -1), Buffer.alloc(packed.length), Buffer.alloc(0)]) {
		await using begun = await begin(sandbox, {there});
		begun.check.advance(there.length);
		await assert.rejects(begun.check.finish(gzipRecord), differs);
	}
});

test('a copy as it is, is told by its SHA-256 and its length', async () => {
	await using sandbox = await Sandbox.create();
	const noise = randomBytes(3_000_000);
	const record = {
		...asIsRecord, bytesIn: noise.length, bytesOut: noise.length, sha256: sha256(noise),
	};
	const other = Buffer.from(noise);
	other[2_500_000]! ^= 1;

	for (const [there, facts, isSame] of [[noise, {}, true], [other, {}, false], [noise, {bytesOut: noise.length - 1}, false], [noise.subarray(0, -1), {}, false]] as const) {
		await using begun = await begin(sandbox, {there, stored: 'as-is'});
		begun.check.advance(there.length);
		const finished = begun.check.finish({...record, ...facts});
		await (isSame ? finished : assert.rejects(finished, differs));
	}
});

for (const stored of ['gzip', 'as-is'] as const) {
	test(`a copy (${stored}) is read while it is written, as far as it is`, async () => {
		await using sandbox = await Sandbox.create();
		const half = Math.floor(packed.length / 2);
		const reads: unknown[] = [];
		await using begun = await begin(sandbox, {
			there: packed.subarray(0, half),
			stored,
			onRead() {
				reads.push('one');
			},
		});
		begun.check.advance(half);
		await until('it to read', () => reads.length === 1);

		for (const [index, part] of [packed.subarray(half, half + 10), packed.subarray(half + 10)].entries()) {
			await fs.appendFile(path.join(sandbox.root, 'draft'), part);
			begun.check.advance(part.length);
			await until('it to read on', () => reads.length === index + 2);
		}

		assert.equal(await isSound(begun.check.finish(stored === 'gzip' ? gzipRecord : asIsRecord)), true);
	});
}

test('a copy that comes to nothing is not read any more once that is settled', async () => {
	await using sandbox = await Sandbox.create();
	const reading = Promise.withResolvers<void>();
	const finish = Promise.withResolvers<void>();
	let isReading = false;
	await using begun = await begin(sandbox, {
		there: packed,
		async onRead() {
			isReading = true;
			reading.resolve();
			await finish.promise;
			isReading = false;
		},
	});
	begun.check.advance(packed.length);
	await reading.promise;
	const abandoned = begun.check.abandon();
	await setImmediate();
	finish.resolve();
	await abandoned;
	assert.equal(isReading, false);
});

test('a failure that comes before all is written is told at the end, and is no stray one', async () => {
	await using sandbox = await Sandbox.create();
	const failed = Promise.withResolvers<void>();
	await using begun = await begin(sandbox, {
		there: packed,
		onRead() {
			failed.resolve();
			throw new Error('odd');
		},
	});
	begun.check.advance(1);
	await failed.promise;
	await setImmediate();
	await assert.rejects(begun.check.finish(gzipRecord), {name: 'DestinationError', message: /odd/v});
});

test('it reads no further than was written, and on as soon as there is more', async () => {
	await using sandbox = await Sandbox.create();
	let reads = 0;
	await using begun = await begin(sandbox, {
		there: packed,
		onRead() {
			reads++;
		},
	});
	await setImmediate();
	assert.equal(reads, 0);
	begun.check.advance(packed.length);
	await begun.check.finish(gzipRecord);
	assert.ok(reads > 0);
});

for (const stored of ['gzip', 'as-is'] as const) {
	test(`a copy (${stored}) that comes to nothing is read no more, and its memory is lent again`, {timeout: 60_000}, async () => {
		await using sandbox = await Sandbox.create();
		const engine = engines[0]!.create(6, 1);
		let reads = 0;
		const onRead = () => {
			reads++;
		};

		// More than there are buffers for: each that is not given back is one less.
		for (let count = 0; count < 8; count++) {
			await using begun = await begin(sandbox, {
				there: packed, stored, engine, onRead,
			});
			await begun.check.abandon();
		}

		assert.equal(reads, 0);
		await using begun = await begin(sandbox, {there: packed, stored, engine});
		begun.check.advance(packed.length);
		await begun.check.finish(stored === 'gzip' ? gzipRecord : asIsRecord);
	});
}

test('once the run is stopped it is read no further, with the reason of that', async () => {
	await using sandbox = await Sandbox.create();
	const controller = new AbortController();
	await using begun = await begin(sandbox, {there: packed, signal: controller.signal});
	controller.abort(new Error('stopped'));
	begun.check.advance(packed.length);
	await assert.rejects(begun.check.finish(gzipRecord), /^Error: stopped$/v);
});

test('a copy that cannot be read is a failure of the destination', async () => {
	await using sandbox = await Sandbox.create();
	await using begun = await begin(sandbox, {
		there: packed,
		onRead() {
			throw Object.assign(new Error('EIO'), {code: 'EIO', errno: -5});
		},
	});
	begun.check.advance(1);
	await assert.rejects(begun.check.finish(gzipRecord), {name: 'DestinationError', code: 'EIO', message: /^cannot read back the copy of syslog: /v});
});

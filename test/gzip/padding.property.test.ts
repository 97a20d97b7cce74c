import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {DamagedError} from '../../source/compression/engine.ts';
import {gunzipChunks} from '../../source/gzip/gunzip-chunks.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {engines, readFrom} from '../support/engines.ts';

const content = sampleLog(3000);
const file = gzipSync(content);

/** What may follow: zeros, many of them, other bytes, whole and broken members. */
const tail = fc.array(fc.oneof(
	fc.nat({max: 600}).map(length => Buffer.alloc(length)),
	fc.constantFrom(200_000, 400_000, 3_000_000).map(length => Buffer.alloc(length)),
	fc.uint8Array({minLength: 1, maxLength: 40}).map(bytes => Buffer.from(bytes)),
	fc.constant(gzipSync('more')),
	fc.constant(gzipSync('more').subarray(0, 12)),
), {maxLength: 4}).map(parts => Buffer.concat(parts));

async function isTaken(work: () => Promise<unknown>): Promise<boolean> {
	const failure = await work().then(() => undefined).catch((error: unknown) => error);
	assert.ok(failure === undefined || failure instanceof DamagedError, String(failure));
	return failure === undefined;
}

async function drain(bytes: Buffer, size: number): Promise<number> {
	async function * chunks() {
		for (let start = 0; start < bytes.length; start += size) {
			yield bytes.subarray(start, start + size);
		}
	}

	let length = 0;

	for await (const chunk of gunzipChunks(chunks())) {
		length += chunk.length;
	}

	return length;
}

test('property: what follows the gzip data is ignored where gzip -t says nothing of it, and makes the file a damaged one else', {timeout: 120_000}, async () => {
	const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-test-'));
	const whole = path.join(directory, 'a.gz');

	try {
		await fc.assert(fc.asyncProperty(tail, fc.constantFrom(100, 4096, file.length, 256 * 1024), async (after, size) => {
			const bytes = Buffer.concat([file, after]);
			await fs.writeFile(whole, bytes);
			const {code} = await run('gzip', ['-t', whole], {code: 'any'});
			const found = new Map([['in chunks', await isTaken(async () => drain(bytes, size))]]);

			for (const {name, skip, create} of engines) {
				if (skip === false) {
					found.set(name, await isTaken(async () => create(6, 2).unpack(readFrom(bytes))));
				}
			}

			assert.deepEqual([...found.values()], Array.from(found, () => code === 0), [...found.keys()].join(', '));
		}), {numRuns: 60});
	} finally {
		await fs.rm(directory, {recursive: true});
	}
});

import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {DamagedError} from '../../source/compression/engine.ts';
import {gunzipChunks} from '../../source/gzip/gunzip-chunks.ts';
import {sampleLog} from '../support/sample-logs.ts';

const content = sampleLog(600_000, 1);
const packed = gzipSync(content);

/** Unpacks chunks of a file. */
async function unpack(bytes: Buffer, {size = 50_000, limit}: {readonly size?: number; readonly limit?: number} = {}): Promise<Buffer> {
	async function * chunks() {
		for (let start = 0; start < bytes.length; start += size) {
			yield Buffer.from(bytes.subarray(start, start + size));
		}
	}

	const out: Buffer[] = [];

	for await (const chunk of gunzipChunks(chunks(), limit)) {
		out.push(Buffer.from(chunk));
	}

	return Buffer.concat(out);
}

test('a gzip file of any origin is unpacked, in whatever chunks it comes', async () => {
	for (const size of [1000, 50_000, packed.length - 1, packed.length]) {
		assert.ok((await unpack(packed, {size})).equals(content));
	}

	const two = Buffer.concat([packed, gzipSync('more'), Buffer.alloc(100_000)]);
	assert.ok((await unpack(two)).equals(Buffer.concat([content, Buffer.from('more')])));
	assert.ok((await unpack(packed, {limit: content.length})).equals(content));
	assert.equal((await unpack(gzipSync(''))).length, 0);
});

test('one that is cut, empty, followed by something else or longer than it may be is damaged', async () => {
	for (const [bytes, limit] of [
		[packed.subarray(0, -1), undefined],
		[packed.subarray(0, 5), undefined],
		[Buffer.alloc(0), undefined],
		[Buffer.concat([packed, Buffer.from('x')]), undefined],
		[Buffer.concat([packed, Buffer.alloc(100_000), Buffer.from('x')]), undefined],
		[Buffer.from('no gzip file at all'), undefined],
		[packed, content.length - 1],
		[packed, 0],
	] as const) {
		await assert.rejects(unpack(bytes, {...(limit !== undefined && {limit})}), DamagedError);
	}
});

test('what the input fails with is what unpacking fails with, and whoever takes no more ends it', async () => {
	async function * failing() {
		yield packed.subarray(0, 1000);
		throw new TypeError('input');
	}

	await assert.rejects((async () => {
		for await (const _ of gunzipChunks(failing())) {
			// Until it fails.
		}
	})(), {name: 'TypeError', message: 'input'});

	let isEnded = false;

	async function * endless() {
		try {
			for (;;) {
				yield packed.subarray(0, 1000);
				yield packed.subarray(1000);
			}
		} finally {
			isEnded = true;
		}
	}

	const chunks = gunzipChunks(endless());
	await chunks.next();
	await chunks.return(undefined);

	await setImmediate();
	await setImmediate();
	assert.equal(isEnded, true);
});

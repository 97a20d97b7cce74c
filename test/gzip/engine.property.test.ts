import assert from 'node:assert/strict';
import {randomFillSync} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {crc32, gunzipSync} from 'node:zlib';
import fc from 'fast-check';
import {formatCrc} from '../../source/compression/crc32.ts';
import {Sandbox} from '../support/sandbox.ts';
import {gunzip, run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {engines, readFrom} from '../support/engines.ts';

/** Zeros, text, and what does not shrink. */
const fillings = ['zeros', 'log', 'noise'] as const;

const mebibyte = 1024 * 1024;
const log = sampleLog(3 * mebibyte);
const noise = randomFillSync(Buffer.alloc(3 * mebibyte));

const contentOf = (filling: typeof fillings[number], size: number): Buffer =>
	filling === 'zeros' ? Buffer.alloc(size) : (filling === 'log' ? log : noise).subarray(0, size);

/** Around the ends of blocks, where one is full, just begun, or empty; and of the window that blocks share. */
const sizeAround = (blockSize: number) => fc.oneof(
	fc.tuple(fc.constantFrom(0, 1, 2).map(blocks => blocks * blockSize), fc.integer({min: -2, max: 2})).map(([base, offset]) => Math.max(0, base + offset)),
	fc.tuple(fc.constantFrom(32_768, blockSize + 32_768), fc.integer({min: -1, max: 1})).map(([base, offset]) => base + offset),
	fc.integer({min: 0, max: 2 * blockSize}),
);

const runWith = (blockSize: number) => fc.record({
	filling: fc.constantFrom(...fillings),
	size: sizeAround(blockSize),
	level: fc.integer({min: 1, max: 9}),
	jobs: fc.integer({min: 1, max: 4}),
	name: fc.uint8Array({maxLength: 30}).map(bytes => Buffer.from(bytes.filter(byte => byte !== 0))),
	modified: fc.integer({min: -1e12, max: 1e13}),
});

for (const {name: engineName, skip, blockSize, create} of engines) {
	test(`property: ${engineName}: at every size, level and number of jobs, gzip itself accepts the file and gives the content back`, {skip}, async () => {
		await using sandbox = await Sandbox.create();
		const files: Array<{readonly file: string; readonly content: Buffer}> = [];
		await fc.assert(fc.asyncProperty(runWith(blockSize), async ({filling, size: bytes, level, jobs, name, modified}) => {
			const content = contentOf(filling, bytes);
			const chunks: Buffer[] = [];
			const engine = create(level, jobs);
			const totals = await engine.compress({
				read: readFrom(content),
				async write(chunk) {
					chunks.push(Buffer.from(chunk));
				},
				header: {name, modified, level},
			});
			const whole = Buffer.concat(chunks);
			assert.deepEqual(totals, {checksum: formatCrc(crc32(content)), bytesIn: bytes, bytesOut: whole.length});
			assert.ok(whole.length <= (bytes * 1.001) + 100 + name.length, `${bytes} bytes became ${whole.length}`);
			assert.deepEqual(await engine.unpack(readFrom(whole)), {checksum: totals.checksum, bytes});
			const file = path.join(sandbox.root, `${files.length}.gz`);
			await fs.writeFile(file, whole);
			files.push({file, content});
		}), {
			numRuns: 30,
			// The ends that matter, always.
			examples: [0, 1, blockSize - 1, blockSize, blockSize + 1].map(bytes => [{
				filling: 'log', size: bytes, level: 6, jobs: 2, name: Buffer.from('syslog'), modified: 0,
			}]),
		});
		const {code, stderr} = await run('gzip', ['--test', ...files.map(({file}) => file)]);
		assert.equal(code, 0, stderr);
		assert.equal(stderr, '');

		for (const {file, content} of files.filter((_, index) => index % 3 === 0)) {
			assert.ok(content.equals(await gunzip(file)), `${file} unpacks to something else`);
		}
	});

	test(`property: ${engineName}: whatever byte of a copy is changed, or wherever it is cut off, it does not pass for the same unless it unpacks to the same`, {skip}, async () => {
		const content = log.subarray(0, 50_000);
		const chunks: Buffer[] = [];
		const engine = create(6, 1);
		const {checksum} = await engine.compress({
			read: readFrom(content),
			async write(chunk) {
				chunks.push(Buffer.from(chunk));
			},
			header: {name: Buffer.from('syslog'), modified: 0, level: 6},
		});
		const whole = Buffer.concat(chunks);
		const headerLength = 10 + 'syslog'.length + 1;

		/** As the check after writing has it. */
		const passes = async (file: Buffer) => {
			try {
				const result = await engine.unpack(readFrom(file));
				return result.checksum === checksum && result.bytes === content.length;
			} catch {
				return false;
			}
		};

		/*
		Few bytes can be changed without harm: what fills up the last byte of the deflate stream means nothing (RFC 1951 §3.1.1), and some lengths can
		be said in two ways (258: §3.2.5).
		*/
		const isHarmless = (file: Buffer) => {
			try {
				return gunzipSync(file).equals(content);
			} catch {
				return false;
			}
		};

		await fc.assert(fc.asyncProperty(fc.integer({min: headerLength, max: whole.length - 1}), fc.integer({min: 1, max: 255}), async (at, mask) => {
			const changed = Buffer.from(whole);
			changed[at]! ^= mask;
			assert.ok(!await passes(changed) || isHarmless(changed), 'changed');
			assert.equal(await passes(whole.subarray(0, at)), false, 'cut off');
		}), {numRuns: 150, examples: [[whole.length - 9, 0x80]]});
	});
}

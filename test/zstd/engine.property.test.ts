import assert from 'node:assert/strict';
import {randomFillSync} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {isDeepStrictEqual} from 'node:util';
import {crc32} from 'node:zlib';
import fc from 'fast-check';
import {formatCrc} from '../../source/compression/crc32.ts';
import {DamagedError, type Engine} from '../../source/compression/engine.ts';
import {unpackWhole} from '../../source/zstd/zstd-whole-file.ts';
import {createZstdEngine} from '../../source/zstd/zstd-engine.ts';
import {zstd} from '../../source/zstd/zstd-format.ts';
import {readFrom} from '../support/engines.ts';
import {canDo} from '../support/needs.ts';
import {run, unzstd} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Sandbox} from '../support/sandbox.ts';

/** Zeros, text, and what does not shrink. */
const fillings = ['zeros', 'log', 'noise'] as const;

const blockSize = 4 * 1024 * 1024;
const largest = (2 * blockSize) + 2;
const log = sampleLog(largest);
const noise = randomFillSync(Buffer.alloc(largest));

const contentOf = (filling: typeof fillings[number], size: number): Buffer =>
	filling === 'zeros' ? Buffer.alloc(size) : (filling === 'log' ? log : noise).subarray(0, size);

/** Around the ends of blocks, where one is full, just begun, or empty. */
const sizes = fc.oneof(
	fc.tuple(fc.constantFrom(0, 1, 2).map(blocks => blocks * blockSize), fc.integer({min: -2, max: 2})).map(([base, offset]) => Math.max(0, base + offset)),
	fc.integer({min: 0, max: blockSize}),
);

const runs = fc.record({
	filling: fc.constantFrom(...fillings), size: sizes, level: fc.integer({min: 1, max: 6}), jobs: fc.integer({min: 1, max: 3}),
});

async function compress(engine: Engine, content: Buffer) {
	const chunks: Buffer[] = [];
	const totals = await engine.compress({
		read: readFrom(content),
		async write(chunk) {
			chunks.push(Buffer.from(chunk));
		},
		header: {name: Buffer.from('syslog'), modified: 0, level: 3},
	});
	return {totals, file: Buffer.concat(chunks)};
}

test('property: at every size, level and number of jobs, zstd itself accepts the file and gives the content back', async t => {
	if (!await canDo(t, 'zstd')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const files: Array<{readonly file: string; readonly content: Buffer}> = [];
	await fc.assert(fc.asyncProperty(runs, async ({filling, size: bytes, level, jobs}) => {
		const content = contentOf(filling, bytes);
		const engine = createZstdEngine(level, jobs);
		const {totals, file: whole} = await compress(engine, content);
		assert.deepEqual(totals, {checksum: formatCrc(crc32(content)), bytesIn: bytes, bytesOut: whole.length});
		assert.ok(whole.length <= zstd.mostBytes(bytes), `${bytes} bytes became ${whole.length}`);
		assert.deepEqual(await engine.unpack(readFrom(whole)), {checksum: totals.checksum, bytes});
		const file = path.join(sandbox.root, `${files.length}.zst`);
		await fs.writeFile(file, whole);
		files.push({file, content});
	}), {
		numRuns: 12,
		// The ends that matter, always.
		examples: [0, 1, blockSize - 1, blockSize, blockSize + 1].map(size => [{
			filling: 'log', size, level: 3, jobs: 2,
		}]),
	});
	await run('zstd', ['--test', '--quiet', ...files.map(({file}) => file)]);

	for (const {file, content} of files.filter((_, index) => index % 3 === 0)) {
		assert.ok(content.equals(await unzstd(file)), `${file} unpacks to something else`);
	}

	// Each frame tells its size and has a checksum, so that other tools know what comes out, and whether it is right.
	const {stdout} = await run('zstd', ['--list', '-v', files[4]!.file]);
	assert.match(stdout, /^# Zstandard Frames: 2$/mv);
	assert.match(stdout, new RegExp(String.raw`^Decompressed Size: .*\(${blockSize + 1} B\)$`, 'mv'));
	assert.match(stdout, /^Check: XXH64/mv);
});

test('the highest level makes a file that comes back, too', async () => {
	const content = log.subarray(0, 300_000);
	const engine = createZstdEngine(zstd.levels.maximum, 1);
	const {totals, file} = await compress(engine, content);
	assert.deepEqual(await engine.unpack(readFrom(file)), {checksum: totals.checksum, bytes: content.length});
});

test('property: whatever byte of a copy is changed, or wherever it is cut off, it does not pass for the same unless it unpacks to the same', async () => {
	const content = log.subarray(0, 50_000);
	const engine = createZstdEngine(3, 1);
	const {totals: {checksum}, file: whole} = await compress(engine, content);

	/** As the check after writing has it. */
	const passes = async (file: Buffer) => {
		const result = await engine.unpack(readFrom(file)).catch((error: unknown) => error);
		assert.ok(!(result instanceof Error) || result instanceof DamagedError, String(result));
		return isDeepStrictEqual(result, {checksum, bytes: content.length});
	};

	/** A bit of the header means nothing (RFC 8878 §3.1.1.1.1.3). */
	const isHarmless = (file: Buffer) => {
		try {
			return unpackWhole(file, {}).equals(content);
		} catch {
			return false;
		}
	};

	await fc.assert(fc.asyncProperty(fc.integer({min: 0, max: whole.length - 1}), fc.integer({min: 1, max: 255}), async (at, mask) => {
		const changed = Buffer.from(whole);
		changed[at]! ^= mask;
		assert.ok(!await passes(changed) || isHarmless(changed), 'changed');
		assert.equal(await passes(whole.subarray(0, at)), false, 'cut off');
	}), {numRuns: 150, examples: [[whole.length - 1, 0x80], [4, 0x10], [0, 1]]});
});

test('a source that fails in the middle fails the compression, and every block comes home', async () => {
	const engine = createZstdEngine(1, 2);

	for (let attempt = 0; attempt < 3; attempt++) {
		let calls = 0;
		let written = 0;
		await assert.rejects(engine.compress({
			async read(into) {
				if (++calls === 5) {
					throw new Error('EIO');
				}

				return into.length;
			},
			async write(chunk) {
				written += chunk.length;
			},
			header: {name: Buffer.from('syslog'), modified: 0, level: 1},
		}), /EIO/v);
		assert.ok(written > 0);
	}

	const {totals, file} = await compress(engine, log);
	await Promise.all(Array.from({length: 8}, async () => {
		assert.deepEqual(await engine.unpack(readFrom(file)), {checksum: totals.checksum, bytes: log.length});
	}));
});

test('a frame looks back to its beginning', async () => {
	const part = noise.subarray(0, 100_000);
	const content = Buffer.concat([part, Buffer.alloc(blockSize - (3 * part.length)), part]);
	const {file} = await compress(createZstdEngine(3, 1), content);
	assert.ok(file.length < part.length * 1.2, String(file.length));
	assert.ok(unpackWhole(file, {}).equals(content));
});

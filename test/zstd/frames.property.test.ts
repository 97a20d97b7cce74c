import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {constants, zstdCompressSync} from 'node:zlib';
import fc from 'fast-check';
import {DamagedError} from '../../source/compression/engine.ts';
import {FrameCutter} from '../../source/zstd/frame-cutter.ts';
import {unpackChunks} from '../../source/zstd/unpack-chunks.ts';
import {unpackWhole} from '../../source/zstd/zstd-whole-file.ts';
import {readFrom} from '../support/engines.ts';
import {canDo} from '../support/needs.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Sandbox} from '../support/sandbox.ts';
import {createZstdEngine} from '../../source/zstd/zstd-engine.ts';

const log = sampleLog(700_000);

type Frame = {
	readonly bytes: Buffer;
	/** `undefined`: it is to be passed over. */
	readonly content: Buffer | undefined;
};

const frameOf = (content: Buffer, hasChecksum: boolean, hasSize: boolean): Frame => ({
	bytes: zstdCompressSync(content, {
		params: {[constants.ZSTD_c_checksumFlag]: hasChecksum ? 1 : 0, [constants.ZSTD_c_contentSizeFlag]: hasSize ? 1 : 0},
	}),
	content,
});

function skippable(kind: number, length: number): Frame {
	const bytes = Buffer.alloc(8 + length, 0x28);
	bytes.writeUInt32LE(0x18_4D_2A_50 + kind, 0);
	bytes.writeUInt32LE(length, 4);
	return {bytes, content: undefined};
}

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
	{weight: 3, arbitrary: fc.tuple(fc.constantFrom(0, 1, 200, 255, 256, 300, 65_791, 65_792, 140_000, 600_000), fc.boolean(), fc.boolean()).map(([size, ...flags]) => frameOf(log.subarray(0, size), ...flags))},
	// Nothing shrinks, or all of it is one byte: other kinds of blocks.
	{weight: 1, arbitrary: fc.uint8Array({maxLength: 300}).map(bytes => frameOf(Buffer.from(bytes), true, true))},
	{weight: 1, arbitrary: fc.nat({max: 300_000}).map(size => frameOf(Buffer.alloc(size, 'a'), true, true))},
	{weight: 1, arbitrary: fc.tuple(fc.nat({max: 15}), fc.nat({max: 40})).map(([kind, length]) => skippable(kind, length))},
);

/** Cuts bytes into chunks whose sizes are given in turn. */
function * chunksOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
	for (let start = 0, index = 0; start < bytes.length; index++) {
		const size = sizes[index % sizes.length]!;
		yield bytes.subarray(start, start + size);
		start += size;
	}
}

/** Frames of a file: one of them at least has content, if none. */
const anyFrames = fc.tuple(anyFrame, fc.array(anyFrame, {maxLength: 4})).map(([first, others]) => first.content ? [first, ...others] : [first, ...others, frameOf(Buffer.alloc(0), true, true)]);

const anySizes = fc.oneof(fc.constant([1]), fc.array(fc.integer({min: 1, max: 10}), {minLength: 1, maxLength: 20}), fc.array(fc.integer({min: 1, max: 100_000}), {minLength: 1, maxLength: 5}));

async function unpack(bytes: Buffer, sizes: readonly number[] = [50_000], limit?: number): Promise<Buffer> {
	async function * input() {
		yield * chunksOf(bytes, sizes);
	}

	const out: Buffer[] = [];

	for await (const chunk of unpackChunks(input(), limit)) {
		out.push(Buffer.from(chunk));
	}

	return Buffer.concat(out);
}

test('property: in whatever chunks a file comes, it is cut where frames end, and what means nothing is left out', () => {
	fc.assert(fc.property(anyFrames, anySizes, (frames, sizes) => {
		const cutter = new FrameCutter();
		const ends = new Set<number>();
		let position = 0;

		for (const chunk of chunksOf(Buffer.concat(frames.map(({bytes}) => bytes)), sizes)) {
			for (const piece of cutter.cut(chunk)) {
				position += piece.length;
				ends.add(position);
			}
		}

		cutter.end();
		let end = 0;

		for (const {bytes, content} of frames) {
			end += content ? bytes.length : 0;
			assert.ok(end === 0 || ends.has(end), `no cut at ${end}`);
		}

		assert.equal(position, end);
	}), {numRuns: 300});
});

test('property: files of many frames are unpacked to their end, as a whole, in chunks, and by an engine', async () => {
	await fc.assert(fc.asyncProperty(anyFrames, anySizes, async (frames, sizes) => {
		const bytes = Buffer.concat(frames.map(frame => frame.bytes));
		const content = Buffer.concat(frames.flatMap(frame => frame.content ? [frame.content] : []));
		assert.ok(unpackWhole(bytes, {limit: Math.max(1, content.length)}).equals(content));
		assert.ok((await unpack(bytes, sizes.map(size => Math.max(size, 50)), content.length)).equals(content));
		assert.equal((await createZstdEngine(3, 1).unpack(readFrom(bytes), content.length)).bytes, content.length);
	}), {numRuns: 60});
});

test('property: a file that ends in the middle of a frame is cut short, and one that something else follows is damaged', async () => {
	await fc.assert(fc.asyncProperty(anyFrames, fc.double({min: 0, max: 1, noNaN: true}), async (frames, share) => {
		const bytes = Buffer.concat(frames.map(frame => frame.bytes));
		const ends = frames.map((_, index) => frames.slice(0, index + 1).reduce((sum, frame) => sum + frame.bytes.length, 0));
		const end = Math.floor(share * (bytes.length - 1));
		const cut = bytes.subarray(0, end);

		if (end > 0 && !ends.includes(end)) {
			assert.throws(() => unpackWhole(cut, {}), (error: unknown) => error instanceof DamagedError && error.isCutShort);
			await assert.rejects(unpack(cut), (error: unknown) => error instanceof DamagedError && error.isCutShort);
		}

		for (const tail of [Buffer.from('more'), Buffer.alloc(3), Buffer.alloc(100_000)]) {
			await assert.rejects(unpack(Buffer.concat([bytes, tail])), DamagedError);
			await assert.rejects(createZstdEngine(3, 1).unpack(readFrom(Buffer.concat([bytes, tail]))), DamagedError);
		}
	}), {numRuns: 40});
});

test('property: of whatever bytes, nothing but damage is told', async () => {
	await fc.assert(fc.asyncProperty(fc.uint8Array({maxLength: 60}), fc.boolean(), async (bytes, hasMagic) => {
		const file = Buffer.concat([hasMagic ? Buffer.from([0x28, 0xB5, 0x2F, 0xFD]) : Buffer.alloc(0), bytes]);
		const failure = await unpack(file, [7], 1_000_000).then(() => undefined).catch((error: unknown) => error);
		assert.ok(failure === undefined || failure instanceof DamagedError, String(failure));
	}), {numRuns: 300});
	await assert.rejects(unpack(Buffer.alloc(0)), DamagedError);
});

test('a file may not unpack to more than it should, even by one byte and in another frame', async () => {
	const bytes = Buffer.concat([zstdCompressSync('12345'), zstdCompressSync('6')]);
	assert.equal((await unpack(bytes, [50], 6)).toString(), '123456');
	await assert.rejects(unpack(bytes, [50], 5), DamagedError);
	assert.throws(() => unpackWhole(bytes, {limit: 4}), RangeError);
	assert.equal(unpackWhole(bytes, {limit: 6}).toString(), '123456');
});

test('what zstd, pzstd and zstd --long make is unpacked; a window beyond 128 MiB, and a dictionary, are named', async t => {
	if (!await canDo(t, 'zstd', 'pzstd')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const file = path.join(sandbox.root, 'a');
	await fs.writeFile(file, log);

	for (const [program, ...args] of [['zstd', '-19'], ['zstd', '--ultra', '-22'], ['zstd', '--long=27'], ['zstd', '--no-check'], ['pzstd', '-p', '4'], ['zstd', '-T4', '-B100000']] as const) {
		await run('sh', ['-c', '"$@" -q -f -c "$FILE" > "$FILE.zst"', 'sh', program, ...args], {env: {FILE: file}});
		assert.ok((await unpack(await fs.readFile(`${file}.zst`))).equals(log), args.join(' '));
	}

	await run('sh', ['-c', 'zstd -q -f --long=31 -c < "$FILE" > "$FILE.zst"'], {env: {FILE: file}});
	await assert.rejects(unpack(await fs.readFile(`${file}.zst`)), (error: unknown) => error instanceof DamagedError && error.message.includes('128 MiB'));
	await run('zstd', ['-q', '-f', '-D', '/bin/ls', '-o', `${file}.zst`, file], {code: 'any'});
	await assert.rejects(unpack(await fs.readFile(`${file}.zst`)), DamagedError);
});

test('what the input fails with is what unpacking fails with, and whoever takes no more ends it', async () => {
	const packed = zstdCompressSync(log);

	async function * failing() {
		yield packed.subarray(0, 1000);
		throw new TypeError('input');
	}

	await assert.rejects((async () => {
		for await (const _ of unpackChunks(failing())) {
			// Until it fails.
		}
	})(), {name: 'TypeError', message: 'input'});

	let isEnded = false;

	async function * endless() {
		try {
			for (;;) {
				yield packed;
			}
		} finally {
			isEnded = true;
		}
	}

	const chunks = unpackChunks(endless())[Symbol.asyncIterator]();
	assert.equal((await chunks.next()).done, false);
	await chunks.return!();
	assert.ok(isEnded, 'before it returns: whoever lent the memory of the chunks has it back');
});

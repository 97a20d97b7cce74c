/* What log rotation has compressed: by the programs of that name, and by these. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {buffer} from 'node:stream/consumers';
import {test} from 'node:test';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {DamagedError} from '../../source/compression/engine.ts';
import {ForeseenError} from '../../source/files/errors.ts';
import {type Compressed, compressedFormat} from '../../source/formats/detect.ts';
import {unpackAny} from '../../source/formats/unpack-any.ts';
import {unpackersFor} from '../../source/formats/unpackers.ts';
import {engines, readFrom} from '../support/engines.ts';
import {fakeProgram, setPath} from '../support/fake-programs.ts';
import {canDo} from '../support/needs.ts';
import {Place} from '../support/set-fixtures.ts';

/** More than a pipe holds. */
const content = Buffer.from('Nov 22 03:14:07 host sshd[812]: Accepted publickey for root\n'.repeat(20_000));

async function * chunksOf(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
	for (let start = 0; start < bytes.length; start += size) {
		yield bytes.subarray(start, start + size);
	}
}

async function * failing(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes.subarray(0, 100);
	throw new Error('EIO');
}

const throughProgram = (program: string): Buffer => spawnSync(program, ['--compress', '--stdout'], {input: content, maxBuffer: 2 ** 30}).stdout;

const samples: Readonly<Record<Compressed, () => Buffer>> = {
	gzip: () => gzipSync(content), zstd: () => zstdCompressSync(content), xz: () => throughProgram('xz'), bzip2: () => throughProgram('bzip2'),
};

for (const [name, make] of Object.entries(samples)) {
	const format = name as Compressed;

	test(`${name}: what is compressed comes out as it was; what is cut short or changed is damaged, and what fails to be read fails`, async t => {
		if (!await canDo(t, 'xz', 'bzip2')) {
			return;
		}

		const file = make();
		assert.equal(compressedFormat(file), format);
		assert.ok((await buffer(unpackAny(format, chunksOf(file)))).equals(content));
		assert.ok((await buffer(unpackAny(format, chunksOf(Buffer.concat([file, file]))))).equals(Buffer.concat([content, content])));
		const changed = Buffer.from(file);
		changed[file.length >> 1]! ^= 0x55;

		for (const damaged of [file.subarray(0, -1), file.subarray(0, 20), changed]) {
			await assert.rejects(buffer(unpackAny(format, chunksOf(damaged))), (error: unknown) => error instanceof DamagedError && error.message !== '');
		}

		await assert.rejects(buffer(unpackAny(format, failing(file))), /EIO/v);

		// Whoever has seen enough takes no more, and nothing is left that runs.
		const chunks = unpackAny(format, chunksOf(file))[Symbol.asyncIterator]();
		const {value: first} = await chunks.next() as {readonly value: Buffer};
		assert.ok(first.length > 0 && content.subarray(0, first.length).equals(first));
		await chunks.return!();
	});
}

test('a program that is not installed is named, and one is told what to do', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'bzip2', `echo "$*" > '${place.at('bzip2-told')}'; cat`);
	await fakeProgram(t, place, 'xz', `echo "$*" > '${place.at('xz-told')}'; cat`);

	for (const [format, told] of [['bzip2', /^--decompress --stdout$/v], ['xz', /^--decompress --stdout --memlimit-decompress=\d+MiB$/v]] as const) {
		assert.equal((await buffer(unpackAny(format, chunksOf(Buffer.from('as it is'))))).toString(), 'as it is');
		assert.match((await place.read(`${format}-told`)).trim(), told);
	}

	setPath(t, place.at('none'));
	await assert.rejects(buffer(unpackAny('xz', chunksOf(content))), (error: unknown) => error instanceof ForeseenError && !(error instanceof DamagedError) && error.message.includes('xz'));
});

test('an unpacker is opened once for each format, with the engine that is asked for where it has that', async () => {
	for (const engine of ['zlib', undefined] as const) {
		const open = unpackersFor({engine, jobs: 1});
		const unpackers = await Promise.all((['gzip', 'zstd', 'gzip'] as const).map(async name => open(name)));
		assert.equal(unpackers[0], unpackers[2]);
		assert.equal(await open('zstd'), unpackers[1]);
		assert.notEqual(unpackers[0], unpackers[1]);

		for (const [index, file] of [gzipSync(content), zstdCompressSync(content)].entries()) {
			assert.equal((await unpackers[index]!.unpack(() => readFrom(file), content.length)).bytes, content.length);
		}
	}

	// Libdeflate takes no member that it has no room for, and has zlib unpack the file, from its beginning.
	const large = gzipSync(Buffer.alloc(3 * 1024 * 1024));
	const hasLibdeflate = engines.every(({skip}) => skip === false);

	for (const [engine, times] of [['zlib', 1], ['libdeflate', hasLibdeflate ? 2 : 1], [undefined, hasLibdeflate ? 2 : 1]] as const) {
		let opened = 0;
		const unpacker = await unpackersFor({engine, jobs: 1})('gzip');
		await unpacker.unpack(() => {
			opened++;
			return readFrom(large);
		}, 3 * 1024 * 1024);
		assert.equal(opened, times, engine);
	}
});

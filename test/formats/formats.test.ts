import assert from 'node:assert/strict';
import {buffer} from 'node:stream/consumers';
import {test} from 'node:test';
import {DamagedError} from '../../source/compression/engine.ts';
import {signatureLength} from '../../source/compression/compression-format.ts';
import {formatNames} from '../../source/compression/format-names.ts';
import {compressedFormat} from '../../source/formats/detect.ts';
import {
	eachFormat,
	formatOf,
	formatOfBytes,
	formatOfName,
	leastLevel,
	mostLevel,
} from '../../source/formats/formats.ts';
import {unpackersFor} from '../../source/formats/unpackers.ts';
import {readFrom} from '../support/engines.ts';

const content = Buffer.from('Nov 22 03:14:07 host sshd[812]: Accepted publickey for root\n'.repeat(500));
const header = {name: Buffer.from('auth.log'), modified: 0} as const;

async function * chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes.subarray(0, 100);
	yield bytes.subarray(100);
}

test('no two formats have a word in common that tells copies apart', () => {
	const formats = formatNames.map(name => formatOf(name));
	const words = ['as-is', ...formats.flatMap(({name, sparseName}) => [name, sparseName])];
	assert.equal(new Set(words).size, words.length);
	assert.equal(new Set(formats.map(({suffix}) => suffix)).size, formats.length);
	assert.equal(formatOf('as-is'), undefined);
	assert.equal(formatOfName(Buffer.from('syslog')), undefined);
	assert.equal(formatOfName(Buffer.from('gz')), undefined);
	assert.equal(formatOfBytes(Buffer.alloc(signatureLength)), undefined);
});

for (const name of formatNames) {
	const format = formatOf(name);
	const {minimum, maximum, usual} = format.levels;

	test(`${name}: its files are told by their names and their first bytes`, () => {
		assert.equal(format.name, name);
		assert.equal(formatOfName(Buffer.from(`a${format.suffix}`)), format);
		assert.equal(formatOfName(Buffer.from(`a${format.suffix}.1`)), undefined);
		const {file} = format.compressWhole(content, {...header, level: usual});
		assert.equal(formatOfBytes(file), format);
		assert.equal(formatOfBytes(file.subarray(0, signatureLength)), format);
		assert.equal(compressedFormat(file), name);
	});

	test(`${name}: what is compressed comes back, whichever way, with the same checksum`, async () => {
		assert.ok(minimum <= usual && usual <= maximum);

		for (const level of [minimum, usual, maximum]) {
			for (const bytes of [content, Buffer.alloc(0)]) {
				const {file, checksum} = format.compressWhole(bytes, {...header, level});
				const {start, pattern} = format.checksum;
				const sum = start();
				sum.update(bytes.subarray(0, 10));
				sum.update(bytes.subarray(10));
				assert.equal(checksum, sum.digest());
				assert.match(checksum, pattern);
				assert.ok(format.unpackWhole(file, {}).equals(bytes));
				assert.ok(format.unpackWhole(file, {expected: bytes.length, limit: Math.max(1, bytes.length)}).equals(bytes));
				assert.ok((await buffer(format.unpackChunks(chunksOf(file)))).equals(bytes));
				assert.ok(file.length <= format.mostBytes(bytes.length) + 100);
				const {end} = format;
				assert.deepEqual(end ? end.read(file.subarray(-end.length)) : undefined, end && bytes.length > 0 ? {checksum, bytes: bytes.length} : undefined);
				const unpacker = await unpackersFor({engine: undefined, jobs: 1})(name);
				assert.deepEqual(await unpacker.unpack(() => readFrom(file), bytes.length), {checksum, bytes: bytes.length});
			}
		}

		assert.ok(await format.measure(content, usual) < content.length / 10);
	});

	test(`${name}: all engines make files that come back`, async () => {
		for (const wanted of [undefined, ...format.engines]) {
			const {engine} = await format.chooseEngine({engine: wanted, level: usual, jobs: 1});
			assert.equal(engine.format, name);
			const chunks: Buffer[] = [];
			const {checksum, bytesIn} = await engine.compress({
				read: readFrom(content),
				async write(chunk) {
					chunks.push(Buffer.from(chunk));
				},
				header: {...header, level: usual},
			});
			const file = Buffer.concat(chunks);
			assert.equal(bytesIn, content.length);
			assert.equal(formatOfBytes(file), format);
			assert.ok(format.unpackWhole(file, {}).equals(content));
			assert.deepEqual(await engine.unpack(readFrom(file)), {checksum, bytes: content.length});
		}
	});

	test(`${name}: what is cut short, changed, or goes on too long is told apart`, async () => {
		const {file} = format.compressWhole(content, {...header, level: usual});
		const cut = file.subarray(0, -1);
		assert.throws(() => format.unpackWhole(cut, {}), (error: unknown) => error instanceof DamagedError && error.isCutShort);
		const changed = Buffer.from(file);
		changed[file.length - 1]! ^= 0xFF;
		assert.throws(() => format.unpackWhole(changed, {}), (error: unknown) => error instanceof DamagedError && !error.isCutShort);
		assert.throws(() => format.unpackWhole(Buffer.concat([file, Buffer.from('more')]), {}), DamagedError);
		assert.throws(() => format.unpackWhole(file, {limit: content.length - 1}), RangeError);
		await assert.rejects(buffer(format.unpackChunks(chunksOf(cut))), DamagedError);
		await assert.rejects(buffer(format.unpackChunks(chunksOf(file), content.length - 1)), DamagedError);
	});
}

test('levels reach from the least of any format to the most of any, and what each has is told by its name', () => {
	const levels = formatNames.map(name => formatOf(name).levels);
	assert.equal(leastLevel, Math.min(...levels.map(({minimum}) => minimum)));
	assert.equal(mostLevel, Math.max(...levels.map(({maximum}) => maximum)));
	assert.ok(leastLevel >= 0 && mostLevel > leastLevel);
	assert.deepEqual(eachFormat(({suffix}) => suffix).split(', '), formatNames.map(name => `${name} ${formatOf(name).suffix}`));
});

import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {test} from 'node:test';
import {
	crc32,
	gunzipSync,
	gzipSync,
	inflateRawSync,
} from 'node:zlib';
import {formatCrc} from '../../source/compression/crc32.ts';
import {DamagedError, type Engine} from '../../source/compression/engine.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {engines, readFrom} from '../support/engines.ts';

const header = {name: Buffer.from('syslog'), modified: Date.UTC(2026, 2, 14), level: 6};

async function compress(engine: Engine, content: Buffer) {
	const chunks: Buffer[] = [];
	const totals = await engine.compress({
		read: readFrom(content),
		async write(chunk) {
			chunks.push(Buffer.from(chunk));
		},
		header,
	});
	return {totals, file: Buffer.concat(chunks)};
}

for (const {name, skip, blockSize, create: createAt} of engines) {
	const create = () => createAt(header.level, 2);

	for (const size of [0, 1, blockSize - 1, blockSize, blockSize + 1, 4 * blockSize, (5 * blockSize) + 12_345]) {
		test(`${name}: ${size} bytes come back`, {skip}, async () => {
			const content = sampleLog(size);
			const {totals, file} = await compress(create(), content);
			assert.deepEqual(gunzipSync(file), content);
			assert.deepEqual(totals, {checksum: formatCrc(crc32(content)), bytesIn: size, bytesOut: file.length});
			assert.equal(file.readUInt32LE(4), header.modified / 1000);
			assert.equal(file.toString('latin1', 10, 17), 'syslog\0');

			assert.deepEqual(await create().unpack(readFrom(file)), {checksum: formatCrc(crc32(content)), bytes: size});
		});
	}

	test(`${name}: what fits one block is one member, so that a reader of one member has all of it`, {skip}, async () => {
		for (const size of [0, 1, blockSize - 1, blockSize, ...(name === 'zlib' ? [blockSize + 1, 5 * blockSize] : [])]) {
			const content = sampleLog(size);
			const {file} = await compress(create(), content);
			// It ends where the first stream does.
			assert.deepEqual(inflateRawSync(file.subarray(17)), content);
		}
	});

	test(`${name}: what does not shrink comes back too`, {skip}, async () => {
		const content = randomBytes(3_000_000);
		const {file} = await compress(create(), content);
		assert.deepEqual(gunzipSync(file), content);
		assert.deepEqual(await create().unpack(readFrom(file)), {checksum: formatCrc(crc32(content)), bytes: content.length});
	});

	test(`${name}: the file is hardly larger than from one piece`, {skip}, async () => {
		const content = sampleLog(4 * blockSize);
		const {file} = await compress(create(), content);
		assert.ok(file.length < gzipSync(content, {level: 6}).length * 1.005);
	});

	test(`${name}: a source that fails in the middle fails the compression, and every block comes home`, {skip}, async () => {
		const engine = create();
		let calls = 0;
		let written = 0;
		const broken = engine.compress({
			async read(into) {
				if (++calls === 4) {
					throw new Error('EIO');
				}

				return into.length;
			},
			async write(chunk) {
				written += chunk.length;
			},
			header,
		});
		await assert.rejects(broken, /EIO/v);
		assert.ok(written > 0);
		await Promise.all(Array.from({length: 6}, async () => engine.pool.acquire()));
	});

	test(`${name}: a gzip file that is cut short, or has a flipped bit, is not taken for sound`, {skip}, async () => {
		const engine = create();
		const {file} = await compress(engine, sampleLog(100_000));

		for (const length of [0, 5, 17, 1000, file.length - 8, file.length - 1]) {
			await assert.rejects(engine.unpack(readFrom(file.subarray(0, length))), DamagedError, `cut at ${length}`);
		}

		for (const position of [0, 1, 2, 500, file.length - 6, file.length - 2]) {
			const damaged = Buffer.from(file);
			damaged[position]! ^= 1;
			await assert.rejects(engine.unpack(readFrom(damaged)), DamagedError, `flipped at ${position}`);
		}
	});
}

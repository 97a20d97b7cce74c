import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {longestManifest, readManifestBytes, refuseTooMany} from '../../source/set/manifest/manifest-file.ts';
import {decodeManifest} from '../../source/set/manifest/manifest-reader.ts';
import {decodeCopies} from '../../source/set/manifest/manifest-text.ts';
import type {CopyRecord, Manifest} from '../../source/set/manifest/manifest.ts';
import {writeDescription} from '../../source/set/staging/publish.ts';
import {StandingManifest} from '../../source/set/staging/renewal.ts';
import {Sandbox} from '../support/sandbox.ts';
import {ledgerOf} from '../support/set-fixtures.ts';

const source = {
	dev: '65024', ino: '1', size: 0, mtime_ns: '1795393530446393544', mode: '0640', uid: 0, gid: 4,
};

const copiesOf = (count: number, length: number): CopyRecord[] => Array.from({length: count}, (_, index) => {
	const name = Buffer.from(`${'d'.repeat(length)}/${index}`);
	return {
		path: name, file: Buffer.concat([name, Buffer.from('.gz')]), stored: 'gzip', notes: [], bytesIn: 0, bytesOut: 20, contentChecksum: '00000000', sha256: '0'.repeat(64), isVerified: true, source,
	};
});

const manifest = (copies: readonly CopyRecord[]): Manifest => ({
	version: '1.0.0', host: 'web1', source: '/var/log', engine: 'zlib', level: 6, started: '2026-03-14T00:00:00.000Z', finished: '2026-03-14T00:00:01.000Z', copies: ledgerOf(copies), missing: [],
});

test('a manifest far longer than those of ordinary sets is read by all who read it', {timeout: 300_000}, async () => {
	await using sandbox = await Sandbox.create();
	// 150 MB in few entries, which take less time.
	const copies = copiesOf(40_000, 1700);
	await using directory = await Directory.open(sandbox.root);
	await writeDescription(directory, manifest(copies));
	assert.ok((await fs.stat(path.join(sandbox.root, 'manifest.json'))).size > 128 * 1024 * 1024);
	const read = await readManifestBytes(directory);
	assert.ok(read && 'bytes' in read);
	const text = read.bytes.toString('utf8');
	const decoded = decodeManifest(text);
	assert.deepEqual([decoded.problems, decoded.copies.length], [[], copies.length]);
	let count = 0;

	for (const copy of decodeCopies(text)) {
		count += copy.bytesOut === 20 ? 1 : 0;
	}

	assert.equal(count, copies.length);
	assert.equal(StandingManifest.parse(text)?.copies.length, copies.length);
});

test('what no reader would take is refused before anything is copied, and never written', () => {
	function * paths(count: number, length: number) {
		const name = Buffer.alloc(length, 'x');

		for (let index = 0; index < count; index++) {
			yield name;
		}
	}

	refuseTooMany(paths(300_000, 400));
	assert.throws(() => {
		refuseTooMany(paths(300_000, 4000));
	}, {name: 'DestinationError'});
	assert.ok(longestManifest < 0x1F_FF_FF_E8 / 1.25, 'with all its quotes escaped, it is a text still');
});

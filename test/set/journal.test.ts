import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import type {CopyRecord} from '../../source/set/manifest/manifest.ts';
import {Journal} from '../../source/set/staging/journal.ts';
import {Sandbox} from '../terminal/sandbox.ts';

const recordOf = (name: string): CopyRecord => ({
	path: Buffer.from(name),
	file: Buffer.from(`${name}.gz`),
	stored: 'gzip',
	notes: [],
	bytesIn: 1,
	bytesOut: 21,
	crc32: 0,
	sha256: '0'.repeat(64),
	isVerified: true,
	source: {
		dev: '1', ino: '1', size: 1, mtime_ns: '1', mode: '0640', uid: 0, gid: 0,
	},
});

test('a journal knows whether somebody else has written to it, however many write at once', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.root, '.logbackup'), {mode: 0o700});
	await using staging = await Directory.open(sandbox.root);
	const journal = await Journal.open(staging, {label: 'staging', origin: {host: 'web1', source: '/var/log'}});
	await Promise.all(Array.from({length: 20}, async (_, index) => journal.append([recordOf(`${index}.log`)])));
	assert.equal(await journal.isUntouched(), true);
	await fs.appendFile(path.join(sandbox.root, '.logbackup/journal'), '\n');
	assert.equal(await journal.isUntouched(), false);
	await journal.remove();
	assert.equal(await journal.isUntouched(), true);
});

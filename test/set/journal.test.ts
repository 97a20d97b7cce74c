import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import type {CopyRecord} from '../../source/set/manifest/manifest.ts';
import {Journal, readCopyJournal, readJournalOrigin} from '../../source/set/manifest/journal.ts';
import {Sandbox} from '../support/sandbox.ts';
import {Calls} from '../support/calls.ts';
import {manifestOf, Place, textOf} from '../support/set-fixtures.ts';

const recordOf = (name: string): CopyRecord => ({
	path: Buffer.from(name),
	file: Buffer.from(`${name}.gz`),
	stored: 'gzip',
	notes: [],
	bytesIn: 1,
	bytesOut: 21,
	contentChecksum: '00000000',
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

test('records after a torn line of any length are read, and those before it', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.root, '.logbackup'), {mode: 0o700});
	await using staging = await Directory.open(sandbox.root);
	const set = {label: 'staging', origin: {host: 'web1', source: '/var/log'}};
	const file = path.join(sandbox.root, '.logbackup/journal');
	const line = JSON.stringify({path: 'cut.log', file: 'x'.repeat(600 * 1024)});
	const torn = [Buffer.alloc(600 * 1024), line.slice(0, -20), Buffer.concat([Buffer.from(line.slice(0, 1000)), Buffer.alloc(600 * 1024)])];
	const names = ['before.log'];
	const first = await Journal.open(staging, set);
	await first.append([recordOf('before.log')]);
	await first.close();

	for (const [index, tail] of torn.entries()) {
		// What a crash left, and then the run that goes on from there.
		await fs.appendFile(file, tail);
		const next = await Journal.open(staging, set);
		assert.deepEqual([...next.recorded.keys()], names);
		await next.append([recordOf(`${index}.log`)]);
		await next.close();
		names.push(`${index}.log`);
		assert.deepEqual((await readCopyJournal(staging)).map(record => record.path.toString()), names);
	}

	assert.equal((await readJournalOrigin(staging))?.host, 'web1');
});

test('a journal that is torn from its beginning on, as its first run was cut, is gone on with', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.root, '.logbackup'), {mode: 0o700});
	await using staging = await Directory.open(sandbox.root);
	const set = {label: 'staging', origin: {host: 'web1', source: '/var/log'}};
	await fs.writeFile(path.join(sandbox.root, '.logbackup/journal'), Buffer.alloc(600 * 1024), {mode: 0o600});
	const journal = await Journal.open(staging, set);
	assert.equal(journal.recorded.size, 0);
	await journal.append([recordOf('after.log')]);
	await journal.close();
	assert.deepEqual((await readCopyJournal(staging)).map(record => record.path.toString()), ['after.log']);
	assert.equal(await readJournalOrigin(staging), undefined);
});

test('a journal that was written in part is still its own; another one in its place is not', async t => {
	await using place = await Place.create();
	await fs.mkdir(place.at('.logbackup'), {mode: 0o700});
	const journal = await Journal.open(place.directory, {label: 'staging', origin: {host: 'web1', source: '/var/log'}});
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^appendFile/v, 'ENOSPC', 1);
	await assert.rejects(journal.append([recordOf('a.log')]), {code: 'ENOSPC'});
	await fs.appendFile(place.at('.logbackup/journal'), '{"torn');
	assert.equal(await journal.isUntouched(), true);
	await fs.copyFile(place.at('.logbackup/journal'), place.at('copy'));
	await fs.rename(place.at('copy'), place.at('.logbackup/journal'));
	assert.equal(await journal.isUntouched(), false);
	await fs.rm(place.at('.logbackup/journal'));
	assert.equal(await journal.isUntouched(), false);
	await journal.close();
});

test('a journal that cannot be read knows nothing to an onlooker; to who would go on with it, that is an error', async () => {
	await using place = await Place.create();
	await fs.mkdir(place.at('.logbackup/journal'), {recursive: true, mode: 0o700});
	assert.deepEqual(await readCopyJournal(place.directory), []);
	assert.equal(await readJournalOrigin(place.directory), undefined);
	await assert.rejects(Journal.open(place.directory, {label: 'staging', origin: {host: 'web1', source: '/var/log'}}), {name: 'DestinationError'});
	await fs.rmdir(place.at('.logbackup/journal'));

	for (const line of ['[]', '{"origin":1}', '{"origin":{"host":"web1"}}']) {
		await place.write('.logbackup/journal', `${line}\n`);
		assert.equal(await readJournalOrigin(place.directory), undefined, line);
	}
});

test('what a manifest knows that was not published goes into a new journal', async () => {
	await using place = await Place.create();
	await fs.mkdir(place.at('.logbackup'), {mode: 0o700});
	await place.write('manifest.json', textOf(manifestOf([recordOf('a.log'), recordOf('b.log')])));
	const journal = await Journal.open(place.directory, {label: 'staging', origin: {host: 'web1', source: '/var/log'}});
	assert.deepEqual([...journal.recorded.keys()], ['a.log', 'b.log']);
	assert.equal(await journal.isUntouched(), true);
	await journal.close();
	assert.deepEqual((await readCopyJournal(place.directory)).map(record => record.path.toString()), ['a.log', 'b.log']);
	assert.equal((await readJournalOrigin(place.directory))?.host, 'web1');
});

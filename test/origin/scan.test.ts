import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {parseFilesList, readListedEntries} from '../../source/origin/files-list.ts';
import {readEntry, scanDirectory} from '../../source/origin/scan-directory.ts';
import {Sandbox} from '../support/sandbox.ts';

async function scan(location: string): Promise<Map<string, Entry>> {
	await using directory = await Directory.open(location);
	const entries = new Map<string, Entry>();

	for await (const batch of scanDirectory(directory)) {
		for (const entry of batch) {
			entries.set(entry.path.toString('latin1'), entry);
		}
	}

	return entries;
}

test('a scan tells what every entry is', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await sandbox.addSparse('sparse', 1e9);
	await fs.symlink('nowhere', path.join(sandbox.source, 'broken'));
	const entries = await scan(sandbox.source);
	assert.equal(entries.get('syslog')?.kind, 'file');
	assert.equal(entries.get('syslog')?.size, 912_288);
	assert.equal(entries.get('nginx')?.kind, 'directory');
	assert.equal(entries.get('xconsole')?.kind, 'fifo');
	assert.equal(entries.get('dev-log')?.kind, 'socket');
	assert.equal(entries.get('broken')?.target?.kind, 'broken');
	assert.equal(entries.get('sparse')?.size, 1e9);
	assert.ok(entries.get('sparse')!.allocated < 1e6);
	assert.equal((await scan('/dev')).get('null')?.kind, 'device');
});

test('names that are not UTF-8 stay apart', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add(Buffer.from([0x61, 0xFE]), 'one');
	await sandbox.add(Buffer.from([0x61, 0xFF]), 'other!');
	const entries = await scan(sandbox.source);
	assert.deepEqual(new Map([...entries].map(([name, {size}]) => [name, size])), new Map([['a\u{FE}', 3], ['a\u{FF}', 6]]));
});

test('5,000 entries come in batches', async () => {
	await using sandbox = await Sandbox.create();
	await Promise.all(Array.from({length: 5000}, async (_, index) => fs.writeFile(path.join(sandbox.source, `${index}.log`), '')));
	await using directory = await Directory.open(sandbox.source);
	const sizes: number[] = [];

	for await (const batch of scanDirectory(directory)) {
		sizes.push(batch.length);
	}

	assert.ok(sizes.length > 1);
	assert.equal(sizes.reduce((sum, size) => sum + size, 0), 5000);
});

test('the machine\'s own /var/log can be scanned', async () => {
	const entries = await scan('/var/log');
	const names = await fs.readdir('/var/log', {encoding: 'latin1'});
	assert.deepEqual([...entries.keys()].toSorted(), names.toSorted());
});

test('a list of files is taken apart at NULs, each path once and in plain form', () => {
	const list = Buffer.from('syslog\0./nginx//access.log\0nginx/access.log\0new\nline\0last\0');
	assert.deepEqual(parseFilesList(list).map(String), ['syslog', 'nginx/access.log', 'new\nline', 'last']);
	assert.deepEqual(parseFilesList(Buffer.of(0x61, 0xFF, 0)), [Buffer.of(0x61, 0xFF)]);
});

test('a list that was cut within its last path is refused, and an empty one is none', () => {
	assert.throws(() => parseFilesList(Buffer.from('syslog\0auth.lo')), {name: 'RangeError', message: /auth\.lo/v});
	assert.deepEqual(parseFilesList(Buffer.alloc(0)), []);
});

for (const path_ of ['/etc/passwd', '../secret', 'a/../../b', '.']) {
	test(`a list may not name ${path_}`, () => {
		assert.throws(() => parseFilesList(Buffer.from(`ok\0${path_}\0`)), {name: 'RangeError', message: /relative to the source/v});
	});
}

test('of a list, what is missing, no regular file, or behind a link on the way is told apart', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await fs.symlink('nginx', path.join(sandbox.source, 'www'));
	await using source = await Directory.open(sandbox.source);
	const paths = ['syslog', 'nginx/access.log', 'gone', 'xconsole', 'README', 'www/access.log'].map(name => Buffer.from(name));
	const {entries, unavailable} = await readListedEntries(source, paths, {destination: undefined, followSymlinks: false});
	assert.deepEqual(entries.map(entry => entry.path.toString()), ['syslog', 'nginx/access.log']);
	assert.deepEqual(unavailable.map(({path: name, isMissing}) => [name.toString(), isMissing]), [
		['gone', true], ['xconsole', false], ['README', false], ['www/access.log', false],
	]);
});

test('what is in the destination cannot be named', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await using source = await Directory.open(sandbox.source);
	await using destination = await Directory.open(path.join(sandbox.source, 'nginx'));
	const {entries, unavailable} = await readListedEntries(source, [Buffer.from('nginx/access.log')], {destination, followSymlinks: false});
	assert.equal(entries.length, 0);
	assert.match(unavailable[0]!.message, /destination/v);
});

test('a file system that reports no blocks has no holes, and a file that is nothing but one has', async t => {
	const place = '/sys/kernel/mm/transparent_hugepage/enabled';
	const stats = await fs.stat(place).catch(() => undefined);
	await using sandbox = await Sandbox.create();
	await sandbox.addSparse('hollow', 1e6);
	await using source = await Directory.open(sandbox.source);
	assert.equal(readEntry(source, Buffer.from('hollow'))!.allocated, 0);

	if (stats?.blocks !== 0 || stats.size === 0) {
		t.skip('no such file system here');
		return;
	}

	await using other = await Directory.open(path.dirname(place));
	assert.equal(readEntry(other, Buffer.from(path.basename(place)))!.allocated, stats.size);
});

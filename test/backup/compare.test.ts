import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {hostname} from 'node:os';
import {test} from 'node:test';
import {Comparison} from '../../source/backup/compare.ts';
import {remarkableGrowth} from '../../source/backup/growth.ts';
import {Directory} from '../../source/files/directory.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {PreviousSet} from '../../source/set/previous.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

test('rotated files are unchanged, grown ones are known by their name, new ones not at all', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'nginx'));
	await sandbox.add('syslog', sampleLog(100_000, 1));
	await sandbox.add('syslog.1', sampleLog(50_000, 2));
	await sandbox.add('nginx/access.log', sampleLog(40_000, 3));
	await sandbox.add('empty');
	assert.equal((await sandbox.run(['--yes', '--recursive'])).code, 0);
	await fs.rename(path.join(sandbox.source, 'syslog.1'), path.join(sandbox.source, 'syslog.2'));
	await fs.appendFile(path.join(sandbox.source, 'syslog'), sampleLog(1000, 4));
	await sandbox.add('new.log', 'new\n');

	await using source = await Directory.open(sandbox.source);
	await using destination = await Directory.open(sandbox.destination);
	await using previous = await PreviousSet.openNewest(destination, {date: '2026-03-15', own: {host: hostname()}, today: '2026-03-15'});
	const comparison = new Comparison(previous!);
	assert.equal(comparison.date, '2026-03-14');
	const names = ['syslog', 'syslog.2', 'nginx/access.log', 'empty', 'new.log'];
	const entries = names.map(name => readEntry(source, Buffer.from(name))!);
	const [syslog, rotated, access, empty, fresh] = await comparison.compare(source, entries);
	assert.equal(syslog?.isUnchanged, false);
	assert.equal(syslog.before?.size, 100_000);
	assert.ok(syslog.before.ratio > 0.05 && syslog.before.ratio < 0.6);
	assert.deepEqual(rotated, {isUnchanged: true});
	assert.equal(access?.isUnchanged, true);
	assert.equal(empty?.isUnchanged, true);
	assert.equal(fresh, undefined);
});

test('a directory that is gone by now costs its own files only', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('kept', 'kept\n');
	assert.equal((await sandbox.run(['--yes'])).code, 0);
	await using source = await Directory.open(sandbox.source);
	await using destination = await Directory.open(sandbox.destination);
	await using previous = await PreviousSet.openNewest(destination, {date: '2026-03-15', own: {host: hostname()}, today: '2026-03-15'});
	const kept = readEntry(source, Buffer.from('kept'))!;
	const gone = {...kept, path: Buffer.from('nowhere/at/all')};
	const vanished = {...kept, path: Buffer.from('vanished')};
	assert.deepEqual((await new Comparison(previous!).compare(source, [gone, vanished, kept])).map(earlier => earlier?.isUnchanged), [undefined, undefined, true]);
});

test('a file has grown much at twice its size and 10 MB more', () => {
	const grown = (size: number, before: number) => remarkableGrowth(size, {isUnchanged: false, before: {size: before, ratio: 0.1}});
	assert.equal(grown(41e6, 10e6), 4.1);
	assert.equal(grown(20e6, 10e6), 2);
	assert.equal(grown(19.9e6, 10e6), undefined, 'not twice as large');
	assert.equal(grown(9e6, 1e6), undefined, 'too little to matter');
	assert.equal(grown(20e6, 0), Infinity);
	assert.equal(remarkableGrowth(41e6, {isUnchanged: true, before: {size: 10e6, ratio: 0.1}}), undefined, 'renamed onto that name');
	assert.equal(remarkableGrowth(41e6, {isUnchanged: false}), undefined);
});

import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Interruption} from '../../source/exit/failure.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {gunzip} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {
	backUpHere,
	type Changed,
	readManifest,
	stoppingAt,
} from '../support/running.ts';

test('a set that appears under its name meanwhile stays as it is, and so do the copies, for the next run', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.add('b.log', 'b\n');
	const reported = await backUpHere(sandbox, {
		onEvent(event) {
			if (event.message_type === 'start') {
				mkdirSync(sandbox.set);
			}
		},
	});
	assert.partialDeepStrictEqual(reported.one('exit_error'), {code: 1, files_kept: 2, files_not_done: 0});
	assert.deepEqual(await fs.readdir(sandbox.set), []);
	await fs.rmdir(sandbox.set);
	assert.equal((await backUpHere(sandbox)).one('summary').files_resumed, 2);
});

test('what is left of a set that was being removed is removed first, and told', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await fs.mkdir(path.join(sandbox.destination, '.2026-03-01.pruned'), {recursive: true});
	await fs.writeFile(path.join(sandbox.destination, '.2026-03-01.pruned/x.gz'), '');
	const reported = await backUpHere(sandbox, {isVerbose: true});
	assert.deepEqual(reported.of('notice').map(({notice, files}) => [notice, files]), [['swept', 1]]);
	assert.equal(await exists(path.join(sandbox.destination, '.2026-03-01.pruned')), false);
});

test('what is linked has the name that a copy of it has; what has rotted since is copied anew', async () => {
	await using sandbox = await Sandbox.create();
	const names = ['a.log', 'b.log', 'old.gz', 'old'];
	await sandbox.add('a.log', sampleLog(5000, 1));
	await sandbox.add('b.log', sampleLog(5000, 2));
	await sandbox.add('old.gz', gzipSync(sampleLog(5000, 3)));
	await sandbox.add('old', sampleLog(5000, 4));
	await backUpHere(sandbox);
	const before = await sandbox.copies();
	await fs.appendFile(path.join(sandbox.set, 'b.log.gz'), 'rot');
	const next = await backUpHere(sandbox, {date: '2026-03-15'});
	assert.deepEqual(next.of('file').filter(({outcome}) => outcome === 'reused').map(({path: name}) => name).toSorted(), names.filter(name => name !== 'b.log').toSorted());
	const files = (await fs.readdir(path.join(sandbox.destination, '2026-03-15'))).filter(name => name !== 'SHA256SUMS' && name !== 'manifest.json');
	assert.deepEqual(files.toSorted(), before);
	assert.ok((await gunzip(path.join(sandbox.destination, '2026-03-15/b.log.gz'))).equals(await sandbox.content('b.log')));
});

test('nothing is linked from a set of another host, machine or source, nor from one of a day to come', async () => {
	const another: ReadonlyArray<readonly [what: string, first: Changed, reused: number]> = [
		['its own', {}, 2],
		['of the same machine', {origin: {host: 'web1', machine: 'a'.repeat(32), source: 'here'}}, 2],
		['of another host', {origin: {host: 'web2', source: 'here'}}, 0],
		['of another machine of that name', {origin: {host: 'web1', machine: 'b'.repeat(32), source: 'here'}}, 0],
		['of another source', {origin: {host: 'web1', source: '/elsewhere'}}, 0],
		['of a day to come', {date: '2099-01-01'}, 0],
	];

	for (const [what, first, reused] of another) {
		await using sandbox = await Sandbox.create();
		await sandbox.add('a.log', 'a\n');
		await sandbox.add('b.log', 'b\n');
		const own = {host: 'web1', machine: 'a'.repeat(32), sources: ['here']};
		const origin = {host: 'web1', machine: 'a'.repeat(32), source: 'here'};
		await backUpHere(sandbox, {origin, own, ...first});
		const next = await backUpHere(sandbox, {origin, own, date: '2026-03-15'});
		assert.equal(next.one('summary').files_reused, reused, what);
		assert.partialDeepStrictEqual(await readManifest(sandbox, '2026-03-15'), {
			host: 'web1', machine: 'a'.repeat(32), source: 'here', files_reused: reused,
		});
	}
});

test('what another host was interrupted at is not taken over', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addEndless('endless.log');
	await sandbox.add('a.log', 'a\n');
	const own = {host: 'web2'};
	const origin = {host: 'web2', source: sandbox.source};
	await backUpHere(sandbox, {origin, own, onEvent: stoppingAt(event => event.message_type === 'file', new Interruption('SIGTERM'))});
	assert.equal(await exists(path.join(sandbox.staging, 'a.log.gz')), true);
	await fs.rm(path.join(sandbox.source, 'endless.log'));
	const reported = await backUpHere(sandbox);
	assert.partialDeepStrictEqual(reported.one('summary'), {exit_code: 0, files_done: 1, files_resumed: 0});
	// The journal, and a copy that nothing but that tells of.
	assert.deepEqual(reported.notices('swept').map(({files}) => files), [2]);
});

import assert from 'node:assert/strict';
import path from 'node:path';
import {test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	backUpTraced,
	namesIn,
	siteAt,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

/** So many that they are synced together. */
const count = 200;

async function sandboxWithMany(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (let index = 0; index < count; index++) {
		await sandbox.add(`${index}.log`, `line ${index}\n`);
	}

	return sandbox;
}

const calls = (trace: string, name: string) => trace.split('\n').filter(line => line.includes(` ${name}(`));

test('many files are synced by a call on a descriptor that was open before they were written', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await sandboxWithMany();
	const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=syncfs,execve']);
	assert.equal(code, 0, stderr);
	const synced = calls(trace, 'syncfs');
	assert.ok(synced.length > 0);
	assert.ok(synced.every(call => call.includes('.partial>')), synced.join('\n'));
	assert.ok(!trace.includes('--file-system'), 'through another program');
	await assertSound(sandbox);
});

test('where the file system says that not all could be written, each file is asked', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await sandboxWithMany();
	const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=syncfs,fsync', '-e', 'inject=syncfs:error=EIO']);
	assert.equal(code, 0, stderr);
	assert.ok(calls(trace, 'fsync').length >= count);
	await assertSound(sandbox);
});

test('a file system that hands on what it is to sync is asked about each file, and what it says of one ends the run', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await sandboxWithMany();
	const {mounted, unmount} = await mountOdd(t, sandbox.root, {FSYNCERR: 'EIO', MATCH: '/77.tmp'});
	const site = siteAt(sandbox, path.join(mounted, 'backups'));
	const {stderr} = await backUp(site, ['--jobs=1'], {code: 1});
	assert.match(stderr, /EIO/v);
	assert.deepEqual((await namesIn(site.destination)).filter(name => name.startsWith('2')), []);
	await unmount();
});

test('without koffi, many files are synced all the same', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await sandboxWithMany();
	// Not to be opened, it is not to be had.
	const {stdout} = await run('bash', ['-c', 'find "$1" -name "koffi*.node"', 'bash', path.join(import.meta.dirname, '../../node_modules')]);
	const libraries = stdout.trim().split('\n').flatMap(file => ['-P', file]);
	const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=openat', ...libraries, '-e', 'inject=openat:error=ENOENT']);
	assert.equal(code, 0, stderr);
	assert.ok(calls(trace, 'openat').length > 0, 'koffi was not asked for');
	await assertSound(sandbox);
});

test('a destination that cannot be synced at the very end is told, and that the set stands', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'line\n');
	const {stderr} = await backUpTraced(sandbox, ['-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO:when=2', '-P', sandbox.destination], [], {code: 1});
	assert.ok(stderr.includes(`the set ${someDate} stands`), stderr);
	assert.deepEqual((await assertSound(sandbox)).sets[someDate]!.done, ['a.log']);
});

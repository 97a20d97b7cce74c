/* What kills or fails a run in zstd: nothing half-written under a final name, and what is whole counts for the next run, whichever format that makes. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {canDo} from '../support/needs.ts';
import {run, runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {
	backUp,
	backUpTraced,
	runArgs,
	setOf,
	stagingOf,
} from '../support/site.ts';

const names = ['a.log', 'b.log', 'c.log', 'd.log'];

async function filled(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const [index, name] of names.entries()) {
		await sandbox.add(name, sampleLog(5_000_000, index));
	}

	return sandbox;
}

const copiesIn = async (directory: string): Promise<string[]> => {
	const found = await fs.readdir(directory);
	return found.filter(name => /\.(?:gz|zst)$/v.test(name)).toSorted();
};

test('a run that is killed leaves no half of a copy under its name; the next one, in gzip, takes over what is whole', async t => {
	if (!await canDo(t, 'strace', 'zstd')) {
		return;
	}

	await using sandbox = await filled();
	// While it writes the third of its drafts.
	const draft = path.join(stagingOf(sandbox), '.logbackup/3.tmp');
	await run('strace', [
		'-f', '-qq', '-o', '/dev/null', '-e', 'trace=write', '-e', 'inject=write:signal=SIGKILL:when=1+', '-P', draft, '--', process.execPath, ...runArgs(sandbox, ['--format=zstd', '--jobs=1']), {code: 'SIGKILL'},
	], {env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'}});
	const left = await copiesIn(stagingOf(sandbox));
	assert.ok(left.length > 0 && left.length < names.length, left.join(' '));
	await run('zstd', ['--test', '--quiet', ...left], {cwd: stagingOf(sandbox)});
	const {stdout} = await backUp(sandbox, []);
	assert.match(stdout, /taken over/v);
	const copies = await copiesIn(setOf(sandbox));
	assert.deepEqual(copies.map(copy => copy.replace(/\.\w+$/v, '')), names);
	const taken = copies.filter(copy => copy.endsWith('.zst'));
	// One that got its name last may not have been written down yet, and is copied anew.
	assert.ok(taken.length > 0 && taken.every(copy => left.includes(copy)), copies.join(' '));
	await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: setOf(sandbox)});
	await runProgram(['verify', '--dest', sandbox.destination, someDate]);
});

test('a disk that is full, or fails, in the middle of a copy in zstd ends the run without a set', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	for (const [error, expected] of [['ENOSPC', 14], ['EIO', 1]] as const) {
		await using sandbox = await filled();
		const {code, stderr} = await backUpTraced(sandbox, ['-e', 'trace=write', '-e', `inject=write:error=${error}:when=2+`, '-P', path.join(stagingOf(sandbox), '.logbackup/2.tmp')], ['--format=zstd', '--jobs=1'], {code: 'any'});
		assert.equal(code, expected, stderr);
		assert.doesNotMatch(stderr, /internal error/v);
		await assert.rejects(fs.stat(setOf(sandbox)), {code: 'ENOENT'});
		await backUp(sandbox, ['--format=zstd']);
		await runProgram(['verify', '--dest', sandbox.destination, someDate]);
	}
});

test('a copy in zstd that comes back from the disk as something else ends the run', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await filled();
	// What is read back ends too early.
	const {code, stderr} = await backUpTraced(sandbox, ['-e', 'trace=pread64', '-e', 'inject=pread64:retval=0:when=1', '-P', path.join(stagingOf(sandbox), '.logbackup/2.tmp')], ['--format=zstd', '--jobs=1'], {code: 'any'});
	assert.equal(code, 1, stderr);
	assert.match(stderr, /reads back differently/v);
	await assert.rejects(fs.stat(setOf(sandbox)), {code: 'ENOENT'});
});

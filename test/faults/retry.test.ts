import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {snapshot} from '../support/sets.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {heldName, HeldRun} from '../support/held-run.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	backUpTraced,
	judge,
	namesIn,
	reaching,
	runArgs,
	setOf,
	type Site,
	stagingOf,
} from '../support/site.ts';

const laterDate = '2026-03-15';
const laterNames = ['m.log', 'sub/n.log'];

/** A set that lacks two of four files, which are there now. */
async function incomplete(names: readonly string[] = laterNames): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(20_000, 1));
	await sandbox.add('z.log', sampleLog(20_000, 2));
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, ['a.log', 'z.log', ...names].map(name => `${name}\0`).join(''));
	await backUp(sandbox, [`--files-from=${list}`], {code: 3});
	await fs.mkdir(path.join(sandbox.source, 'sub'));

	for (const [index, name] of laterNames.entries()) {
		await sandbox.add(name, sampleLog(5000, index + 3));
	}

	return sandbox;
}

/** The set is valid for whoever looks at it; resolves with what it has. */
async function doneIn(site: Site): Promise<readonly string[]> {
	const facts = await assertSound(site);
	const {code, stderr} = await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: setOf(site)});
	assert.equal(code, 0, stderr);
	return facts.sets[someDate]!.done;
}

const allNames = ['a.log', 'm.log', 'sub/n.log', 'z.log'];

async function assertRetryCompletes(site: Site): Promise<void> {
	const {code, stderr} = await backUp(site, ['--retry']);
	assert.equal(code, 0, stderr);
	assert.deepEqual(await doneIn(site), allNames);
	assert.deepEqual(await namesIn(site.destination), [someDate]);
}

/** Points of a merge: the call, and which one of its kind. (The first links are those of the copies in the staging, and one to see whether it can.) */
const merging = [
	['when a copy has both its names', 'unlink', 5],
	['before the merge is decided', 'rename', 1],
	['at the first link', 'link', 4],
	['between two links', 'link', 5],
	['before the checksums are renewed', 'rename', 2],
	['between checksums and manifest', 'rename', 3],
	['between manifest and checksums', 'rename', 4],
	['while it removes the staging', 'rmdir', 2],
] as const;

for (const [when, call, count] of merging) {
	test(`killed ${when}, --retry leaves a valid set; the same day's run is turned away, the next day's goes on, and the merge is ended`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await incomplete();
		await run('strace', [
			'-f',
			'-qq',
			'-o',
			'/dev/null',
			'-e',
			`trace=${call}`,
			'-e',
			`inject=${call}:signal=SIGKILL:when=${count}`,
			'--',
			process.execPath,
			...runArgs(sandbox, ['--retry', '--jobs=1']),
		], {cwd: sandbox.root, env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'}, code: 'SIGKILL'});
		assert.ok(await exists(stagingOf(sandbox)));
		const isDecided = await exists(path.join(stagingOf(sandbox), '.logbackup/merge'));
		await doneIn(sandbox);
		await backUp(sandbox, [], {code: 4});
		const later = await run(process.execPath, runArgs(sandbox, ['--recursive'], laterDate), {cwd: sandbox.root, env: sandbox.env});
		assert.equal(later.code, 0, later.stderr);
		assert.deepEqual(await namesIn(sandbox.destination), [someDate, laterDate]);
		// Its copies are linked into the set of the next day: the checker would take offence at their number of links.
		await fs.rm(path.join(sandbox.destination, laterDate), {recursive: true});
		const done = await doneIn(sandbox);
		assert.ok(!isDecided || done.length === allNames.length, done.join(', '));
		await assertRetryCompletes(sandbox);
	});
}

test('a merge that cannot be ended now is told of by the runs of other days, and left as it is for the --retry that can', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await incomplete();
	await run('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', 'inject=rename:signal=SIGKILL:when=3', '--', process.execPath, ...runArgs(sandbox, ['--retry', '--jobs=1'])], {
		env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'},
		code: 'SIGKILL',
	});
	const waiting = await snapshot(stagingOf(sandbox));
	assert.ok(waiting.length > 0);
	await fs.chmod(setOf(sandbox), 0o720);

	for (const date of [laterDate, '2026-03-16']) {
		const later = await run(process.execPath, runArgs(sandbox, ['--quiet'], date), {cwd: sandbox.root, env: sandbox.env});
		assert.equal(later.code, 0, later.stderr);
		assert.ok(later.stderr.includes(`set ${someDate}`), 'even a quiet run says it');
		assert.deepEqual(await snapshot(stagingOf(sandbox)), waiting);
		await fs.rm(path.join(sandbox.destination, date), {recursive: true});
	}

	await fs.chmod(setOf(sandbox), 0o700);
	await assertRetryCompletes(sandbox);
});

test('the next --retry ends a merge that was killed, and says so', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await incomplete();
	await run('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=link', '-e', 'inject=link:signal=SIGKILL:when=5', '--', process.execPath, ...runArgs(sandbox, ['--retry'])], {
		env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'},
		code: 'SIGKILL',
	});
	// Not even the sources are needed any more.
	await fs.rm(path.join(sandbox.source, 'sub'), {recursive: true});
	const {code, stdout, stderr} = await backUp(sandbox, ['--retry']);
	assert.equal(code, 0, stderr);
	assert.match(stdout, /^Note: an earlier --retry or --add was interrupted: .+\nNote: nothing to retry/v);
	assert.equal((await judge(sandbox, '--vanished')).sets[someDate]!.done.length, 4);
	assert.deepEqual(await namesIn(sandbox.destination), [someDate]);
});

for (const [what, inject, code] of [
	['no room for a name in the set', ['-e', 'trace=link', '-e', 'inject=link:error=ENOSPC:when=5'], 14],
	['an I/O error at a name in the set', ['-e', 'trace=link', '-e', 'inject=link:error=EIO:when=5'], 1],
	['an I/O error at the new manifest', ['-e', 'trace=rename', '-e', 'inject=rename:error=EIO:when=3'], 1],
	['an I/O error at the last checksums', ['-e', 'trace=rename', '-e', 'inject=rename:error=EIO:when=4'], 1],
] as const) {
	test(`${what} ends --retry with ${code}; the set is valid, and the next --retry completes it`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await incomplete();
		await backUpTraced(sandbox, [...inject], ['--retry', '--jobs=1'], {code});
		await doneIn(sandbox);

		if (code === 14) {
			assert.deepEqual(await namesIn(sandbox.destination), [someDate], 'the space is given back');
			assert.deepEqual((await fs.readdir(setOf(sandbox))).filter(name => name.endsWith('.gz')), ['a.log.gz', 'z.log.gz']);
		}

		await assertRetryCompletes(sandbox);
	});
}

test('killed while it sees whether files can be linked, --retry is completed by the next one', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await incomplete();
	const killed = await run('strace', [
		'-f', '-qq', '-o', '/dev/null', '-e', 'trace=unlink', '-e', 'inject=unlink:signal=SIGKILL:when=2', ...reaching('.logbackup/link'), '--', process.execPath, ...runArgs(sandbox, ['--retry', '--jobs=1']),
	], {cwd: sandbox.root, env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'}, code: 'SIGKILL'});
	assert.equal(killed.signal, 'SIGKILL');
	await assertRetryCompletes(sandbox);
});

/** The fourth link is the first into the set; in the staging directory there are links. */
const refusingLinks = (errno: string, from = 4) => ['-e', 'trace=link,rename', '-e', `inject=link:error=${errno}:when=${from}+`];

for (const [errno, from] of [['EXDEV', 4], ['EPERM', 5], ['EMLINK', 5], ['EOPNOTSUPP', 4]] as const) {
	test(`--retry moves copies into the set that cannot be linked into it (${errno})`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await incomplete();
		const {code, stderr} = await backUpTraced(sandbox, refusingLinks(errno, from), ['--retry', '--jobs=1']);
		assert.equal(code, 0, stderr);
		assert.deepEqual(await doneIn(sandbox), allNames);
		assert.deepEqual(await namesIn(sandbox.destination), [someDate]);
	});
}

for (const count of [2, 3, 4, 5, 6]) {
	test(`killed at rename ${count} of a merge that moves what it cannot link, the next --retry completes the set`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await incomplete();
		const file = path.join(sandbox.root, 'trace');
		const killed = await run('strace', [
			'-f', '-qq', '-o', file, ...refusingLinks('EXDEV'), '-e', `inject=rename:signal=SIGKILL:when=${count}`, '--', process.execPath, ...runArgs(sandbox, ['--retry', '--jobs=1']),
		], {cwd: sandbox.root, env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'}, code: 'SIGKILL'});
		assert.equal(killed.signal, 'SIGKILL');
		await assertSound(sandbox, '--moves');
		await assertRetryCompletes(sandbox);
	});
}

test('what was moved into the set goes back if the merge cannot be ended', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await incomplete();
	await backUpTraced(sandbox, [...refusingLinks('EXDEV'), '-e', 'inject=rename:error=ENOSPC:when=3'], ['--retry', '--jobs=1'], {code: 14});
	assert.deepEqual(await doneIn(sandbox), ['a.log', 'z.log']);
	assert.deepEqual((await fs.readdir(setOf(sandbox))).filter(name => name.endsWith('.gz')), ['a.log.gz', 'z.log.gz']);
	await assertRetryCompletes(sandbox);
});

test('a directory that could not be listed is tried again with all that is in it', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await fs.mkdir(path.join(sandbox.source, 'shut/deep'), {recursive: true});
	await sandbox.add('shut/b.log', 'b\n');
	await sandbox.add('shut/deep/c.log', 'c\n');
	const first = await backUpTraced(sandbox, ['-e', 'trace=openat', '-e', 'inject=openat:error=EACCES', ...reaching('shut')], ['--recursive'], {code: 3});
	assert.match(first.stderr, /^Failed to backup shut: cannot be listed/mv);
	assert.deepEqual(await doneIn(sandbox), ['a.log']);
	const {code, stderr} = await backUp(sandbox, ['--retry']);
	assert.equal(code, 0, stderr);
	assert.deepEqual(await doneIn(sandbox), ['a.log', 'shut/b.log', 'shut/deep/c.log']);
	assert.deepEqual((await judge(sandbox)).sets[someDate]!.failed, []);
});

test('stopped while it copies, --retry keeps what is complete, and the next one takes it over; meanwhile others are turned away', async () => {
	await using sandbox = await incomplete([...laterNames, heldName]);
	const held = await HeldRun.start(sandbox, ['--retry'], {jobs: 2});
	await held.copies(2);
	await backUp(sandbox, ['--retry'], {code: 11});
	await held.kill('SIGTERM');
	assert.deepEqual(await doneIn(sandbox), ['a.log', 'z.log']);
	await fs.truncate(path.join(sandbox.source, heldName), 10);
	const next = await backUp(sandbox, ['--retry', '--json']);
	assert.equal(next.code, 0, next.stderr);
	assert.match(next.stdout, /"notice":"resumed"/v);
	assert.equal((await doneIn(sandbox)).length, 5);
	assert.deepEqual(await namesIn(sandbox.destination), [someDate]);
});

test('a name that somebody takes in the set while the copies are made is left alone, and the copy gets another', async () => {
	await using sandbox = await incomplete([...laterNames, heldName]);
	const held = await HeldRun.start(sandbox, ['--retry'], {jobs: 2});
	const planted = path.join(setOf(sandbox), 'm.log.gz');
	await fs.writeFile(planted, 'somebody\'s\n');
	await held.release();
	assert.equal(await fs.readFile(planted, 'utf8'), 'somebody\'s\n');
	assert.ok((await fs.readdir(setOf(sandbox))).some(name => /^m\.log~[\da-f]{16}\.gz$/v.test(name)));
});

test('a name that is taken in the very last moment ends --retry, with nothing overwritten', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await incomplete();
	const {stderr} = await backUpTraced(sandbox, ['-e', 'trace=link', '-e', 'inject=link:error=EEXIST:when=5'], ['--retry', '--jobs=1'], {code: 1});
	assert.match(stderr, /appeared in the set .+\n.*--retry/v);
	assert.deepEqual(await doneIn(sandbox), ['a.log', 'z.log']);
	await assertRetryCompletes(sandbox);
});

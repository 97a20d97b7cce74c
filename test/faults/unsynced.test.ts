import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {
	type Finished,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	namesIn,
	reaching,
	runArgs,
	stagingOf,
} from '../support/site.ts';

/** A call that fails, each time that it is about one of these paths. */
type Fault = {readonly call: string; readonly error?: string; readonly paths: readonly string[]};

/** Runs the program with a call that fails, to its end with a code. The fault must have come up. */
async function runFailing({root, env}: Sandbox, {call, error = 'EIO', paths}: Fault, code: number, args: readonly string[]): Promise<Finished> {
	const trace = path.join(root, 'trace');
	const flags = ['-f', '-qq', '--seccomp-bpf', '-o', trace, '-e', `trace=${call}`, '-e', `inject=${call}:error=${error}`, ...paths.flatMap(name => name.startsWith('/') ? ['-P', name] : reaching(name))];
	const finished = await run('strace', [...flags, '--', process.execPath, ...args], {cwd: root, env, code});
	assert.match(await fs.readFile(trace, 'latin1'), /INJECTED/v, finished.stderr);
	assert.doesNotMatch(finished.stderr, /internal error/v);
	return finished;
}

async function withLogs(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.add('a.log', sampleLog(3000, 1));
	await sandbox.add('sub/b.log', sampleLog(2000, 2));
	return sandbox;
}

const inStaging = (name: string) => (sandbox: Sandbox): Fault => ({call: 'fsync', paths: [path.join(stagingOf(sandbox), name)]});

/** Everything that a run makes durable before its set stands. */
const unsynced: ReadonlyArray<readonly [what: string, fault: (sandbox: Sandbox) => Fault]> = [
	['a copy cannot be synced', inStaging('.logbackup/1.tmp')],
	['the names of the copies cannot be synced', inStaging('.')],
	['the names of copies in a directory cannot be synced', inStaging('sub')],
	['the manifest cannot be synced', inStaging('manifest.json')],
	['the checksums cannot be synced', inStaging('SHA256SUMS')],
	['the name of a new destination cannot be synced', sandbox => ({call: 'fsync', paths: [sandbox.source]})],
];

const unnamed: ReadonlyArray<readonly [what: string, fault: (sandbox: Sandbox) => Fault]> = [
	['a copy that gets no name', () => ({call: 'link', paths: ['.logbackup/1.tmp']})],
	['a set that gets no name', () => ({call: 'rename', paths: [`.${someDate}.partial`]})],
	['a directory that cannot be made', () => ({call: 'mkdir', paths: ['sub']})],
];

/** A run that a call fails for publishes nothing. Resolves with what is in the set that the next one makes. */
async function runTwice(fault: (sandbox: Sandbox) => Fault): Promise<readonly string[]> {
	await using sandbox = await withLogs();
	const {stderr} = await runFailing(sandbox, fault(sandbox), 1, runArgs(sandbox, ['--recursive', '--jobs=1']));
	assert.match(stderr, /\(EIO\)/v);
	assert.ok(!(await namesIn(sandbox.destination)).includes(someDate), 'there is a set');
	await backUp(sandbox, ['--recursive']);
	return (await assertSound(sandbox)).sets[someDate]!.done.toSorted();
}

describe('a run publishes nothing', {concurrency: 2}, () => {
	for (const [what, fault] of [...unsynced, ...unnamed]) {
		test(`${what} (EIO): it ends with 1, and the next run makes the set`, async t => {
			if (await canDo(t, 'strace')) {
				assert.deepEqual(await runTwice(fault), ['a.log', 'sub/b.log']);
			}
		});
	}
});

/** A set, and a place to restore to. */
async function withSet(): Promise<{readonly sandbox: Sandbox; readonly to: string}> {
	const sandbox = await withLogs();
	await backUp(sandbox, ['--recursive']);
	return {sandbox, to: path.join(sandbox.root, 'restored')};
}

const draftName = '.logbackup-restore-1.tmp';

describe('a restoration does not count what is not on the disk', {concurrency: 2}, () => {
	for (const [what, fault, left] of [
		['a file cannot be synced', to => ({call: 'fsync', paths: [path.join(to, draftName), path.join(to, 'sub', draftName)]}), []],
		['a file gets no name', () => ({call: 'link', paths: [draftName]}), []],
		['the names in it cannot be synced', to => ({call: 'fsync', paths: [to]}), ['a.log']],
		['the names in a directory of it cannot be synced', to => ({call: 'fsync', paths: [path.join(to, 'sub')]}), ['a.log', 'sub']],
		['its own name cannot be synced', to => ({call: 'fsync', paths: [path.dirname(to)]}), []],
	] as ReadonlyArray<readonly [string, (to: string) => Fault, readonly string[]]>) {
		test(`${what} (EIO): it ends with 1 and says so`, async t => {
			if (!await canDo(t, 'strace')) {
				return;
			}

			const {sandbox, to} = await withSet();
			await using _ = sandbox;
			const {stderr} = await runFailing(sandbox, fault(to), 1, [program, 'restore', 'latest', '--dest', sandbox.destination, '--to', to, '--jobs=1']);
			assert.match(stderr, /\(EIO\)/v);
			const names = await exists(to) ? await fs.readdir(to) : [];
			assert.ok(names.every(name => ['a.log', 'sub'].includes(name)), 'a draft is left');
			assert.ok(left.every(name => names.includes(name)), `only ${names.join(' ')} stays`);
			await runProgram(['restore', 'latest', '--dest', sandbox.destination, '--to', to, '--overwrite']);
		});
	}

	test('what is to be replaced stays if that fails (EIO)', async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		const {sandbox, to} = await withSet();
		await using _ = sandbox;
		await fs.mkdir(to);
		await fs.writeFile(path.join(to, 'a.log'), 'older');
		await runFailing(sandbox, {call: 'rename', paths: [draftName]}, 1, [program, 'restore', 'latest', 'a.log', '--dest', sandbox.destination, '--to', to, '--overwrite']);
		assert.deepEqual(await fs.readdir(to), ['a.log']);
		assert.equal(await fs.readFile(path.join(to, 'a.log'), 'utf8'), 'older');
	});
});

describe('a set that cannot be removed for good is named', {concurrency: 2}, () => {
	for (const [what, fault, isThere] of [
		['its name stays', () => ({call: 'rename', paths: [someDate]}), true],
		['it is not sure that its name is gone', ({destination}) => ({call: 'fsync', paths: [destination]}), false],
		['a file of it stays', () => ({call: 'unlink', paths: ['a.log.gz']}), false],
		['a directory of it stays', () => ({call: 'rmdir', paths: ['sub']}), false],
		['its own directory stays', () => ({call: 'rmdir', paths: [`.${someDate}.pruned`]}), false],
	] as ReadonlyArray<readonly [string, (sandbox: Sandbox) => Fault, boolean]>) {
		test(`${what} (EIO): prune ends with 3, and the next one removes the rest`, async t => {
			if (!await canDo(t, 'strace')) {
				return;
			}

			const {sandbox} = await withSet();
			await using _ = sandbox;
			await run(process.execPath, runArgs(sandbox, ['--recursive'], '2026-03-15'), {env: sandbox.env});
			const prune = ['prune', '--keep-last', '1', '--yes', '--source', sandbox.source, '--dest', sandbox.destination];
			const {stderr} = await runFailing(sandbox, fault(sandbox), 3, [program, ...prune]);
			assert.match(stderr, new RegExp(String.raw`${someDate}.+\(EIO\)`, 'v'));
			assert.deepEqual(await namesIn(sandbox.destination), [isThere ? someDate : `.${someDate}.pruned`, '2026-03-15']);

			if (!isThere && what !== 'its own directory stays') {
				assert.ok((await fs.readdir(path.join(sandbox.destination, `.${someDate}.pruned`))).length > 0);
			}

			await runProgram(prune);
			assert.deepEqual(await namesIn(sandbox.destination), ['2026-03-15']);
			await assertSound(sandbox);
		});
	}
});

describe('what --retry could not make durable is no part of the set', {concurrency: 2}, () => {
	const work = (name: string) => (sandbox: Sandbox): Fault => ({call: 'fsync', paths: [path.join(stagingOf(sandbox), '.logbackup', name)]});

	for (const [what, fault] of [
		['a copy', work('1.tmp')],
		['the record of the merge', work('merge.tmp')],
		['the name of that record', work('.')],
		['the new manifest', work('manifest.json')],
		['the new checksums', work('SHA256SUMS')],
		['the last checksums', work('SHA256SUMS.after')],
		['the names in the set', sandbox => ({call: 'fsync', paths: [path.join(sandbox.destination, someDate)]})],
		['the names in a directory of the set', sandbox => ({call: 'fsync', paths: [path.join(sandbox.destination, someDate, 'sub')]})],
	] as ReadonlyArray<readonly [string, (sandbox: Sandbox) => Fault]>) {
		test(`${what} cannot be synced (EIO): it ends with 1, the set is valid, and the next --retry completes it`, async t => {
			if (!await canDo(t, 'strace')) {
				return;
			}

			await using sandbox = await withLogs();
			await fs.rename(path.join(sandbox.source, 'sub'), path.join(sandbox.root, 'sub'));
			const list = path.join(sandbox.root, 'list');
			await fs.writeFile(list, 'a.log\0sub/b.log\0');
			await backUp(sandbox, [`--files-from=${list}`], {code: 3});
			await fs.rename(path.join(sandbox.root, 'sub'), path.join(sandbox.source, 'sub'));
			const {stderr} = await runFailing(sandbox, fault(sandbox), 1, runArgs(sandbox, ['--retry', '--jobs=1']));
			assert.match(stderr, /\(EIO\)/v);
			await sandbox.checkSums();
			await backUp(sandbox, ['--retry']);
			assert.deepEqual((await assertSound(sandbox)).sets[someDate]!.done.toSorted(), ['a.log', 'sub/b.log']);
		});
	}
});

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {renameSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import type {VerifyEvent} from '../../source/recovery/verify-events.ts';
import {verifySets} from '../../source/recovery/verification.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {
	type Argument,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {canDo} from '../support/needs.ts';
import {runArgs} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

/** Verifies the set in this process, and does something else when the first copy is about to be read. */
async function verifyDuring({destination}: Sandbox, disturb: () => void): Promise<VerifyEvent[]> {
	const events: VerifyEvent[] = [];
	const {signal} = new AbortController();
	let isDisturbed = false;
	signal.throwIfAborted = () => {
		if (!isDisturbed) {
			isDisturbed = true;
			disturb();
		}
	};

	await using place = await Directory.open(destination);
	await verifySets({
		destination: place,
		names: [{date: someDate, isStaging: false}],
		isRunning: false,
		jobs: 1,
		engine: 'zlib',
		report(event) {
			events.push(event);
		},
		signal,
	});
	assert.ok(isDisturbed);
	return events;
}

const findingsOf = (events: readonly VerifyEvent[]) => events.filter(event => event.message_type === 'finding');

async function withLogs(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const [index, name] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
		await sandbox.add(`${name}.log`, sampleLog(20_000, index));
	}

	return sandbox;
}

test('a set that is removed while it is verified is not a damaged one', async () => {
	await using sandbox = await withLogs();
	assert.equal((await sandbox.run(['--yes'])).code, 0);
	const events = await verifyDuring(sandbox, () => {
		renameSync(sandbox.set, path.join(sandbox.destination, `.${someDate}.pruned`));
		assert.equal(spawnSync('rm', ['-r', path.join(sandbox.destination, `.${someDate}.pruned`)]).status, 0);
	});
	assert.deepEqual(findingsOf(events), []);
	assert.ok(events.some(event => event.message_type === 'notice' && event.notice === 'gone'));
});

test('a set that another of its date takes the place of while it is verified is verified as it is then', async () => {
	await using sandbox = await withLogs();
	assert.equal((await sandbox.run(['--yes'])).code, 0);
	const events = await verifyDuring(sandbox, () => {
		assert.equal(spawnSync('rm', ['-r', sandbox.set, path.join(sandbox.source, 'a.log')]).status, 0);
		assert.equal(spawnSync(process.execPath, runArgs(sandbox)).status, 0);
	});
	assert.deepEqual(findingsOf(events), []);
	assert.deepEqual(events.filter(event => event.message_type === 'set_verified').map(({files}) => files), [5]);
});

test('a set that --retry adds to while it is verified is not a damaged one', async () => {
	await using sandbox = await withLogs();
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, 'a.log\0b.log\0new.log\0sub/new.log\0');
	await sandbox.run(['--yes', `--files-from=${list}`], {code: 3});
	await sandbox.add('new.log', sampleLog(20_000, 9));
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.add('sub/new.log', sampleLog(20_000, 10));
	const events = await verifyDuring(sandbox, () => {
		assert.equal(spawnSync(process.execPath, runArgs(sandbox, ['--retry'])).status, 0);
	});
	assert.deepEqual(findingsOf(events), []);
	assert.equal(events.filter(event => event.message_type === 'set_verified').length, 1);
});

const merging = [['between two links', 'link', 5], ['before the checksums', 'rename', 2], ['before the manifest', 'rename', 3], ['before the last checksums', 'rename', 4]] as const;

for (const [when, call, count] of merging) {
	test(`a set that a --retry was killed at, ${when}, has nothing wrong but what was wrong before`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await withLogs();
		const list = path.join(sandbox.root, 'list');
		await fs.writeFile(list, 'a.log\0b.log\0new.log\0sub/new.log\0');
		await sandbox.run(['--yes', `--files-from=${list}`], {code: 3});
		await sandbox.add('new.log', sampleLog(20_000, 9));
		await fs.mkdir(path.join(sandbox.source, 'sub'));
		await sandbox.add('sub/new.log', sampleLog(20_000, 10));
		const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${count}`];
		await run('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, '--', process.execPath, ...runArgs(sandbox, ['--retry', '--jobs=1'])], {
			env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'},
			code: 'SIGKILL',
		});
		const verify = async (code = 0) => runProgram(['verify', someDate, '--dest', sandbox.destination], {code});
		const {code, stderr} = await verify();
		assert.equal(code, 0, stderr);
		await fs.writeFile(path.join(sandbox.set, 'stray.gz'), 'x');
		await verify(5);
	});
}

test('a copy that fstat fails on costs that copy: the others are verified, printed and restored', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await withLogs();
	assert.equal((await sandbox.run(['--yes'])).code, 0);
	const to = path.join(sandbox.root, 'restored');
	const copy = path.join(sandbox.set, 'c.log.gz');
	const inject = ['-P', copy, '-e', 'trace=fstat,statx,newfstatat', '-e', 'inject=fstat,statx,newfstatat:error=EIO'];
	const traced = async (...args: readonly Argument[]) => run('strace', [
		'-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', ...inject, '--', process.execPath, program, ...args, '--dest', sandbox.destination,
	], {env: {UV_THREADPOOL_SIZE: '1'}});
	const verified = await traced('verify', '--json', {code: 5});
	const events = verified.stdout.trim().split('\n').map(line => JSON.parse(line) as VerifyEvent);
	assert.deepEqual(findingsOf(events).map(({finding, file}) => [finding, file]), [['unreadable', 'c.log.gz']]);
	assert.equal((await traced('show', 'latest')).code, 0);
	const printed = await traced('cat', 'latest', 'c.log', {code: 1});
	assert.doesNotMatch(printed.stderr, /internal error/v);
	await traced('restore', 'latest', '--to', to, {code: 3});
	assert.deepEqual((await fs.readdir(to)).toSorted(), ['a.log', 'b.log', 'd.log', 'e.log', 'f.log']);
});

test('a copy that cannot be read to its end costs that copy, whatever it is done to', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await withLogs();
	await using odd = await mountOdd(t, sandbox.root, {READERR: 'EIO', MATCH: 'c.log'});
	assert.equal((await runProgram(['--yes', '--source', sandbox.source, '--dest', path.join(odd.backing, 'sets')])).code, 0);
	const destination = path.join(odd.mounted, 'sets');
	const verified = await runProgram(['verify', '--json', '--dest', destination], {code: 5});
	const events = verified.stdout.trim().split('\n').map(line => JSON.parse(line) as VerifyEvent);
	assert.deepEqual(findingsOf(events).map(({finding, file}) => [finding, file]), [['unreadable', 'c.log.gz']]);
	const printed = await runProgram(['cat', 'latest', 'c.log', '--dest', destination], {code: 1});
	assert.equal(printed.stdout, '');
	await runProgram(['restore', 'latest', '--to', path.join(sandbox.root, 'restored'), '--dest', destination], {code: 3});
	await odd.unmount();
});

test('modes that the file system does not keep are no finding where nobody else is let in, and are one where others are', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await withLogs();
	await fs.chmod(path.join(sandbox.source, 'a.log'), 0o400);

	for (const [mode, code] of [['700', 0], ['600', 0], ['755', 5], ['770', 5]] as const) {
		await using odd = await mountOdd(t, sandbox.root, {MODE: mode});
		assert.equal((await runProgram(['--yes', '--source', sandbox.source, '--dest', path.join(odd.backing, 'sets')])).code, 0);
		await runProgram(['verify', '--dest', path.join(odd.mounted, 'sets')], {code});
		await odd.unmount();
	}
});

test('bytes are counted once, also of a copy that takes two attempts to unpack', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addSparse('hole.log', 30_000_000);
	await sandbox.add('a.log', sampleLog(20_000, 1));
	assert.equal((await sandbox.run(['--yes', '--engine=zlib'])).code, 0);
	const {bytes_out: expected} = JSON.parse(await fs.readFile(path.join(sandbox.set, 'manifest.json'), 'utf8')) as {bytes_out: number};
	const {stdout} = await runProgram(['verify', '--json', '--dest', sandbox.destination]);
	const events = stdout.trim().split('\n').map(line => JSON.parse(line) as VerifyEvent);
	assert.deepEqual(events.filter(event => event.message_type === 'verify_summary').map(({bytes}) => bytes), [expected]);
});

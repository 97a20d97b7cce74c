import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {canDo} from '../support/needs.ts';
import {backUp, setOf, siteAt} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

const nobody = 65_534;

/** What a file system does not do, and what copies do not get for that. */
const habits: ReadonlyArray<readonly [habit: string, errno: string, unkept: string]> = [
	['CHMODERR', 'EOPNOTSUPP', 'mode'],
	['CHMODERR', 'EPERM', 'mode'],
	['CHOWNERR', 'EOPNOTSUPP', 'owner'],
	// As sshfs to an ordinary account, and NFS that squashes root.
	['CHOWNERR', 'EPERM', 'owner'],
	['CHOWNERR', 'ENOSYS', 'owner'],
	['CHOWNERR', 'EINVAL', 'owner'],
	['UTIMEERR', 'EPERM', 'time'],
	['FSYNCDIRERR', 'EINVAL', 'directories'],
	['FSYNCDIRERR', 'EOPNOTSUPP', 'directories'],
];

describe('a file system that does not do all', () => {
	for (const [habit, errno, unkept] of habits) {
		test(`holds backups, is verified, completed, restored to and pruned, and what it does not keep is said: ${habit}=${errno}`, async t => {
			if (!await canMountOdd(t)) {
				return;
			}

			await using sandbox = await Sandbox.create();
			await sandbox.add('syslog', sampleLog(20_000), {age: 60});
			await sandbox.add('auth.log', sampleLog(2000), {age: 60});
			await fs.chown(path.join(sandbox.source, 'syslog'), nobody, nobody);
			await fs.chmod(path.join(sandbox.source, 'syslog'), 0o640);
			const {mounted, unmount} = await mountOdd(t, sandbox.root, {[habit]: errno});
			const site = siteAt(sandbox, path.join(mounted, 'backups'));

			for (const date of ['2026-03-14', '2026-03-15']) {
				const {code, stdout, stderr} = await runProgram(['--yes', '--source', site.source, '--dest', site.destination, '--date', date]);
				assert.equal(code, 0, stderr + stdout);
				assert.match(stdout, new RegExp(`Note: .*${unkept}`, 'v'));
			}

			assert.equal((await fs.stat(path.join(setOf(site), 'syslog.gz'))).mode & 0o037, 0);
			const verified = await runProgram(['verify', '--all', '--dest', site.destination]);
			assert.equal(verified.code, 0, verified.stdout + verified.stderr);
			const restored = await runProgram(['restore', 'latest', '--dest', site.destination, '--to', path.join(mounted, 'restored')]);
			assert.equal(restored.code, 0, restored.stderr);
			assert.equal((await fs.stat(path.join(mounted, 'restored/syslog'))).mode & 0o037, 0);
			assert.equal((await runProgram(['prune', '--keep-last', '1', '--yes', '--dest', site.destination])).code, 0);
			await unmount();
		});
	}
});

test('what belongs to an account of another machine is refused with the option of the mount that helps', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(2000));
	const {mounted, backing, unmount} = await mountOdd(t, sandbox.root, {SUBTYPE: 'sshfs'});
	await fs.chown(backing, nobody, nobody);
	const {stderr} = await runProgram(['--yes', '--source', sandbox.source, '--dest', path.join(mounted, 'backups'), '--date', '2026-03-14', {code: 1}]);
	assert.match(stderr, /idmap=user/v);
	assert.deepEqual(await fs.readdir(backing), []);
	await unmount();
});

test('a mount of rclone is refused before anything is written there', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(2000));
	const {mounted, backing, unmount} = await mountOdd(t, sandbox.root, {SUBTYPE: 'rclone'});
	await fs.mkdir(path.join(backing, 'backups'));
	await runProgram(['--yes', '--source', sandbox.source, '--dest', path.join(mounted, 'backups'), '--date', '2026-03-14', {code: 1}]);
	assert.deepEqual((await fs.readdir(path.join(backing, 'backups'))).filter(name => name.includes('2026')), []);
	await unmount();
});

test('where what is removed while it is open stays until it is closed, nothing is left of a second attempt, nor of a run that came to nothing', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(2000));
	const {mounted, backing, unmount} = await mountOdd(t, sandbox.root, {});
	const args = ['--source', sandbox.source, '--dest', path.join(mounted, 'backups'), '--date', '2026-03-14'];
	assert.equal((await runProgram(['--yes', ...args])).code, 0);
	await sandbox.add('added', sampleLog(20));
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, 'added\0');
	const {code, stderr} = await runProgram(['--yes', '--retry', '--files-from', list, ...args]);
	assert.equal(code, 0, stderr);
	await runProgram(['--yes', '--files-from', list, '--source', path.join(sandbox.root), '--dest', path.join(mounted, 'backups'), '--date', '2026-03-15'], {code: 1});
	assert.deepEqual((await fs.readdir(path.join(backing, 'backups'))).filter(name => name.endsWith('.partial')), []);
	await unmount();
});

test('where a socket cannot be made, and an empty file is left of it, a run does without, and leaves none', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(2000));
	const {mounted, backing, unmount} = await mountOdd(t, sandbox.root, {NOSOCKET: '1'});
	const {code, stderr} = await runProgram(['--yes', '--source', sandbox.source, '--dest', path.join(mounted, 'backups'), '--date', '2026-03-14']);
	assert.equal(code, 0, stderr);
	assert.deepEqual((await fs.readdir(path.join(backing, 'backups'))).toSorted(), ['.lock', '2026-03-14']);
	await unmount();
});

test('what is left of a set that could not be removed is told by the runs after that', async t => {
	if (!await canDo(t, 'root', 'chattr')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(2000));
	const left = path.join(sandbox.destination, '.2026-03-01.pruned');
	await fs.mkdir(left, {recursive: true, mode: 0o700});
	await fs.chmod(sandbox.destination, 0o700);
	await fs.writeFile(path.join(left, 'kern.log.gz'), 'x');
	const chattr = async (flag: string) => process.getBuiltinModule('node:child_process').spawnSync('chattr', [flag, path.join(left, 'kern.log.gz')]).status;

	if (await chattr('+i') !== 0) {
		t.skip('needs a file system that knows immutable files');
		return;
	}

	try {
		const {code, stdout} = await backUp(sandbox);
		assert.equal(code, 0);
		assert.match(stdout, /\.2026-03-01\.pruned.*EPERM.*\n.*lsattr/v);
	} finally {
		await chattr('-i');
	}
});

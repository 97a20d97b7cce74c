/* Who has the lock: what the kernel says, what the file says, and what becomes of a run that loses either. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type TestContext, test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {Hold} from '../../source/set/hold.ts';
import {describeSelf, type Holder} from '../../source/set/lock/holder.ts';
import {Lock, LockedError} from '../../source/set/lock/lock.ts';
import {removeSets} from '../../source/set/prune-sets.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {heldName, HeldRun} from '../support/held-run.ts';
import {launch} from '../support/launch.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	namesIn,
	runArgs,
	setOf,
	type Site,
	siteAt,
	stagingOf,
	withoutKoffi,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

/** Where no program of the system is found but a shell, with which tests start others, and those that know ACLs. */
async function pathWithFew(sandbox: Sandbox): Promise<string> {
	const directory = path.join(sandbox.root, 'programs');
	await fs.mkdir(directory);

	for (const name of ['bash', 'sh', 'getfacl', 'setfacl']) {
		await fs.symlink(`/usr/bin/${name}`, path.join(directory, name));
	}

	return directory;
}

/** A sandbox with a small file. */
async function smallSandbox(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('small.log', sampleLog(10_000));
	return sandbox;
}

const lockOf = ({destination}: Pick<Site, 'destination'>) => path.join(destination, '.lock');

/** As a run leaves it that is killed, or that is under way. */
async function writeLock(site: Pick<Site, 'destination'>, holder: Partial<Holder>, age = 0): Promise<void> {
	await fs.mkdir(site.destination, {recursive: true, mode: 0o700});
	await fs.writeFile(lockOf(site), `${JSON.stringify({...await describeSelf('kernel'), ...holder})}\n`, {mode: 0o600});
	const time = (Date.now() / 1000) - age;
	await fs.utimes(lockOf(site), time, time);
}

async function isSaidToRun({destination, env}: Site): Promise<boolean> {
	const {stdout} = await runProgram(['status', '--json', '--dest', destination], {env, code: 'any'});
	return (JSON.parse(stdout) as {running: boolean}).running;
}

/** A run is refused, says what to do, and `status` says the same. */
async function assertLocked(site: Site): Promise<void> {
	assert.equal(await isSaidToRun(site), true);
	const {stderr} = await backUp(site, [], {code: 11});
	assert.match(stderr, /--lock-wait/v);
}

async function assertFree(site: Site): Promise<void> {
	assert.equal(await isSaidToRun(site), false);
	const {code, stderr} = await backUp(site);
	assert.equal(code, 0, stderr);
}

const elsewhere = {host: 'other', boot_id: '6e9f2d0c-0000-4000-8000-000000000000', pid: 4711} as const;

test('a file system of this kernel alone: its lock is free, whoever is named in the file', async () => {
	assert.notEqual(elsewhere.boot_id, (await describeSelf('kernel')).boot_id);

	for (const holder of [
		{host: 'renamed'},
		elsewhere,
		{namespaces: 'pid:[1]'},
		{pid: process.pid},
	]) {
		await using sandbox = await smallSandbox();
		await writeLock(sandbox, holder);
		await assertFree(sandbox);
	}
});

test('what a run wrote that had no lock of the kernel counts for as long as it is alive, there too', async () => {
	await using sandbox = await smallSandbox();
	await writeLock(sandbox, {kept_by: 'file'}, 3600);
	await assertLocked(sandbox);
	await writeLock(sandbox, {kept_by: 'file', namespaces: 'pid:[1]'});
	await assertLocked(sandbox);
	await writeLock(sandbox, {kept_by: 'file', namespaces: 'pid:[1]'}, 3600);
	assert.equal(await isSaidToRun(sandbox), false);
	await writeLock(sandbox, {kept_by: 'file', start_ticks: '1'});
	assert.equal(await isSaidToRun(sandbox), false);
	// Of the time before the machine was started anew.
	await writeLock(sandbox, {...elsewhere, kept_by: 'file'});
	await assertFree(sandbox);
});

test('the lock of another host counts for as long as it is fresh, by the clock of the destination', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	for (const clock of [0, -86_400, 86_400]) {
		await using sandbox = await smallSandbox();
		await using odd = await mountOdd(t, sandbox.root, {CLOCK: String(clock)});
		const {mounted, backing} = odd;
		const site = siteAt(sandbox, path.join(mounted, 'backups'));
		const behind = siteAt(sandbox, path.join(backing, 'backups'));

		await writeLock(behind, {...elsewhere, kept_by: clock === 0 ? 'kernel' : 'file'});
		await assertLocked(site);
		await writeLock(behind, {...elsewhere, kept_by: 'file'}, 600);
		await assertFree(site);
		assert.deepEqual((await fs.readdir(behind.destination)).filter(name => name.startsWith('.clock')), []);
	}
});

test('where the kernel\'s lock may be of this host alone, a run shows that it is alive, and is no more than its process here', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await smallSandbox();
	await using odd = await mountOdd(t, sandbox.root, {});
	const {mounted, backing} = odd;
	const site = siteAt(sandbox, path.join(mounted, 'backups'));
	const file = lockOf(siteAt(sandbox, path.join(backing, 'backups')));
	const held = await HeldRun.start(site);
	assert.match(await fs.readFile(file, 'utf8'), /"kept_by":"file"/v);
	await fs.utimes(file, 1000, 1000);
	await until('a sign of life', async () => (await fs.stat(file)).mtimeMs > Date.now() - 60_000);
	await assertLocked(site);
	await held.kill('SIGKILL');
	await fs.truncate(path.join(site.source, heldName));
	await assertFree(site);
});

/** What may be called `flock` where there is no koffi, as the text of a shell script; `undefined`: there is none. */
const programs: Readonly<Record<string, string | undefined>> = {
	'with short options only': 'case "$1" in --*) echo "unrecognized option: $1" >&2; exit 1;; esac; exec /usr/bin/flock "$@"',
	'with other exit codes': '/usr/bin/flock "$@" && exit 3; exit 9',
	'that refuses everything without a word': 'exit 1',
	'that does nothing': 'exit 0',
	missing: undefined,
};

for (const [kind, script] of Object.entries(programs)) {
	test(`without koffi, and a flock ${kind}: one run at a time, and a killed one is no obstacle`, async t => {
		if (!await canDo(t, 'flock', 'getfacl', 'setfacl')) {
			return;
		}

		await using sandbox = await smallSandbox();
		const directory = await pathWithFew(sandbox);

		if (script !== undefined) {
			await fs.writeFile(path.join(directory, 'flock'), `#!/bin/sh\n${script}\n`, {mode: 0o755});
		}

		const site = {...siteAt(sandbox, sandbox.destination), env: {...sandbox.env, ...withoutKoffi, PATH: directory}};
		const held = await HeldRun.start(site);
		await assertLocked(site);
		await held.kill('SIGKILL');
		assert.equal(await isSaidToRun(site), false);
		await fs.truncate(path.join(site.source, heldName));
		const finished = await Promise.all([backUp(site, [], {code: 'any'}), backUp(site, [], {code: 'any'})]);
		const codes = finished.map(({code}) => code);
		assert.equal(codes.filter(code => code === 0).length, 1, JSON.stringify(finished));
		assert.ok(codes.every(code => [0, 4, 11].includes(code!)), JSON.stringify(finished));
		await assertSound(site);
	});
}

test('a lock file that is removed under a run is put back, and keeps others out', async () => {
	await using sandbox = await smallSandbox();
	const held = await HeldRun.start(sandbox);
	await fs.unlink(lockOf(sandbox));
	await until('the lock to be back', async () => exists(lockOf(sandbox)));
	await assertLocked(sandbox);
	await held.release();
	assert.ok((await sandbox.namesInSet()).includes('manifest.json'));
});

test('a run whose lock another one took ends with 11, and that one takes over what is complete', async () => {
	await using sandbox = await smallSandbox();
	const held = await HeldRun.start(sandbox, [], {jobs: 2});
	await held.copies(1);
	process.kill(held.pid, 'SIGSTOP');
	await fs.unlink(lockOf(sandbox));
	const second = launch(process.execPath, runArgs(sandbox, ['--exclude', heldName]), {cwd: sandbox.root, env: sandbox.env});
	await until('the second run to have the lock', async () => (await fs.readFile(lockOf(sandbox), 'utf8').catch(() => '')).includes(`"pid":${second.pid}`));
	process.kill(held.pid, 'SIGCONT');
	await held.end(11);
	assert.equal((await second.end()).code, 0);
	await assertSound(sandbox);
});

test('without a lock of the kernel, a run that another one replaced publishes nothing', async () => {
	await using sandbox = await smallSandbox();
	const site = {...siteAt(sandbox, sandbox.destination), env: {...sandbox.env, ...withoutKoffi, PATH: await pathWithFew(sandbox)}};
	const held = await HeldRun.start(site);
	await writeLock(site, {...await describeSelf('file')});
	const {stdout} = await held.release(11);
	assert.doesNotMatch(stdout, /completed/v);
	assert.equal(await exists(setOf(site)), false);
});

test('a destination that is moved away ends the run, which says where it is now', async () => {
	await using sandbox = await smallSandbox();
	const held = await HeldRun.start(sandbox, [], {jobs: 2});
	await held.copies(1);
	const moved = path.join(sandbox.root, 'moved');
	await fs.rename(sandbox.destination, moved);
	const {stdout, stderr} = await held.end(1);
	assert.ok(stderr.includes(moved), stderr);
	assert.doesNotMatch(stdout, /completed/v);
	assert.equal(await exists(sandbox.destination), false);
	const site = siteAt(sandbox, moved);
	assert.deepEqual(await namesIn(moved), [path.basename(stagingOf(site))]);
	await fs.truncate(path.join(sandbox.source, heldName));
	assert.equal((await backUp(site)).code, 0);
});

test('staging that is moved away under a run is not published by whatever is in its place', async () => {
	await using sandbox = await smallSandbox();
	const held = await HeldRun.start(sandbox);
	await fs.rename(stagingOf(sandbox), path.join(sandbox.destination, 'elsewhere'));
	await fs.mkdir(stagingOf(sandbox), {mode: 0o700});
	await held.release(1);
	assert.equal(await exists(setOf(sandbox)), false);
});

/** Something with a lock, in this process. */
async function withLock(t: TestContext): Promise<{readonly sandbox: Sandbox; readonly destination: Directory; readonly lock: Lock; readonly hold: Hold}> {
	const sandbox = await smallSandbox();
	await backUp(sandbox);
	const destination = await Directory.open(sandbox.destination);
	const lock = await Lock.take(destination, 0, new AbortController().signal);
	t.after(async () => {
		await lock.release();
		await destination.close();
		await sandbox[Symbol.asyncDispose]();
	});
	return {
		sandbox, destination, lock, hold: new Hold(destination, sandbox.destination, lock),
	};
}

test('no set is removed without the lock', async t => {
	const {sandbox, destination, hold} = await withLock(t);
	await fs.unlink(lockOf(sandbox));
	const other = await Lock.take(destination, 0, new AbortController().signal);
	const sets = [{overview: {date: someDate, isStaging: false, state: 'complete'}, bytesFreed: 0}] as const;
	const pruned = await removeSets({destination, hold}, sets, new AbortController().signal);
	await other.release();
	assert.deepEqual(pruned.removed, []);
	assert.equal(pruned.failed.length, 1);
	assert.equal(await exists(setOf(sandbox)), true);
});

test('who only looks at the lock keeps nobody from taking it', async () => {
	await using sandbox = await smallSandbox();
	await fs.mkdir(sandbox.destination, {recursive: true, mode: 0o700});
	await fs.writeFile(lockOf(sandbox), '', {mode: 0o600});
	await using destination = await Directory.open(sandbox.destination);
	const over = new AbortController();

	const look = async () => {
		while (!over.signal.aborted) {
			await Lock.holder(destination);
		}
	};

	const looking = [look(), look()];

	for (let time = 0; time < 5; time++) {
		const lock = await Lock.take(destination, 0, new AbortController().signal);
		assert.notEqual(await Lock.holder(destination), undefined);
		await assert.rejects(Lock.take(destination, 0, new AbortController().signal), LockedError);
		await lock.release();
		assert.equal(await Lock.holder(destination), undefined);
	}

	over.abort();
	await Promise.all(looking);
});

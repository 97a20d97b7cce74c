import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
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
	stagingOf,
} from '../support/site.ts';

/** So many that they are copied in threads of their own. */
const count = 150;

const nameOf = (index: number) => `small-${String(index).padStart(3, '0')}.log`;
const names = Array.from({length: count}, (_, index) => nameOf(index));

async function sandboxWithSmallFiles(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const [index, name] of names.entries()) {
		await sandbox.add(name, `file ${index}\n`.repeat(index + 1));
	}

	return sandbox;
}

type Entry = {readonly path: string; readonly outcome: string; readonly stored: string; readonly notes: readonly string[]; readonly verified: boolean};

async function entryOf({destination}: Sandbox, name: string): Promise<Entry> {
	const {entries} = JSON.parse(await fs.readFile(path.join(destination, someDate, 'manifest.json'), 'utf8')) as {entries: readonly Entry[]};
	return entries.find(entry => entry.path === name)!;
}

test('among many small files, each kind is copied as it is alone: empty, compressed, a link, in directories, of another owner, with an odd name', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using sandbox = await sandboxWithSmallFiles();
	await sandbox.add('empty');
	await sandbox.add('old.log.1.gz', gzipSync('rotated\n'.repeat(100)));
	await sandbox.add('limit', 'x'.repeat(64 * 1024));
	await sandbox.add('noise', Buffer.from(Array.from({length: 60_000}, (_, index) => (index * index * 31) % 251)));
	await sandbox.add(Buffer.from('odd \n\u{1B}[31m\u{E9}'), 'odd\n');
	await fs.mkdir(path.join(sandbox.source, 'nginx/deep'), {recursive: true});
	await sandbox.add('nginx/deep/error.log', 'deep\n');
	await sandbox.add('others', 'theirs\n');
	await fs.chown(path.join(sandbox.source, 'others'), 65_534, 65_534);
	await fs.chmod(path.join(sandbox.source, 'others'), 0o4755);
	await fs.symlink('small-007.log', path.join(sandbox.source, 'link'));
	const {code, stderr} = await backUp(sandbox, ['--recursive', '--follow-symlinks', '--jobs=2']);
	assert.equal(code, 0, stderr);
	const facts = await assertSound(sandbox);
	assert.equal(facts.sets[someDate]?.done.length, count + 8);
	assert.deepEqual(facts.sets[someDate]?.notes, {});
	assert.equal((await entryOf(sandbox, 'old.log.1.gz')).stored, 'as-is');
	assert.equal((await entryOf(sandbox, 'link')).verified, true);
	const {mode, uid} = await fs.stat(path.join(setOf(sandbox), 'others.gz'));
	assert.deepEqual({mode: mode & 0o7777, uid}, {mode: 0o755, uid: 65_534});
});

test('what takes the place of one of many small files costs that file alone; what vanished is a note; what grew is copied all the same', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const secret = path.join(sandbox.root, 'secret');
	await fs.writeFile(secret, 'not to be copied\n');
	const held = await HeldRun.start(sandbox);
	const at = (index: number) => path.join(sandbox.source, nameOf(index));

	for (const index of [3, 70, 71, 100]) {
		await fs.unlink(at(index));
	}

	await fs.mkdir(at(3));
	await run('mkfifo', [at(70)]);
	await fs.symlink(secret, at(71));
	await fs.appendFile(at(72), 'y'.repeat(300_000));
	const {stdout, stderr} = await held.release(3);
	assert.match(stdout, /small-100\.log vanished/v);
	const facts = await judge(sandbox, '--changing-times', `--prefix=${heldName}`, '--vanished');
	// Not those of the file that was cut off to let the run go on.
	assert.deepEqual(facts.violations.filter(violation => !violation.includes(heldName)), []);
	assert.deepEqual(facts.sets[someDate]?.failed, [3, 70, 71].map(index => nameOf(index)));
	assert.deepEqual(facts.sets[someDate]?.vanished, [nameOf(100)]);
	assert.equal(facts.sets[someDate]?.done.length, count - 4 + 1);

	for (const index of [3, 70, 71]) {
		assert.match(stderr, new RegExp(`Failed to backup ${nameOf(index)}: .*(?:not a regular file|symbolic link)`, 'v'));
	}
});

test('stopped after many small files, a run keeps what is complete, leaves nothing unfinished, and the next one takes it over', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const held = await HeldRun.start(sandbox, [], {jobs: 2});
	await held.copies(count);
	const {stderr} = await held.kill('SIGTERM');
	assert.match(stderr, /^150 complete copies kept/mv);
	assert.deepEqual(await namesIn(path.join(stagingOf(sandbox), '.logbackup')), ['journal']);
	await fs.truncate(path.join(sandbox.source, heldName), 10);
	const next = await backUp(sandbox);
	assert.equal(next.code, 0, next.stderr);
	assert.match(next.stdout, /150 complete copies of unchanged files taken over/v);
	const facts = await assertSound(sandbox);
	assert.equal(facts.sets[someDate]?.done.length, count + 1);
});

test('many small files that have not changed are linked; one whose copy was damaged since is copied anew', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	assert.equal((await backUp(sandbox)).code, 0);
	const old = setOf(sandbox);
	const damaged = path.join(old, `${nameOf(80)}.gz`);
	const {size} = await fs.stat(damaged);
	await fs.writeFile(damaged, Buffer.alloc(size, 'x'));
	await fs.appendFile(path.join(sandbox.source, nameOf(90)), 'more\n');
	const {code, stdout, stderr} = await run(process.execPath, runArgs(sandbox, [], '2026-03-20'), {env: sandbox.env});
	assert.equal(code, 0, stderr);
	assert.match(stdout, new RegExp(`${count - 2} unchanged`, 'v'));
	const inode = async (set: string, index: number) => (await fs.stat(path.join(set, `${nameOf(index)}.gz`), {bigint: true})).ino;
	const fresh = path.join(sandbox.destination, '2026-03-20');
	assert.equal(await inode(fresh, 10), await inode(old, 10));
	assert.notEqual(await inode(fresh, 80), await inode(old, 80));
	assert.notEqual(await inode(fresh, 90), await inode(old, 90));
	const sums = await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: fresh});
	assert.equal(sums.code, 0, sums.stdout + sums.stderr);
});

for (const [what, inject, message] of [
	['comes back without its end', 'pread64:retval=5', /the copy of small-\d{3}\.log reads back differently/v],
	['comes back changed', 'pread64:poke_exit=@arg2=00000000', /the copy of small-\d{3}\.log reads back differently/v],
	['cannot be read back', 'pread64:error=EIO', /cannot read back the copy of small-\d{3}\.log: .+EIO/v],
	['cannot be written', 'pwrite64,write:error=EIO', /cannot write a copy: .+EIO/v],
	['finds no room', 'openat:error=ENOSPC', /cannot create a file in .+ENOSPC/v],
] as const) {
	test(`one of many small copies that ${what} ends the run at once, and no set is made`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await sandboxWithSmallFiles();
		const [calls] = inject.split(':', 1);
		const draft = '.logbackup/50.tmp';
		const filters = [...reaching(draft), '-P', path.join(stagingOf(sandbox), draft)];
		const code = inject.includes('ENOSPC') ? 14 : 1;
		const {stderr, trace} = await backUpTraced(sandbox, ['-e', `trace=${calls}`, '-e', `inject=${inject}`, ...filters], ['--jobs=1'], {code});
		assert.match(trace, /INJECTED/v);
		assert.match(stderr, message);
		const facts = await assertSound(sandbox);
		assert.deepEqual(facts.sets, {});
	});
}

test('where the file system cannot be synced as a whole, each of many small copies is synced by itself', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await sandboxWithSmallFiles();
	const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=fsync,syncfs', '-e', 'inject=syncfs:error=EIO']);
	assert.equal(code, 0, stderr);
	await assertSound(sandbox);
	assert.equal(new Set(trace.match(/fsync\(\d+<[^>]*\/\.logbackup\/\d+\.tmp>/gv)?.map(call => call.replace(/^fsync\(\d+/v, ''))).size, count);
});

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {gunzip, run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	backUpTraced,
	judge,
	runArgs,
	setOf,
	siteAt,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

/** With few files, each is copied the ordinary way; with many small ones, in threads of their own. */
const lanes = [['few files', 3], ['many small files', 70]] as const;

async function sandboxWith(count: number): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('victim', sampleLog(20_000));

	for (let index = 1; index < count; index++) {
		await sandbox.add(`other-${index}`, sampleLog(20_000));
	}

	return sandbox;
}

const victimOf = ({source}: Sandbox) => path.join(source, 'victim');

/** How calls on an open source are made to fail: by its path, wherever the program has it open. */
const onOpen = (sandbox: Sandbox, calls: string, error: string) => ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`, '-P', victimOf(sandbox)];

describe('what fails of one source costs that file at most', {concurrency: 2}, () => {
	for (const [what, count] of lanes) {
		for (const [calls, error, mayBeCopied] of [
			['close', 'EIO', true],
			['statx,fstat,newfstatat', 'EIO', false],
			['read,pread64,readv,preadv,preadv2', 'EIO', false],
			['read,pread64,readv,preadv,preadv2', 'EISDIR', false],
		] as const) {
			test(`${what}: ${calls} ends with ${error}`, async t => {
				if (!await canDo(t, 'strace')) {
					return;
				}

				await using sandbox = await sandboxWith(count);
				const {trace} = await backUpTraced(sandbox, onOpen(sandbox, calls, error), [], {code: mayBeCopied ? 0 : 3});
				assert.match(trace, /INJECTED/v);
				const facts = await assertSound(sandbox);
				assert.equal(facts.sets[someDate]?.done.length, mayBeCopied ? count : count - 1);
				assert.deepEqual(facts.sets[someDate]?.failed, mayBeCopied ? [] : ['victim']);
			});
		}
	}

	test('a directory on the way to it cannot be closed', async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		for (const [, count] of lanes) {
			await using sandbox = await sandboxWith(count);
			const inner = path.join(sandbox.source, 'inner');
			await fs.mkdir(inner);
			await fs.rename(victimOf(sandbox), path.join(inner, 'victim'));
			const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=close', '-e', 'inject=close:error=EIO', '-P', inner], ['--recursive']);
			assert.match(trace, /INJECTED/v);
			assert.equal(code, 0, stderr);
			assert.equal((await assertSound(sandbox)).sets[someDate]?.done.length, count);
		}
	});
});

for (const engine of ['zlib', 'libdeflate']) {
	test(`more files than are copied at once fail in the middle (${engine}): the run goes on with the others, and ends`, async t => {
		if (!await canMountOdd(t)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		const {mounted, backing, unmount} = await mountOdd(t, sandbox.root, {READERR: 'EIO', READFROM: '1500000', MATCH: 'bad'});
		const bad = Array.from({length: 6}, (_, index) => `bad-${index}`);

		for (const name of bad) {
			await fs.writeFile(path.join(backing, name), sampleLog(2_500_000));
		}

		await fs.writeFile(path.join(backing, 'sound'), sampleLog(2_000_000));
		const site = {...siteAt(sandbox, sandbox.destination), source: mounted};
		await backUp(site, ['--jobs=1', `--engine=${engine}`], {code: 3});
		const facts = await judge(site);
		await unmount();
		assert.deepEqual(facts.violations, []);
		assert.deepEqual(facts.sets[someDate]?.failed, bad);
		assert.deepEqual(facts.sets[someDate]?.done, ['sound']);
	});
}

/** A process that holds leases on files, and gives each back a while after it was asked to. */
async function holdLeases(t: TestContext, files: readonly string[]): Promise<boolean> {
	const child = spawn('python3', ['-c', [
		'import fcntl, os, signal, sys, threading, time',
		'held = [os.open(name, os.O_RDWR) for name in sys.argv[1:]]',
		'asked = threading.Event()',
		'signal.signal(signal.SIGIO, lambda *_: asked.set())',
		'for fd in held: fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)',
		'print("held", flush=True)',
		'while not asked.wait(0.05): pass',
		'time.sleep(1)',
		'for fd in held: fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)',
		'signal.pause()',
	].join('\n'), ...files], {stdio: ['ignore', 'pipe', 'ignore']});
	t.after(() => child.kill('SIGKILL'));
	const [first] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]) as [unknown];

	if (!(first instanceof Buffer)) {
		t.skip('needs a file system with leases');
		return false;
	}

	return true;
}

for (const [what, count] of lanes) {
	test(`a lease on a file is waited for, while others are copied (${what})`, async t => {
		if (!await canDo(t, 'python3')) {
			return;
		}

		await using sandbox = await sandboxWith(count);

		if (!await holdLeases(t, [victimOf(sandbox), path.join(sandbox.source, 'other-1')])) {
			return;
		}

		const {code, stdout, stderr} = await backUp(sandbox, ['--json', '--jobs=1']);
		assert.equal(code, 0, stderr);
		const files = stdout.split('\n').filter(line => line.includes('"message_type":"file"')).map(line => (JSON.parse(line) as {path: string}).path);
		assert.equal(files.length, count);
		assert.deepEqual(files.slice(-2).toSorted(), ['other-1', 'victim']);
		assert.match(stdout.split('\n').findLast(line => line.includes('"message_type":"status"'))!, /"percent_done":1,/v);
		await assertSound(sandbox);
	});
}

for (const [what, count] of lanes) {
	test(`files whose size says 0 are read to their end, with a note, and copied anew each time (${what})`, async t => {
		await using sandbox = await Sandbox.create();
		const kernel = '/proc/sys/kernel';
		const names = new Set(['hostname', 'ostype', 'osrelease', 'pid_max']);

		for (let index = names.size; index < count; index++) {
			await sandbox.add(`other-${index}`, '');
		}

		for (const name of names) {
			await fs.symlink(path.join(kernel, name), path.join(sandbox.source, name));
		}

		if ((await fs.stat(path.join(kernel, 'hostname'))).size > 0) {
			t.skip('needs a procfs that does not tell sizes');
			return;
		}

		const {code, stderr} = await backUp(sandbox, ['--follow-symlinks']);
		assert.equal(code, 0, stderr);
		const {entries} = JSON.parse(await fs.readFile(path.join(setOf(sandbox), 'manifest.json'), 'utf8')) as {entries: ReadonlyArray<{path: string; notes: readonly string[]; bytes_in: number}>};

		for (const name of names) {
			const content = await fs.readFile(path.join(kernel, name));
			assert.deepEqual(await gunzip(path.join(setOf(sandbox), `${name}.gz`)), content);
			const entry = entries.find(({path: there}) => there === name)!;
			assert.deepEqual({notes: entry.notes, bytes: entry.bytes_in}, {notes: ['unsized'], bytes: content.length});
		}

		assert.deepEqual(entries.filter(entry => !names.has(entry.path) && entry.notes.length > 0), []);
	});
}

test('procfs itself is backed up, and is not taken for unchanged the next day', async t => {
	const source = '/proc/sys/kernel/random';

	if (!await fs.access(path.join(source, 'boot_id')).then(() => true).catch(() => false)) {
		t.skip(`needs ${source}`);
		return;
	}

	await using sandbox = await Sandbox.create();

	for (const date of ['2026-03-01', '2026-03-02']) {
		const site = {...siteAt(sandbox, sandbox.destination), source};
		const {code, stdout, stderr} = await run(process.execPath, runArgs(site, ['--json', '--include=uuid'], date), {env: sandbox.env});
		assert.equal(code, 0, stderr);
		assert.match(stdout, /"path":"uuid","outcome":"done","notes":\["unsized"\],"bytes_in":37,/v);
	}
});

test('what has no end, though its size says 0, costs that file', async t => {
	await using sandbox = await sandboxWith(3);
	const endless = '/proc/self/pagemap';

	if (!await fs.access(endless, fs.constants.R_OK).then(() => true).catch(() => false)) {
		t.skip(`needs ${endless}`);
		return;
	}

	await fs.symlink(endless, path.join(sandbox.source, 'endless'));
	const {stderr} = await backUp(sandbox, ['--follow-symlinks'], {code: 3});
	assert.match(stderr, /^Failed to backup endless: /mv);
	const facts = await assertSound(sandbox);
	assert.deepEqual(facts.sets[someDate]?.failed, ['endless']);
	assert.equal(facts.sets[someDate]?.done.length, 3);
});

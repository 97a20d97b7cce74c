import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {gunzip, program, run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {until} from '../support/files.ts';
import {heldName, HeldRun} from '../support/held-run.ts';
import {launch} from '../support/launch.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	backUpTraced,
	judge,
	reaching,
	setOf,
} from '../support/site.ts';

const makeFifo = async (file: string) => run('mkfifo', [file]);
const nobody = 65_534;

test('what takes the place of a listed file is neither followed nor waited for: it costs that file alone', async () => {
	await using sandbox = await Sandbox.create();
	const victims = ['becomes-a-directory', 'becomes-a-fifo', 'becomes-a-link', 'becomes-a-socket'];
	const secret = path.join(sandbox.root, 'secret');
	await fs.writeFile(secret, 'not to be copied\n');

	for (const name of [...victims, 'stays']) {
		await sandbox.add(name, 'a line\n');
	}

	const held = await HeldRun.start(sandbox);
	const at = (name: string) => path.join(sandbox.source, name);

	for (const name of victims) {
		await fs.unlink(at(name));
	}

	await fs.mkdir(at('becomes-a-directory'));
	await makeFifo(at('becomes-a-fifo'));
	await fs.symlink(secret, at('becomes-a-link'));
	await sandbox.addSocket('becomes-a-socket');
	const {stderr} = await held.release(3);
	const facts = await judge(sandbox, '--changing-times', `--prefix=${heldName}`, '--vanished');
	assert.deepEqual(facts.sets[someDate]?.failed, victims);
	assert.deepEqual(facts.sets[someDate]?.done, [heldName, 'stays']);

	for (const name of victims) {
		assert.match(stderr, new RegExp(`Failed to backup ${name}: .*(?:not a regular file|symbolic link|no such device)`, 'v'));
	}
});

test('what vanishes between the list and its turn is a note; what shrinks, grows or is rotated away is copied as far as it goes', async () => {
	await using sandbox = await Sandbox.create();

	for (const name of ['vanishes', 'stays']) {
		await sandbox.add(name, 'a line\n');
	}

	const held = await HeldRun.start(sandbox);
	await fs.unlink(path.join(sandbox.source, 'vanishes'));
	const {stdout} = await held.release();
	assert.match(stdout, /vanishes vanished/v);
	assert.match(stdout, /huge\.log became shorter/v);
	const facts = await judge(sandbox, '--changing-times', '--vanished', `--prefix=${heldName}`);
	assert.deepEqual(facts.sets[someDate]?.vanished, ['vanishes']);
	assert.deepEqual(facts.sets[someDate]?.notes, {[heldName]: ['truncated']});
	// Not the size that was promised, but what was there: zeros.
	const {entries} = JSON.parse(await fs.readFile(path.join(setOf(sandbox), 'manifest.json'), 'utf8')) as {entries: ReadonlyArray<{readonly path: string; readonly bytes_in: number}>};
	const content = await gunzip(path.join(setOf(sandbox), `${heldName}.gz`));
	assert.equal(content.length, entries.find(({path: name}) => name === heldName)!.bytes_in);
	assert.ok(content.every(byte => byte === 0));
});

test('a file that is rotated away while it is read is read to its end', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('stays', 'a line\n');
	const held = await HeldRun.start(sandbox);
	const rotated = path.join(sandbox.source, `${heldName}.1`);
	await fs.rename(path.join(sandbox.source, heldName), rotated);
	await sandbox.add(heldName, 'a new beginning\n');
	// The test wants no more of it: now the old one, by its new name, is cut off.
	await fs.truncate(rotated);
	await held.end();
	const facts = await judge(sandbox, '--changing-times', '--vanished');
	assert.deepEqual(facts.sets[someDate]?.notes[heldName]?.toSorted(), ['rotated', 'truncated']);
	const content = await gunzip(path.join(setOf(sandbox), `${heldName}.gz`));
	assert.ok(content.length > 0 && content.every(byte => byte === 0), 'the copy is of the file that was opened');
});

test('a log that grows for ever does not keep the run from ending: its copy is what was there when it was opened', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('busy.log', sampleLog(3_000_000));
	await sandbox.add('stays', 'a line\n');
	const writer = launch('bash', ['-c', 'while :; do echo "one more line that somebody writes, again and again"; done >> "$1"', 'bash', path.join(sandbox.source, 'busy.log')], {env: sandbox.env});
	await until('the log to grow', async () => {
		const {size} = await fs.stat(path.join(sandbox.source, 'busy.log'));
		return size > 3_000_000;
	});
	const {code, stdout, stderr} = await backUp(sandbox, ['--json']);
	process.kill(writer.pid, 'SIGKILL');
	await writer.end('SIGKILL');
	assert.equal(code, 0, `${stdout}${stderr}`);
	const facts = await assertSound(sandbox, '--changing-times', '--prefix=busy.log');
	assert.deepEqual(facts.sets[someDate]?.notes, {'busy.log': ['grew']});
});

test('a file that this user may not read costs that file, at once and with the reason', async t => {
	if (!await canDo(t, 'root', 'setpriv')) {
		return;
	}

	const access = await run('test', ['-r', program, '-a', '-x', process.execPath], {uid: nobody, gid: nobody, code: 'any'});

	if (access.code !== 0) {
		t.skip(`needs a place that other users can read: ${program} and ${process.execPath} are not`);
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('stays', 'a line\n');
	await sandbox.add('denied', 'a line\n');

	for (const place of [sandbox.root, sandbox.source, path.join(sandbox.source, 'stays')]) {
		await fs.chown(place, nobody, nobody);
	}

	const {stderr} = await backUp(sandbox, [], {uid: nobody, gid: nobody, code: 3});
	assert.match(stderr, /^Failed to backup denied: permission denied \(EACCES\)$/mv);
	const facts = await assertSound(sandbox, '--as-user');
	assert.deepEqual(facts.sets[someDate]?.failed, ['denied']);
	assert.deepEqual(facts.sets[someDate]?.done, ['stays']);
});

const sources = ['first', 'victim', 'third'];

async function threeSources(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const name of sources) {
		await sandbox.add(name, sampleLog(2_500_000));
	}

	return sandbox;
}

describe('three sources', {concurrency: 3}, () => {
	test('gone at the very moment of its opening: vanished, and nobody is to blame', async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await threeSources();
		const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=openat', '-e', 'inject=openat:error=ENOENT', ...reaching('victim')]);
		assert.equal(code, 0, stderr);
		assert.match(trace, /INJECTED/v);
		const facts = await assertSound(sandbox);
		assert.deepEqual(facts.sets[someDate], {
			files: {'first.gz': 'first', 'third.gz': 'third'},
			done: ['first', 'third'], failed: [], vanished: ['victim'], notes: {},
		});
	});

	test('a path of --files-from that is not there fails, or with --ignore-missing is a note', async () => {
		await using sandbox = await threeSources();
		const list = path.join(sandbox.root, 'list');
		await fs.writeFile(list, 'first\0not-there\0');
		const {code, stderr} = await backUp(sandbox, [`--files-from=${list}`, '--ignore-missing']);
		assert.equal(code, 0, stderr);
		assert.deepEqual((await judge(sandbox)).sets[someDate]?.vanished, ['not-there']);
		await fs.rm(setOf(sandbox), {recursive: true});
		const strict = await backUp(sandbox, [`--files-from=${list}`], {code: 3});
		assert.match(strict.stderr, /^Failed to backup not-there: no such file or directory \(ENOENT\)$/mv);
		assert.deepEqual((await judge(sandbox)).sets[someDate]?.failed, ['not-there']);
	});

	/** Reads of a source, wherever the program has it open. */
	const readsOf = (file: string, inject: string) => ['-e', 'trace=read,pread64,readv,preadv,preadv2', '-e', `inject=read,pread64,readv,preadv,preadv2:${inject}`, '-P', file];

	for (const [what, when] of [['from the start', ''], ['in the middle', ':when=3+']] as const) {
		test(`a file that cannot be read ${what} (EIO) costs that file after a few tries, and no other`, async t => {
			if (!await canDo(t, 'strace')) {
				return;
			}

			await using sandbox = await threeSources();
			const {stderr, trace} = await backUpTraced(sandbox, readsOf(path.join(sandbox.source, 'victim'), `error=EIO${when}`), [], {code: 3});
			assert.match(stderr, /^Failed to backup victim: i\/o error \(EIO\)$/mv);
			const tries = trace.match(/INJECTED/gv)!.length;
			assert.ok(tries > 1 && tries < 10, `${tries} tries`);
			const facts = await assertSound(sandbox);
			assert.deepEqual(facts.sets[someDate], {
				files: {'first.gz': 'first', 'third.gz': 'third'},
				done: ['first', 'third'], failed: ['victim'], vanished: [], notes: {},
			});
		});
	}

	for (const ordinal of [1, 2, 3]) {
		test(`a read that fails once (EIO, the ${ordinal}. read of the file) is tried again, and nothing is lost`, async t => {
			if (!await canDo(t, 'strace')) {
				return;
			}

			await using sandbox = await threeSources();
			const {code, stderr, trace} = await backUpTraced(sandbox, readsOf(path.join(sandbox.source, 'victim'), `error=EIO:when=${ordinal}`));
			assert.match(trace, /INJECTED/v);
			assert.equal(code, 0, stderr);
			const facts = await assertSound(sandbox);
			assert.deepEqual(facts.sets[someDate]?.done, sources.toSorted());
		});
	}

	test('what is denied is not tried again', async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await threeSources();
		const {trace} = await backUpTraced(sandbox, ['-e', 'trace=openat', '-e', 'inject=openat:error=EACCES', ...reaching('victim')], [], {code: 3});
		assert.equal(trace.match(/INJECTED/gv)!.length, 1);
		assert.deepEqual((await judge(sandbox)).sets[someDate]?.failed, ['victim']);
	});

	test('an entry that cannot be looked at (EIO of its lstat) costs that entry at most', async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await threeSources();
		const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=statx,lstat,newfstatat', '-e', 'inject=statx,lstat,newfstatat:error=EIO', ...reaching('victim')], [], {code: 'any'});
		assert.match(trace, /INJECTED/v);
		const facts = await assertSound(sandbox);

		// It may be readable all the same.
		if (code === 0) {
			assert.deepEqual(facts.sets[someDate]?.done, sources.toSorted());
			return;
		}

		assert.equal(code, 3, stderr);
		assert.match(stderr, /^Failed to backup victim: i\/o error \(EIO\)$/mv);
		assert.deepEqual(facts.sets[someDate]?.done, ['first', 'third']);
	});
});

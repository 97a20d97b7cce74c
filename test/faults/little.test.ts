import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {
	type Argument,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {canDo} from '../support/needs.ts';

/** Runs the program from a shell that has changed something of what it starts it in. */
const runAfter = async (change: string, args: readonly Argument[], cwd?: string) => run('bash', ['-c', `${change}; exec "$@"`, 'bash', process.execPath, program, ...args], {...(cwd !== undefined && {cwd})});

for (const count of [10, 200]) {
	test(`with few descriptors, ${count} files are backed up, verified and restored, fewer at once`, async () => {
		await using sandbox = await Sandbox.create();

		for (let number = 0; number < count; number++) {
			await sandbox.add(`log.${number}`, sampleLog(3000, number));
		}

		const few = 'ulimit -n 40';

		for (const args of [
			['--yes', '--source', sandbox.source, '--dest', sandbox.destination, '--date', someDate],
			['verify', '--dest', sandbox.destination],
			['restore', 'latest', '--dest', sandbox.destination, '--to', path.join(sandbox.root, 'restored')],
		]) {
			const {code, stderr, stdout} = await runAfter(few, args);
			assert.equal(code, 0, stderr + stdout);
		}

		assert.equal((await fs.readdir(path.join(sandbox.root, 'restored'))).length, count);
	});
}

test('a working directory that has been removed keeps only what is relative to it from being found', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(3000));
	const args = (source: string) => ['--yes', '--source', source, '--dest', sandbox.destination, '--date', someDate];
	const gone = path.join(sandbox.root, 'gone');
	await fs.mkdir(gone);
	const relative = await runAfter(`rmdir ${gone}`, [...args('.'), {code: 1}], gone);
	// What happened and what to do, a line each.
	assert.match(relative.stderr, /^[^\n]*working directory[^\n]*\n[^\n]+\n$/v);
	assert.doesNotMatch(relative.stderr, /internal/v);
	await fs.mkdir(gone);
	assert.equal((await runAfter(`rmdir ${gone}`, args(sandbox.source), gone)).code, 0);
	await fs.mkdir(gone);
	await runAfter(`rmdir ${gone}`, ['restore', 'latest', '--dest', sandbox.destination, '--to', 'out', {code: 1}], gone);
});

test('without /proc, every command says what is missing', async t => {
	if (!await canDo(t, 'root', 'unshare')) {
		return;
	}

	await using sandbox = await Sandbox.create();

	for (const args of [['--yes', '--source', sandbox.source], ['--dry-run', '--source', sandbox.source], ['list', '--dest', sandbox.destination], ['verify'], ['status']]) {
		const {stdout, stderr} = await run('unshare', ['--mount', 'bash', '-c', 'umount --lazy /proc; exec "$@"', 'bash', process.execPath, program, ...args], {code: 1});
		assert.equal(stdout, '');
		assert.match(stderr, /^[^\n]*\/proc[^\n]*\n[^\n]*mount[^\n]*\n$/v);
	}
});

test('a path that is not UTF-8 is refused by its name, and nothing of another name is made', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(3000));
	const odd = String.raw`${sandbox.root}/$'lat\xe9'`;

	for (const flags of [`--source ${odd} --dest ${sandbox.destination}`, `--source ${sandbox.source} --dest ${odd}`]) {
		const {stderr} = await run('bash', ['-c', `mkdir -p ${odd}; "$0" "$1" --yes ${flags}`, process.execPath, program], {code: 1});
		assert.match(stderr, /UTF-8/v);
	}

	assert.equal((await runProgram(['--yes', '--source', sandbox.source, '--dest', sandbox.destination])).code, 0);
	assert.equal((await fs.readdir(sandbox.root)).filter(name => name.includes('\u{FFFD}')).length, 1);
});

test('where libdeflate gets no memory for one more of its kind, those that are there do it all', async () => {
	const {FreeList} = await import('../../source/compression/free-list.ts');
	let made = 0;
	const list = new FreeList(() => {
		if (made === 2) {
			throw new Error('no memory');
		}

		return ++made;
	});
	const taken = await Promise.all([list.take(), list.take()]);
	const third = list.take();
	list.giveBack(taken[0]);
	assert.equal(await third, taken[0]);
	assert.throws(() => new FreeList(() => {
		throw new Error('no memory');
	}), /no memory/v);
});

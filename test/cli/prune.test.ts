import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import type {BackupEvent} from '../../source/backup/events.ts';
import {snapshot} from '../support/sets.ts';
import {Sandbox} from '../support/sandbox.ts';
import {type Argument, run, runProgram} from '../support/run.ts';
import {exists} from '../support/files.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Terminal} from '../support/terminal.ts';

const isRoot = process.geteuid!() === 0;
const asRoot = {skip: isRoot ? false : 'needs root'};

const places = (sandbox: Sandbox) => ['--source', sandbox.source, '--dest', sandbox.destination];

const backUp = async (sandbox: Sandbox, date: string, ...args: readonly Argument[]) => runProgram(['--yes', ...places(sandbox), '--date', date, ...args]);
const prune = async (sandbox: Sandbox, ...args: readonly Argument[]) => runProgram(['prune', ...places(sandbox), ...args]);

/** A log that stays and one that grows, on each of the dates. */
async function withSets(...dates: string[]): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('same.log', sampleLog(100_000, 1));

	for (const [index, date] of dates.entries()) {
		await sandbox.add('other.log', sampleLog(20_000, index + 2));
		const {code, stderr} = await backUp(sandbox, date, '--quiet');
		assert.equal(code, 0, stderr);
	}

	return sandbox;
}

const setsOf = async (sandbox: Sandbox) => (await fs.readdir(sandbox.destination)).filter(name => name !== '.lock').toSorted();

/** Bytes of files that the trees take on disk together, each counted once. */
async function sizeOf(...trees: string[]): Promise<number> {
	const entries = await Promise.all(trees.map(async tree => fs.readdir(tree, {recursive: true, withFileTypes: true})));
	const files = entries.flat().filter(entry => entry.isFile());
	const stats = await Promise.all(files.map(async entry => fs.stat(path.join(entry.parentPath, entry.name), {bigint: true})));
	const firsts = stats.filter(({ino}, index) => stats.findIndex(other => other.ino === ino) === index);
	return firsts.reduce((sum, {size}) => sum + Number(size), 0);
}

test('prune removes the sets that no rule keeps, and tells why the others stay and what is freed', async () => {
	await using sandbox = await withSets('2026-01-30', '2026-01-31', '2026-02-27', '2026-02-28', '2026-03-01');
	const before = await snapshot(sandbox.destination);
	const dry = await prune(sandbox, '--keep-monthly', '3', '--dry-run');
	assert.equal(dry.code, 0);
	const kept = ['2026-01-31  complete  monthly set', '2026-02-28  complete  monthly set', '2026-03-01  complete  monthly set, newest complete set'];
	assert.ok(dry.stdout.startsWith(`Keep 3 sets:\n${kept.map(line => `  ${line}\n`).join('')}Remove 2 sets:\n`), dry.stdout);
	assert.match(dry.stdout, /\nWould remove 2 sets, .+; 3 kept\n$/v);
	assert.deepEqual(await snapshot(sandbox.destination), before);

	const size = await sizeOf(sandbox.destination);
	const real = await prune(sandbox, '--keep-monthly', '3', '--yes', '--json');
	assert.equal(real.code, 0, real.stderr);
	assert.deepEqual(await setsOf(sandbox), ['2026-01-31', '2026-02-28', '2026-03-01']);
	const summary = JSON.parse(real.stdout.trimEnd().split('\n').at(-1)!) as {readonly bytes_freed: number};
	assert.deepEqual({...summary, bytes_freed: 0}, {
		message_type: 'prune_summary', exit_code: 0, dry_run: false, sets_kept: 3, sets_removed: 2, sets_failed: 0, bytes_freed: 0,
	});
	// A copy that a kept set shares frees nothing.
	assert.equal(summary.bytes_freed, size - await sizeOf(sandbox.destination));
	assert.ok(summary.bytes_freed < await sizeOf(path.join(sandbox.destination, '2026-03-01')));

	for (const date of await setsOf(sandbox)) {
		assert.equal((await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: path.join(sandbox.destination, date)})).code, 0);
	}

	const again = await prune(sandbox, '--keep-monthly', '3', '--yes');
	assert.match(again.stdout, /\nNothing to remove; 3 kept\n$/v);
});

test('sets in the future, foreign, damaged and interrupted ones and the newest complete one stay, and count for nothing', asRoot, async () => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02', '2026-01-03', '2026-01-05');
	await backUp(sandbox, '2999-01-01', '--quiet');
	await fs.mkdir(path.join(sandbox.destination, '2026-01-07'));
	await fs.writeFile(path.join(sandbox.destination, '2026-01-07', 'x.gz'), gzipSync('x'));
	await fs.truncate(path.join(sandbox.destination, '2026-01-05', 'manifest.json'), 100);
	await fs.mkdir(path.join(sandbox.destination, '.2026-01-06.partial'), {mode: 0o700});
	// Partial, and so the newest that counts.
	await fs.rename(path.join(sandbox.destination, '2026-01-03'), path.join(sandbox.destination, '2026-01-04'));
	const manifest = path.join(sandbox.destination, '2026-01-04', 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replace(/"files_failed": ?0/v, '"files_failed": 1'));
	const {code, stdout, stderr} = await prune(sandbox, '--keep-last', '1', '--yes');
	assert.equal(code, 0, stderr);
	assert.match(stdout, /2026-01-02 {2}complete {2}newest complete set\n/v);
	assert.match(stdout, /2026-01-04 {2}partial {3}last set\n/v);
	assert.match(stdout, /2026-01-05 {2}damaged {3}damaged: look at it/v);
	assert.match(stdout, /2026-01-07 {2}foreign {3}foreign\n/v);
	assert.match(stdout, /2999-01-01 {2}complete {2}in the future\n/v);
	assert.deepEqual(await setsOf(sandbox), ['.2026-01-06.partial', '2026-01-02', '2026-01-04', '2026-01-05', '2026-01-07', '2999-01-01']);
});

test('no rule, rules that keep nothing, nonsense, and nobody to ask are refused, and nothing is removed', async () => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02');
	const before = await snapshot(sandbox.destination);
	const refusals: ReadonlyArray<readonly [args: string[], pattern: RegExp]> = [
		[['--yes'], /^prune takes at least one --keep flag/v],
		[['--keep-last', '0', '--keep-daily', '0', '--yes'], /would keep no set at all/v],
		[['--keep-last', 'x', '--yes'], /^--keep-last takes a number, or unlimited, not x/v],
		[['--keep-last=-1', '--yes'], /^--keep-last takes a number/v],
		[['--keep-within', '1w', '--yes'], /^--keep-within takes a time in years, months, days and hours, such as 30d/v],
		[['--keep-last', '1'], /^without a terminal .+\n.+ --yes .+ --dry-run/v],
		[['--keep-last', '1', '--json'], /^with --json .+\n.+ --yes /v],
		[['2026-01-01', '--keep-last', '1', '--yes'], /^unexpected argument: 2026-01-01/v],
	];

	for (const [args, pattern] of refusals) {
		const {stdout, stderr} = await prune(sandbox, ...args, {code: 2});
		assert.match(stderr, /^logbackup-tui: /v);
		assert.match(stderr.replace('logbackup-tui: ', ''), pattern);
		assert.equal(stdout, '');
	}

	for (const flags of [['--keep-last', '0'], ['--keep-within', 'x']]) {
		await backUp(sandbox, '2026-01-03', ...flags, {code: 2});
	}

	assert.deepEqual(await snapshot(sandbox.destination), before);
});

test('on a terminal it shows the plan and asks: anything but yes removes nothing', async () => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02');

	for (const [answer, left] of [['\r', 2], ['no\r', 2], ['\u{4}', 2], ['y\r', 1]] as const) {
		await using terminal = Terminal.start({
			command: process.execPath, args: [path.resolve('dist/cli.js'), 'prune', ...places(sandbox), '--keep-last', '1'], cwd: process.cwd(), env: sandbox.env,
		});
		await terminal.waitFor(/Remove 1 set, .+\? \[y\/N\]/v);
		terminal.press(answer);
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.equal((await setsOf(sandbox)).length, left, JSON.stringify(answer));
	}
});

test('while a run holds the lock, prune ends with 11, or waits', async () => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02');
	const {stderr} = await run('flock', [path.join(sandbox.destination, '.lock'), process.execPath, path.resolve('dist/cli.js'), 'prune', ...places(sandbox), '--keep-last', '1', '--yes'], {code: 11});
	assert.match(stderr, /another run is under way/v);
	assert.equal((await setsOf(sandbox)).length, 2);
	assert.equal((await prune(sandbox, '--keep-last', '1', '--yes', '--lock-wait', '5')).code, 0);
	assert.deepEqual(await setsOf(sandbox), ['2026-01-02']);
});

test('what a killed prune left is no set for any command, and the next prune or backup removes it', async () => {
	for (const next of ['prune', 'backup']) {
		await using sandbox = await withSets('2026-01-01', '2026-01-02');
		await fs.rename(path.join(sandbox.destination, '2026-01-01'), path.join(sandbox.destination, '.2026-01-01.pruned'));
		await fs.rm(path.join(sandbox.destination, '.2026-01-01.pruned', 'manifest.json'));
		assert.match((await runProgram(['list', ...places(sandbox)])).stdout, /^1 set,/mv);
		const {code, stdout} = next === 'prune' ? await prune(sandbox, '--keep-last', '9', '--yes') : await backUp(sandbox, '2026-01-03');
		assert.equal(code, 0);
		assert.match(stdout, /Note: the removal of an old set was interrupted: 3 left-over files removed/v);
		assert.deepEqual(await setsOf(sandbox), next === 'prune' ? ['2026-01-02'] : ['2026-01-02', '2026-01-03']);
	}
});

test('a set that cannot be removed is named, ends it with 3, and costs no other', asRoot, async t => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02', '2026-01-03');
	const kept = path.join(sandbox.destination, '2026-01-01', 'same.log.gz');

	if ((await run('chattr', ['+i', path.dirname(kept)])).code !== 0) {
		t.skip('needs chattr');
		return;
	}

	try {
		const {stderr} = await prune(sandbox, '--keep-last', '1', '--yes', {code: 3});
		assert.match(stderr, /^cannot remove the set 2026-01-01: operation not permitted/mv);
		assert.deepEqual(await setsOf(sandbox), ['2026-01-01', '2026-01-03']);
		const after = await backUp(sandbox, '2026-01-04', '--keep-last', '1', {code: 3});
		assert.match(after.stderr, /^Failed to remove old backups: 1 old set removed, .+; cannot remove the set 2026-01-01/mv);
		assert.match(after.stdout, /Backup completed in /v);
	} finally {
		const names = await fs.readdir(sandbox.destination);
		await run('chattr', ['-i', ...names.filter(name => name.includes('2026-01-01')).map(name => path.join(sandbox.destination, name))]);
	}
});

test('a run with --keep flags removes old sets once it has succeeded, in one line and one event', async () => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02', '2026-01-03');
	const {code, stdout} = await backUp(sandbox, '2026-01-04', '--keep-last', '2');
	assert.equal(code, 0);
	assert.match(stdout, /^Old backups: 2 old sets removed, .+ freed, 2 kept$/mv);
	assert.deepEqual(await setsOf(sandbox), ['2026-01-03', '2026-01-04']);
	const next = await backUp(sandbox, '2026-01-05', '--keep-daily', '2', '--json');
	const events = next.stdout.trimEnd().split('\n').map(line => JSON.parse(line) as BackupEvent);
	const pruned = events.filter(event => event.message_type === 'pruned');
	assert.deepEqual(pruned.map(({removed, failed, sets_kept: kept}) => [removed.map(({date}) => date), failed, kept]), [[['2026-01-03'], [], 2]]);
	assert.equal(events.at(-1)!.message_type, 'summary');
});

test('a run that failed in part, or found that its set exists, removes nothing; and none removes the set it made', asRoot, async () => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02');
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, 'same.log\0nowhere\0');
	await backUp(sandbox, '2026-01-03', '--keep-last', '1', '--files-from', list, {code: 3});
	await backUp(sandbox, '2026-01-03', '--keep-last', '1', {code: 4});
	assert.equal((await setsOf(sandbox)).length, 3);
	assert.equal((await backUp(sandbox, '2025-12-31', '--keep-last', '1')).code, 0);
	assert.ok(await exists(path.join(sandbox.destination, '2025-12-31')));
});

test('on the screens, the --keep flags are shown before the start, given to the run, and in the command to copy', async () => {
	await using sandbox = await withSets('2026-01-01', '2026-01-02');
	await using terminal = sandbox.start(['--keep-last', '2']);
	await terminal.waitFor(/2 files marked/v);
	terminal.press('c');
	await terminal.waitFor(/--keep-last=2/v);
	terminal.press('esc');
	await terminal.waitFor(/2 files marked/v);
	terminal.press('w');
	await terminal.waitFor(/Then +remove old sets that no rule keeps: --keep-last=2/v);
	terminal.press('enter');
	await terminal.waitFor(/Enter leave/v);
	terminal.press('enter');
	assert.equal((await terminal.waitForExit()).exitCode, 0);
	assert.match(terminal.normalLines().join('\n'), /Notes:\n +1 old set removed, .+ freed, 2 kept/v);
	assert.deepEqual(await setsOf(sandbox), ['2026-01-02', '2026-03-14']);
});

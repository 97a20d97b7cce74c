/* Sets in zstd, and in both formats: made by the built program, read by it, and by the tools that everybody has. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {canDo} from '../support/needs.ts';
import {
	gunzip,
	run,
	runProgram,
	unzstd,
} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';

type Manifest = {
	readonly manifest_version: number;
	readonly engine: string;
	readonly level: number;
	readonly entries: ReadonlyArray<{readonly path: string; readonly file: string; readonly stored: string; readonly outcome: string; readonly crc32?: string; readonly verified: boolean}>;
};

const manifestOf = async (set: string) => JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as Manifest;

/** Enough small files for threads of their own. */
const smallNames = Array.from({length: 80}, (_, index) => `small-${String(index).padStart(2, '0')}.log`);

const large = sampleLog(4_500_000, 7);

async function filled(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('large.log', large);
	await sandbox.add('empty.log');
	await sandbox.add('old.log.gz', gzipSync('old'));

	for (const [index, name] of smallNames.entries()) {
		await sandbox.add(name, sampleLog(index * 100, index));
	}

	return sandbox;
}

const names = ['empty.log', 'large.log', ...smallNames];

/** Backs up on another day. Resolves with the set. */
async function backUp(sandbox: Sandbox, date: string, ...args: readonly string[]): Promise<string> {
	await runProgram(['--yes', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date, ...args]);
	return path.join(sandbox.destination, date);
}

async function assertSound(sandbox: Sandbox, set: string): Promise<void> {
	await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: set});
	const {entries} = await manifestOf(set);

	for (const {file, path: name, stored, verified} of entries) {
		const copy = path.join(set, file);
		const content = stored === 'zstd' ? await unzstd(copy) : (stored === 'gzip' ? await gunzip(copy) : await fs.readFile(copy));
		assert.ok(content.equals(await sandbox.content(name)), name);
		assert.ok(verified);
	}

	await runProgram(['verify', '--dest', sandbox.destination, path.basename(set)]);
}

test('--format zstd makes copies that zstd, zstdcat and zstdgrep read, large and small; what is compressed already stays as it is', async t => {
	if (!await canDo(t, 'zstd')) {
		return;
	}

	await using sandbox = await filled();
	await sandbox.run(['--yes', '--format', 'zstd']);
	assert.deepEqual(await sandbox.copies(), [...names.map(name => `${name}.zst`), 'old.log.gz'].toSorted());
	const {manifest_version: version, engine, level, entries} = await manifestOf(sandbox.set);
	assert.deepEqual([version, engine, level], [3, 'zstd', 3]);
	assert.deepEqual(new Set(entries.map(({stored}) => stored)), new Set(['zstd', 'as-is']));
	await assertSound(sandbox, sandbox.set);
	await run('zstd', ['--test', '--quiet', ...names.map(name => `${name}.zst`)], {cwd: sandbox.set});
	const {stdout} = await run('zstdgrep', ['-c', 'web1', 'large.log.zst'], {cwd: sandbox.set});
	assert.equal(Number(stdout.trim()), large.toString().split('web1').length - 1);
	// Mode and time are those of the source, as of any copy.
	const [source, copy] = await Promise.all([fs.stat(path.join(sandbox.source, 'large.log')), fs.stat(path.join(sandbox.set, 'large.log.zst'))]);
	assert.deepEqual([copy.mode, copy.mtimeMs], [source.mode, source.mtimeMs]);
});

test('cat and restore give back what was backed up to zstd, and damage is found', async t => {
	if (!await canDo(t, 'zstd')) {
		return;
	}

	await using sandbox = await filled();
	await sandbox.run(['--yes', '--format=zstd', '--level=1']);
	const {stdout} = await runProgram(['cat', '--dest', sandbox.destination, someDate, 'large.log']);
	assert.equal(stdout, large.toString());
	const target = path.join(sandbox.root, 'target');
	await fs.mkdir(target);
	await runProgram(['restore', '--dest', sandbox.destination, '--to', target, someDate]);

	for (const name of [...names, 'old.log.gz']) {
		assert.ok((await fs.readFile(path.join(target, name))).equals(await sandbox.content(name)), name);
	}

	const copy = path.join(sandbox.set, 'large.log.zst');
	const bytes = await fs.readFile(copy);
	const middle = Math.floor(bytes.length / 2);
	bytes[middle]! ^= 1;
	await fs.writeFile(copy, bytes);
	const {stderr} = await runProgram(['verify', '--dest', sandbox.destination, {code: 5}]);
	assert.match(stderr, /large\.log\.zst/v);
	await runProgram(['cat', '--dest', sandbox.destination, someDate, 'large.log', {code: 5}]);
});

test('copies that are linked keep their format, either way round, and a set with both is read as one', async t => {
	if (!await canDo(t, 'zstd')) {
		return;
	}

	await using sandbox = await filled();
	const storedIn = async (set: string) => {
		const {manifest_version: version, entries} = await manifestOf(set);
		const tally = Object.groupBy(entries, ({stored, outcome}) => `${stored} ${outcome}`);
		return [version, Object.fromEntries(Object.entries(tally).map(([kind, found]) => [kind, found!.length]))];
	};

	await backUp(sandbox, '2026-03-10');
	await sandbox.add('large.log', Buffer.concat([large, Buffer.from('more\n')]));
	await sandbox.add('small-07.log', 'other');
	const second = await backUp(sandbox, '2026-03-11', '--format', 'zstd');
	assert.deepEqual(await storedIn(second), [3, {'gzip reused': 80, 'as-is reused': 1, 'zstd done': 2}]);
	await assertSound(sandbox, second);
	await sandbox.add('small-08.log', 'other');
	const third = await backUp(sandbox, '2026-03-12');
	assert.deepEqual(await storedIn(third), [3, {
		'gzip reused': 79, 'as-is reused': 1, 'zstd reused': 2, 'gzip done': 1,
	}]);
	await assertSound(sandbox, third);
	const fourth = await backUp(sandbox, '2026-03-13', '--full');
	assert.deepEqual(await storedIn(fourth), [1, {'gzip done': 82, 'as-is done': 1}], 'an older program can read it');
	const fifth = await backUp(sandbox, '2026-03-14', '--full', '--format=zstd', '--level=19', '--exclude=large.log');
	await assertSound(sandbox, fifth);

	// The same content in another format is the same content.
	const {stdout} = await runProgram(['show', '--dest', sandbox.destination, '2026-03-14', '--diff', '2026-03-13', '--json']);
	assert.partialDeepStrictEqual(JSON.parse(stdout.trimEnd().split('\n').at(-1)!), {files_unchanged: 82, files_gone: 1});
});

test('--retry and --add add in the format that is asked for', async t => {
	if (!await canDo(t, 'zstd')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(20_000, 1));
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, 'a.log\0b.log\0');
	await sandbox.run(['--yes', `--files-from=${list}`, {code: 3}]);
	assert.equal((await manifestOf(sandbox.set)).manifest_version, 1);
	await sandbox.add('b.log', sampleLog(20_000, 2));
	await sandbox.add('c.log', sampleLog(20_000, 3));
	await sandbox.run(['--yes', '--retry', '--format', 'zstd']);
	await sandbox.run(['--yes', '--add']);
	assert.deepEqual(await sandbox.copies(), ['a.log.gz', 'b.log.zst', 'c.log.gz']);
	assert.equal((await manifestOf(sandbox.set)).manifest_version, 3);
	await assertSound(sandbox, sandbox.set);
});

test('a foreign set of zst files is recognized, verified and read', async () => {
	await using sandbox = await Sandbox.create();
	const set = path.join(sandbox.destination, '2020-01-01');
	await fs.mkdir(set, {recursive: true, mode: 0o700});
	await fs.chmod(sandbox.destination, 0o700);
	const frames = Buffer.concat([zstdCompressSync('one\n'), zstdCompressSync('two\n')]);
	await fs.writeFile(path.join(set, 'a.log.zst'), frames, {mode: 0o600});
	const dest = ['--dest', sandbox.destination];
	assert.match((await runProgram(['list', ...dest])).stdout, /2020-01-01 +foreign/v);
	await runProgram(['verify', ...dest, '2020-01-01']);
	assert.equal((await runProgram(['cat', ...dest, '2020-01-01', 'a.log'])).stdout, 'one\ntwo\n');
	await fs.writeFile(path.join(set, 'a.log.zst'), frames.subarray(0, -1));
	await fs.writeFile(path.join(set, 'b.log.zst'), frames, {mode: 0o600});
	assert.match((await runProgram(['verify', ...dest, '2020-01-01', {code: 5}])).stderr, /a\.log\.zst/v);
	await fs.rm(path.join(set, 'b.log.zst'));
	assert.doesNotMatch((await runProgram(['list', ...dest])).stdout, /foreign/v);
});

test('where Node has no zstd, --format zstd is refused, gzip is made, and a copy in zstd cannot be checked', async t => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(2000));
	const older = path.join(sandbox.root, 'older.mjs');
	await fs.writeFile(older, [
		'import zlib from \'node:zlib\';',
		'import {syncBuiltinESMExports} from \'node:module\';',
		'for (const name of Object.keys(zlib).filter(name => /zstd/i.test(name))) delete zlib[name];',
		'syncBuiltinESMExports();',
	].join('\n'));
	const env = {NODE_OPTIONS: `--import=${older}`};
	await using other = await Sandbox.create();
	const {stderr} = await other.run(['--yes', '--format=zstd', {code: 2}], {env});
	assert.match(stderr, /zstd/v);
	assert.deepEqual(await other.namesInSet(), []);

	if (await canDo(t, 'gzip')) {
		await sandbox.run(['--yes', '--format=zstd']);
		const failed = await runProgram(['verify', '--dest', sandbox.destination, {code: 5}], {env});
		assert.match(failed.stderr, /a\.log\.zst/v);
		assert.doesNotMatch(failed.stderr, /internal error/v);
		const read = await runProgram(['cat', '--dest', sandbox.destination, someDate, 'a.log', {code: 1}], {env});
		assert.doesNotMatch(read.stderr, /internal error/v);
		await backUp(sandbox, '2026-03-20', '--full');
		await runProgram(['verify', '--dest', sandbox.destination, '2026-03-20'], {env});
	}
});

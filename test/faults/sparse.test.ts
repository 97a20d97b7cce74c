/*
Files with holes: what they hold is backed up whatever they seem to hold, and they cost what they hold.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {
	type Argument,
	gunzip,
	program,
	run,
} from '../support/run.ts';
import {makeLaced} from '../support/files.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {HeldRun} from '../support/held-run.ts';
import {launch} from '../support/launch.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	runArgs,
	setOf,
} from '../support/site.ts';

const mebibyte = 2 ** 20;
const tebibyte = 2 ** 40;

type Entry = {
	readonly path: string;
	readonly stored: string;
	readonly bytes_in: number;
	readonly extents?: ReadonlyArray<readonly [offset: number, length: number]>;
	readonly notes: readonly string[];
	readonly reused_from?: string;
};

async function entryOf(set: string, name: string): Promise<Entry> {
	const {entries} = JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as {entries: readonly Entry[]};
	return entries.find(entry => entry.path === name)!;
}

/** Makes a file of a size with data at some offsets. */
async function makeSparse({source}: Sandbox, name: string, size: number, data: ReadonlyArray<readonly [offset: number, content: Buffer]>): Promise<string> {
	const file = path.join(source, name);
	const handle = await fs.open(file, 'w', 0o640);

	for (const [offset, content] of data) {
		await handle.write(content, 0, content.length, offset);
	}

	await handle.truncate(size);
	await handle.close();
	return file;
}

const command = async (sandbox: Sandbox, ...args: readonly Argument[]) => run(process.execPath, [program, ...args, '--dest', sandbox.destination], {env: sandbox.env});

async function restore(sandbox: Sandbox, date = someDate): Promise<string> {
	const to = path.join(sandbox.root, `restored-${date}`);
	const {code, stderr} = await command(sandbox, 'restore', date, '--to', to);
	assert.equal(code, 0, stderr);
	return to;
}

/** Two files are the same, byte for byte, holes as zeros. */
async function assertSame(one: string, other: string): Promise<void> {
	const {code, stdout, stderr} = await run('cmp', [one, other]);
	assert.equal(code, 0, stdout + stderr);
}

test('a file that seems to hold terabytes costs what it holds, and nobody else anything; restored, it is as it was', async t => {
	await using sandbox = await Sandbox.create();
	const data = [[0, sampleLog(100_000, 1)], [5 * tebibyte, sampleLog(3_000_000, 2)], [(7 * tebibyte) + 4096, sampleLog(10_000, 3)]] as const;
	const place = await makeSparse(sandbox, 'huge', 15e12, data);
	await makeSparse(sandbox, 'hollow', 15e12, []);
	await makeSparse(sandbox, 'tail', 3 * tebibyte, [[(3 * tebibyte) - 5000, sampleLog(5000, 4)]]);
	await sandbox.add('syslog', sampleLog(50_000));
	const {code, stdout, stderr} = await backUp(sandbox, ['--json']);
	assert.equal(code, 0, stderr);
	const huge = await entryOf(setOf(sandbox), 'huge');
	assert.equal(huge.stored, 'sparse');
	assert.ok(huge.bytes_in < 4_000_000);
	assert.deepEqual((await entryOf(setOf(sandbox), 'hollow')).extents, []);
	assert.match(stdout.split('\n').findLast(line => line.includes('"message_type":"status"'))!, /"percent_done":1,/v);

	// With any gunzip, the data.
	const content = await gunzip(path.join(setOf(sandbox), 'huge.gz'));
	assert.equal(content.indexOf(data[1][1]) > 0, true);
	await assertSound(sandbox);
	const verified = await command(sandbox, 'verify', someDate);
	assert.equal(verified.code, 0, verified.stdout + verified.stderr);

	const probe = await run('truncate', ['--size=15T', path.join(sandbox.root, 'probe')], {code: 'any'});

	if (probe.code !== 0) {
		t.skip('needs a file system that holds files of 15 TB');
		return;
	}

	const to = await restore(sandbox);
	assert.equal((await fs.stat(path.join(to, 'huge'))).size, 15e12);
	assert.equal((await fs.stat(path.join(to, 'hollow'))).size, 15e12);
	assert.ok((await fs.stat(path.join(to, 'huge'))).blocks * 512 < 20_000_000);
	const [restored, original] = await Promise.all([path.join(to, 'huge'), place].map(async file => fs.open(file)));

	for (const [offset, {length}] of data) {
		const [one, other] = await Promise.all([restored!, original!].map(async handle => handle.read(Buffer.alloc(length + 9000), 0, length + 9000, Math.max(0, offset - 4000))));
		assert.ok(one!.buffer.equals(other!.buffer));
	}

	await Promise.all([restored!.close(), original!.close()]);
	await assertSame(path.join(to, 'syslog'), path.join(sandbox.source, 'syslog'));
});

test('of many holes the largest are left out; what is restored and printed is the same, byte for byte', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addLaced('laced', 400 * mebibyte, 320 * 1024);
	await makeSparse(sandbox, 'ends', 400 * mebibyte, [[300 * mebibyte, sampleLog(50_000, 2)]]);
	await makeSparse(sandbox, 'small-holes', 200 * mebibyte, [[100 * mebibyte, sampleLog(50_000, 3)]]);
	const {code, stderr} = await backUp(sandbox);
	assert.equal(code, 0, stderr);
	assert.equal((await entryOf(setOf(sandbox), 'laced')).stored, 'sparse');
	assert.ok((await entryOf(setOf(sandbox), 'laced')).bytes_in > 50 * mebibyte);
	assert.equal((await entryOf(setOf(sandbox), 'small-holes')).stored, 'gzip');
	assert.equal((await entryOf(setOf(sandbox), 'small-holes')).bytes_in, 200 * mebibyte);
	const to = await restore(sandbox);

	for (const name of ['laced', 'ends', 'small-holes']) {
		await assertSame(path.join(to, name), path.join(sandbox.source, name));
	}

	const script = 'set -o pipefail; "$1" "$2" cat "$3" ends --dest "$4" | cmp - "$5"';
	const printed = await run('bash', ['-c', script, 'bash', process.execPath, program, someDate, sandbox.destination, path.join(sandbox.source, 'ends')]);
	assert.equal(printed.code, 0, printed.stdout + printed.stderr);
});

test('a sparse copy is linked the next day, taken over after an interruption, and added by --retry, holes and all', async () => {
	await using sandbox = await Sandbox.create();
	const file = await makeSparse(sandbox, 'sparse', 500 * mebibyte, [[400 * mebibyte, sampleLog(100_000)]]);
	const held = await HeldRun.start(sandbox, [], {jobs: 2});
	await held.copies(1);
	await held.kill('SIGKILL');
	await fs.unlink(path.join(sandbox.source, 'huge.log'));
	const resumed = await backUp(sandbox, ['--json']);
	assert.match(resumed.stdout, /"path":"sparse".*"resumed":true/v);
	await assertSame(path.join(await restore(sandbox), 'sparse'), file);

	await launch(process.execPath, runArgs(sandbox, [], '2026-03-20'), {env: sandbox.env}).end();
	assert.equal((await entryOf(path.join(sandbox.destination, '2026-03-20'), 'sparse')).reused_from, someDate);
	await assertSame(path.join(await restore(sandbox, '2026-03-20'), 'sparse'), file);

	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, 'sparse\0later\0');
	await makeSparse(sandbox, 'later', 700 * mebibyte, [[0, sampleLog(1000)]]);
	await launch(process.execPath, runArgs(sandbox, ['--retry', `--files-from=${list}`], '2026-03-20'), {env: sandbox.env}).end();
	assert.equal((await entryOf(path.join(sandbox.destination, '2026-03-20'), 'later')).stored, 'sparse');
	const verified = await command(sandbox, 'verify', '--all');
	assert.equal(verified.code, 0, verified.stdout);
});

test('a sparse file that is cut off while it is read is truncated, and restored as far as it was read', async () => {
	await using sandbox = await Sandbox.create();
	const held = await HeldRun.start(sandbox);
	await held.release();
	const entry = await entryOf(setOf(sandbox), 'huge.log');
	assert.deepEqual({stored: entry.stored, notes: entry.notes}, {stored: 'sparse', notes: ['truncated']});
	const last = entry.extents!.at(-1)!;
	assert.equal((await fs.stat(path.join(await restore(sandbox), 'huge.log'))).size, last[0] + last[1]);
});

test('without a way to tell holes, they are read as zeros', async t => {
	if (!await canDo(t, 'cp')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const bundle = path.join(sandbox.root, 'dist');
	await run('cp', ['-r', path.dirname(program), bundle]);
	await fs.copyFile(path.join(path.dirname(program), '..', 'package.json'), path.join(sandbox.root, 'package.json'));
	await sandbox.add('file');
	await makeLaced(path.join(sandbox.source, 'file'), 400 * mebibyte, 200 * mebibyte);
	const {code, stderr} = await run(process.execPath, [path.join(bundle, 'cli.js'), ...runArgs(sandbox).slice(1)], {env: sandbox.env});
	assert.equal(code, 0, stderr);
	const entry = await entryOf(setOf(sandbox), 'file');
	assert.deepEqual({stored: entry.stored, bytes: entry.bytes_in}, {stored: 'gzip', bytes: 400 * mebibyte});
});

test('a manifest whose extents make no sense is damaged, and nothing of that file is restored', async () => {
	await using sandbox = await Sandbox.create();
	await makeSparse(sandbox, 'sparse', 500 * mebibyte, [[400 * mebibyte, sampleLog(4096)]]);
	assert.equal((await backUp(sandbox)).code, 0);
	const manifest = path.join(setOf(sandbox), 'manifest.json');
	const text = await fs.readFile(manifest, 'utf8');
	const {extents} = await entryOf(setOf(sandbox), 'sparse');

	for (const wrong of ['[[0,1]]', '[[-4096,4096]]', '[[1e300,4096]]', '[[0,2048],[1024,2048]]', 'null', '[[524288000,4096]]', '7', '[7]']) {
		await fs.writeFile(manifest, text.replace(`"extents":${JSON.stringify(extents)}`, () => `"extents":${wrong}`));
		await command(sandbox, 'verify', someDate, {code: 5});
	}
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import type {BackupEvent, SummaryEvent} from '../../source/backup/events.ts';
import {canDo} from '../support/needs.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {gunzip, runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';

const eventsOf = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as BackupEvent);
const summaryOf = (text: string) => eventsOf(text).find((event): event is SummaryEvent => event.message_type === 'summary')!;

type Manifest = {
	readonly retried?: string;
	readonly files_done: number;
	readonly files_failed: number;
	readonly bytes_out: number;
	readonly verified: boolean;
	readonly entries: ReadonlyArray<{readonly path: string; readonly file?: string; readonly outcome: string; readonly kind?: string; readonly bytes_out?: number}>;
};

const manifestOf = async ({set}: Sandbox) => JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as Manifest;

async function writeList(sandbox: Sandbox, names: readonly string[]): Promise<string> {
	const file = path.join(sandbox.root, 'list');
	await fs.writeFile(file, names.map(name => `${name}\0`).join(''));
	return `--files-from=${file}`;
}

/** A set for which two of four files were not to be had. */
async function incomplete(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(20_000, 1));
	await sandbox.add('z.log', sampleLog(20_000, 2));
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.run(['--yes', await writeList(sandbox, ['a.log', 'm.log', 'sub/n.log', 'z.log'])], {code: 3});
	return sandbox;
}

const inode = async (file: string) => (await fs.stat(file, {bigint: true})).ino;

/** Times and inodes of all in a set: what says whether somebody wrote to it. */
const fingerprint = async ({set}: Sandbox) => Promise.all(['.', ...await fs.readdir(set)].map(async name => {
	const {ino, mtimeNs, ctimeNs} = await fs.stat(path.join(set, name), {bigint: true});
	return [name, ino, mtimeNs, ctimeNs];
}));

test('a second run of the day says how many files failed, and that --retry tries them again', async () => {
	await using sandbox = await incomplete();
	const {stderr} = await sandbox.run(['--yes'], {code: 4});
	const [message, remedy, ...more] = stderr.split('\n');
	assert.equal(message, `Backup for ${someDate} already exists! 2 files failed`);
	assert.ok(remedy?.includes('--retry'), stderr);
	assert.deepEqual(more, ['']);
});

test('--retry copies what had failed and nothing else, and the set, its manifest and its checksums have it', async () => {
	await using sandbox = await incomplete();
	const before = await inode(path.join(sandbox.set, 'a.log.gz'));
	await sandbox.add('m.log', sampleLog(5000, 3));
	await sandbox.add('sub/n.log', sampleLog(5000, 4));
	await sandbox.add('new.log', 'not of the selection\n');
	const {code, stdout, stderr} = await sandbox.run(['--yes', '--retry', '--json']);
	assert.equal(code, 0, stderr);
	const files = eventsOf(stdout).filter(event => event.message_type === 'file').map(event => event.path).toSorted();
	assert.deepEqual(files, ['m.log', 'sub/n.log']);
	const summary = summaryOf(stdout);
	assert.equal(summary.exit_code, 0);
	assert.deepEqual([summary.total_files, summary.files_done, summary.files_failed, summary.files_verified], [4, 4, 0, 4]);
	assert.deepEqual([summary.files_tried, summary.files_added], [2, 2]);
	const manifest = await manifestOf(sandbox);
	assert.deepEqual(manifest.entries.map(entry => `${entry.path} ${entry.outcome}`), ['a.log done', 'z.log done', 'm.log done', 'sub/n.log done']);
	assert.deepEqual([manifest.files_done, manifest.files_failed, manifest.verified], [4, 0, true]);
	assert.equal(manifest.bytes_out, manifest.entries.reduce((sum, entry) => sum + entry.bytes_out!, 0));
	assert.ok(!Number.isNaN(Date.parse(manifest.retried!)));
	assert.equal((await sandbox.checkSums()).code, 0);
	assert.ok((await gunzip(path.join(sandbox.set, 'sub/n.log.gz'))).equals(await sandbox.content('sub/n.log')));
	assert.equal(await inode(path.join(sandbox.set, 'a.log.gz')), before);
	assert.equal((await fs.stat(path.join(sandbox.set, 'm.log.gz'))).nlink, 1);
	assert.deepEqual((await fs.readdir(sandbox.destination)).toSorted(), ['.lock', someDate]);
});

test('what a retry added is linked into the set of the next day', async () => {
	await using sandbox = await incomplete();
	await sandbox.add('m.log', sampleLog(5000, 3));
	const flags = ['--source', sandbox.source, '--dest', sandbox.destination];
	await sandbox.run(['--yes', '--retry'], {code: 3});
	const {code, stdout} = await runProgram([...flags, '--date=2026-03-15', '--yes', '--json'], {env: sandbox.env});
	assert.equal(code, 0);
	assert.equal(summaryOf(stdout).files_reused, 3);
	assert.equal(await inode(path.join(sandbox.destination, '2026-03-15/m.log.gz')), await inode(path.join(sandbox.set, 'm.log.gz')));
});

test('what fails again is named, ends with 3, and leaves the set untouched', async () => {
	await using sandbox = await incomplete();
	const before = await fingerprint(sandbox);
	const {stdout, stderr} = await sandbox.run(['--yes', '--retry'], {code: 3});
	assert.match(stderr, /^Failed to backup m\.log: .+\nFailed to backup sub\/n\.log: .+\n$/v);
	assert.match(stdout, /^0 of 2 files added to .+\nThe set has 2 of 4 files now, .+; 2 failed\n$/mv);
	assert.deepEqual(await fingerprint(sandbox), before);
	assert.ok(!await exists(sandbox.staging));
});

test('--retry --ignore-missing takes what is gone for vanished', async () => {
	await using sandbox = await incomplete();
	assert.equal((await sandbox.run(['--yes', '--retry', '--ignore-missing'])).code, 0);
	assert.deepEqual((await manifestOf(sandbox)).entries.map(({outcome}) => outcome), ['done', 'done', 'vanished', 'vanished']);
	assert.equal((await sandbox.checkSums()).code, 0);
	const {code, stdout} = await sandbox.run(['--yes', '--retry']);
	assert.equal(code, 0);
	assert.match(stdout, /^Note: nothing to retry: .+\n$/v);
	// One that is back is copied.
	await sandbox.add('m.log', 'back\n');
	assert.equal((await sandbox.run(['--yes', '--retry'])).code, 0);
	assert.deepEqual((await manifestOf(sandbox)).entries.map(({outcome}) => outcome), ['done', 'done', 'done', 'vanished']);
});

test('where nothing failed, --retry says so, ends with 0 and writes nothing', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.run(['--yes']);
	await sandbox.add('later.log', 'later\n');
	const before = await fingerprint(sandbox);
	const {code, stdout, stderr} = await sandbox.run(['--yes', '--retry']);
	assert.deepEqual({code, stdout, stderr}, {code: 0, stdout: `Note: nothing to retry: no file of the set ${someDate} has failed\n`, stderr: ''});
	assert.deepEqual(await fingerprint(sandbox), before);
});

test('without a set, --retry is a run like any other', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.add('b.log', 'b\n');
	const {code, stdout} = await sandbox.run(['--yes', '--retry', '--exclude=b*']);
	assert.equal(code, 0);
	assert.match(stdout, /^Backup completed in /mv);
	assert.deepEqual(await sandbox.copies(), ['a.log.gz']);
});

test('--retry --files-from also adds what the set does not know, under names that are free', async () => {
	await using sandbox = await Sandbox.create();
	const packed = gzipSync('packed\n');
	await sandbox.add('app.log.gz', packed);
	await sandbox.run(['--yes']);
	await sandbox.add('app.log', 'plain\n');
	const list = await writeList(sandbox, ['app.log', 'app.log.gz']);
	const {code, stdout} = await sandbox.run(['--yes', '--retry', '--json', list]);
	assert.equal(code, 0);
	assert.deepEqual([summaryOf(stdout).files_tried, summaryOf(stdout).files_done], [1, 2]);
	const {entries} = await manifestOf(sandbox);
	const {file} = entries.find(entry => entry.path === 'app.log')!;
	assert.match(file!, /^app\.log~[\da-f]{16}\.gz$/v);
	assert.equal((await gunzip(path.join(sandbox.set, file!))).toString(), 'plain\n');
	assert.ok((await fs.readFile(path.join(sandbox.set, 'app.log.gz'))).equals(packed));
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('what somebody put into the set under the name of a copy stays; the copy gets another', async () => {
	await using sandbox = await incomplete();
	const victim = path.join(sandbox.root, 'victim');
	await fs.writeFile(victim, 'precious\n');
	await fs.symlink(victim, path.join(sandbox.set, 'm.log.gz'));
	await fs.symlink(sandbox.root, path.join(sandbox.set, 'sub'));
	await sandbox.add('m.log', 'm\n');
	await sandbox.add('sub/n.log', 'n\n');
	const {code, stderr} = await sandbox.run(['--yes', '--retry']);
	assert.equal(code, 0, stderr);
	assert.equal(await fs.readFile(victim, 'utf8'), 'precious\n');
	assert.equal(await fs.readlink(path.join(sandbox.set, 'm.log.gz')), victim);
	assert.ok(!await exists(path.join(sandbox.root, 'n.log.gz')));
	const {entries} = await manifestOf(sandbox);
	assert.match(entries.find(entry => entry.path === 'm.log')!.file!, /^m\.log~[\da-f]{16}\.gz$/v);
	assert.match(entries.find(entry => entry.path === 'sub/n.log')!.file!, /^n\.log~[\da-f]{16}\.gz$/v);
	assert.equal((await sandbox.checkSums()).code, 0);
});

for (const [what, spoil, code, message] of [
	['that is not this program\'s', async ({set}: Sandbox) => {
		await fs.rm(path.join(set, 'manifest.json'));
		await fs.rm(path.join(set, 'SHA256SUMS'));
	}, 4, /already exists! It was not made by this program.+--retry leaves it alone/v],
	['whose manifest was cut short', async ({set}: Sandbox) => fs.truncate(path.join(set, 'manifest.json'), 400), 1, /cannot retry: .+: manifest\.json: it is cut short/v],
	['of another source', async ({set}: Sandbox) => {
		const file = path.join(set, 'manifest.json');
		const text = await fs.readFile(file, 'utf8');
		await fs.writeFile(file, text.replace(/"source": ".+"/v, '"source": "/elsewhere"'));
	}, 1, /cannot retry: the set .+ is of \/elsewhere on /v],
	['that others can write to', async ({set}: Sandbox) => fs.chmod(set, 0o770), 1, /refusing to write to the set .+: others can write to it/v],
] as const) {
	test(`a set ${what} is refused with ${code}, and left as it is`, async () => {
		await using sandbox = await incomplete();
		await sandbox.add('m.log', 'm\n');
		await spoil(sandbox);
		const before = await fingerprint(sandbox);
		const finished = await sandbox.run(['--yes', '--retry'], {code});
		assert.match(finished.stderr, message);
		assert.deepEqual(await fingerprint(sandbox), before);
	});
}

test('--dry-run --retry shows what would be tried, and writes nothing', async () => {
	await using sandbox = await incomplete();
	await sandbox.add('m.log', 'm\n');
	const before = await fingerprint(sandbox);
	const {stdout, stderr} = await sandbox.run(['--dry-run', '--retry'], {code: 3});
	assert.equal(stderr, 'Would fail: sub/n.log: no such file or directory (ENOENT)\n');
	assert.match(stdout, /^copy +2 B +m\.log\nWould copy 1 file, 2 B, to .+\n$/v);
	assert.deepEqual(await fingerprint(sandbox), before);
});

const outcomes = ({entries}: Manifest) => Object.fromEntries(entries.map(({path: name, outcome, kind}) => [name, kind === undefined ? outcome : `${outcome} ${kind}`]));

test('a link whose target could not be read is followed by --retry alone; one in the place of a file that failed is not', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const somebody = {uid: 65_534, gid: 65_534};
	const target = path.join(sandbox.root, 'target');
	const list = await writeList(sandbox, ['link.log', 'shut.log', 'z.log']);
	await fs.chmod(sandbox.root, 0o755);
	await fs.mkdir(sandbox.destination, {mode: 0o700});
	await fs.chown(sandbox.destination, somebody.uid, somebody.gid);
	await sandbox.add('z.log', 'z\n');
	await sandbox.add('shut.log', 'shut\n');
	await fs.chmod(path.join(sandbox.source, 'z.log'), 0o644);
	await fs.chmod(path.join(sandbox.source, 'shut.log'), 0o600);
	await fs.writeFile(target, 'linked\n', {mode: 0o600});
	await fs.symlink(target, path.join(sandbox.source, 'link.log'));
	await sandbox.run(['--yes', '--follow-symlinks', list], {...somebody, code: 3});
	assert.deepEqual(outcomes(await manifestOf(sandbox)), {'z.log': 'done', 'link.log': 'failed symlink', 'shut.log': 'failed'});
	await fs.chmod(target, 0o644);
	await fs.rm(path.join(sandbox.source, 'shut.log'));
	await fs.symlink(target, path.join(sandbox.source, 'shut.log'));
	const {stderr} = await sandbox.run(['--yes', '--retry'], {...somebody, code: 3});
	assert.match(stderr, /^Failed to backup shut\.log: .+\n.*--follow-symlinks.*\n$/v);
	assert.deepEqual(outcomes(await manifestOf(sandbox)), {'z.log': 'done', 'link.log': 'done', 'shut.log': 'failed'});
	assert.equal((await gunzip(path.join(sandbox.set, 'link.log.gz'))).toString(), 'linked\n');
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('a link that led nowhere, and then was gone, is still followed when it is back', async () => {
	await using sandbox = await Sandbox.create();
	const link = path.join(sandbox.source, 'link.log');
	await sandbox.add('a.log', 'a\n');
	await fs.symlink('a.log.1', link);
	await sandbox.run(['--yes', '--follow-symlinks', await writeList(sandbox, ['a.log', 'link.log'])], {code: 3});
	assert.deepEqual(outcomes(await manifestOf(sandbox)), {'a.log': 'done', 'link.log': 'failed symlink'});
	await fs.rm(link);
	assert.equal((await sandbox.run(['--yes', '--retry', '--ignore-missing'])).code, 0);
	assert.deepEqual(outcomes(await manifestOf(sandbox)), {'a.log': 'done', 'link.log': 'vanished symlink'});
	await fs.symlink('a.log', link);
	assert.equal((await sandbox.run(['--yes', '--retry'])).code, 0);
	assert.deepEqual(outcomes(await manifestOf(sandbox)), {'a.log': 'done', 'link.log': 'done'});
});

test('an interrupted run of another date is left alone by --retry', async () => {
	await using sandbox = await incomplete();
	await sandbox.add('m.log', 'm\n');
	const other = path.join(sandbox.destination, '.2026-03-15.partial');
	await fs.mkdir(path.join(other, '.logbackup'), {recursive: true, mode: 0o700});
	await fs.writeFile(path.join(other, 'a.log.gz'), 'of the other run', {mode: 0o600});
	await sandbox.run(['--yes', '--retry'], {code: 3});
	assert.equal((await manifestOf(sandbox)).files_done, 3);
	assert.equal(await fs.readFile(path.join(other, 'a.log.gz'), 'utf8'), 'of the other run');
});

test('--retry needs --yes or --dry-run', async () => {
	await using sandbox = await incomplete();
	const {stderr} = await sandbox.run(['--retry'], {code: 2});
	assert.match(stderr, /--retry goes with --yes or --dry-run/v);
});

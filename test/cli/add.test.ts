import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import type {BackupEvent, SummaryEvent} from '../../source/backup/events.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {gunzip} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';

const eventsOf = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as BackupEvent);
const summaryOf = (text: string) => eventsOf(text).find((event): event is SummaryEvent => event.message_type === 'summary')!;

type Manifest = {
	readonly retried?: string;
	readonly left_out?: Readonly<Record<string, {readonly count: number}>>;
	readonly entries: ReadonlyArray<{readonly path: string; readonly outcome: string}>;
};

const manifestOf = async ({set}: Sandbox) => JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as Manifest;
const outcomesOf = async (sandbox: Sandbox) => (await manifestOf(sandbox)).entries.map(({path: name, outcome}) => `${name} ${outcome}`);
const leftOutOf = async (sandbox: Sandbox) => Object.fromEntries(Object.entries((await manifestOf(sandbox)).left_out ?? {}).map(([reason, {count}]) => [reason, count]));

/** A set of the files at the top, but for what a rule leaves out, and more to choose from. */
async function begun(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(20_000, 1));
	await sandbox.add('b.log', sampleLog(20_000, 2));
	await sandbox.add('old.gz', 'old');
	await fs.mkdir(sandbox.destination, {mode: 0o700});
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.add('sub/c.log', sampleLog(5000, 3));
	await sandbox.run(['--yes', '--exclude=*.gz']);
	assert.deepEqual(await leftOutOf(sandbox), {directory: 1, excluded: 1, backups: 1});
	return sandbox;
}

/** Times and inodes of all in a set: what says whether somebody wrote to it. */
const fingerprint = async ({set}: Sandbox) => Promise.all(['.', ...await fs.readdir(set)].map(async name => {
	const {ino, mtimeNs, ctimeNs} = await fs.stat(path.join(set, name), {bigint: true});
	return [name, ino, mtimeNs, ctimeNs];
}));

test('--add copies what is selected and not in the set, and leaves what is in it as it is', async () => {
	await using sandbox = await begun();
	const before = await fs.readFile(path.join(sandbox.set, 'a.log.gz'));
	await sandbox.add('a.log', 'another content by now\n');
	const {stdout} = await sandbox.run(['--yes', '--add', '-r', '--json']);
	const files = eventsOf(stdout).filter(event => event.message_type === 'file').map(event => event.path).toSorted();
	assert.deepEqual(files, ['old.gz', 'sub/c.log']);
	const summary = summaryOf(stdout);
	assert.deepEqual([summary.exit_code, summary.total_files, summary.files_done, summary.files_tried, summary.files_added], [0, 4, 4, 2, 2]);
	assert.deepEqual(await outcomesOf(sandbox), ['a.log done', 'b.log done', 'old.gz done', 'sub/c.log done']);
	assert.ok((await fs.readFile(path.join(sandbox.set, 'a.log.gz'))).equals(before));
	assert.ok((await gunzip(path.join(sandbox.set, 'sub/c.log.gz'))).equals(await sandbox.content('sub/c.log')));
	assert.equal((await sandbox.checkSums()).code, 0);
	assert.deepEqual((await fs.readdir(sandbox.destination)).toSorted(), ['.lock', someDate]);
});

test('what is added is left out no more, wherever that is said', async () => {
	await using sandbox = await begun();
	const {stdout} = await sandbox.run(['--yes', '--add', '-r', '--exclude=b*', '--json']);
	const told = Object.fromEntries(eventsOf(stdout).filter(event => event.message_type === 'left_out').map(event => [event.reason, event.count]));
	// That of today leaves out b.log, which is in the set all the same.
	assert.deepEqual(told, {backups: 1});
	assert.deepEqual(summaryOf(stdout).left_out, {backups: 1});
	assert.deepEqual(await leftOutOf(sandbox), {backups: 1});
});

test('a list is added as it is; what it leaves out is not known then', async () => {
	await using sandbox = await begun();
	const {stdout} = await sandbox.run(['--yes', '--add', '--files-from=-', '--json'], {stdin: 'sub/c.log\0a.log\0'});
	assert.deepEqual([summaryOf(stdout).files_tried, summaryOf(stdout).files_added], [1, 1]);
	assert.equal(summaryOf(stdout).left_out, undefined);
	assert.deepEqual(await outcomesOf(sandbox), ['a.log done', 'b.log done', 'sub/c.log done']);
	const told = '{"unmarked":{"count":1,"files":1,"bytes":3,"unseen":0,"paths":[{"path":"old.gz"}]}}';
	await sandbox.add('d.log', 'd\n');
	await sandbox.run(['--yes', '--add', '--files-from=-', `--left-out=${told}`], {stdin: 'd.log\0'});
	assert.deepEqual(await leftOutOf(sandbox), {unmarked: 1});
});

test('where the set has all that is selected, --add says so, ends with 0 and writes nothing', async () => {
	await using sandbox = await begun();
	const before = await fingerprint(sandbox);
	const {stdout, stderr} = await sandbox.run(['--yes', '--add', '--exclude=*.gz']);
	assert.match(stdout, /^Note: nothing to add: .+\n$/v);
	assert.equal(stderr, '');
	assert.deepEqual(await fingerprint(sandbox), before);
	assert.ok(!await exists(sandbox.staging));
});

test('what had failed is tried again where it is selected, and else stays a failure', async () => {
	await using sandbox = await begun();
	await sandbox.run(['--yes', '--add', '--files-from=-'], {stdin: 'x.log\0y.log\0', code: 3});
	await sandbox.add('x.log', 'x\n');
	const {stdout} = await sandbox.run(['--yes', '--add', '--files-from=-', '--json'], {stdin: 'x.log\0', code: 3});
	assert.deepEqual([summaryOf(stdout).files_tried, summaryOf(stdout).files_added, summaryOf(stdout).files_failed], [1, 1, 1]);
	assert.deepEqual(await outcomesOf(sandbox), ['a.log done', 'b.log done', 'x.log done', 'y.log failed']);
});

test('--add with --retry does both', async () => {
	await using sandbox = await begun();
	await sandbox.run(['--yes', '--add', '--files-from=-'], {stdin: 'y.dat\0', code: 3});
	await sandbox.add('y.dat', 'y\n');
	await sandbox.add('z.log', 'z\n');
	await sandbox.run(['--yes', '--add', '--retry', '--include=*.log']);
	assert.deepEqual(await outcomesOf(sandbox), ['a.log done', 'b.log done', 'y.dat done', 'z.log done']);
	assert.deepEqual(await leftOutOf(sandbox), {directory: 1, not_included: 1, backups: 1});
});

test('without a set, --add is a run like any other; without --yes or --dry-run it is refused', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	const {stdout} = await sandbox.run(['--yes', '--add']);
	assert.match(stdout, /^Backup completed in /mv);
	await sandbox.run(['--add'], {code: 2});
});

test('--dry-run --add shows what would be added, and writes nothing', async () => {
	await using sandbox = await begun();
	const before = await fingerprint(sandbox);
	const {stdout} = await sandbox.run(['--dry-run', '--add', '-r', '--json']);
	const copied = eventsOf(stdout).flatMap(event => 'action' in event && event.action === 'copy' && 'path' in event ? [event.path] : []);
	assert.deepEqual(copied, ['old.gz', 'sub/c.log']);
	assert.deepEqual(await fingerprint(sandbox), before);
});

test('a set that nothing can be added to is refused, and left as it is', async () => {
	await using sandbox = await begun();
	const file = path.join(sandbox.set, 'manifest.json');
	await fs.truncate(file, 400);
	const before = await fingerprint(sandbox);
	await sandbox.run(['--yes', '--add', '-r'], {code: 1});
	assert.deepEqual(await fingerprint(sandbox), before);
	await fs.rm(file);
	await fs.rm(path.join(sandbox.set, 'SHA256SUMS'));
	await sandbox.run(['--yes', '--add', '-r'], {code: 4});
});

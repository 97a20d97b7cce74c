import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import type {BackupEvent, LeftOutEvent, SummaryEvent} from '../../source/backup/events.ts';
import {Directory} from '../../source/files/directory.ts';
import {canDo} from '../support/needs.ts';
import {glanceAtSet} from '../../source/set/manifest/manifest-glance.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {program, run, runProgram} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';

const eventsOf = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as BackupEvent);
const summaryOf = (events: readonly BackupEvent[]) => events.find((event): event is SummaryEvent => event.message_type === 'summary')!;
const leftOutIn = (events: readonly BackupEvent[]) => Object.fromEntries(events.filter((event): event is LeftOutEvent => event.message_type === 'left_out')
	.map(({reason, paths}) => [reason, paths.map(({path: name}) => name).toSorted()]));

type LeftOut = Readonly<Record<string, {
	readonly count: number;
	readonly files: number;
	readonly bytes: number;
	readonly unseen: number;
	readonly paths: ReadonlyArray<{readonly path: string}>;
}>>;

const sumOf = <Key extends string>(records: ReadonlyArray<Readonly<Record<Key, number>>>, key: Key) => records.reduce((total, record) => total + record[key], 0);

async function manifestOf({set}: Sandbox): Promise<{readonly left_out?: LeftOut}> {
	return JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as {readonly left_out?: LeftOut};
}

/** Something of every kind, once there is a destination. */
async function makeTree(): Promise<Sandbox> {
	const sandbox = await Sandbox.withSampleLogs();
	await fs.mkdir(sandbox.destination, {mode: 0o700});
	await sandbox.add('old.gz', gzipSync('old'));
	return sandbox;
}

const somebody = {uid: 65_534, gid: 65_534};
const secret = String.raw`closed/key.se"cret'\x`;

/** A source that has a directory that somebody may not list, for now. */
async function closedDirectory(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await fs.chmod(sandbox.root, 0o755);
	await fs.writeFile(path.join(sandbox.source, 'a.log'), '', {mode: 0o644});
	await fs.mkdir(path.join(sandbox.source, 'closed'), {mode: 0o700});
	await fs.writeFile(path.join(sandbox.source, 'closed/in.log'), '', {mode: 0o644});
	await fs.writeFile(path.join(sandbox.source, secret), '', {mode: 0o644});
	await fs.mkdir(sandbox.destination, {mode: 0o700});
	await fs.chown(sandbox.destination, 65_534, 65_534);
	return sandbox;
}

const expected = {
	directory: ['nginx'],
	excluded: ['old.gz', 'syslog.2.gz'],
	default: ['btmp', 'lastlog', 'wtmp'],
	symlink: ['README'],
	fifo: ['xconsole'],
	socket: ['dev-log'],
	backups: ['backups'],
};
const counts = Object.fromEntries(Object.entries(expected).map(([reason, names]) => [reason, names.length]));

test('what a run does not take is counted and named in events, summary and manifest, and told in one line', async () => {
	await using sandbox = await makeTree();
	const {code, stdout} = await sandbox.run(['--yes', '--json', '--exclude=*.gz']);
	assert.equal(code, 0);
	const events = eventsOf(stdout);
	assert.deepEqual(leftOutIn(events), expected);
	assert.deepEqual(summaryOf(events).left_out, counts);
	const {left_out: leftOut} = await manifestOf(sandbox);
	assert.deepEqual(Object.fromEntries(Object.entries(leftOut!).map(([reason, {count, paths}]) => [reason, [count, paths.length]])), Object.fromEntries(Object.entries(counts).map(([reason, count]) => [reason, [count, count]])));
	const text = await runProgram([...sandbox.flags.slice(0, -1), '2026-03-15', '--yes', '--exclude=*.gz']);
	assert.equal(text.stdout.split('\n').filter(line => line.startsWith('Left out: ')).length, 1);
	const sizes = await Promise.all([...expected.excluded, ...expected.default].map(async name => (await fs.stat(path.join(sandbox.source, name))).size));
	const content = {files: sizes.length, bytes: sizes.reduce((total, size) => total + size, 0), unseen: expected.directory.length};
	assert.deepEqual(summaryOf(events).left_out_content, content, 'files of which the names are known, and directories that nobody has looked into');
	const kept = Object.values(leftOut!).map(({files, bytes, unseen}) => ({files, bytes, unseen}));
	assert.deepEqual([sumOf(kept, 'files'), sumOf(kept, 'bytes'), sumOf(kept, 'unseen')], Object.values(content));
	const dry = await runProgram([...sandbox.flags.slice(0, -1), '2026-03-16', '--dry-run', '--json', '--exclude=*.gz']);
	assert.deepEqual(leftOutIn(eventsOf(dry.stdout)), expected);
});

test('where nothing but the backups is left out, nothing is said of it', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log');
	await fs.mkdir(sandbox.destination, {mode: 0o700});
	const {stdout} = await sandbox.run(['--yes']);
	assert.doesNotMatch(stdout, /Left out/v);
	assert.deepEqual(Object.keys((await manifestOf(sandbox)).left_out!), ['backups']);
});

test('a list leaves out what its maker says, and is asked for nothing else', async () => {
	await using sandbox = await makeTree();
	const leftOut = {socket: {count: 1, paths: [{path: 'dev-log'}]}, unmarked: {count: 7, paths: [{path: String.raw`a\xff`, path_b64: Buffer.from('a\u{FF}', 'latin1').toString('base64')}]}};
	const {code, stdout} = await sandbox.run(['--yes', '--json', '--files-from=-', `--left-out=${JSON.stringify(leftOut)}`], {stdin: 'syslog\0'});
	assert.equal(code, 0);
	assert.deepEqual(summaryOf(eventsOf(stdout)).left_out, {unmarked: 7, socket: 1});
	assert.deepEqual((await manifestOf(sandbox)).left_out, {unmarked: leftOut.unmarked, socket: leftOut.socket});
	const plain = await runProgram([...sandbox.flags.slice(0, -1), '2026-03-15', '--yes', '--json', '--files-from=-'], {stdin: 'syslog\0'});
	assert.equal(summaryOf(eventsOf(plain.stdout)).left_out, undefined);
	await sandbox.run(['--yes', '--files-from=-', '--left-out={"socket":3}'], {stdin: 'syslog\0', code: 2});
});

test('however much is left out, the head of the manifest stays short enough to be read at a glance', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log');

	for (let index = 0; index < 300; index++) {
		await sandbox.add(Buffer.concat([Buffer.alloc(200, 0xFF), Buffer.from(`${index}.gz`)]));
		await sandbox.add(`${index}.xz`);
	}

	const {code, stdout} = await sandbox.run(['--yes', '--json', '--exclude=*.gz', '--include=*.log', '--include=*.gz']);
	assert.equal(code, 0);
	assert.deepEqual(summaryOf(eventsOf(stdout)).left_out, {excluded: 300, not_included: 300});
	await using destination = await Directory.open(sandbox.destination);
	const glance = glanceAtSet(destination, someDate);
	assert.ok('head' in glance, JSON.stringify(glance));
	assert.equal((await runProgram(['verify', '--dest', sandbox.destination])).code, 0);
});

test('a glob that matched nothing is said, wherever a run says anything; one that another was faster than is not', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log');
	await sandbox.add('b.log');
	const flags = ['--exclude=b*', '--exclude=b.log', '--exclude=gone/', '--include=*.log', '--include=*.gz'];
	const unused = ['--include *.gz matched nothing', '--exclude gone/ matched nothing'];
	const {code, stdout} = await sandbox.run(['--yes', '--json', ...flags]);
	assert.equal(code, 0);
	const notices = (text: string) => eventsOf(text).filter(event => event.message_type === 'notice').map(({message}) => message);
	assert.deepEqual(notices(stdout), unused);
	const rest = sandbox.flags.slice(0, -1);
	assert.deepEqual(notices((await runProgram([...rest, '2026-03-15', '--dry-run', '--json', ...flags])).stdout), unused);
	const text = (await runProgram([...rest, '2026-03-15', '--yes', ...flags])).stdout;
	assert.deepEqual(text.split('\n').filter(line => line.startsWith('Note: ')), unused.map(message => `Note: ${message}`));
});

test('what is left out of a directory that can be listed at last is added to what the set says', async t => {
	if (process.geteuid!() !== 0) {
		t.skip('needs root: it runs as another user');
		return;
	}

	await using sandbox = await closedDirectory();
	await sandbox.run(['--yes', '-r'], {...somebody, code: 3});
	await fs.chmod(path.join(sandbox.source, 'closed'), 0o755);
	const {code, stdout, stderr} = await sandbox.run(['--yes', '--retry', '--json', '--exclude=*.se*'], somebody);
	assert.equal(code, 0, stderr + stdout);
	assert.equal(summaryOf(eventsOf(stdout)).left_out?.excluded, 1);
	assert.deepEqual((await manifestOf(sandbox)).left_out?.excluded, {
		count: 1, files: 1, bytes: 0, unseen: 0, paths: [{path: String.raw`closed/key.se"cret'\\x`, path_b64: Buffer.from(secret).toString('base64')}],
	});
});

test('to whom a directory is denied it is said who is let in', async t => {
	if (!await canDo(t, 'root', 'setpriv')) {
		return;
	}

	await using sandbox = await closedDirectory();
	const closed = path.join(sandbox.source, 'closed');

	for (const args of [['--yes', '--source', closed, '--dest', path.join(sandbox.root, 'elsewhere')], ['list', '--dest', path.join(closed, 'backups')]]) {
		const {stderr} = await run('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, program, ...args], {env: sandbox.env, cwd: '/', code: 1});
		assert.match(stderr, /EACCES.*\n.*sudo/v);
	}
});

test('a second attempt from the screen is the command it stands for: its flags select in a directory that can be listed at last', async t => {
	if (!await canDo(t, 'root', 'setpriv')) {
		return;
	}

	await using sandbox = await closedDirectory();
	const flags = ['-r', String.raw`--exclude=*.se"cret'\\x`, '--include=*.log', '--include=*.se*'];
	await sandbox.run(['--yes', ...flags], {...somebody, code: 3});
	await fs.chmod(path.join(sandbox.source, 'closed'), 0o755);
	await using terminal = Terminal.start({
		cwd: sandbox.root,
		env: sandbox.env,
		command: 'setpriv',
		args: ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, program, ...sandbox.flags, ...flags],
	});
	await terminal.waitFor(/already exists/v);
	terminal.press('r');
	await terminal.waitFor(/Exit code 0/v);
	terminal.press('q');
	await terminal.waitForExit();
	const names = (await fs.readdir(sandbox.set, {recursive: true})).filter(name => name.endsWith('.gz')).toSorted();
	assert.deepEqual(names, ['a.log.gz', 'closed/in.log.gz']);
});

test('a glob that is no text is refused, as it could not be handed on', async () => {
	await using sandbox = await Sandbox.create();
	const {stdout} = await run('bash', ['-c', String.raw`exec "$0" "$@" --exclude=$'\xff*'`, process.execPath, program, ...sandbox.flags, '--yes'], {code: 2});
	assert.equal(stdout, '');
});

test('what was not marked on the screen is in the manifest, and the screen does not say that everything was backed up', async () => {
	await using sandbox = await makeTree();
	const {code, stdout, stderr} = await sandbox.run(['--plain'], {stdin: 'y\ny\n'});
	assert.equal(code, 0, stderr);
	const {left_out: leftOut} = await manifestOf(sandbox);
	assert.deepEqual(Object.fromEntries(Object.entries(leftOut!).map(([reason, {count}]) => [reason, count])), {
		directory: 1, default: 3, symlink: 1, fifo: 1, socket: 1, backups: 1,
	});
	assert.doesNotMatch(stdout, /everything/v);
	const [name] = await fs.readdir(path.join(sandbox.source, 'nginx'));
	assert.equal(leftOut!.directory!.files, (await fs.readdir(path.join(sandbox.source, 'nginx'))).length, 'the screen has looked into it');
	assert.equal(leftOut!.directory!.unseen, 0);
	assert.ok(name);
	const files = leftOut!.directory!.files + 3;
	assert.match(stdout, new RegExp(`Left out: ${files} files, [^,]+:`, 'v'));
	const list = await runProgram(['list', '--json', '--dest', sandbox.destination]);
	const {files_done: done} = JSON.parse(list.stdout.split('\n', 1)[0]!) as {files_done: number};
	assert.match(stdout, new RegExp(`All ${done} marked files are backed up`, 'v'));
});

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import type {BackupEvent, SummaryEvent} from '../../source/backup/events.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {copyName, sampleSelection} from '../support/sample-logs.ts';
import {exists} from '../support/files.ts';
import {
	gunzip,
	program,
	run,
	runProgram,
} from '../support/run.ts';

const eventsOf = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as BackupEvent);

const summaryOf = (text: string) => eventsOf(text).find((event): event is SummaryEvent => event.message_type === 'summary')!;

test('--yes makes a set in which every copy is its source, and says so in the old script\'s words', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const {code, stdout, stderr} = await sandbox.run(['--yes']);
	assert.equal(code, 0);
	assert.equal(stderr, '');
	assert.match(stdout, new RegExp(`^Starting daily log backup\\.\\.\\.\nBackup completed in ${sandbox.set}\n.*${sampleSelection.length} .*files.+\nLeft out: .+\n$`, 'v'));
	assert.deepEqual(await sandbox.copies(), sampleSelection.map(name => copyName(name)).toSorted());

	for (const name of sampleSelection) {
		const copy = path.join(sandbox.set, copyName(name));
		const content = copyName(name) === name ? await fs.readFile(copy) : await gunzip(copy);
		assert.ok(content.equals(await sandbox.content(name)), name);
		const [source, stats] = await Promise.all([fs.stat(path.join(sandbox.source, name)), fs.stat(copy)]);
		assert.deepEqual([stats.mode, stats.uid, stats.gid, Math.trunc(stats.mtimeMs)], [source.mode, source.uid, source.gid, Math.trunc(source.mtimeMs)]);
	}

	assert.equal((await sandbox.checkSums()).code, 0);
	assert.equal((await fs.stat(sandbox.set)).mode & 0o777, 0o700);
	assert.equal((await fs.stat(sandbox.destination)).mode & 0o777, 0o700);
});

test('a second run of the day changes nothing and ends with 4', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await sandbox.run(['--yes']);
	const before = await fs.stat(sandbox.set);
	const {code, stdout, stderr} = await sandbox.run(['--yes'], {code: 4});
	assert.deepEqual({code, stdout, stderr}, {code: 4, stdout: '', stderr: `Backup for ${someDate} already exists!\n`});
	assert.equal((await fs.stat(sandbox.set)).mtimeMs, before.mtimeMs);
});

test('the manifest and the gzip headers tell what each copy was', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await sandbox.run(['--yes']);
	const manifest = JSON.parse(await fs.readFile(path.join(sandbox.set, 'manifest.json'), 'utf8')) as {
		files_done: number; verified: boolean; entries: Array<{path: string; stored: string; verified: boolean; source: {mode: string}}>;
	};
	assert.equal(manifest.files_done, sampleSelection.length);
	assert.equal(manifest.verified, true);
	assert.equal(manifest.entries.find(entry => entry.path === 'syslog.2.gz')?.stored, 'as-is');
	assert.equal(manifest.entries.find(entry => entry.path === 'syslog')?.stored, 'gzip');
	assert.equal(manifest.entries.find(entry => entry.path === 'syslog')?.source.mode, '0640');
	await run('cp', [path.join(sandbox.set, 'syslog.gz'), path.join(sandbox.root, 'renamed.gz')]);
	await run('gunzip', ['-N', 'renamed.gz'], {cwd: sandbox.root});
	const [restored, source] = await Promise.all([fs.stat(path.join(sandbox.root, 'syslog')), fs.stat(path.join(sandbox.source, 'syslog'))]);
	assert.equal(Math.trunc(restored.mtimeMs / 1000), Math.trunc(source.mtimeMs / 1000));
});

test('odd names are copied under their own bytes, and sha256sum finds them', async () => {
	await using sandbox = await Sandbox.create();
	const names = ['new\nline', '-leading', String.raw`back\slash`, 'quote"\'', 'e\u{1B}[31m', 'cr\r', ' blank ', '🚀', 'a'.repeat(255), '.hidden']
		.map(name => Buffer.from(name));
	names.push(Buffer.from([0x61, 0xFF]));

	for (const name of names) {
		await sandbox.add(name, `content of ${name.toString('hex')}`);
	}

	const {code, stdout} = await sandbox.run(['--yes', '--json']);
	assert.equal(code, 0);
	assert.equal(summaryOf(stdout).files_done, names.length);
	assert.equal((await sandbox.checkSums()).code, 0);
	const copies = new Set((await fs.readdir(sandbox.set, {encoding: 'buffer'})).map(name => name.toString('latin1')));
	const short = names.filter(name => name.length < 250);
	assert.ok(short.every(name => copies.has(`${name.toString('latin1')}.gz`)));
	const long = [...copies].find(name => name.startsWith('aaaa'))!;
	assert.equal((await gunzip(path.join(sandbox.set, long))).toString(), `content of ${names[8]!.toString('hex')}`);
});

test('what is compressed already gets the plain name where its own is taken', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await sandbox.add('syslog.2', 'plain');
	await sandbox.run(['--yes']);
	assert.equal((await gunzip(path.join(sandbox.set, 'syslog.2.gz'))).toString(), 'plain');
	assert.ok((await gunzip(path.join(sandbox.set, 'syslog.2.gz.gz'))).equals(await sandbox.content('syslog.2.gz')));
});

test('--include, --exclude and --follow-symlinks choose', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await fs.symlink('syslog', path.join(sandbox.source, 'current'));
	await sandbox.run(['--yes', '--include', '{sys*,btmp,current}', '--exclude', '*.1', '--follow-symlinks']);
	assert.deepEqual(await sandbox.copies(), ['btmp.gz', 'current.gz', 'syslog.2.gz', 'syslog.gz']);
	assert.ok((await gunzip(path.join(sandbox.set, 'current.gz'))).equals(await sandbox.content('syslog')));
});

test('--recursive mirrors the tree, stays out of the destination and follows no link; --exclude takes out whole directories', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await fs.mkdir(path.join(sandbox.source, 'apt'));
	await sandbox.add('apt/term.log', 'term');
	await fs.symlink('/etc', path.join(sandbox.source, 'link'));
	// From now on there is a destination below the source.
	await runProgram(['--source', sandbox.source, '--dest', sandbox.destination, '--date', '2026-03-13', '--yes']);
	await sandbox.run(['--yes', '--recursive', '--exclude', 'apt']);
	assert.deepEqual(await sandbox.copies(), ['nginx', ...sampleSelection.map(name => copyName(name))].toSorted());
	assert.deepEqual(await fs.readdir(path.join(sandbox.set, 'nginx')), ['access.log.gz']);
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('--files-from copies exactly what it names, nested paths too, and fails what is not there', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const {stderr} = await sandbox.run(['--yes', '--files-from', '-'], {stdin: 'syslog\0nginx/access.log\0gone\0xconsole\0', code: 3});
	assert.match(stderr, /^Failed to backup gone: no such file or directory \(ENOENT\)$/mv);
	assert.match(stderr, /^Failed to backup xconsole: .*fifo/mv);
	assert.deepEqual(await sandbox.copies(), ['nginx', 'syslog.gz']);
	assert.equal((await gunzip(path.join(sandbox.set, 'nginx', 'access.log.gz'))).length, 10_000);
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('--ignore-missing makes a note of a listed file that is gone, not a failure', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const {code, stdout} = await sandbox.run(['--yes', '--files-from=-', '--ignore-missing', '--json'], {stdin: 'syslog\0gone\0'});
	assert.equal(code, 0);
	assert.equal(summaryOf(stdout).files_vanished, 1);
});

test('a list that was cut short is refused', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const {stderr} = await sandbox.run(['--yes', '--files-from=-', '--files-count=3'], {stdin: 'syslog\0kern.log\0', code: 2});
	assert.match(stderr, /--files-count/v);
	assert.equal(await exists(sandbox.destination), false);
});

test('--quiet says nothing of a good run, and still what failed', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const {code, stdout, stderr} = await sandbox.run(['--yes', '--quiet', '--files-from=-'], {stdin: 'syslog\0gone\0', code: 3});
	assert.deepEqual({code, stdout, stderr}, {code: 3, stdout: '', stderr: 'Failed to backup gone: no such file or directory (ENOENT)\n'});
});

test('--json prints one event a line, from start to summary', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const {code, stdout, stderr} = await sandbox.run(['--yes', '--json']);
	const events = eventsOf(stdout);
	assert.equal(code, 0);
	assert.equal(stderr, '');
	assert.equal(events[0]!.message_type, 'start');
	assert.equal(events.at(-1)!.message_type, 'summary');
	assert.equal(events.filter(event => event.message_type === 'file').length, sampleSelection.length);
	const status = events.findLast(event => event.message_type === 'status')!;
	assert.equal(status.percent_done, 1);
	assert.equal(status.bytes_done, summaryOf(stdout).bytes_in);
});

test('--json into a pipe that is closed ends the run quietly, and leaves no set', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await sandbox.addEndless('huge');
	const child = spawn(process.execPath, [program, ...sandbox.flags, '--yes', '--json'], {stdio: ['ignore', 'pipe', 'pipe']});
	let stderr = '';
	child.stderr.on('data', (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	await once(child.stdout, 'data');
	child.stdout.destroy();
	const [code] = await once(child, 'close') as [number | null];
	assert.deepEqual({code, stderr}, {code: 128 + 13, stderr: ''});
	assert.equal(await exists(sandbox.set), false);
});

test('--unattended goes on when nobody reads any more', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const child = spawn(process.execPath, [program, ...sandbox.flags, '--yes', '--json', '--unattended'], {stdio: ['ignore', 'pipe', 'ignore']});
	await once(child.stdout, 'data');
	child.stdout.destroy();
	const [code] = await once(child, 'close') as [number | null];
	assert.equal(code, 0);
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('--dry-run says what would be copied and what not, and writes nothing', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	const {code, stdout} = await sandbox.run(['--dry-run']);
	assert.equal(code, 0);
	assert.match(stdout, /^copy +912 kB {2}syslog$/mv);
	assert.match(stdout, /^skip .*wtmp {2}\(skipped by default\)$/mv);
	assert.match(stdout, /^skip .*xconsole {2}\(named pipe\)$/mv);
	assert.match(stdout, new RegExp(`^Would copy ${sampleSelection.length} files`, 'mv'));
	assert.equal(await exists(sandbox.destination), false);
	const {stdout: json} = await sandbox.run(['--dry-run', '--json']);
	const entries = json.trimEnd().split('\n').map(line => JSON.parse(line) as {message_type: string; action?: string});
	assert.equal(entries.filter(({action}) => action === 'copy').length, sampleSelection.length);
	assert.equal(entries.at(-1)!.message_type, 'dry_run');
});

test('with nothing to copy there is no set, and the exit code says so', async () => {
	await using sandbox = await Sandbox.create();
	const {stderr} = await sandbox.run(['--yes'], {code: 1});
	assert.match(stderr, /^logbackup-tui: nothing to back up/v);
	assert.equal(await exists(sandbox.destination), false);
});

test('a killed run leaves complete copies, and the next run takes them over and says so', async () => {
	await using sandbox = await Sandbox.withSampleLogs();
	await sandbox.addEndless('huge');
	const child = spawn(process.execPath, [program, ...sandbox.flags, '--yes', '--json', '--jobs=2'], {stdio: ['ignore', 'pipe', 'ignore']});
	let text = '';

	// The largest comes first and never ends; the other worker does the rest.
	while (text.split('"message_type":"file"').length <= sampleSelection.length) {
		const [chunk] = await once(child.stdout, 'data') as [Buffer];
		text += chunk.toString();
	}

	child.kill('SIGKILL');
	await once(child, 'close');
	assert.equal(await exists(sandbox.set), false);
	await fs.rm(path.join(sandbox.source, 'huge'));
	await sandbox.add('syslog', 'rewritten since');
	const {code, stdout} = await sandbox.run(['--yes', '--json']);
	const summary = summaryOf(stdout);
	assert.equal(code, 0);
	assert.equal(summary.files_resumed, sampleSelection.length - 1);
	assert.deepEqual(eventsOf(stdout).filter(event => event.message_type === 'notice').map(({notice}) => notice), ['resumed', 'swept']);
	assert.equal((await gunzip(path.join(sandbox.set, 'syslog.gz'))).toString(), 'rewritten since');
	assert.equal((await sandbox.checkSums()).code, 0);
	assert.equal(await exists(sandbox.staging), false);
});

const needsRoot = process.geteuid!() === 0 ? false : 'needs root: an ordinary user may not read all of /var/log';

test('the machine\'s own /var/log can be backed up', {skip: needsRoot}, async () => {
	await using sandbox = await Sandbox.create();
	const {code, stdout} = await runProgram(['--source', '/var/log', '--dest', sandbox.destination, '--yes', '--json', '--no-space-check']);
	assert.equal(code, 0, stdout);
	const {set, files_done: done} = summaryOf(stdout);
	assert.ok(done > 0);
	assert.equal((await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: set!})).code, 0);
});

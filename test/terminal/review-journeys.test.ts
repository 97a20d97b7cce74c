/*
The list as its operator meets it: directories, filters, and what comes of them on disk.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Sandbox} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {program, run, runProgram} from '../support/run.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import type {Terminal} from '../support/terminal.ts';

/** Files in a tree, as on a server. */
async function createTree(): Promise<Sandbox> {
	const sandbox = await Sandbox.withSampleLogs();
	await fs.mkdir(path.join(sandbox.source, 'nginx', 'old'));
	await sandbox.add('nginx/error.log', 'error\n');
	await sandbox.add('nginx/old/access.log.1', 'old\n');
	await fs.mkdir(path.join(sandbox.source, 'apt'));
	await sandbox.add('apt/term.log', 'term\n');
	return sandbox;
}

async function backUpDayBefore({source, destination}: Sandbox): Promise<void> {
	assert.equal((await runProgram(['--yes', '--quiet', '--source', source, '--dest', destination, '--date', '2026-03-13'])).code, 0);
}

async function open(sandbox: Sandbox, args: readonly string[] = [], marked = sampleSelection.length): Promise<Terminal> {
	const terminal = sandbox.start(args);
	await terminal.waitFor(new RegExp(`${marked} files marked`, 'v'));
	await terminal.waitFor(/nginx\/ .*3 files\s/v);
	await terminal.waitForRawMode();
	return terminal;
}

async function backUp(terminal: Terminal): Promise<void> {
	terminal.press('w');
	await terminal.waitFor(/Back up [\d,]+ files?\?/v);
	terminal.press('enter');
	await terminal.waitFor(/Enter leave/v);
	terminal.press('enter');
	assert.equal((await terminal.waitForExit()).exitCode, 0);
}

const inSet = async (sandbox: Sandbox, ...names: readonly string[]) => Promise.all(names.map(async name => exists(path.join(sandbox.set, name))));

describe('an operator who chooses with care', {timeout: 600_000, concurrency: 2}, () => {
	test('marks a directory, takes one file in it out, and the set mirrors the rest', async () => {
		await using sandbox = await createTree();
		await using terminal = await open(sandbox);
		terminal.send('/nginx/');
		await terminal.waitFor('/nginx/_');
		terminal.send('\rg');
		await terminal.waitFor(/›\[ \].nginx\//v);
		terminal.send(' ');
		await terminal.waitFor(`${sampleSelection.length + 3} files marked`);
		terminal.send('gj');
		await terminal.waitFor(/›\[x\] +access\.log/v);
		terminal.send(' ');
		await terminal.waitFor(/\[-\].nginx\//v);
		await backUp(terminal);
		assert.deepEqual(
			await inSet(sandbox, 'syslog.gz', 'nginx/error.log.gz', 'nginx/old/access.log.1.gz', 'nginx/access.log.gz', 'apt'),
			[true, true, true, false, false],
		);
		assert.equal((await sandbox.checkSums()).code, 0);
	});

	test('starts with --recursive, and everything but the destination is in the set', async () => {
		await using sandbox = await createTree();
		await fs.mkdir(sandbox.destination, {mode: 0o700});
		await using terminal = await open(sandbox, ['-r'], sampleSelection.length + 4);
		assert.match(terminal.screen().join('\n'), /backups\/ .*the backups/v);
		await backUp(terminal);
		assert.deepEqual(await inSet(sandbox, 'nginx/access.log.gz', 'nginx/old/access.log.1.gz', 'apt/term.log.gz', 'backups'), [true, true, true, false]);
	});

	test('asks for the command, finds it after the summary, and it selects the same', async () => {
		await using sandbox = await createTree();
		await using terminal = await open(sandbox);
		terminal.send('/nginx/\rg ');
		await terminal.waitFor(`${sampleSelection.length + 3} files marked`);
		terminal.press('esc');
		await terminal.waitFor(/syslog/v);
		terminal.send('c');
		await terminal.waitFor(/-r --exclude apt/v);
		terminal.press('esc');
		await terminal.waitFor(/files marked/v);
		await backUp(terminal);
		const lines = terminal.normalLines();
		const command = lines.slice(lines.findIndex(line => line.includes('The same without questions')) + 1, -1).join('').split(/Exit code|To have the same each night/v, 1)[0]!;
		assert.match(command, /logbackup-tui --yes .*-r --exclude apt/v);
		const copies = await inSet(sandbox, 'nginx/old/access.log.1.gz', 'apt');
		await fs.rm(sandbox.set, {recursive: true});
		const script = `logbackup_tui() { ${JSON.stringify(process.execPath)} ${JSON.stringify(program)} "$@"; }; ${command.trim().replace('logbackup-tui', 'logbackup_tui')}`;
		assert.equal((await run('sh', ['-c', script])).code, 0);
		assert.deepEqual(await inSet(sandbox, 'nginx/old/access.log.1.gz', 'apt'), copies);
	});

	test('asks for the command for twenty thousand files that only a list can name: it is there, and the keys go on', async () => {
		await using sandbox = await Sandbox.create();
		await Promise.all(Array.from({length: 20_000}, async (_, index) => fs.writeFile(path.join(sandbox.source, `app-${String(index).padStart(5, '0')}.log`), '')));
		await using terminal = sandbox.start();
		await terminal.waitFor(/^ 20,000 files marked/mv);
		await terminal.waitForRawMode();
		terminal.press('v', 'pagedown', 'pagedown', 'space');
		await terminal.waitFor(/ 19,9\d\d files marked/v);
		terminal.send('c');
		await terminal.waitFor(/printf[\s\S]*app-[\s\S]*more below/v);
		terminal.press('down', 'down', 'esc');
		await terminal.waitFor(/ 19,9\d\d files marked/v);
		terminal.send('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
	});

	test('halts the backup with p: its bytes stand still until p again', async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.addEndless('endless.log');
		await using terminal = sandbox.start();
		await terminal.waitFor(/1 file marked/v);
		await terminal.waitForRawMode();
		terminal.press('w');
		await terminal.waitFor(/Back up 1 file/v);
		terminal.press('enter');
		await terminal.waitFor(/\d [GMk]B of 51/v);
		terminal.send('p');
		await terminal.waitFor(/Paused/v);
		const states = async () => {
			const ids = await sandbox.processes();
			const stats = await Promise.all(ids.map(async id => fs.readFile(`/proc/${id}/stat`, 'utf8')));
			return stats.map(stat => stat.slice(stat.lastIndexOf(')') + 2)[0]);
		};

		await until('the backup to be stopped', async () => (await states()).includes('T'));
		terminal.send('p');
		await until('the backup to go on', async () => !(await states()).includes('T'));
		terminal.send('p');
		await terminal.waitFor(/Paused/v);
		terminal.send('q');
		await terminal.waitFor(/Stop the backup\?/v);
		terminal.send('y');
		await terminal.waitFor(/Enter leave/v);
		terminal.press('q');
		const {signal} = await terminal.waitForExit();
		assert.equal(signal, 'SIGINT');
	});

	test('sees nothing but ASCII where the locale is not UTF-8', async () => {
		await using sandbox = await createTree();
		await sandbox.add('a日本語.log', 'x');
		await using terminal = sandbox.start([], {env: {LANG: 'C'}});
		await terminal.waitFor(/a\\u65e5\\u672c\\u8a9e\.log/v);
		await terminal.waitForRawMode();
		assert.match(terminal.screen().join('\n'), /^>(?:\[[ x]\]| {3}) README/mv);
		assert.doesNotMatch(terminal.screen().join('\n'), /[^\0-\u{7F}]/v);
		terminal.send('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
	});

	test('reads the directory again with r: a new file is there, the marks are as they were', async () => {
		await using sandbox = await createTree();
		await using terminal = await open(sandbox);
		terminal.send(' ');
		await sandbox.add('brand-new.log', 'new\n');
		terminal.send('r');
		await terminal.waitFor(/brand-new\.log/v);
		terminal.send('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
	});

	test('finds a file, clears the filter with Esc, and is still in the list', async () => {
		await using sandbox = await createTree();
		await using terminal = await open(sandbox);
		terminal.send('/term');
		await terminal.waitFor(/term\.log/v);
		assert.doesNotMatch(terminal.screen().join('\n'), /syslog/v);
		terminal.press('esc');
		await terminal.waitFor(/syslog/v);
		terminal.send('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
	});

	test('sees the next day what is unchanged, looks into a hostile file with Tab, and only the rest is new', async () => {
		await using sandbox = await createTree();
		await backUpDayBefore(sandbox);
		await sandbox.add('auth.log', 'one\u{1B}[2J\u{1B}]0;title\u{7}two\u{202E}\nlast line\n');
		await using terminal = await open(sandbox);
		const unchanged = sampleSelection.length - 1;
		await terminal.waitFor(new RegExp(`${unchanged} unchanged`, 'v'));
		assert.match(terminal.screen().join('\n'), /syslog .*unchanged/v);
		terminal.send('/auth.log\r');
		await terminal.waitFor(/2 rows/v);
		terminal.press('tab');
		await terminal.waitFor(/last line/v);
		const text = terminal.screen().join('\n');
		assert.match(text, /rw-r----- 0640/v);
		assert.ok(text.includes(String.raw`one\x1b[2J\x1b]0;title\x07two\u202e`));
		assert.deepEqual(terminal.disturbances(), []);
		terminal.press('esc');
		await terminal.waitFor(/›\[x\] auth\.log (?:.*\n)*.*btmp/v);
		terminal.press('w');
		await terminal.waitFor(new RegExp(`${unchanged} unchanged since 2026-03-13`, 'v'));
		terminal.press('enter');
		await terminal.waitFor(/Enter leave/v);
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		const manifest = JSON.parse(await fs.readFile(path.join(sandbox.set, 'manifest.json'), 'utf8')) as {entries: Array<{outcome: string}>};
		assert.equal(manifest.entries.filter(({outcome}) => outcome === 'reused').length, unchanged);
	});

	test('marks the same as last time with =, and that is what is backed up', async () => {
		await using sandbox = await createTree();
		await runProgram(['--yes', '--quiet', '--source', sandbox.source, '--dest', sandbox.destination, '--date', '2026-03-13', '-r', '--include', 'nginx', '--include', 'btmp']);
		await using terminal = await open(sandbox);
		terminal.send('=');
		await terminal.waitFor(/ 4 files marked(?:.*\n)*.*as in the set of 2026-03-13|as in the set of 2026-03-13(?:.*\n)*.*\b4 files/v);
		await backUp(terminal);
		assert.deepEqual(await inSet(sandbox, 'btmp.gz', 'nginx/old/access.log.1.gz', 'syslog.gz'), [true, true, false]);
	});

	test('unmarks by a filter, and the command says so by a glob, after the run too', async () => {
		await using sandbox = await createTree();
		await using terminal = await open(sandbox);
		terminal.send('/.1\r-');
		await terminal.waitFor(/unmarked/v);
		terminal.press('esc');
		await terminal.waitFor(/syslog /v);
		terminal.send('c');
		await terminal.waitFor(/--exclude '\*\.1'/v);
		terminal.press('esc');
		await terminal.waitFor(/files marked/v);
		await backUp(terminal);
		assert.match(terminal.normalLines().join(''), /--exclude '\*\.1'/v);
	});

	test('reads a file with p in the pager, by its name and unpacked, quits it, and is where it was', async () => {
		await using sandbox = await createTree();
		await sandbox.add('zz.log.2.gz', gzipSync('what was written then\n'));
		await using terminal = sandbox.start([], {env: {PAGER: 'less'}});
		await terminal.waitFor(/files marked/v);
		await terminal.waitForRawMode();
		terminal.send('/zz\r');
		await terminal.waitFor(/›\[x\] +zz\.log\.2\.gz/v);
		terminal.send('p');
		await terminal.waitFor(/what was written then[\s\S]+^zz\.log\.2\.gz\b/mv);
		terminal.send('q');
		await terminal.waitFor(/›\[x\] +zz\.log\.2\.gz/v);
		await terminal.waitForRawMode();
		terminal.send('\u{1B}');
		await terminal.waitFor(/syslog /v);
		terminal.send('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.deepEqual(await terminal.leftovers(), []);
	});

	test('is told in the list why nothing can be written, mends it, and backs up', async () => {
		await using sandbox = await createTree();
		await fs.mkdir(sandbox.destination);
		await fs.chmod(sandbox.destination, 0o777);
		await using terminal = await open(sandbox);
		await terminal.waitFor(/Nothing can be written/v);
		terminal.press('w');
		await terminal.waitFor(/chmod go-w/v);
		terminal.press('enter');
		await fs.chmod(sandbox.destination, 0o700);
		terminal.press('enter');
		await terminal.waitFor(/Back up \d+ files\?/v);
		terminal.press('enter');
		await terminal.waitFor(/Enter leave/v);
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.deepEqual(await inSet(sandbox, 'syslog.gz'), [true]);
	});

	test('sees nothing as unchanged with --full', async () => {
		await using sandbox = await createTree();
		await backUpDayBefore(sandbox);
		await using terminal = await open(sandbox, ['--full']);
		// What it knows of the set is shown by the forecast, which takes no sample.
		await terminal.waitFor(/about \d/v);
		assert.doesNotMatch(terminal.screen().join('\n'), /unchanged/v);
		terminal.send('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
	});
});

/*
The sets as an operator meets them after the backup: looking for a file, reading it, getting it back, checking, comparing, thinning out.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {sealManifest} from '../support/sets.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists, replaceTree, until} from '../support/files.ts';
import {program, runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Terminal, type TerminalOptions} from '../support/terminal.ts';

const older = '2026-03-13';
const newer = '2026-03-14';

/** Two days of backups, with rotation between them. */
async function makeSets(): Promise<Sandbox> {
	const sandbox = await Sandbox.withSampleLogs();
	const backUp = async (date: string) => runProgram(['--yes', '--quiet', '--recursive', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date]);
	assert.equal((await backUp(older)).code, 0);
	await fs.rename(path.join(sandbox.source, 'kern.log'), path.join(sandbox.source, 'kern.log.1'));
	await sandbox.add('brand-new.log', 'brand new\n');
	await sandbox.add('syslog', sampleLog(1_500_000, 11));
	assert.equal((await backUp(newer)).code, 0);
	return sandbox;
}

/** They are made once, and are there until all tests are over. */
const original = makeSets();

/** A copy of them for one test, which tells of its own source. */
async function createSets(): Promise<Sandbox> {
	const {root} = await original;
	const sandbox = await Sandbox.create();
	await replaceTree(sandbox.root, root);

	for (const date of [older, newer]) {
		const set = path.join(sandbox.destination, date);
		const manifest = path.join(set, 'manifest.json');
		const text = await fs.readFile(manifest, 'utf8');
		await fs.writeFile(manifest, text.replaceAll(root, () => sandbox.root));
		await sealManifest(set);
	}

	return sandbox;
}

function start(sandbox: Sandbox, {args = [], ...options}: Readonly<Partial<TerminalOptions>> = {}): Terminal {
	return Terminal.start({
		cwd: sandbox.root,
		command: process.execPath,
		...options,
		args: [program, 'browse', '--source', sandbox.source, '--dest', sandbox.destination, ...args],
		env: {...sandbox.env, ...options.env},
	});
}

async function open(sandbox: Sandbox, options: Readonly<Partial<TerminalOptions>> = {}): Promise<Terminal> {
	const terminal = start(sandbox, options);
	await terminal.waitFor(/2 sets, \S+ [Mk]?B on disk(?!; reading)/v);
	await terminal.waitForRawMode();
	return terminal;
}

/** With the newest set opened. */
async function openNewest(sandbox: Sandbox, options: Readonly<Partial<TerminalOptions>> = {}): Promise<Terminal> {
	const terminal = await open(sandbox, options);
	terminal.press('enter');
	await terminal.waitFor(/\d files, [\d.]+ MB/v);
	return terminal;
}

/** Shows all files of a set again. */
async function clearFilter(terminal: Terminal): Promise<void> {
	terminal.press('esc');
	await terminal.waitFor(/Esc back/v);
}

async function leave(terminal: Terminal, keys = 'q'): Promise<{readonly exitCode: number; readonly leftovers: readonly string[]}> {
	terminal.send(keys);
	const {exitCode} = await terminal.waitForExit();
	return {exitCode, leftovers: await terminal.leftovers()};
}

/** Everything is as it was before. */
const clean = {exitCode: 0, leftovers: []};

/** A pager that waits for Enter, and says in a file what it was given. */
async function createPager(sandbox: Sandbox, body: string): Promise<string> {
	const file = path.join(sandbox.root, 'pager');
	await fs.writeFile(file, `#!/bin/sh\n${body}\n`, {mode: 0o755});
	return file;
}

/** Turns one bit of a copy. */
async function damage(sandbox: Sandbox, date: string, name: string): Promise<void> {
	const file = path.join(sandbox.destination, date, name);
	const bytes = await fs.readFile(file);
	bytes[Math.floor(bytes.length / 2)]! ^= 1;
	await fs.writeFile(file, bytes);
}

/** Makes a directory to restore to in which a file of the set is in the way. */
async function makeObstacle({root}: Sandbox): Promise<{readonly target: string; readonly kept: string}> {
	const target = path.join(root, 'restored');
	const kept = path.join(target, 'brand-new.log');
	await fs.mkdir(target);
	await fs.writeFile(kept, 'mine');
	return {target, kept};
}

describe('an operator among the sets', {timeout: 600_000, concurrency: 2}, () => {
	test('sees the sets by date, state and size, looks into one, and is back at the prompt with 0', async () => {
		await using sandbox = await createSets();
		await fs.mkdir(path.join(sandbox.destination, '2025-12-31'), {mode: 0o700});
		await fs.writeFile(path.join(sandbox.destination, '2025-12-31/syslog.gz'), gzipSync('before\n'));
		await using terminal = start(sandbox);
		await terminal.waitFor(/3 sets, [\d.]+ [Mk]?B on disk(?!; reading)/v);
		await terminal.waitForRawMode();
		const text = terminal.screen().join('\n');
		assert.match(text, /›2026-03-14 +complete +15 [^\n\r\u{2028}\u{2029}━]*━.*\n.*2026-03-13 +complete +14 [^\n\r\u{2028}\u{2029}━]*━.*\n.*2025-12-31 +foreign/v);
		terminal.press('enter');
		await terminal.waitFor(/brand-new\.log +10 B/v);
		terminal.send('/brand\r');
		await terminal.waitFor(/1 row/v);
		terminal.press('tab');
		await terminal.waitFor(/SHA-256 +[\da-f]{20}/v);
		assert.match(terminal.screen().join('\n'), /rw-r----- 0640/v);
		await clearFilter(terminal);
		terminal.send('q');
		await terminal.waitFor(/2025-12-31/v);
		assert.deepEqual(await leave(terminal), clean);
		assert.deepEqual(terminal.disturbances(), []);
	});

	test('comes from the review with b, and goes back to it with its marks', async () => {
		await using sandbox = await createSets();
		await using terminal = Terminal.start({
			cwd: sandbox.root, command: process.execPath, args: [program, '--source', sandbox.source, '--dest', sandbox.destination], env: sandbox.env,
		});
		await terminal.waitFor(/14 files marked/v);
		await terminal.waitForRawMode();
		terminal.send('/ufw\r ');
		await terminal.waitFor(/13 files marked/v);
		terminal.press('esc');
		await terminal.waitFor(/q quit/v);
		terminal.send('b');
		await terminal.waitFor(/›2026-03-14 +complete/v);
		terminal.send('q');
		await terminal.waitFor(/13 files marked/v);
		assert.deepEqual(await leave(terminal), clean);
		assert.match(terminal.normalLines().join('\n'), /Nothing was written\./v);
	});

	test('reads a file in the pager, quits it early, and is where it was', async () => {
		await using sandbox = await createSets();
		const pager = await createPager(sandbox, String.raw`head -c 12; printf '\nPAGER %s\n' "$LESSSECURE$*"; read line < /dev/tty`);
		await using terminal = await openNewest(sandbox, {env: {PAGER: `${pager} --flag 'a`}});
		terminal.send('/syslog\rp');
		await terminal.waitFor(/PAGER 1--flag 'a/v);
		assert.equal(terminal.isAlternate, false);
		terminal.send('\u{3}');
		await terminal.waitFor(/\^C|›/v);
		await terminal.waitFor(/›\[ \] syslog /v);
		await terminal.waitForRawMode();
		assert.doesNotMatch(terminal.screen().join('\n'), /damaged/v);
		await clearFilter(terminal);
		terminal.send('qq');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
	});

	test('is told after the pager that what was shown is damaged', async () => {
		await using sandbox = await createSets();
		await damage(sandbox, newer, 'syslog.1.gz');
		const pager = await createPager(sandbox, 'cat > /dev/null');
		await using terminal = await openNewest(sandbox, {env: {PAGER: pager}});
		terminal.send('/syslog.1\r\r');
		await terminal.waitFor(/syslog\.1\.gz is damaged/v);
		await terminal.waitForRawMode();
		await clearFilter(terminal);
		assert.deepEqual(await leave(terminal, 'qq'), clean);
	});

	test('is told when there is no pager', async () => {
		await using sandbox = await createSets();
		await using terminal = await openNewest(sandbox, {env: {PAGER: '/no/such/pager'}});
		terminal.send('\r');
		await terminal.waitFor(/No pager: \/no\/such\/pager/v);
		await terminal.waitForRawMode();
		assert.deepEqual(await leave(terminal, 'qq'), clean);
	});

	test('marks two files and restores them to a directory, with names, modes and times, and is told so again at the end', async () => {
		await using sandbox = await createSets();
		await using terminal = await openNewest(sandbox);
		const target = path.join(sandbox.root, 'restored');
		terminal.send('/auth.log\r  ');
		await terminal.waitFor(/2 files marked/v);
		terminal.send('r');
		await terminal.waitFor(/Restore 2 files of the set of 2026-03-14/v);
		terminal.send(`\u{15}${target}\r`);
		await terminal.waitFor(/Restore 2 files, [\d.]+ kB\?/v);
		assert.equal(await exists(target), false, 'nothing is written before it is confirmed');
		terminal.press('enter');
		await terminal.waitFor(/Restored 2 files/v);
		terminal.send('\r');
		await terminal.waitFor(/2 files marked/v);
		await clearFilter(terminal);
		assert.deepEqual(await leave(terminal, 'qq'), clean);
		assert.deepEqual((await fs.readdir(target)).toSorted(), ['auth.log', 'auth.log.1']);

		for (const name of ['auth.log', 'auth.log.1']) {
			const [before, after] = await Promise.all([fs.stat(path.join(sandbox.source, name)), fs.stat(path.join(target, name))]);
			assert.deepEqual(await fs.readFile(path.join(target, name)), await sandbox.content(name));
			assert.equal(after.mode, before.mode);
			assert.equal(after.mtimeMs, before.mtimeMs);
		}

		assert.match(terminal.normalLines().join('\n'), /Restored 2 files/v);
		assert.deepEqual(terminal.disturbances(), []);
	});

	test('sees what is in the way, keeps it, and then replaces it', async () => {
		await using sandbox = await createSets();
		const {target, kept} = await makeObstacle(sandbox);
		await using terminal = await openNewest(sandbox);
		terminal.send('/brand\rr');
		await terminal.waitFor(/to the directory/v);
		terminal.send(`\u{15}${target}\r`);
		await terminal.waitFor(/brand-new\.log: already exists/v);
		assert.doesNotMatch(terminal.screen().join('\n'), /Enter restore/v);
		// Nothing can be restored, and so nothing is begun.
		terminal.press('enter');
		terminal.send('o');
		await terminal.waitFor(/will be replaced/v);
		assert.equal(await fs.readFile(kept, 'utf8'), 'mine');
		terminal.press('enter');
		await terminal.waitFor(/Restored 1 file/v);
		assert.equal(await fs.readFile(kept, 'utf8'), 'brand new\n');
		terminal.press('enter');
		await terminal.waitFor(/Esc clear/v);
		await clearFilter(terminal);
		assert.deepEqual(await leave(terminal, 'qq'), clean);
	});

	test('restores what it can where something is in the way, and is told what was kept', async () => {
		await using sandbox = await createSets();
		const {target, kept} = await makeObstacle(sandbox);
		await using terminal = await openNewest(sandbox);
		terminal.send('ar');
		await terminal.waitFor(/to the directory/v);
		terminal.send(`\u{15}${target}\r`);
		await terminal.waitFor(/brand-new\.log: already exists/v);
		terminal.press('enter');
		await terminal.waitFor(/failed\..*brand-new\.log/sv);
		assert.equal(await fs.readFile(kept, 'utf8'), 'mine');
		assert.ok((await fs.readdir(target)).length > 1);
		terminal.press('enter');
		await terminal.waitFor(/\d files, [\d.]+ MB/v);
		assert.deepEqual(await leave(terminal, 'qq'), clean);
	});

	test('cannot restore into the backups or through a link, and is told why', async () => {
		await using sandbox = await createSets();
		const link = path.join(sandbox.root, 'link');
		await fs.symlink(sandbox.source, link);
		await using terminal = await openNewest(sandbox);
		terminal.send('r');
		await terminal.waitFor(/to the directory/v);
		terminal.send(`\u{15}${sandbox.destination}\r`);
		await terminal.waitFor(/where\s+the\s+backups\s+are/v);
		terminal.send(`\u{15}${link}\r`);
		await terminal.waitFor(/symbolic\s+link/v);
		terminal.press('esc');
		await terminal.waitFor(/\d files, [\d.]+ MB/v);
		assert.deepEqual(await leave(terminal, 'qq'), clean);
	});

	test('verifies all sets: what is damaged is named, with its date', async () => {
		await using sandbox = await createSets();
		await damage(sandbox, older, 'dpkg.log.gz');
		await using terminal = await open(sandbox, {cols: 120});
		terminal.send('A');
		await terminal.waitFor(/Verified 2 sets/v);
		// It is one file with two names, as it had not changed.
		assert.match(terminal.screen().join('\n'), /2026-03-13: dpkg\.log\.gz/v);
		terminal.send('\rV');
		await terminal.waitFor(/Verified 1 set/v);
		assert.deepEqual(await leave(terminal, '\rq'), clean);
	});

	test('stops a verification that takes its time, after a question', async () => {
		await using sandbox = await Sandbox.create();
		const set = path.join(sandbox.destination, newer);
		await fs.mkdir(sandbox.destination, {mode: 0o700});
		await fs.mkdir(set, {mode: 0o700});
		// It unpacks to 50 GB: longer than the test has patience for.
		const member = gzipSync(Buffer.alloc(50_000_000));
		await fs.writeFile(path.join(set, 'zeros.gz'), Buffer.concat(Array.from({length: 1000}, () => member)), {mode: 0o600});
		await using terminal = start(sandbox);
		await terminal.waitFor(/2026-03-14 +foreign/v);
		await terminal.waitForRawMode();
		terminal.send('V');
		await terminal.waitFor(/Verifying the set of 2026-03-14/v);
		terminal.send('q');
		await terminal.waitFor(/Stop\? It keeps running until you answer/v);
		terminal.send('n');
		await terminal.waitFor(/Esc stop/v);
		terminal.send('\u{3}');
		await terminal.waitFor(/y stop/v);
		terminal.send('y');
		await terminal.waitFor(/Stopped\./v);
		terminal.send('\r');
		await terminal.waitFor(/2026-03-14 +foreign/v);
		assert.deepEqual(await leave(terminal), clean);
	});

	test('compares two sets: what is new, grown and renamed', async () => {
		await using sandbox = await createSets();
		await using terminal = await open(sandbox);
		terminal.send('=');
		await terminal.waitFor(/Compare 2026-03-14 with which set\?/v);
		terminal.send('j\r');
		await terminal.waitFor(/From 2026-03-13 to 2026-03-14/v);
		const text = terminal.screen().join('\n');
		assert.match(text, /added +10 B +brand-new\.log/v);
		assert.match(text, /renamed .*kern\.log → kern\.log\.1/v);
		assert.deepEqual(await leave(terminal, 'qq'), clean);
	});

	test('deletes the older set after typing its date; the newest complete one stays', async () => {
		await using sandbox = await createSets();
		await using terminal = await open(sandbox);
		terminal.send('D');
		await terminal.waitFor(/newest complete set can't be deleted/v);
		terminal.send('jD');
		await terminal.waitFor(/Delete the set of 2026-03-13\?/v);
		terminal.send('2026-03-1\r');
		await terminal.waitFor(/nothing is deleted/v);
		assert.equal(await exists(path.join(sandbox.destination, older)), true);
		terminal.send('3\r');
		await terminal.waitFor(/Removed the set of 2026-03-13/v);
		terminal.press('enter');
		await terminal.waitFor(/1 set,/v);
		assert.deepEqual(await leave(terminal), clean);
		assert.match(terminal.normalLines().join('\n'), /Removed the set of 2026-03-13/v);
		assert.deepEqual((await fs.readdir(sandbox.destination)).filter(name => !name.startsWith('.lock')), [newer]);
		assert.equal((await runProgram(['verify', newer, '--dest', sandbox.destination])).code, 0);
	});

	for (const [what, keys] of [['a deletion', `jD${older}\r\u{3}`], ['a restoration', 'r']] as const) {
		test(`leaves in the middle of ${what}, and is told at the end what was done`, async () => {
			await using sandbox = await createSets();
			const target = path.join(sandbox.root, 'restored');
			await using terminal = await open(sandbox);

			if (keys === 'r') {
				terminal.send(keys);
				await terminal.waitFor(/to the directory/v);
				terminal.send(`\u{15}${target}\r`);
				await terminal.waitFor(/Restore \d+ files/v);
				terminal.send('\r');
				await until('a file to be restored', async () => await exists(target) && (await fs.readdir(target)).some(name => !name.endsWith('.tmp')));
				terminal.kill('SIGTERM');
			} else {
				terminal.send(keys.slice(0, 2));
				await terminal.waitFor(/Delete the set of 2026-03-13\?/v);
				terminal.send(keys.slice(2));
			}

			await terminal.waitForExit();
			const said = terminal.normalLines().join('\n');
			const isDone = keys === 'r' || !await exists(path.join(sandbox.destination, older));
			assert.equal(said.includes('Nothing was written'), !isDone, said);
			assert.match(said, keys === 'r' ? /[Rr]estor/v : /set of 2026-03-13/v);
			assert.deepEqual(await terminal.leftovers(), []);
		});
	}

	test('sees a thousand sets at once', async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('a.log', 'a');
		assert.equal((await sandbox.run(['--yes', '--quiet'])).code, 0);

		for (let day = 0; day < 1000; day++) {
			const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
			await fs.cp(sandbox.set, path.join(sandbox.destination, date), {recursive: true});
		}

		await using terminal = start(sandbox);
		await terminal.waitFor(/1,001 sets/v);
		await terminal.waitForRawMode();
		terminal.send('G');
		await terminal.waitFor(/›2020-01-01 +complete/v);
		assert.deepEqual(await leave(terminal), clean);
	});

	test('is refused without a terminal, and where there are no backups', async () => {
		await using sandbox = await Sandbox.create();
		const piped = await runProgram(['browse', '--dest', sandbox.destination], {code: 2});
		assert.match(piped.stderr, /not a terminal[\s\S]*--plain.*list, show, verify, cat and restore/v);
		await using terminal = start(sandbox);
		assert.equal((await terminal.waitForExit()).exitCode, 1);
		assert.match(terminal.screen().join('\n'), /backups/v);
	});

	test('whose connection drops while files are restored leaves nothing half written', async () => {
		await using sandbox = await createSets();
		const target = path.join(sandbox.root, 'restored');
		await using terminal = await openNewest(sandbox);
		terminal.send('r');
		await terminal.waitFor(/to the directory/v);
		terminal.send(`\u{15}${target}\r`);
		await terminal.waitFor(/Restore 1 file/v);
		terminal.press('enter');
		terminal.kill('SIGHUP');
		await terminal.waitForExit();
		await until('the processes to be gone', async () => (await sandbox.processes()).length === 0);
		const left = await exists(target) ? await fs.readdir(target) : [];
		assert.deepEqual(left.filter(name => name.endsWith('.tmp')), []);
	});
});

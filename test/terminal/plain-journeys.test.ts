/*
The dialogue of the built program: on a terminal that cannot move its cursor, and from a script. Not one escape sequence is ever sent.
*/
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import {constants} from 'node:os';
import path from 'node:path';
import {describe, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {copyName, sampleSelection} from '../support/sample-logs.ts';
import {exists, until} from '../support/files.ts';
import {program, run, runProgram} from '../support/run.ts';
import {cleanEnvironment} from '../support/environment.ts';
import {Terminal} from '../support/terminal.ts';

const dumb = {env: {TERM: 'dumb'}};
const choosing = / marked, .+\. Command: $/v;
const asking = /Start\? y or n: $/v;
/** Nothing but text, whole lines and (as the terminal shows them) control keys that were typed. */
function assertPlain(text: string): void {
	assert.doesNotMatch(text, /\u{1B}/v);
	assert.doesNotMatch(text, /\r(?!\n)/v);
	assert.doesNotMatch(text, /[^\P{Control}\n\r]/v);
}

/** Waits until what has been sent since `from` ends or reads so. */
const waitSince = async (terminal: Terminal, from: number, pattern: RegExp) =>
	terminal.waitFor(() => pattern.test(terminal.transcript.slice(from)), {what: String(pattern)});

/** Types a line, and resolves with all that is sent up to what is waited for. */
async function type(terminal: Terminal, line: string, pattern = choosing): Promise<string> {
	const from = terminal.transcript.length;
	terminal.send(`${line}\r`);
	await waitSince(terminal, from + line.length, pattern);
	return terminal.transcript.slice(from);
}

/** Waits for the end; the exit code as a shell tells it, 128 + N where signal N ended the program. */
async function exitCode(terminal: Terminal): Promise<number> {
	const {exitCode: code, signal} = await terminal.waitForExit();
	assertPlain(terminal.transcript);
	return signal === undefined ? code : 128 + constants.signals[signal];
}

/** The number that a name has in the list. */
function numberOf(terminal: Terminal, name: string): string {
	const found = terminal.transcript.split('\r\n').map(line => /^(?:\[.\]|\s{3}) +(?<number>\d+) (?<name>\S+)/v.exec(line)?.groups).findLast(groups => groups?.name === name);
	assert.ok(found, `${name} is not in the list`);
	return found.number!;
}

async function createEndless(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('auth.log', 'short\n');
	await sandbox.addEndless('endless.log');
	return sandbox;
}

const letItEnd = async (sandbox: Sandbox) => fs.truncate(path.join(sandbox.source, 'endless.log'), 1000);

const waitForSet = async (sandbox: Sandbox) => until('the set', async () => exists(sandbox.set));

/** Starts a run that takes for ever. */
async function startEndless(sandbox: Sandbox): Promise<Terminal> {
	const terminal = sandbox.start([], dumb);
	await terminal.waitFor(/Command:/v);
	await type(terminal, 'y', asking);
	await type(terminal, 'y', /done auth\.log: .+\r\n/v);
	return terminal;
}

const backUp = async (sandbox: Sandbox, date: string) => runProgram(['--yes', '--quiet', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date]);

const copiesOf = (names: readonly string[]) => names.map(name => copyName(name)).toSorted();

describe('an operator at a terminal that cannot move its cursor', {timeout: 900_000, concurrency: 2}, () => {
	test('a file is read a page at a time, unpacked, before it is backed up, and Ctrl-C ends that alone', async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('old.log.gz', gzipSync(Array.from({length: 500}, (_, number) => `line ${number}\n`).join('')));
		await sandbox.add('short.log', 'only line\n');
		await using terminal = sandbox.start([], dumb);
		await terminal.waitFor(/Command:/v);
		assert.match(await type(terminal, `p ${numberOf(terminal, 'short.log')}`), /^only line\r$/mv);
		const page = await type(terminal, `p ${numberOf(terminal, 'old.log.gz')}`, /lines\. .+: $/v);
		assert.match(page, /^line 0\r$/mv);
		assert.doesNotMatch(page, /line 499/v);
		assert.match(await type(terminal, '', /lines\. .+: $/v), /^line 20\r$/mv);
		const from = terminal.transcript.length;
		terminal.send('\u{3}');
		await waitSince(terminal, from, choosing);
		await type(terminal, 'q', /\n$/v);
		assert.equal(await exitCode(terminal), 0);
	});

	test('what was selected last time is marked by one word', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await runProgram(['--yes', '--quiet', '--source', sandbox.source, '--dest', sandbox.destination, '--date', '2026-03-01', '--exclude', '*.gz', '--exclude', 'mail.log']);
		await using terminal = sandbox.start([], dumb);
		await terminal.waitFor(/Command:/v);
		await type(terminal, '=');
		await type(terminal, 'y', asking);
		await type(terminal, 'y', /leave|Command: $|\n$/v);
		await exitCode(terminal);
		const copies = (await fs.readdir(sandbox.set)).filter(name => name.endsWith('.gz'));
		assert.ok(copies.length > 3 && copies.every(name => !name.startsWith('mail.log') && !name.endsWith('.gz.gz')), copies.join(' '));
	});

	test('a line that was typed before the question was there does not answer it', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start([], dumb);
		await waitSince(terminal, 0, choosing);
		terminal.send('y\ry\ry\r');
		await waitSince(terminal, 0, asking);
		assert.match(await type(terminal, 'n'), /Not started\./v);
		assert.equal(await exists(sandbox.destination), false);
		await type(terminal, 'y', asking);
		terminal.send('y\r');
		assert.equal(await exitCode(terminal), 0);
		assert.ok(await exists(sandbox.set));
	});

	for (const [what, setting, args] of [
		['--screen-reader', 'TERM=xterm', ['--screen-reader']],
		['INK_SCREEN_READER=true', 'INK_SCREEN_READER=true', []],
		['TERM=dumb', 'TERM=dumb', []],
		['an empty TERM', 'TERM=', []],
		['no TERM', '--unset=TERM', []],
		['--plain on any terminal', 'TERM=xterm', ['--plain']],
	] as const) {
		test(`${what}: reads the list, takes a file out by its number, confirms, and hears of each file`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = Terminal.start({
				command: 'env', args: [setting, process.execPath, program, ...sandbox.flags, ...args], env: sandbox.env,
			});
			await waitSince(terminal, 0, choosing);
			assert.match(terminal.transcript, /^logbackup-tui .+\r\n {5}1 README /v);
			assert.match(await type(terminal, numberOf(terminal, 'auth.log')), /auth\.log: unmarked\.\r\n/v);
			const question = await type(terminal, 'y', asking);
			assert.match(question, new RegExp(`Back up ${sampleSelection.length - 1} files\\?\r\nFrom .+\r\nTo .+${someDate}\r\nFiles .+\r\nLeft out .+\r\nSize .+\r\nFree .+\r\n`, 'v'));
			assert.equal(await exists(sandbox.destination), false, 'something was written before the confirmation');
			terminal.send('y\r');
			assert.equal(await exitCode(terminal), 0, terminal.transcript);
			assert.match(terminal.transcript, /\r\ndone syslog: 912 kB to .+\r\n/v);
			assert.match(terminal.transcript, new RegExp(`\r\nBackup completed in ${sandbox.set}\r\n`, 'v'));
			assert.deepEqual(await sandbox.copies(), copiesOf(sampleSelection.filter(name => name !== 'auth.log')));
			assert.equal((await sandbox.checkSums()).code, 0);
			assert.deepEqual(await terminal.leftovers(), []);
		});
	}

	test('opens a directory, marks a file in it and nothing else, and gets just that', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start([], {...dumb, rows: 60});
		await waitSince(terminal, 0, choosing);
		await type(terminal, '-1-20');
		await type(terminal, `o ${numberOf(terminal, 'nginx/')}`);
		await type(terminal, `+${numberOf(terminal, 'nginx/access.log')}`);
		await type(terminal, 'y', asking);
		terminal.send('y\r');
		assert.equal(await exitCode(terminal), 0, terminal.transcript);
		assert.deepEqual(await sandbox.copies(), ['nginx']);
	});

	for (const [what, keys, code] of [
		['q', 'q\r', 0],
		['Ctrl-D', '\u{4}', 0],
		['Ctrl-C', '\u{3}', 130],
		['Ctrl-C at the question', 'y\r\u{3}', 130],
	] as const) {
		test(`${what} quits, and nothing is written`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = sandbox.start([], dumb);
			await waitSince(terminal, 0, choosing);
			terminal.send(keys);
			assert.equal(await exitCode(terminal), code, terminal.transcript);
			assert.match(terminal.transcript, /\r\nNothing was written\.\r\n$/v);
			assert.equal(await exists(sandbox.destination), false);
		});
	}

	test('hostile names are said harmlessly, everywhere', async () => {
		await using sandbox = await Sandbox.create();
		const hostile = ['\u{1B}]0;owned\u{7}.log', '\u{1B}[2J', 'a\r\u{8}b\n', '\u{9B}31m', '\u{202E}gol.txt'];

		for (const name of hostile) {
			await sandbox.add(name, 'x');
		}

		await sandbox.add(Buffer.from([0xFF, 0x1B]), 'x');
		await using terminal = sandbox.start([], dumb);
		await waitSince(terminal, 0, choosing);

		for (const line of ['1-6', '1', '2', '3', '4', '5', '6', '/log', '/', 'a', 'a', 'c']) {
			await type(terminal, line);
		}

		await type(terminal, 'y', asking);
		terminal.send('y\r');
		assert.equal(await exitCode(terminal), 0, terminal.transcript);
		const copies = await sandbox.copies();
		assert.equal(copies.length, 6);
	});

	test('pauses, asks how far it is, stops on a confirmed q, and what is complete is kept', async () => {
		await using sandbox = await createEndless();
		await using terminal = await startEndless(sandbox);
		await type(terminal, 'p', /Paused: .+\r\n/v);
		await type(terminal, '', /Paused(?:: \d+ of .+)?\r\n/v);
		await type(terminal, 'p', /Continuing\.\r\n/v);
		await type(terminal, 'q', /Stop the backup\?.+ y or n: $/v);
		await type(terminal, 'n', /The backup continues\.\r\n/v);
		await type(terminal, 'q', /Stop the backup\?.+ y or n: $/v);
		terminal.send('y\r');
		assert.equal(await exitCode(terminal), 130, terminal.transcript);
		assert.match(terminal.transcript, /1 complete copy kept/v);
		assert.equal(await exists(sandbox.set), false);
	});

	test('Ctrl-C asks, and again stops', async () => {
		await using sandbox = await createEndless();
		await using terminal = await startEndless(sandbox);
		terminal.press('ctrl-c');
		await terminal.waitFor(/Stop the backup\?/v);
		terminal.press('ctrl-c');
		assert.equal(await exitCode(terminal), 130, terminal.transcript);
		assert.match(terminal.transcript, /\r\nStopping, keeping what is complete\./v);
	});

	test('d leaves it running; the next start follows it to its end, and one after that finds the set', async () => {
		await using sandbox = await createEndless();
		{
			await using terminal = await startEndless(sandbox);
			terminal.send('d\r');
			assert.equal(await exitCode(terminal), 0, terminal.transcript);
			assert.match(terminal.transcript, /The backup goes on as process \d+\./v);
		}

		await until('the run to be found by others', async () => exists(path.join(sandbox.destination, '.socket')));
		{
			await using terminal = sandbox.start([], dumb);
			await terminal.waitFor(/A backup is under way already/v);
			await terminal.waitFor(/Started: 2 files/v);
			await letItEnd(sandbox);
			assert.equal(await exitCode(terminal), 0, terminal.transcript);
			assert.match(terminal.transcript, /\r\nBackup completed in /v);
		}

		await using terminal = sandbox.start([], dumb);
		await waitSince(terminal, 0, /b earlier backups, q quits\. Command: $/v);
		terminal.send('q\r');
		assert.equal(await exitCode(terminal), 4, terminal.transcript);
		assert.match(terminal.transcript, new RegExp(`\r\nBackup for ${someDate} already exists!\r\n`, 'v'));
	});

	test('finds a file in an earlier backup, reads it, restores it, verifies the set, and is back among the marks', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		assert.equal((await backUp(sandbox, '2026-03-13')).code, 0);
		await using terminal = sandbox.start([], {...dumb, rows: 60});
		await waitSince(terminal, 0, choosing);
		await type(terminal, '-1-3');
		assert.match(await type(terminal, 'b', /1 set, .+ Command: $/v), /\r\n1 2026-03-13 complete, 13 files, /v);
		await type(terminal, '1', /13 files, .+ Command: $/v);
		await type(terminal, '/auth', /13 files, .+ Command: $/v);
		assert.match(await type(terminal, 't 1', /Command: $/v), /\r\nSHA-256 +[\da-f]{64}\r\n/v);
		await type(terminal, 'p 1', /(?:q ends|Command): $/v);
		await type(terminal, '1', /(?:1 file marked|13 files).+ Command: $/v);
		await type(terminal, '+1', /1 file marked, .+ Command: $/v);
		const target = path.join(sandbox.root, 'restored');
		await type(terminal, 'r', /n goes back\): $/v);
		await type(terminal, target, /Restore\? y or n: $/v);
		assert.equal(await exists(target), false);
		assert.match(await type(terminal, 'y', /Restored 1 file.+\r\n.+ Command: $/v), /Restoring from the set of 2026-03-13/v);
		assert.deepEqual(await fs.readFile(path.join(target, 'auth.log')), await fs.readFile(path.join(sandbox.source, 'auth.log')));
		assert.match(await type(terminal, 'v', /Verified 1 set.+\r\n[\s\S]*Command: $/v), /no problem/v);
		await type(terminal, 'q', /1 set, .+ Command: $/v);
		await type(terminal, 'q', choosing);
		terminal.send('q\r');
		assert.equal(await exitCode(terminal), 0, terminal.transcript);
		assert.match(terminal.transcript, /\r\nRestored 1 file/v);
	});

	test('tries again what failed, once it can be read', async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('good.log', 'fine\n');
		const broken = path.join(sandbox.source, 'broken.log');
		await sandbox.add('broken.log', 'secret\n');
		await using terminal = sandbox.start([], dumb);
		await waitSince(terminal, 0, choosing);
		// A directory in its place cannot be read as a file.
		await fs.rm(broken);
		await fs.mkdir(broken);
		await type(terminal, 'y', asking);
		assert.match(await type(terminal, 'y', /r tries what failed again.+ Command: $/v), /\r\nFAILED broken\.log: /v);
		assert.match(await type(terminal, 'f', /Command: $/v), /\r\nFAILED broken\.log: /v);
		assert.match(await type(terminal, 'l', /Command: $/v), /\r\ndone good\.log: /v);
		await fs.rmdir(broken);
		await sandbox.add('broken.log', 'secret\n');
		terminal.send('r\r');
		assert.equal(await exitCode(terminal), 0, terminal.transcript);
		assert.deepEqual(await sandbox.copies(), ['broken.log.gz', 'good.log.gz']);
	});

	for (const [what, args, env] of [
		['--plain', ['--plain'], {}], ['--screen-reader', ['--screen-reader'], {}], ['INK_SCREEN_READER=true', [], {INK_SCREEN_READER: 'true'}], ['TERM=dumb', [], dumb.env],
	] as const) {
		test(`browses in lines with ${what}, and deletes a set by its date`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();

			for (const date of ['2026-03-12', '2026-03-13']) {
				assert.equal((await backUp(sandbox, date)).code, 0);
			}

			await using terminal = Terminal.start({
				command: process.execPath, args: [program, 'browse', '--source', sandbox.source, '--dest', sandbox.destination, ...args], env: {...sandbox.env, ...env},
			});
			await waitSince(terminal, 0, /2 sets, .+ Command: $/v);
			await type(terminal, 'd 2', /n goes back: $/v);
			await type(terminal, '2026-03-12', /Removed the set of 2026-03-12\.[\s\S]+1 set, .+ Command: $/v);
			terminal.send('q\r');
			assert.equal(await exitCode(terminal), 0, terminal.transcript);
			assert.match(terminal.transcript, /\r\nRemoved the set of 2026-03-12\.\r\n$/v);
			assert.equal(await exists(path.join(sandbox.destination, '2026-03-12')), false);
		});
	}

	test('loses the connection during the run, and the backup is finished without it', async () => {
		await using sandbox = await createEndless();
		await using terminal = await startEndless(sandbox);
		terminal.hangUp();
		await letItEnd(sandbox);
		await waitForSet(sandbox);
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
	});

	test('loses the connection while choosing: the program ends, and nothing is written', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start([], dumb);
		await waitSince(terminal, 0, choosing);
		terminal.hangUp();
		await until('the program to end', async () => {
			const ids = await sandbox.processes();
			return ids.length === 0;
		});
		assert.equal(await exists(sandbox.destination), false);
	});

	test('Ctrl-D during the run only ends the typing', async () => {
		await using sandbox = await createEndless();
		await using terminal = await startEndless(sandbox);
		terminal.send('p\r\u{4}');
		await terminal.waitFor(/Continuing\./v);
		await letItEnd(sandbox);
		assert.equal(await exitCode(terminal), 0, terminal.transcript);
		await waitForSet(sandbox);
	});

	for (const [signal, code] of [['SIGTERM', 143], ['SIGHUP', 129]] as const) {
		test(`${signal} ends the dialogue, and not the backup`, async () => {
			await using sandbox = await createEndless();
			await using terminal = await startEndless(sandbox);
			process.kill(terminal.pid, signal);
			assert.equal(await exitCode(terminal), code, terminal.transcript);
			assert.match(terminal.transcript, /The backup goes on as process/v);
			await letItEnd(sandbox);
			await waitForSet(sandbox);
		});
	}

	test('Ctrl-Z gives the shell back, and fg asks again', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = Terminal.start({command: 'bash', args: ['--norc', '--noprofile', '--noediting', '-i'], env: {...sandbox.env, ...dumb.env}});
		await terminal.waitFor(/bash-/v);
		terminal.send(`${[process.execPath, program, ...sandbox.flags].join(' ')}\r`);
		await waitSince(terminal, 0, choosing);
		terminal.press('ctrl-z');
		await waitSince(terminal, 0, /Stopped[\s\S]+bash-\S+ $/v);
		const from = terminal.transcript.length;
		terminal.send('fg\r');
		await waitSince(terminal, from, choosing);
		terminal.send('q\r');
		await waitSince(terminal, from, /Nothing was written\.\r\nbash-/v);
		assert.doesNotMatch(terminal.transcript, /\u{1B}/v);
		terminal.send('exit\r');
		await terminal.waitForExit();
	});
});

describe('a script that answers', {timeout: 600_000, concurrency: 2}, () => {
	test('chooses and confirms by lines, and the whole reads as a dialogue', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const {code, stdout, stderr} = await sandbox.run(['--plain'], {stdin: '/kern\n+1\n/\n-1-19\n/kern\n1\ny\ny\n'});
		assert.equal(code, 0, stdout + stderr);
		assert.equal(stderr, '');
		assertPlain(stdout);
		assert.match(stdout, /Command: -1-19\n/v);
		assert.match(stdout, /Start\? y or n: y\nStarted: 1 file, /v);
		assert.deepEqual(await sandbox.copies(), ['kern.log.gz']);
	});

	test('the command that c shows, run by a shell, copies the same files', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const {code, stdout} = await sandbox.run(['--plain'], {stdin: 'o 12\n3,5-9\n+12-13\nc\ny\ny\n'});
		assert.equal(code, 0, stdout);
		const chosen = await fs.readdir(sandbox.set, {recursive: true});
		assert.ok(chosen.length > 5);
		const command = stdout.split('\n').find(line => line.startsWith('logbackup-tui --yes'));
		assert.ok(command);
		await fs.rename(sandbox.set, path.join(sandbox.root, 'first'));
		const shell = `logbackup-tui() { "${process.execPath}" "${program}" "$@"; }; ${command}`;
		const again = await run('bash', ['-c', shell], {env: sandbox.env});
		assert.equal(again.code, 0, again.stderr);
		const copied = await fs.readdir(sandbox.set, {recursive: true});
		assert.deepEqual(copied.toSorted(), chosen.toSorted());
	});

	for (const [what, stdin] of [['no input', ''], ['a start that is not confirmed', 'y\n'], ['an answer that is cut off', 'y\ny']] as const) {
		test(`${what}: ends with 1, says so, and writes nothing`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			const {stderr} = await sandbox.run(['--plain'], {stdin, code: 1});
			assert.equal(stderr, 'logbackup-tui: the input ended before the start was confirmed: nothing was written\n');
			assert.equal(await exists(sandbox.destination), false);
		});
	}

	test('browses by lines, each of which waits for what the one before it began', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		assert.equal((await sandbox.run(['--yes', '--quiet'])).code, 0);
		const target = path.join(sandbox.root, 'restored');
		const args = ['browse', '--plain', '--source', sandbox.source, '--dest', sandbox.destination];
		const {stdout, stderr} = await run(process.execPath, [program, ...args], {env: sandbox.env, stdin: `v 1\n1\n/auth\n1\nr\n${target}\ny\nq\nq\n`});
		assert.equal(stderr, '');
		assertPlain(stdout);
		assert.match(stdout, /Command: v 1\nVerifying [\s\S]+Verified 1 set, 13 files[\s\S]+Restored 1 file/v);
		assert.deepEqual(await fs.readdir(target), ['auth.log']);
	});

	test('q ends with 0', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const {code, stdout} = await sandbox.run(['--plain'], {stdin: 'q\ny\ny\n'});
		assert.equal(code, 0);
		assert.match(stdout, /\nNothing was written\.\n$/v);
		assert.equal(await exists(sandbox.destination), false);
	});

	test('a line without end and one of control characters change nothing', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const {code, stdout} = await sandbox.run(['--plain'], {stdin: `${'1'.repeat(100_000)}\n\u{1B}[2J\u{7}\0\n${'-1,'.repeat(500)}\nq\n`});
		assert.equal(code, 0);
		assertPlain(stdout);
		assert.match(stdout, /too long\. Nothing was changed\.\n/v);
		assert.equal(stdout.match(new RegExp(`${sampleSelection.length} files marked`, 'gv'))?.length, 4);
	});

	test('a script that says y for ever backs up once, and is answered once', async () => {
		await using sandbox = await createEndless();
		const child = spawn('bash', ['-c', 'yes | "$@"', 'bash', process.execPath, program, ...sandbox.flags, '--plain'], {
			env: {...cleanEnvironment(), ...sandbox.env}, stdio: ['ignore', 'pipe', 'ignore'],
		});
		const closed = once(child, 'close') as Promise<[number]>;
		let stdout = '';
		child.stdout.on('data', (chunk: Buffer) => {
			stdout += chunk.toString();
		});
		await until('the answer to y during the run', () => stdout.includes('is not a command now'));
		await until('the first file to be done', () => stdout.includes('done auth.log'));
		await letItEnd(sandbox);
		const [code] = await closed;
		assert.equal(code, 0, stdout);
		assert.equal(stdout.match(/is not a command now/gv)?.length, 1);
		await waitForSet(sandbox);
	});

	test('Ctrl-C of a script that has said all stops cleanly without asking', async () => {
		await using sandbox = await createEndless();
		const child = spawn(process.execPath, [program, ...sandbox.flags, '--plain'], {env: {...cleanEnvironment(), ...sandbox.env}, stdio: ['pipe', 'pipe', 'ignore']});
		let stdout = '';
		child.stdout.on('data', (chunk: Buffer) => {
			stdout += chunk.toString();
		});
		child.stdin.end('y\ny\n');
		await until('the first file to be done', () => stdout.includes('done auth.log'));
		child.kill('SIGINT');
		const [, signal] = await once(child, 'close') as [number | null, NodeJS.Signals];
		assert.equal(signal, 'SIGINT', stdout);
		assert.match(stdout, /1 complete copy kept/v);
	});

	test('neither Ink nor React is loaded', () => {
		const dist = path.dirname(program);
		// Looks at the text of each chunk as it is loaded.
		const hooks = `import {registerHooks} from 'node:module';
			registerHooks({load(url, context, next) {
				const loaded = next(url, context);
				if (String(loaded.source).includes('react.transitional.element')) console.error('React is loaded: ' + url);
				return loaded;
			}});`;
		const imported = `data:text/javascript,${encodeURIComponent(hooks)}`;
		const args = ['--import', imported, program, '--plain', '--source', dist, '--dest', path.join(dist, 'none')];
		const {stderr, stdout} = spawnSync(process.execPath, args, {input: 'q\n', encoding: 'utf8', env: cleanEnvironment()});
		assert.match(stdout, /Nothing was written/v);
		assert.equal(stderr, '');
	});
});

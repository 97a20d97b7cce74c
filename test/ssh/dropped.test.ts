/*
An administrator logged in over SSH, to a real sshd, with a real sudo, and how a backup outlives the connection.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {after, describe, test} from 'node:test';
import {Interruption} from '../../source/exit/failure.ts';
import {Sandbox} from '../support/sandbox.ts';
import {copyName, sampleSelection} from '../support/sample-logs.ts';
import {exists, listTree, until} from '../support/files.ts';
import {run} from '../support/run.ts';
import type {Terminal} from '../support/terminal.ts';
import {
	Machine,
	serversOf,
	signalTo,
	sudo,
	SystemLog,
	terminalOf,
	type User,
	users,
	whyNoMachine,
} from './machine.ts';
import {
	assertGivenBack,
	attached,
	confirm,
	createEndless,
	lastWords,
	leaveSummary,
	letItEnd,
	readManifest,
	selection,
	startBackup,
	stopBackup,
	underWay,
	waitForReview,
} from './screens.ts';

const skip = await whyNoMachine();
const machine = skip ? undefined : await Machine.boot();

/** The process that does the backup. It alone has no terminal while the screen is there. */
async function backupOf(sandbox: Sandbox): Promise<number> {
	const ids = await sandbox.processes();
	const terminals = await Promise.all(ids.map(async id => terminalOf(id)));
	const backups = ids.filter((_, index) => terminals[index] === '0');
	assert.equal(ids.length, 2);
	assert.equal(backups.length, 1);
	return backups[0]!;
}

const waitForNoProcess = async (sandbox: Sandbox) => until('the program to be gone', async () => (await sandbox.processes()).length === 0);

/** Bytes that a process has read so far. */
async function bytesRead(id: number): Promise<number> {
	const text = await fs.readFile(`/proc/${id}/io`, 'utf8');
	return Number(/^rchar: (?<bytes>\d+)$/mv.exec(text)?.groups?.bytes);
}

type Drop = {
	readonly how: string;
	readonly drop: (terminal: Terminal, sandbox: Sandbox) => Promise<void> | void;
};

async function killServers(sandbox: Sandbox): Promise<void> {
	const servers = await Promise.all((await sandbox.processes()).map(async id => serversOf(id)));
	const ids = new Set(servers.flat());
	assert.ok(ids.size > 0, 'no process of sshd serves this connection');

	for (const id of ids) {
		signalTo(id, 'SIGKILL');
	}
}

const clientIsKilled: Drop = {
	how: 'the client is killed',
	drop(terminal) {
		terminal.kill('SIGKILL');
	},
};

const waitForScreenGone = async (sandbox: Sandbox, backup: number) => until('the screen to be gone', async () => (await sandbox.processes()).every(id => id === backup));

/** Starts a backup that loses its connection. Resolves with the process that does it, which is alone then. */
async function startAndDrop(terminal: Terminal, sandbox: Sandbox, {drop} = clientIsKilled): Promise<number> {
	await startBackup(terminal);
	const backup = await backupOf(sandbox);
	await drop(terminal, sandbox);
	await waitForScreenGone(sandbox, backup);
	return backup;
}

const drops: readonly Drop[] = [
	clientIsKilled,
	{
		how: 'the server\'s session is killed',
		async drop(_, sandbox) {
			await killServers(sandbox);
		},
	},
	{
		how: 'the window with the client is closed',
		drop(terminal) {
			terminal.hangUp();
		},
	},
];

/** The set of a run on `createEndless()` is there and whole. */
async function assertComplete(sandbox: Sandbox): Promise<void> {
	assert.deepEqual(await sandbox.copies(), selection.map(name => copyName(name)).toSorted());
	assert.deepEqual(await sandbox.checkSums(), {
		code: 0, signal: null, stdout: '', stderr: '',
	});

	// All but the one that was cut short, by gzip itself. What was compressed already is copied as it is.
	const compare = 'cd "$1"; shift; for name; do if [ -e "$name" ]; then cat "$name"; else gzip -dc "$name.gz"; fi | cmp - "../../$name" || exit; done';
	assert.deepEqual(await run('bash', ['-o', 'pipefail', '-c', compare, 'bash', sandbox.set, ...sampleSelection]), {
		code: 0, signal: null, stdout: '', stderr: '',
	});

	const {finished, entries} = await readManifest(sandbox);
	assert.ok(Date.parse(finished) <= Date.now());
	assert.deepEqual(entries.filter(({outcome}) => outcome !== 'done'), []);
	assert.equal(entries.length, selection.length);
	const names = await fs.readdir(sandbox.destination);
	assert.deepEqual(names.filter(name => name.endsWith('.partial') || name === '.last-run.json' || name === '.socket'), []);
}

/** A process of the run goes on where nobody watches it. */
async function assertGoesOn(sandbox: Sandbox, id: number): Promise<void> {
	assert.equal(await exists(sandbox.set), false);
	const before = await bytesRead(id);
	await until('the backup to read on', async () => await bytesRead(id) > before);
	assert.equal(await exists(sandbox.set), false);
}

/** The names in the list, less what changes by itself: ages, free space, sizes of directories. */
const namesOf = (lines: readonly string[]) => lines.slice(0, -3).map(line => line.slice(0, 22)).join('\n');

const notice = /^<29>.*\blogbackup-tui\[\d+\]: /v;
const failure = /^<27>.*\blogbackup-tui\[\d+\]: /v;

describe('over SSH', {skip, concurrency: 3, timeout: 300_000}, () => {
	const connect = (user: User, command: string): Terminal => machine!.connect(user, command);

	after(async () => {
		await machine?.[Symbol.asyncDispose]();
	});

	for (const user of users) {
		for (const drop of drops) {
			test(`a confirmed backup goes on to its end when ${drop.how} (${user})`, async () => {
				await using sandbox = await createEndless();
				await using log = await SystemLog.listen(sandbox);
				await using terminal = connect(user, sudo(sandbox));
				const backup = await startAndDrop(terminal, sandbox, drop);
				await assertGoesOn(sandbox, backup);

				await letItEnd(sandbox);
				await waitForNoProcess(sandbox);
				await assertComplete(sandbox);
				const line = await log.waitForLine();
				assert.match(line, notice);
				assert.match(line, new RegExp(`backup completed in ${sandbox.set}: .* ${selection.length} .*files`, 'v'));
				assert.equal(log.lines.length, 1);
			});
		}

		test(`a backup without questions (--yes) goes on to its end when the connection is dropped (${user})`, async () => {
			await using sandbox = await createEndless();
			await using log = await SystemLog.listen(sandbox);
			await using terminal = connect(user, sudo(sandbox, ['--yes']));
			await terminal.waitFor(new RegExp(`${sampleSelection.length} of ${selection.length} files`, 'v'));
			const [backup = 0] = await sandbox.processes();
			const servers = await serversOf(backup);
			clientIsKilled.drop(terminal, sandbox);
			await until('the connection to be gone', async () => {
				const states = await Promise.all(servers.map(async id => exists(`/proc/${id}`)));
				return states.every(isThere => !isThere);
			});
			await assertGoesOn(sandbox, backup);
			await letItEnd(sandbox);
			await waitForNoProcess(sandbox);
			await assertComplete(sandbox);
			assert.match(await log.waitForLine(), notice);
			assert.equal(log.lines.length, 1);
		});

		for (const [where, isAsked] of [['in the list', false], ['at the question', true]] as const) {
			test(`a connection dropped ${where} ends the program, and nothing is written (${user})`, async () => {
				await using sandbox = await Sandbox.withSampleLogs();
				await using log = await SystemLog.listen(sandbox);
				const before = await listTree(sandbox.source);
				const code = path.join(sandbox.root, 'code');
				// The shell outlives the connection, to tell how the program ended.
				await using terminal = connect(user, `trap : HUP; ${sudo(sandbox)}; echo "$?" | sudo tee ${code}.new; sudo mv ${code}.new ${code}`);
				await waitForReview(terminal);

				if (isAsked) {
					terminal.press('w');
					await terminal.waitFor(confirm);
				}

				clientIsKilled.drop(terminal, sandbox);
				await waitForNoProcess(sandbox);
				await until('the shell to tell the exit code', async () => exists(code));
				assert.equal(await fs.readFile(code, 'utf8'), '129\n');
				assert.deepEqual(await listTree(sandbox.source), before);
				assert.equal(await exists(sandbox.destination), false);
				assert.deepEqual(log.lines, []);
			});
		}
	}

	test('the next login sees the run that goes on, follows it to its end, and finds the set after', async () => {
		await using sandbox = await createEndless();
		await using log = await SystemLog.listen(sandbox);
		await using first = connect('with-use-pty', sudo(sandbox));
		const backup = await startAndDrop(first, sandbox);

		// One who only looks may lose the connection as well.
		await using second = connect('with-use-pty', sudo(sandbox));
		await second.waitFor(lines => lines.join('\n').includes(attached) && underWay.test(lines.join('\n')), {what: 'the run that goes on'});
		await second.waitForRawMode();
		clientIsKilled.drop(second, sandbox);
		await waitForScreenGone(sandbox, backup);
		await assertGoesOn(sandbox, backup);

		await using third = connect('with-use-pty', sudo(sandbox));
		await third.waitFor(attached);
		await third.waitFor(underWay);
		await letItEnd(sandbox);
		await leaveSummary(third);
		const {exitCode} = await third.waitForExit();
		assert.equal(exitCode, 0, lastWords(third));
		assert.ok(third.normalLines().some(line => line.includes(`Backup completed in ${sandbox.set}`)), lastWords(third));
		await assertGivenBack(third);
		await waitForNoProcess(sandbox);
		await assertComplete(sandbox);
		assert.equal(log.lines.length, 1);

		await using last = connect('with-use-pty', sudo(sandbox));
		const lines = await last.waitFor('already exists');
		assert.match(lines.join('\n'), new RegExp(String.raw`Finished [^]*Files +${selection.length}\n[^]*Failed +none`, 'v'));
		await last.waitForRawMode();
		last.press('q');
		assert.equal((await last.waitForExit()).exitCode, 4, lastWords(last));
		await assertGivenBack(last);
	});

	test('the next login stops the run that goes on, and the one after is told so', async () => {
		await using sandbox = await createEndless();
		await using log = await SystemLog.listen(sandbox);
		await using first = connect('with-use-pty', sudo(sandbox));
		await startAndDrop(first, sandbox);

		await using second = connect('with-use-pty', `${sudo(sandbox)}; echo "code $?"`);
		await second.waitFor(attached);
		await second.waitFor(underWay);
		await second.waitForRawMode();
		await stopBackup(second);
		await leaveSummary(second);
		await second.waitForExit();
		assert.equal(second.normalLines().findLast(line => line !== ''), 'code 130', lastWords(second));
		await assertGivenBack(second);
		await waitForNoProcess(sandbox);
		assert.equal(await exists(sandbox.set), false);
		const line = await log.waitForLine();
		const stopped = new Interruption('SIGINT').message;
		assert.ok(line.startsWith('<27>') && line.includes(stopped), line);

		const assertTold = (shown: string) => {
			assert.match(shown, /The last run, .*, made no backup: /v);
			assert.ok(shown.includes(`, made no backup: ${stopped}`), shown);
		};

		assert.ok(await exists(path.join(sandbox.destination, '.last-run.json')));

		await using third = connect('with-use-pty', sudo(sandbox));
		await waitForReview(third);
		assertTold(third.screen().join('\n'));
		await letItEnd(sandbox);
		third.press('w');
		await third.waitFor(confirm);
		assertTold(third.screen().join('\n').replaceAll(/\s+/gv, ' '));
		third.press('enter');
		await leaveSummary(third);
		assert.equal((await third.waitForExit()).exitCode, 0, lastWords(third));
		await assertComplete(sandbox);
	});

	test('a dropped run that fails tells the system log and the next login', async () => {
		await using sandbox = await createEndless();
		await using log = await SystemLog.listen(sandbox);
		await using first = connect('without-use-pty', sudo(sandbox));
		await startAndDrop(first, sandbox);
		await fs.rename(sandbox.staging, path.join(sandbox.root, 'taken'));
		await letItEnd(sandbox);
		await waitForNoProcess(sandbox);
		assert.equal(await exists(sandbox.set), false);
		const line = await log.waitForLine();
		assert.match(line, failure);
		assert.doesNotMatch(line, /completed|internal error/v);

		await using second = connect('without-use-pty', sudo(sandbox));
		await waitForReview(second);
		assert.match(second.screen().join('\n'), /The last run, .*, made no backup: /v);
		second.press('q');
		assert.equal((await second.waitForExit()).exitCode, 0, lastWords(second));
	});

	for (const user of users) {
		test(`Ctrl-Z goes to the shell on the other side, and fg comes back (${user})`, async () => {
			await using sandbox = await createEndless();
			await using terminal = connect(user, 'PS1="here> " exec bash --norc --noprofile --noediting -i');
			const prompt = /^here>$/mv;
			await terminal.waitFor(prompt);
			terminal.send(`${sudo(sandbox)}\n`);
			await waitForReview(terminal);
			const list = namesOf(terminal.screen());
			terminal.press('ctrl-z');
			await terminal.waitFor(/Stopped/v);
			await terminal.waitFor(lines => prompt.test(lines.join('\n').trimEnd()), {what: 'the prompt'});
			assert.equal(terminal.isAlternate, false);
			assert.equal(terminal.trace.isCursorHidden, false);
			terminal.send('stty -a; echo still "$((6 * 7))"\n');
			const settings = await terminal.waitFor('still 42');
			assert.match(settings.join(' '), /\sicanon\b/v);
			assert.match(settings.join(' '), /\secho\b/v);

			terminal.send('fg\n');
			await terminal.waitFor(lines => terminal.isAlternate && namesOf(lines) === list, {what: 'the list as it was'});
			terminal.press('w');
			await terminal.waitFor(confirm);
			terminal.press('enter');
			await terminal.waitFor(underWay);
			terminal.press('ctrl-z');
			await terminal.waitFor(lines => !terminal.isAlternate && prompt.test(lines.join('\n').trimEnd()), {what: 'the prompt'});

			// The backup does not wait for the screen.
			await letItEnd(sandbox);
			await until('the set', async () => exists(sandbox.set));
			terminal.send('fg; echo "code $?"\n');
			await leaveSummary(terminal);
			await terminal.waitFor(/^code 0/mv);
			assert.match(terminal.normalLines().join('\n'), /Backup completed in/v);
			await assertComplete(sandbox);
			terminal.send('exit\n');
			await terminal.waitForExit();
		});
	}
});

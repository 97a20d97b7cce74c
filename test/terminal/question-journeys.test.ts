/*
The question before a backup: while it stands, the process that would do the backup waits already. It must be gone, and have done nothing,
whenever the answer is not yes.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {copyName, sampleSelection} from '../support/sample-logs.ts';
import {exists, until} from '../support/files.ts';
import type {Terminal} from '../support/terminal.ts';

const question = /Back up [\d,]+ files?\?/v;

/** The processes that the screen has started. */
async function findBackups(terminal: Terminal): Promise<number[]> {
	const pids = (await fs.readdir('/proc')).map(Number).filter(pid => pid > 0);
	const found = await Promise.all(pids.map(async pid => {
		const status = await fs.readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
		return /^PPid:\t(?<parent>\d+)$/mv.exec(status)?.groups?.parent === String(terminal.pid) ? [pid] : [];
	}));
	return found.flat();
}

/** Waits until the process is there that would do the backup. */
const waiting = async (terminal: Terminal) => until('the process to wait', async () => {
	const [pid] = await findBackups(terminal);
	return pid;
});

/** Waits until a process has ended; it may still be a zombie, which has no command line. */
const waitUntilGone = async (pid: number) => until('the process to be gone', async () => await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') === '');

async function openQuestion(sandbox: Sandbox): Promise<Terminal> {
	const terminal = sandbox.start();
	// With what is left out: as long as that is being counted, one process that waits takes the place of another.
	await terminal.waitFor(/nginx\/ +10\.0 kB/v);
	await terminal.waitFor(/w back up/v);
	await terminal.waitForRawMode();
	terminal.press('w');
	await terminal.waitFor(question);
	return terminal;
}

describe('an operator who is asked whether to start', {timeout: 600_000, concurrency: 2}, () => {
	test('goes back to the list and quits: no process is left, and nothing was written', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openQuestion(sandbox);
		const pid = await waiting(terminal);
		terminal.press('esc');
		await terminal.waitFor(/w back up/v);
		await waitUntilGone(pid);
		terminal.press('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.equal(await exists(sandbox.destination), false);
	});

	test('quits at once: no process is left, and nothing was written', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openQuestion(sandbox);
		const pid = await waiting(terminal);
		terminal.press('ctrl-c');
		await terminal.waitForExit();
		await waitUntilGone(pid);
		assert.equal(await exists(sandbox.destination), false);
	});

	test('is gone with the screen, killed: the process that waits ends by itself, and nothing was written', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openQuestion(sandbox);
		const pid = await waiting(terminal);
		terminal.kill('SIGKILL');
		await waitUntilGone(pid);
		assert.equal(await exists(sandbox.destination), false);
	});

	test('says yes: the process that waited does the backup', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openQuestion(sandbox);
		const pid = await waiting(terminal);
		// Halted, it cannot be done before it has been looked for.
		process.kill(pid, 'SIGSTOP');
		terminal.press('enter');
		await terminal.waitFor(lines => !question.test(lines.join('\n')), {what: 'the run'});
		assert.deepEqual(await findBackups(terminal), [pid]);
		process.kill(pid, 'SIGCONT');
		await terminal.waitFor(/Enter leave/v);
		assert.deepEqual(await sandbox.copies(), sampleSelection.map(name => copyName(name)).toSorted());
	});

	test('says yes though the process that waited has died: another one does the backup', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openQuestion(sandbox);
		const pid = await waiting(terminal);
		process.kill(pid, 'SIGKILL');
		// Until the screen has heard of its end, it is a zombie.
		await until('the screen to know', async () => !await exists(`/proc/${pid}`));
		terminal.press('enter');
		await terminal.waitFor(/Enter leave/v);
		assert.deepEqual(await sandbox.copies(), sampleSelection.map(name => copyName(name)).toSorted());
	});

	test('goes back and takes out a file: that one is not in the set', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openQuestion(sandbox);
		const pid = await waiting(terminal);
		terminal.press('esc');
		await terminal.waitFor(/w back up/v);
		terminal.press('/');
		terminal.press('ufw.log');
		terminal.press('enter');
		await terminal.waitFor(/Esc clear/v);
		terminal.press('space');
		await terminal.waitFor(/\[ \] ufw\.log/v);
		terminal.press('w');
		await terminal.waitFor(question);
		assert.notEqual(await waiting(terminal), pid);
		terminal.press('enter');
		await terminal.waitFor(/Enter leave/v);
		assert.deepEqual(await sandbox.copies(), sampleSelection.filter(name => name !== 'ufw.log').map(name => copyName(name)).toSorted());
	});
});

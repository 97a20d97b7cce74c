/*
Signals from a shell, a service manager or another window, at a real terminal and without one.
*/
import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import {describe, test} from 'node:test';
import {failureText, Interruption} from '../../source/exit/failure.ts';
import {type Sandbox} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {program} from '../support/run.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import {closingInherited} from '../support/closing-inherited.ts';
import {cleanEnvironment} from '../support/environment.ts';
import {Terminal} from '../support/terminal.ts';
import {
	assertGivenBack,
	createEndless,
	lastWords,
	leaveSummary,
	letItEnd,
	selection,
	startBackup,
	stopBackup,
	underWay,
	waitForReview,
} from './screens.ts';

/** A run without a terminal, and what it says. */
class Background {
	readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
	stdout = '';
	stderr = '';
	readonly #child: ChildProcess;

	constructor(sandbox: Sandbox, args: readonly string[]) {
		const child = spawn(...closingInherited(process.execPath, [program, ...sandbox.flags, '--jobs=2', '--yes', ...args]), {
			env: {...cleanEnvironment(), ...sandbox.env},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			this.stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			this.stderr += text;
		});
		this.#child = child;
		this.ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
	}

	get pid(): number {
		return this.#child.pid!;
	}

	kill(...signals: readonly NodeJS.Signals[]): void {
		for (const signal of signals) {
			this.#child.kill(signal);
		}
	}

	/** Waits until most files are in the staging directory. */
	async waitUntilUnderWay(sandbox: Sandbox): Promise<void> {
		await until('the run to be under way', async () => {
			const names = await fs.readdir(sandbox.staging).catch(() => []);
			return names.length >= sampleSelection.length;
		});
	}
}

/** Sockets on which a process listens for TCP connections: a debugger would. */
async function listeningSockets(id: number): Promise<string[]> {
	const tables = await Promise.all(['tcp', 'tcp6'].map(async name => fs.readFile(`/proc/${id}/net/${name}`, 'utf8').catch(() => '')));
	const listening = new Set(tables.flatMap(table => table.split('\n').slice(1).map(line => line.trim().split(/\s+/v)))
		.filter(fields => fields[3] === '0A')
		.map(fields => `socket:[${fields[9]}]`));
	const names = await fs.readdir(`/proc/${id}/fd`);
	const links = await Promise.all(names.map(async name => fs.readlink(`/proc/${id}/fd/${name}`).catch(() => '')));
	return links.filter(link => listening.has(link));
}

const progress = /^\d+ %, \d+ of \d+ files, .*\/s/v;

describe('signals', {concurrency: 2, timeout: 300_000}, () => {
	test('SIGUSR1 prints one line of progress each time, and opens no debugger', async () => {
		await using sandbox = await createEndless();
		const run = new Background(sandbox, []);
		await run.waitUntilUnderWay(sandbox);

		for (const count of [1, 2]) {
			run.kill('SIGUSR1');
			await until('a line', () => run.stderr.split('\n').length > count);
		}

		const lines = run.stderr.trimEnd().split('\n');
		assert.equal(lines.length, 2, run.stderr);
		assert.deepEqual(lines.filter(line => !progress.test(line)), []);
		assert.deepEqual(await listeningSockets(run.pid), []);
		await letItEnd(sandbox);
		assert.deepEqual(await run.ended, [0, null]);
		assert.doesNotMatch(run.stderr, /[Dd]ebugger/v);
		assert.equal((await sandbox.checkSums()).code, 0);
	});

	test('SIGUSR1 to the screens and to their backup opens no debugger and disturbs nothing', async () => {
		await using sandbox = await createEndless();
		await using terminal = sandbox.start(['--jobs=2']);
		await startBackup(terminal);
		const ids = await sandbox.processes();
		assert.equal(ids.length, 2);

		for (const id of ids) {
			process.kill(id, 'SIGUSR1');
		}

		// Its answer would be written by now.
		await terminal.waitForChange(() => undefined);
		assert.deepEqual(await Promise.all(ids.map(async id => listeningSockets(id))), [[], []]);
		await letItEnd(sandbox);
		await leaveSummary(terminal);
		assert.equal((await terminal.waitForExit()).exitCode, 0, lastWords(terminal));
		assert.doesNotMatch(terminal.transcript, /[Dd]ebugger|% *,/v);
		await assertGivenBack(terminal);
	});

	for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
		test(`${signal} stops a run without questions by that signal, keeping what is complete for the next one`, async () => {
			await using sandbox = await createEndless();
			const run = new Background(sandbox, []);
			await run.waitUntilUnderWay(sandbox);
			run.kill(signal);
			assert.deepEqual(await run.ended, [null, signal]);
			assert.ok(run.stderr.split('\n').includes(failureText(new Interruption(signal))), run.stderr);
			const kept = /^(?<count>\d+) complete copies kept/mv.exec(run.stderr)?.groups?.count;
			assert.ok(kept, run.stderr);
			assert.equal(await exists(sandbox.set), false);
			await letItEnd(sandbox);
			const next = await sandbox.run(['--yes']);
			assert.equal(next.code, 0, next.stderr);
			assert.match(next.stdout, new RegExp(String.raw`\b${kept} taken over`, 'v'));
			assert.equal((await sandbox.checkSums()).code, 0);
		});

		test(`a shell sees ${code} after ${signal}`, async () => {
			await using sandbox = await createEndless();
			await using terminal = Terminal.start({
				command: 'bash',
				args: ['--norc', '--noprofile', '-c', '"$@"; echo "code $?"', 'bash', process.execPath, program, ...sandbox.flags, '--yes', '--jobs=2'],
				env: sandbox.env,
			});
			await terminal.waitFor(new RegExp(`${sampleSelection.length} of ${selection.length} files`, 'v'));

			// The shell that waits for it is in the sandbox as well.
			for (const id of (await sandbox.processes()).filter(id => id !== terminal.pid)) {
				process.kill(id, signal);
			}

			await terminal.waitFor(`code ${code}`);
			await terminal.waitForExit();
			assert.ok(terminal.normalLines().join('\n').includes(new Interruption(signal).message));
		});

		test(`a second signal after ${signal} ends the run at once, and the next run succeeds`, async () => {
			await using sandbox = await createEndless();
			const run = new Background(sandbox, ['--json']);
			await run.waitUntilUnderWay(sandbox);
			// Both are there when it goes on, so that it has had no time to stop cleanly.
			run.kill('SIGSTOP', signal, signal === 'SIGINT' ? 'SIGTERM' : 'SIGINT', 'SIGCONT');
			const [exitCode, ending] = await run.ended;
			assert.equal(exitCode, null);
			assert.match(String(ending), /^SIG(?:INT|TERM)$/v);
			assert.doesNotMatch(run.stdout, /exit_error/v);
			assert.equal(await exists(sandbox.set), false);
			await letItEnd(sandbox);
			const next = await sandbox.run(['--yes']);
			assert.equal(next.code, 0, next.stderr);
			assert.equal((await sandbox.checkSums()).code, 0);
		});
	}

	test('Ctrl-C at the terminal stops a run without questions, and the shell sees 130', async () => {
		await using sandbox = await createEndless();
		await using terminal = sandbox.start(['--yes', '--jobs=2']);
		await terminal.waitFor(new RegExp(`${sampleSelection.length} of ${selection.length} files`, 'v'));
		terminal.press('ctrl-c');
		assert.equal((await terminal.waitForExit()).signal, 'SIGINT', lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('a run that was stopped is told of in the next list, and no more once a set was made', async () => {
		await using sandbox = await createEndless();
		await using first = sandbox.start(['--jobs=2']);
		await startBackup(first);
		await stopBackup(first);
		await leaveSummary(first);
		assert.equal((await first.waitForExit()).signal, 'SIGINT', lastWords(first));
		await using second = sandbox.start([], {cols: 200});
		await waitForReview(second);
		const shown = second.screen().join('\n');
		assert.match(shown, /The last run, .*, made no backup: /v);
		assert.ok(shown.includes(`, made no backup: ${new Interruption('SIGINT').message}`), shown);
		second.press('q');
		await second.waitForExit();

		await letItEnd(sandbox);
		assert.equal((await sandbox.run(['--yes'])).code, 0);
		await fs.rm(sandbox.set, {recursive: true});
		await using third = sandbox.start([], {cols: 200});
		await waitForReview(third);
		assert.doesNotMatch(third.screen().join('\n'), /The last run/v);
		third.press('q');
		await third.waitForExit();
	});

	test('Ctrl-Z during the run brings the shell back, fg redraws, and the backup has gone on', async () => {
		await using sandbox = await createEndless();
		const prompt = /^bash\S*[#$]$/mv;
		await using terminal = Terminal.start({
			command: 'bash', args: ['--norc', '--noprofile', '--noediting', '-i'], env: sandbox.env, cwd: sandbox.root,
		});
		await terminal.waitFor(prompt);
		terminal.send(`${[process.execPath, program, ...sandbox.flags, '--jobs=2'].join(' ')}\n`);
		await startBackup(terminal);
		terminal.press('ctrl-z');
		await terminal.waitFor(/Stopped/v);
		assert.equal(terminal.isAlternate, false);
		assert.equal(terminal.trace.isCursorHidden, false);
		await until('the terminal to edit lines', () => !terminal.isRaw);
		terminal.send('fg\n');
		await terminal.waitFor(lines => terminal.isAlternate && underWay.test(lines.join('\n')), {what: 'the run'});
		await terminal.waitForRawMode();
		await letItEnd(sandbox);
		await leaveSummary(terminal);
		await terminal.waitFor(lines => !terminal.isAlternate && prompt.test(lines.join('\n').trimEnd()), {what: 'the prompt'});
		assert.match(terminal.normalLines().join('\n'), /Backup completed in/v);
		terminal.send('exit\n');
		await terminal.waitForExit();
	});
});

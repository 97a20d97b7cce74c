/*
A run and its end as the operator meets them. Where a real run would be over too soon, or could not fail so, stand-in.ts tells its events.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import type {
	BackupEvent,
	ErrorEvent,
	FileEvent,
	SummaryEvent,
} from '../../source/backup/events.ts';
import {displayName} from '../../source/text/display-name.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {Terminal} from '../support/terminal.ts';
import type {Steps} from './stand-in.ts';

const confirm = /Back up [\d,]+ files?\?/v;
const leave = /Enter leave/v;

const lastWords = (terminal: Terminal) => `Its last words:\n${terminal.normalLines().join('\n')}`;

async function waitForReview(terminal: Terminal): Promise<void> {
	await terminal.waitFor(lines => /\d files? marked/v.test(lines.join('\n')) && !lines.join('\n').includes('reading the directory'), {what: 'the complete list'});
	await terminal.waitForRawMode();
}

async function startBackup(terminal: Terminal): Promise<void> {
	await waitForReview(terminal);
	terminal.press('w');
	await terminal.waitFor(confirm);
	terminal.press('enter');
}

async function assertGivenBack(terminal: Terminal): Promise<void> {
	assert.deepEqual(await terminal.leftovers(), []);
	assert.deepEqual(terminal.disturbances(), []);
}

const startEvent = (sandbox: Sandbox, files: number): BackupEvent => ({
	message_type: 'start', version: '0.1.0', pid: 1, host: 'web1', started: '2026-03-14T06:25:00Z', date: '2026-03-14',
	source: sandbox.source, set: sandbox.set, total_files: files, total_bytes: files * 1000,
});

const doneEvent = (name: string): FileEvent => ({
	message_type: 'file', path: name, outcome: 'done', notes: [], bytes_in: 1000, bytes_out: 100, verified: true, resumed: false,
});

const failedEvent = (name: string, message = 'permission denied (EACCES)'): ErrorEvent => ({message_type: 'error', path: name, error: {message}});

const statusEvent = (active: readonly string[], done: number, seconds = 1): BackupEvent => ({
	message_type: 'status', seconds_elapsed: seconds, percent_done: 0.5, total_files: 40, files_done: done, total_bytes: 40_000, bytes_done: seconds * 1000,
	bytes_written: 100, bytes_per_second: 1000, error_count: 0, current_files: active.map(name => ({path: name, bytes_done: 500, total_bytes: 1000})),
});

const summaryEvent = (sandbox: Sandbox, done: number, failed: number): SummaryEvent => ({
	message_type: 'summary', exit_code: failed > 0 ? 3 : 0, set: sandbox.set, started: '2026-03-14T06:25:00Z', finished: '2026-03-14T06:25:40Z',
	total_files: done + failed, files_done: done, files_failed: failed, files_vanished: 0, files_resumed: 0, files_reused: 0, files_verified: done,
	bytes_in: done * 1000, bytes_out: done * 100, bytes_new: done * 100, seconds_elapsed: 40,
});

type Size = {readonly cols?: number; readonly rows?: number};

/** Starts the program with the steps in place of its backups. */
async function startStandIn(sandbox: Sandbox, steps: Steps, size: Size = {}): Promise<Terminal> {
	const file = path.join(sandbox.root, 'steps.json');
	await fs.writeFile(file, JSON.stringify(steps));
	return Terminal.start({
		command: process.execPath,
		args: [path.join(import.meta.dirname, 'stand-in.ts'), ...sandbox.flags],
		env: {...sandbox.env, STAND_IN_STEPS: file, NODE_NO_WARNINGS: '1'},
		cwd: sandbox.root,
		...size,
	});
}

/** A signal from the test to the stand-in. */
const touch = async (file: string) => fs.writeFile(file, '');

describe('an operator and a run', {timeout: 600_000, concurrency: 2}, () => {
	test('has one file fail: reads its reason in the summary, looks at all files, and leaves with one Enter and exit code 3', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start();
		await waitForReview(terminal);
		await fs.rm(path.join(sandbox.source, 'mail.log'));
		await fs.mkdir(path.join(sandbox.source, 'mail.log'));
		await startBackup(terminal);
		const lines = await terminal.waitFor(leave);
		assert.match(lines.join('\n'), /1 file could not be copied[\s\S]*mail\.log: .*directory/v);
		assert.match(lines.join('\n'), /Exit code 3/v);
		terminal.press('tab');
		const list = await terminal.waitFor(/failed +mail\.log/v);
		assert.match(list.join('\n'), /done +syslog\.1 [^\n\r\u{2028}\u{2029}\u{2192}]*\u{2192}.*:1/v);
		terminal.press('tab');
		await terminal.waitFor(leave);
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 3, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /Failed:\n {2}mail\.log: /v);
		await assertGivenBack(terminal);
	});

	test('looks through all files while one is copied, comes back with Tab, and stops the run', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await sandbox.addEndless('endless.log');
		await using terminal = sandbox.start(['--jobs=1']);
		await startBackup(terminal);
		await terminal.waitFor(/then +syslog\.1 2\.20 MB, .* more/v);
		terminal.press('tab');
		await terminal.waitFor(/^›copying +endless\.log .*of 51/mv);
		assert.match(terminal.screen().join('\n'), /waiting +syslog\.1/v);
		terminal.press('end');
		await terminal.waitFor(/^›waiting +faillog[\s\S]*14 of 14/mv);
		terminal.press('home', 'down');
		await terminal.waitFor(/^›waiting +syslog\.1/mv);
		terminal.press('q');
		await terminal.waitFor(/Stop the backup\?/v);
		terminal.press('n');
		await terminal.waitFor(lines => !lines.join('\n').includes('Stop the backup?'), {what: 'the question to go away'});
		terminal.press('tab');
		await terminal.waitFor(/then +syslog\.1/v);
		terminal.press('ctrl-c', 'ctrl-c');
		const lines = await terminal.waitFor(leave);
		assert.match(lines.join('\n'), /Stopped by you[\s\S]*14 files not done/v);
		terminal.press('q');
		assert.equal((await terminal.waitForExit()).signal, 'SIGINT', lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('finds failures in the set of today by name, and scrolls to the last', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const missing = Array.from({length: 60}, (_, index) => `missing-${index}.log`);
		const list = ['syslog', ...missing].map(name => `${name}\0`).join('');
		await sandbox.run(['--yes', '--files-from', '-'], {stdin: list, code: 3});
		await using terminal = sandbox.start();
		const lines = await terminal.waitFor('already exists');
		assert.match(lines.join('\n'), /Finished +\d{4}-\d{2}-\d{2} \d{2}:\d{2}[\s\S]*60 files failed: no such file or directory \(ENOENT\)\n missing-0\.log\n/v);
		await terminal.waitForRawMode();
		terminal.press('end');
		await terminal.waitFor(/missing-59\.log[\s\S]*Press r/v);
		terminal.press('q');
		assert.equal((await terminal.waitForExit()).exitCode, 4, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('retries what failed with r, and the result of that is what counts', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const retryArguments = path.join(sandbox.root, 'arguments');
		await using terminal = await startStandIn(sandbox, {
			run: [startEvent(sandbox, 2), doneEvent('syslog'), failedEvent('auth.log'), summaryEvent(sandbox, 1, 1)],
			retry: [startEvent(sandbox, 1), statusEvent(['auth.log'], 0), {waitFor: path.join(sandbox.root, 'go')}, doneEvent('auth.log'), summaryEvent(sandbox, 2, 0)],
			retryArguments,
		});
		await startBackup(terminal);
		await terminal.waitFor(/auth\.log: permission denied[\s\S]*r retry failed/v);
		terminal.press('r');
		await terminal.waitFor(/Retrying the failed files[\s\S]*copying +auth\.log/v);
		const args = (await fs.readFile(retryArguments, 'utf8')).split('\n');
		assert.deepEqual(args.toSorted(), [
			'--date=2026-03-14', `--dest=${sandbox.destination}`, '--ignore-missing', '--json', '--no-config', '--retry', `--source=${sandbox.source}`, '--unattended', '--yes',
		].toSorted());
		await touch(path.join(sandbox.root, 'go'));
		await terminal.waitFor(/All 2 marked files are backed up/v);
		terminal.press('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0, lastWords(terminal));
		assert.doesNotMatch(terminal.normalLines().join('\n'), /Failed:/v);
		await assertGivenBack(terminal);
	});

	test('retries what failed in the set of today, which a run left that had lost its terminal', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await sandbox.run(['--yes', '--files-from', '-'], {stdin: 'syslog\0gone.log\0', code: 3});
		await using terminal = await startStandIn(sandbox, {
			run: [], retry: [startEvent(sandbox, 1), failedEvent('gone.log', 'no such file or directory (ENOENT)'), summaryEvent(sandbox, 1, 1)],
		});
		await terminal.waitFor(/gone\.log: no such file[\s\S]*r retry failed/v);
		await terminal.waitForRawMode();
		terminal.press('r');
		await terminal.waitFor(/1 file could not be copied[\s\S]*r retry failed/v);
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 3, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('leaves the summary open over night: no process of the run is left, nothing is sent, and no time of the processor is used', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start();
		await startBackup(terminal);
		await terminal.waitFor(leave);
		await until('the backup process to be gone', async () => (await sandbox.processes()).length === 1);
		const [id] = await sandbox.processes();
		const open = await Promise.all((await fs.readdir(`/proc/${id}/fd`)).map(async fd => fs.readlink(`/proc/${id}/fd/${fd}`).catch(() => '')));
		assert.deepEqual(open.filter(target => /\.lock|\.socket|\.partial/v.test(target)), []);
		const wakeUps = async () => /^voluntary_ctxt_switches:\s+(?<count>\d+)$/mv.exec(await fs.readFile(`/proc/${id}/status`, 'utf8'))?.groups?.count;
		// What the end of the run set going is over when nothing has woken it for a while.
		await until('it to sleep', async () => {
			const before = [await wakeUps(), terminal.bytesReceived];
			await new Promise(resolve => {
				setTimeout(resolve, 500);
			});
			return String(before) === String([await wakeUps(), terminal.bytesReceived]);
		});
		// Another run can have the lock.
		await sandbox.run(['--yes'], {code: 4});
		terminal.hangUp();
		await terminal.exited;
		await until('the screen to be gone', async () => (await sandbox.processes()).length === 0);
	});

	test('loses the terminal over the summary: the program ends with the exit code of the run', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const steps: Steps = {run: [startEvent(sandbox, 2), doneEvent('syslog'), failedEvent('auth.log'), summaryEvent(sandbox, 1, 1)]};
		await using terminal = await startStandIn(sandbox, steps);
		await startBackup(terminal);
		await terminal.waitFor(leave);
		terminal.kill('SIGHUP');
		assert.equal((await terminal.waitForExit()).exitCode, 3, lastWords(terminal));
		await assertGivenBack(terminal);
	});
});

/* Each would do something to a terminal, or to the eye of the reader, if it came through. */
const hostileNames = [
	'\u{1B}]0;evil\u{7}.log',
	'\u{1B}[2J\u{1B}[H.log',
	'\u{1B}]52;c;ZXZpbA==\u{7}',
	'two\nlines.log',
	'gol.\u{202E}cod.log',
	'日本語のログ😀.log',
	'e\u{301}\u{302}x.log',
	'x'.repeat(250),
	'  a  b  ',
];

describe('every screen of a run fits the terminal and leaves it alone, with hostile names', {timeout: 300_000, concurrency: 2}, () => {
	for (const [cols, rows] of [[40, 12], [80, 24], [200, 60]] as const) {
		test(`of ${cols}x${rows}`, async () => {
			await using sandbox = await Sandbox.create();
			await Promise.all(hostileNames.map(async name => sandbox.add(Buffer.from(name), name)));
			await Promise.all(Array.from({length: 90}, async (_, index) => sandbox.add(`f${index}.log`, 'x')));
			// Empty, and so the last in turn.
			await Promise.all(Array.from({length: 5}, async (_, index) => sandbox.add(`later${index}.log`)));
			const names = hostileNames.map(name => displayName(Buffer.from(name)));
			const reason = `what the system says of ${names[4]} and of ${names[7]}`;
			const go = (step: string) => path.join(sandbox.root, step);
			const steps: Steps = {
				run: [
					startEvent(sandbox, names.length + 95),
					...names.slice(4).map(name => failedEvent(name, reason)),
					...Array.from({length: 90}, (_, index) => index % 3 === 0 ? doneEvent(`f${index}.log`) : failedEvent(`f${index}.log`)),
					...Array.from({length: 12}, (_, index) => statusEvent(names.slice(0, 4), 95, 1 + (index / 2))),
					{waitFor: go('end')},
					summaryEvent(sandbox, 30, 65),
				],
			};
			await using terminal = await startStandIn(sandbox, steps, {cols, rows});
			/* A frame that is taller than the terminal has lost its first line. */
			const fits = async (screen: Terminal, body: RegExp, keys: RegExp) => screen.waitFor(
				lines => lines.length === rows && /logbackup-tui|\/tmp\//v.test(lines[0] ?? '') && keys.test(lines.at(-1) ?? '') && body.test(lines.join('\n')),
				{what: `a whole screen with ${body.source} and ${keys.source}`},
			);

			await startBackup(terminal);

			// Where there is room, all files are there at once.
			if (rows === 60) {
				await fits(terminal, /OUTCOME[\s\S]*evil/v, /Tab back/v);
				terminal.press('tab');
			}

			await fits(terminal, /evil[\s\S]*then /v, /q stop/v);
			terminal.press('tab');
			await fits(terminal, /OUTCOME/v, /Tab back/v);
			terminal.press('f');
			await fits(terminal, /^›failed/mv, /Tab back/v);
			terminal.press('pagedown', 'end', 'pageup', 'f', 'p');
			await fits(terminal, /p resume/v, /Tab back/v);
			terminal.press('p', 'tab');
			await fits(terminal, /then /v, /q stop/v);
			await touch(go('end'));
			await fits(terminal, leave, /r retry failed/v);

			for (const key of ['end', 'home', 'pagedown', 'pageup']) {
				await terminal.waitForChange(() => {
					terminal.press(key);
				});
				await fits(terminal, /failed/v, /r retry failed/v);
			}

			terminal.press('tab');
			await fits(terminal, /OUTCOME/v, /Tab back/v);
			terminal.resize(100, 30);
			await terminal.waitFor(lines => (lines.at(-1) ?? '').includes('Tab back') && lines.length === 30, {what: 'the list in another size'});
			terminal.resize(cols, rows);
			await terminal.waitFor(lines => (lines.at(-1) ?? '').includes('Tab back') && /\/tmp\/|logbackup-tui/v.test(lines[0] ?? ''), {what: 'the list as it was'});
			terminal.press('tab');
			await fits(terminal, leave, /r retry failed/v);
			terminal.press('enter');
			assert.equal((await terminal.waitForExit()).exitCode, 3, lastWords(terminal));
			await assertGivenBack(terminal);

			// The same names, in a set that stands.
			assert.equal(await exists(sandbox.set), false);
			const list = hostileNames.map(name => `missing ${name}\0`).join('');
			await sandbox.run(['--yes', '--files-from', '-'], {stdin: `f1.log\0${list}`, code: 3});
			await using again = sandbox.start([], {cols, rows});
			await fits(again, /already exists/v, /r retry failed/v);
			await again.waitForRawMode();
			again.press('end');
			await fits(again, /Press r/v, /r retry failed/v);
			again.press('q');
			assert.equal((await again.waitForExit()).exitCode, 4, lastWords(again));
			await assertGivenBack(again);
		});
	}
});

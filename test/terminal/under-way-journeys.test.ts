/*
What befalls a run that is under way, and whoever watches it.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import {exists, until} from '../support/files.ts';
import {program} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';
import {
	asking,
	assertCopied,
	assertGivenBack,
	createEndless,
	exitCode,
	lastWords,
	leaveSummary,
	letItEnd,
	moveTo,
	openReview,
	openRun,
	running,
	startBackup,
	waitForReview,
	waitForWatchable,
} from '../support/operator.ts';

describe('an operator during a run', {timeout: 1_800_000, concurrency: 2}, () => {
	test('presses Ctrl-C during the run: is asked; a second one stops it, and says what was kept', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor('1 of 2 files done');
		terminal.press('ctrl-c');
		await terminal.waitFor(asking);
		terminal.press('ctrl-c');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		assert.equal(await exists(sandbox.set), false);
		assert.match(terminal.normalLines().join('\n'), /kept|next run/v);
		await assertGivenBack(terminal);
		await until('the backup process to be gone', async () => (await sandbox.processes()).length === 0);

		// What it left does not block the day.
		await letItEnd(sandbox);
		assert.equal((await sandbox.run(['--yes'])).code, 0);
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
		assert.deepEqual(await fs.readdir(sandbox.destination).then(names => names.filter(name => name.endsWith('.partial'))), []);
	});

	test('presses Ctrl-C twice so fast that both come in one read: the run stops', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openRun(sandbox);
		terminal.send('\u{3}\u{3}');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		assert.equal(await exists(sandbox.set), false);
		await assertGivenBack(terminal);
	});

	test('presses q during the run, thinks better of it, and the run goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openRun(sandbox);
		terminal.press('q');
		await terminal.waitFor(asking);
		terminal.press('n');
		await terminal.waitFor(lines => !lines.join('\n').includes('Stop the backup?'), {what: 'the question to go away'});
		await letItEnd(sandbox);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
	});

	test('sees the screen die during the run: the backup goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openRun(sandbox);
		terminal.kill('SIGKILL');
		assert.deepEqual(await terminal.waitForExit(), {exitCode: 0, signal: 'SIGKILL'});
		assert.equal(await exists(sandbox.set), false);
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
		assert.equal((await sandbox.checkSums()).code, 0);
	});

	test('loses the connection during the run: the backup goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openRun(sandbox);
		terminal.hangUp();
		await terminal.exited;
		assert.equal(await exists(sandbox.set), false);
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
		await until('the backup process to be gone', async () => (await sandbox.processes()).length === 0);
	});

	test('loses the connection in the list: the program ends, nothing is written', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		terminal.hangUp();
		await terminal.exited;
		await until('the program to be gone', async () => (await sandbox.processes()).length === 0);
		assert.equal(await exists(sandbox.destination), false);
	});

	test('sends SIGTERM to the screen during the run: told that the backup goes on, and it does', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openRun(sandbox);
		terminal.kill('SIGTERM');
		assert.equal(await exitCode(terminal), 143, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /goes on/v);
		await assertGivenBack(terminal);
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
	});

	test('stops looking for a while, with a stalled connection: the run ends all the same', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openRun(sandbox);
		terminal.stall();
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
		terminal.resume();
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('goes to the shell with Ctrl-Z and comes back with fg', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const prompt = /^bash\S*[#$]$/mv;
		// Without line editing, so that the terminal's settings are the program's doing alone.
		await using terminal = Terminal.start({
			command: 'bash', args: ['--norc', '--noprofile', '--noediting', '-i'], env: sandbox.env, cwd: sandbox.root,
		});
		await terminal.waitFor(prompt);
		terminal.send(`${[process.execPath, program, ...sandbox.flags].join(' ')}\n`);
		await waitForReview(terminal);
		await moveTo(terminal, 'kern.log');
		terminal.press('space');
		const before = await terminal.waitFor(/\[ \] kern\.log/v);

		terminal.press('ctrl-z');
		await terminal.waitFor(/Stopped/v);
		assert.equal(terminal.isAlternate, false);
		assert.equal(terminal.trace.isCursorHidden, false);
		await until('the terminal to edit lines', () => !terminal.isRaw);

		terminal.send('fg\n');
		await terminal.waitFor(lines => terminal.isAlternate && lines.join('\n') === before.join('\n'), {what: 'the list as it was'});
		await terminal.waitForRawMode();
		terminal.press('q');
		await terminal.waitFor(lines => !terminal.isAlternate && prompt.test(lines.join('\n').trimEnd()), {what: 'the prompt'});
		assert.equal(await exists(sandbox.destination), false);
		terminal.send('exit\n');
		await terminal.waitForExit();
	});

	test('confirms while another run has begun: exit code 11, and that run is left alone', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		const other = sandbox.run(['--yes']);
		await until('the other run', async () => exists(sandbox.staging));
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 11, lastWords(terminal));
		await assertGivenBack(terminal);
		await letItEnd(sandbox);
		assert.equal((await other).code, 0);
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
	});

	test('starts while another run is under way: watches it to its end', async () => {
		await using sandbox = await createEndless();
		const other = sandbox.run(['--yes']);
		await waitForWatchable(sandbox);
		await using terminal = sandbox.start();
		await terminal.waitFor(running);
		await letItEnd(sandbox);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.ok(terminal.normalLines().includes(`Backup completed in ${sandbox.set}`));
		assert.equal((await other).code, 0);
		await assertGivenBack(terminal);
	});

	test('leaves the run alone with d, comes back, and stops it with two Ctrl-C', async () => {
		await using sandbox = await createEndless();
		await using first = await openReview(sandbox);
		await startBackup(first);
		await first.waitFor(running);
		first.press('d');
		assert.equal(await exitCode(first), 0, lastWords(first));
		assert.match(first.normalLines().join('\n'), /goes on/v);
		await assertGivenBack(first);

		await using second = sandbox.start();
		await second.waitFor(running);
		await second.waitForRawMode();
		second.press('ctrl-c');
		await second.waitFor(asking);
		second.press('ctrl-c');
		assert.equal(await leaveSummary(second), 130, lastWords(second));
		await until('the backup process to be gone', async () => (await sandbox.processes()).length === 0);
		assert.equal(await exists(sandbox.set), false);
		await assertGivenBack(second);
	});

	test('confirms a file that vanishes: told so in the summary, and the others are copied', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		await fs.rm(path.join(sandbox.source, 'mail.log'));
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /mail\.log.*vanished/v);
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'mail.log'));
	});
});

/*
The built program as its operator meets it: the list, the question, and what comes of it. What is on the screen is looked for by the few
words that matter, so that the rest can be said better one day without a change here.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {describe, test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import {exists, listTree} from '../support/files.ts';
import {
	assertCopied,
	assertGivenBack,
	confirm,
	exitCode,
	lastWords,
	leaveSummary,
	moveTo,
	openReview,
	review,
	startBackup,
	toggleAllUntil,
} from '../support/operator.ts';

describe('an operator at the list and the question', {timeout: 1_800_000, concurrency: 2}, () => {
	test('reviews, confirms, watches the run and reads the summary', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		assert.equal(terminal.isAlternate, true);
		assert.match(terminal.screen().join('\n'), new RegExp(`${sampleSelection.length} files marked`, 'v'));

		terminal.press('w');
		const lines = await terminal.waitFor(confirm);
		assert.match(lines.join('\n'), new RegExp(`Back up ${sampleSelection.length} files`, 'v'));
		assert.equal(await exists(sandbox.destination), false, 'something was written before the confirmation');

		terminal.press('enter');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.equal(terminal.isAlternate, false);
		assert.ok(terminal.normalLines().includes(`Backup completed in ${sandbox.set}`));
		await assertCopied(sandbox, sampleSelection);
		await assertGivenBack(terminal);
	});

	test('takes out one file with the space bar, and it is not in the set', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		await moveTo(terminal, 'auth.log');
		terminal.press('space');
		await terminal.waitFor(/\[ \] auth\.log\s/v);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'auth.log'));
	});

	test('takes a file back in that is skipped by default', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		assert.match(terminal.screen().join('\n'), /\[ \] btmp .*skipped by default/v);
		await moveTo(terminal, 'btmp');
		terminal.press('space');
		await terminal.waitFor(/\[x\] btmp\s/v);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, [...sampleSelection, 'btmp']);
	});

	test('takes everything out, marks one file, and gets just that', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);

		await toggleAllUntil(terminal, 0);
		await moveTo(terminal, 'kern.log');
		terminal.press('space');
		await terminal.waitFor('1 file marked');
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, ['kern.log']);
	});

	for (const key of ['q', 'f10']) {
		test(`looks, and quits with ${key}: nothing is touched`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			const before = await listTree(sandbox.root);
			await using terminal = await openReview(sandbox);
			terminal.press(key);
			assert.equal(await exitCode(terminal), 0, lastWords(terminal));
			assert.deepEqual(await listTree(sandbox.root), before);
			await assertGivenBack(terminal);
		});
	}

	test('goes back from the question with Esc, and quits: nothing is touched', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const before = await listTree(sandbox.root);
		await using terminal = await openReview(sandbox);
		terminal.press('w');
		await terminal.waitFor(confirm);
		terminal.press('esc');
		await terminal.waitFor(review);
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.deepEqual(await listTree(sandbox.root), before);
	});

	test('starts although today\'s set exists: is told so, and gets exit code 4', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		assert.equal((await sandbox.run(['--yes'])).code, 0);
		const before = await listTree(sandbox.root);
		await using terminal = sandbox.start();
		const lines = await terminal.waitFor('already exists');
		assert.match(lines.join('\n'), new RegExp(String.raw`${someDate}[^]*\b${sampleSelection.length}\b`, 'v'));
		await terminal.waitForRawMode();
		terminal.press('q');
		assert.equal(await exitCode(terminal), 4, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), new RegExp(`Backup for ${someDate} already exists!`, 'v'));
		assert.deepEqual(await listTree(sandbox.root), before);
		await assertGivenBack(terminal);
	});

	test('starts although the day\'s set is another host\'s, or no backup: is told so, and gets exit code 1', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		assert.equal((await sandbox.run(['--yes', '--host=elsewhere'])).code, 0);

		for (const told of [/elsewhere/v, /rmdir/v]) {
			const before = await listTree(sandbox.root);
			await using terminal = sandbox.start();
			await terminal.waitFor(told);
			await terminal.waitForRawMode();
			terminal.press('q');
			assert.equal(await exitCode(terminal), 1, lastWords(terminal));
			assert.match(terminal.normalLines().join(' '), told);
			assert.deepEqual(await listTree(sandbox.root), before);
			await using plain = sandbox.start(['--plain']);
			await plain.waitFor(/Command:/v);
			plain.send('q\r');
			assert.equal(await exitCode(plain), 1);
			assert.match(plain.transcript, told);
			await fs.rm(sandbox.set, {recursive: true});
			await fs.mkdir(sandbox.set, {mode: 0o700});
		}
	});
});

/*
The same on small terminals, and on those that change.
*/
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import {exists} from '../support/files.ts';
import {
	asking,
	assertCopied,
	assertGivenBack,
	confirm,
	createEndless,
	exitCode,
	lastWords,
	leaveSummary,
	letItEnd,
	moveTo,
	openReview,
	openRun,
	review,
	startBackup,
} from '../support/operator.ts';

describe('an operator at a terminal of another size', {timeout: 1_800_000, concurrency: 2}, () => {
	test('works through the whole of it on a terminal of 40x12', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {cols: 40, rows: 12});
		const keysShown = terminal.screen().at(-1) ?? '';
		assert.match(keysShown, /\bw .*\bq /v);
		await moveTo(terminal, 'syslog.1');
		terminal.press('space');
		await terminal.waitFor(`${sampleSelection.length - 1} files`);
		terminal.press('?');
		await terminal.waitFor(lines => !review.test(lines.join('\n')), {what: 'the help'});
		assert.notEqual(terminal.screen().at(-1), '');
		terminal.press('esc');
		await terminal.waitFor(review);
		terminal.press('w');
		const question = await terminal.waitFor(confirm);
		assert.match(question.at(-1) ?? '', /Enter.*Esc/v);
		terminal.press('y');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /Backup completed/v);
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'syslog.1'));
		await assertGivenBack(terminal);
	});

	test('sees the run on a terminal of 40x12, keys included', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox, {cols: 40, rows: 12});
		await startBackup(terminal);
		const lines = await terminal.waitFor(/\d %[\s\S]*endless\.log/v);
		assert.match(lines.at(-1) ?? '', /q/v);
		terminal.press('ctrl-c');
		await terminal.waitFor(asking);
		terminal.press('ctrl-c');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('has too small a terminal: one line says so, q quits, and a larger one shows the list', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start([], {cols: 30, rows: 8});
		const lines = await terminal.waitFor('40x12');
		assert.equal(lines.filter(line => line !== '').length, 1);
		await terminal.waitForRawMode();
		terminal.resize(80, 24);
		await terminal.waitFor(review);
		terminal.resize(30, 8);
		await terminal.waitFor('40x12');
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.equal(await exists(sandbox.destination), false);
		await assertGivenBack(terminal);
	});

	test('makes the terminal too small during the run, which goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openRun(sandbox);
		terminal.resize(30, 8);
		await terminal.waitFor(lines => lines.filter(line => line !== '').length === 1, {what: 'a single line'});
		await letItEnd(sandbox);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
	});

	test('changes the size of the terminal again and again, and the screen always fits', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);

		for (const [cols, rows] of [[40, 12], [200, 60], [81, 13], [132, 25], [80, 24]] as const) {
			terminal.resize(cols, rows);
			await terminal.waitFor(
				lines => /w back up.*q/v.test(lines.at(-1) ?? '') && review.test(lines.at(-2) ?? '') && lines[0] !== '',
				{what: `a screen of ${cols}x${rows}`},
			);
		}

		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		await assertGivenBack(terminal);
	});
});

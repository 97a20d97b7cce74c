/*
Keys that come fast, and signals, before anything is written.
*/
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import {exists, listTree} from '../support/files.ts';
import {
	assertCopied,
	assertGivenBack,
	currentRow,
	exitCode,
	lastWords,
	leaveSummary,
	listedNames,
	moveTo,
	openReview,
	review,
	steadyText,
} from '../support/operator.ts';

describe('an operator who types fast, asks for help and leaves', {timeout: 1_800_000, concurrency: 2}, () => {
	test('types so fast that two keys come in one read', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {rows: 40});
		const rowAfter = (lines: readonly string[], count: number) => lines[lines.findIndex(line => line.startsWith('›')) + count]!.slice(1);

		const nameIn = (line: string) => line.slice(5).trim().split(' ', 1)[0]!;
		const third = rowAfter(terminal.screen(), 2);
		terminal.send('jj');
		await terminal.waitFor(lines => nameIn(currentRow(lines).slice(1)) === nameIn(third), {what: 'the cursor on the third row'});

		terminal.send('jw');
		await terminal.waitFor(`Back up ${sampleSelection.length} files`);
		terminal.press('esc');
		const lines = await terminal.waitFor(review);
		assert.equal(nameIn(rowAfter(lines, -1)), nameIn(third));

		await moveTo(terminal, 'kern.log');
		terminal.send(' w');
		await terminal.waitFor(`Back up ${sampleSelection.length - 1} files`);
		terminal.send('\r');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'kern.log'));
	});

	test('types the whole journey ahead, and is asked all the same', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		terminal.send('w\r');
		await terminal.waitFor(`Back up ${sampleSelection.length} files`);
		assert.equal(await exists(sandbox.destination), false);
		terminal.send('\r');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection);
	});

	test('asks for help, and comes back to where he was', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {rows: 56});
		await moveTo(terminal, 'kern.log');
		const before = terminal.screen();
		terminal.press('?');
		const help = await terminal.waitFor(lines => !review.test(lines.join('\n')), {what: 'the help'});

		const words = ['Enter', 'Space', 'sort', 'quit', 'Ctrl-C', 'Ctrl-Z'];
		assert.deepEqual(words.filter(word => help.every(line => !line.includes(word))), []);
		terminal.press('?');
		await terminal.waitFor(lines => steadyText(lines) === steadyText(before), {what: 'the list as it was'});
	});

	test('sorts by size and by age', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {rows: 40});
		const names = listedNames(terminal.screen());
		assert.deepEqual(names, names.toSorted());

		terminal.press('s');
		await terminal.waitFor(lines => listedNames(lines)[0] === 'syslog.1', {what: 'the largest file on top'});
		terminal.press('s');
		await terminal.waitFor(lines => listedNames(lines)[0] === 'syslog', {what: 'the newest file on top'});
		terminal.press('s');
		await terminal.waitFor(lines => listedNames(lines)[0] === names[0], {what: 'the first name on top'});
	});

	test('presses Ctrl-C in the list: exit code 130, nothing written, terminal as before', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const before = await listTree(sandbox.root);
		await using terminal = await openReview(sandbox);
		terminal.press('ctrl-c');
		assert.equal(await exitCode(terminal), 130, lastWords(terminal));
		assert.deepEqual(await listTree(sandbox.root), before);
		await assertGivenBack(terminal);
	});

	for (const [signal, code] of [['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129], ['SIGQUIT', 131]] as const) {
		test(`sends ${signal} from elsewhere: exit code ${code}, nothing written, terminal as before`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = await openReview(sandbox);
			terminal.kill(signal);
			assert.equal(await exitCode(terminal), code, lastWords(terminal));
			assert.equal(await exists(sandbox.destination), false);
			await assertGivenBack(terminal);
		});
	}
});

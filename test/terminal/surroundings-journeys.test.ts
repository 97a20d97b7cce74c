/*
Sources, users and environments that are not as usual.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import {exists} from '../support/files.ts';
import {canDo} from '../support/needs.ts';
import {program, run} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';
import {
	assertCopied,
	assertGivenBack,
	confirm,
	currentRow,
	exitCode,
	lastWords,
	leaveSummary,
	openReview,
	review,
	startBackup,
} from '../support/operator.ts';

/** Root may read everything: what others may not is tried as somebody else, if the program can be reached by them. */
const nobody = process.getuid?.() === 0 ? {uid: 65_534, gid: 65_534} : {};
const canBeNobody = await run(process.execPath, [program, '--version'], nobody).then(({code}) => code === 0).catch(() => false);

describe('an operator in odd surroundings', {timeout: 1_800_000, concurrency: 2}, () => {
	test('is no root and may not read one file: warned, told in the summary, exit code 3', {skip: !canBeNobody && 'another user can\'t run the program where it is'}, async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('open.log', 'anybody\n');
		await sandbox.add('secret.log', 'nobody\n');
		await fs.chmod(path.join(sandbox.source, 'secret.log'), 0);

		for (const directory of [sandbox.root, sandbox.source, path.join(sandbox.source, 'open.log')]) {
			await fs.chown(directory, nobody.uid ?? -1, nobody.gid ?? -1);
		}

		await using terminal = await openReview(sandbox, {...nobody, env: {HOME: '/nonexistent'}});
		assert.match(terminal.screen().join('\n'), /secret\.log.*no permission/v);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 3, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /secret\.log: .*[Pp]ermission/v);
		assert.deepEqual(await sandbox.copies(), ['open.log.gz']);
		await assertGivenBack(terminal);
	});

	test('is no root, and nothing can be written: told at the start what can\'t be read by whom, and why', {skip: !canBeNobody && 'another user can\'t run the program where it is'}, async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('open.log', 'anybody\n');
		await sandbox.add('secret.log', 'nobody\n');
		await fs.chmod(path.join(sandbox.source, 'open.log'), 0o644);
		await fs.chmod(path.join(sandbox.source, 'secret.log'), 0);
		await fs.chmod(sandbox.root, 0o755);
		await fs.chmod(sandbox.source, 0o555);

		for (const size of [{cols: 80, rows: 24}, {cols: 60, rows: 12}]) {
			await using terminal = await openReview(sandbox, {...nobody, ...size, env: {HOME: '/nonexistent'}});
			await terminal.waitFor(size.rows > 12 ? /\b1 of 2 marked files.* by \w+/v : /Nothing can be written/v);
			assert.match(terminal.screen().join('\n'), /Nothing can be written/v);
			terminal.press('w');
			await terminal.waitFor(/EACCES[\s\S]*sudo/v);
			terminal.press('esc');
			await terminal.waitFor(review);
			terminal.press('q');
			assert.equal(await exitCode(terminal), 0, lastWords(terminal));
			await assertGivenBack(terminal);
		}
	});

	test('has a destination on a read-only file system: told at the start', async t => {
		if (!await canDo(t, 'root', 'unshare', 'mount')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await sandbox.add('app.log', 'words\n');
		await fs.mkdir(sandbox.destination, {mode: 0o700});
		const script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
		await using terminal = Terminal.start({
			cwd: sandbox.root, command: 'unshare', env: sandbox.env, cols: 160,
			args: ['--mount', 'sh', '-c', script, 'sh', sandbox.destination, process.execPath, program, '--source', sandbox.source, '--dest', sandbox.destination],
		});
		await terminal.waitFor(/Nothing can be written: .*read-only/v);
		await terminal.waitForRawMode();
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
	});

	test('looks through 5,000 entries', async () => {
		await using sandbox = await Sandbox.create();
		const names = Array.from({length: 5000}, (_, index) => `app-${String(index + 1).padStart(4, '0')}.log`);
		await Promise.all(names.map(async name => sandbox.add(name, name)));
		await using terminal = sandbox.start();
		await terminal.waitFor('5,000 files marked');
		await terminal.waitForRawMode();
		terminal.press('G');
		await terminal.waitFor(lines => currentRow(lines).includes('app-5000.log'), {what: 'the last row'});
		terminal.press('space');
		await terminal.waitFor('4,999 files marked');
		terminal.press('g');
		await terminal.waitFor(lines => currentRow(lines).includes('app-0001.log'), {what: 'the first row'});
		terminal.press('pagedown', 'pagedown', 'pageup');
		await terminal.waitFor(lines => /app-00[1-3]\d\.log/v.test(currentRow(lines)), {what: 'a page down'});
		terminal.press('s');
		await terminal.waitForChange(() => {
			terminal.press('s');
		});
		terminal.press('w');
		await terminal.waitFor('Back up 4,999 files');
		terminal.press('esc');
		await terminal.waitFor(review);
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('opens an empty directory: nothing to back up, and nothing breaks', async () => {
		await using sandbox = await Sandbox.create();
		await using terminal = await openReview(sandbox);
		terminal.press('down', 'pagedown', 'G', 'space', 'a', 's');
		await terminal.waitForChange(() => {
			terminal.press('w');
		});
		assert.doesNotMatch(terminal.screen().join('\n'), confirm);
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.equal(await exists(sandbox.destination), false);
	});

	test('works in a terminal as any other where CI=1 is set', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {env: {CI: '1', CONTINUOUS_INTEGRATION: '1', GITHUB_ACTIONS: 'true'}});
		assert.equal(terminal.isAlternate, true);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection);
		await assertGivenBack(terminal);
	});

	for (const hasSet of [false, true]) {
		test(`leaves the program open for hours ${hasSet ? 'where today\'s set exists' : 'in the list'}: it keeps nothing open by mistake`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();

			if (hasSet) {
				await sandbox.run(['--yes']);
			}

			// What hours bring about by chance is forced at the end: the garbage collector finds a file that nobody closed, which Node makes an error.
			await using terminal = Terminal.start({
				command: process.execPath,
				args: ['--expose-gc', '--import', 'data:text/javascript,process.once("beforeExit", () => { gc(); setTimeout(gc, 1); })', program, ...sandbox.flags],
				env: sandbox.env,
			});
			await terminal.waitFor(hasSet ? 'already exists' : review);
			await terminal.waitForRawMode();
			terminal.press('q');
			assert.equal(await exitCode(terminal), hasSet ? 4 : 0, lastWords(terminal));
			await assertGivenBack(terminal);
		});
	}

	for (const [what, args, env] of [['--no-color', ['--no-color'], {}], ['NO_COLOR', [], {NO_COLOR: '1'}]] as const) {
		test(`sees no colour with ${what}, and knows where the cursor is all the same`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = await openReview(sandbox, {env: {...env}}, args);
			assert.notEqual(currentRow(terminal.screen()), '');
			terminal.press('q');
			await terminal.waitForExit();
			assert.doesNotMatch(terminal.transcript, /\u{1B}\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10[0-7])(?:;\d+)*m/v);
			await assertGivenBack(terminal);
		});
	}
});

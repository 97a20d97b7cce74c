/*
Names that would take over a terminal, on all screens.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {program, run} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';
import {
	asking,
	assertGivenBack,
	escape,
	exitCode,
	lastWords,
	leaveSummary,
	openReview,
	openRun,
	startBackup,
	waitForReview,
} from '../support/operator.ts';
import {hostileNames} from './hostile-names.ts';

const [vanishing, copied] = [hostileNames.slice(0, 3), hostileNames.slice(3)];

async function createHostile(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const [what, name] of hostileNames) {
		await sandbox.add(name, what);
	}

	return sandbox;
}

describe('hostile names leave the terminal untouched', {timeout: 600_000, concurrency: 2}, () => {
	for (const [cols, rows] of [[80, 24], [40, 12], [200, 60]] as const) {
		test(`on every screen of ${cols}x${rows}, and every one is in the set`, async () => {
			await using sandbox = await createHostile();
			await using terminal = await openReview(sandbox, {cols, rows});

			for (const _ of hostileNames) {
				terminal.press('down');
			}

			terminal.press('s', 's', 's', 'g');
			await terminal.waitFor(new RegExp(`${hostileNames.length} files(?: marked|,)`, 'v'));
			// Some vanish, so that the summary has names to tell.
			await Promise.all(vanishing.map(async ([, name]) => fs.rm(Buffer.concat([Buffer.from(`${sandbox.source}/`), name]))));
			await startBackup(terminal);
			assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
			// Long lines are wrapped between words.
			const said = terminal.normalLines().join(' ').replaceAll(/\s+/gv, ' ');
			assert.equal(said.split('vanished before').length - 1, vanishing.length);
			await assertGivenBack(terminal);

			assert.equal((await sandbox.copies()).length, copied.length);
			assert.equal((await sandbox.checkSums()).code, 0);

			const contents = await Promise.all(copied.map(async ([, name]) => {
				const copy = Buffer.concat([Buffer.from(`${sandbox.set}/`), name, Buffer.from('.gz')]);
				return run('gzip', ['--decompress', '--stdout'], {stdin: await fs.readFile(copy)});
			}));
			assert.deepEqual(contents.map(({stdout}) => stdout), copied.map(([what]) => what));
		});
	}

	test('while they are copied, and where the run stops', async () => {
		await using sandbox = await Sandbox.create();
		const name = Buffer.from(`${escape}]0;evil\u{7}${escape}[2J.log`);
		await sandbox.addEndless(name);
		await using terminal = await openRun(sandbox);
		terminal.press('ctrl-c');
		await terminal.waitFor(asking);
		terminal.press('ctrl-c');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('also those of the source and the destination', async () => {
		await using sandbox = await Sandbox.create();
		const source = path.join(sandbox.root, `${escape}]0;evil\u{7}source`);
		const destination = path.join(sandbox.root, `${escape}[2J\u{202E}destination`);
		await fs.mkdir(source);
		await fs.writeFile(path.join(source, 'a.log'), 'a');
		const options = {
			command: process.execPath,
			args: [program, '--source', source, '--dest', destination, '--date', someDate],
			env: sandbox.env,
		};
		await using hostile = Terminal.start(options);
		await waitForReview(hostile);
		await startBackup(hostile);
		assert.equal(await leaveSummary(hostile), 0, lastWords(hostile));
		await assertGivenBack(hostile);

		await using again = Terminal.start(options);
		await again.waitFor('already exists');
		await again.waitForRawMode();
		again.press('q');
		assert.equal(await exitCode(again), 4, lastWords(again));
		await assertGivenBack(again);
	});

	for (const args of [
		['--dry-run'], ['--dry-run', '--json'], ['--yes'], ['--yes', '--json'], [`--${escape}]0;evil\u{7}`], [`--level=${escape}[2J`], [`--date=${escape}c`], [`${escape}[2J`],
	]) {
		test(`with ${JSON.stringify(args.join(' '))}`, async () => {
			await using sandbox = await createHostile();
			await using terminal = sandbox.start(args);
			await terminal.waitForExit();
			await assertGivenBack(terminal);
			assert.notEqual(terminal.bytesReceived, 0);
		});
	}
});

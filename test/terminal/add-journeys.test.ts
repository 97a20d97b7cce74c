/*
The same day again: from the screen of today's set more files are added to it.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {
	assertGivenBack,
	leaveSummary,
	waitForReview,
} from '../support/operator.ts';

type Manifest = {
	readonly left_out: Readonly<Record<string, {readonly count: number; readonly files: number; readonly paths: ReadonlyArray<{readonly path: string}>}>>;
	readonly entries: ReadonlyArray<{readonly path: string; readonly outcome: string}>;
};

const manifestOf = async ({set}: Sandbox) => JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as Manifest;

/** A set of two files at the top, and more in two directories. */
async function begun(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'nginx'));
	await fs.mkdir(path.join(sandbox.source, 'apt'));
	await sandbox.add('a.log', sampleLog(20_000, 1));
	await sandbox.add('b.log', sampleLog(20_000, 2));
	await sandbox.add('nginx/access.log', sampleLog(5000, 3));
	await sandbox.add('nginx/error.log', sampleLog(5000, 4));
	await sandbox.add('apt/term.log', 'x\n');
	await sandbox.run(['--yes']);
	return sandbox;
}

describe('an operator who comes back on the same day', {timeout: 600_000, concurrency: 2}, () => {
	test('adds a directory to today\'s set: what is in it is shown and cannot be marked, and what was not marked is left out', async () => {
		await using sandbox = await begun();
		const before = await fs.readFile(path.join(sandbox.set, 'a.log.gz'));
		await using terminal = sandbox.start();
		await terminal.waitFor('already exists');
		await terminal.waitForRawMode();
		terminal.press('?');
		await terminal.waitFor(/choose more files/v);
		terminal.press('esc', 'a');
		await waitForReview(terminal, /0 files marked/v);
		assert.match(terminal.screen().join('\n'), /^[ ›] {4,5}a\.log .*backed up/mv);
		terminal.press('G', 'space');
		await terminal.waitFor(/2 files marked|2 files, /v);
		terminal.press('w');
		await terminal.waitFor(/Add 2 files to the backup of 2026-03-14\?/v);
		terminal.press('enter');
		assert.equal(await leaveSummary(terminal), 0);
		const {entries, left_out: leftOut} = await manifestOf(sandbox);
		assert.deepEqual(entries.map(({path: name, outcome}) => `${name} ${outcome}`).toSorted(), ['a.log done', 'b.log done', 'nginx/access.log done', 'nginx/error.log done']);
		assert.deepEqual(leftOut.directory?.paths, [{path: 'apt'}]);
		assert.equal(leftOut.directory?.files, 1);
		assert.equal(leftOut.unmarked, undefined);
		assert.ok((await fs.readFile(path.join(sandbox.set, 'a.log.gz'))).equals(before));
		assert.equal((await sandbox.checkSums()).code, 0);
		await assertGivenBack(terminal);
	});

	test('quits the list without adding anything: the set is as it was, and the exit code says that there is one', async () => {
		await using sandbox = await begun();
		const before = await fs.stat(sandbox.set, {bigint: true});
		await using terminal = sandbox.start();
		await terminal.waitFor('already exists');
		await terminal.waitForRawMode();
		terminal.press('a');
		await waitForReview(terminal, /0 files marked/v);
		terminal.press('A');
		await terminal.waitFor(/3 files marked|3 files, /v);
		terminal.press('w');
		await terminal.waitFor(/Add 3 files/v);
		terminal.press('esc');
		await terminal.waitFor(/w back up/v);
		terminal.press('q');
		assert.equal((await terminal.waitForExit()).exitCode, 4);
		assert.equal((await fs.stat(sandbox.set, {bigint: true})).mtimeNs, before.mtimeNs);
		await assertGivenBack(terminal);
	});

	test('adds a file by lines', async () => {
		await using sandbox = await begun();
		await using terminal = sandbox.start(['--plain']);
		await terminal.waitFor(/a adds files/v);
		terminal.send('a\r');
		await terminal.waitFor(/0 files marked, 0 B\. Command:/v);
		const row = terminal.screen().find(line => line.includes('apt'))!;
		terminal.send(`${/\d+/v.exec(row)![0]}\r`);
		await terminal.waitFor(/1 of 1 file marked/v);
		terminal.send('y\r');
		await terminal.waitFor(/Add 1 file to the backup[\s\S]*Start\? y or n:/v);
		terminal.send('y\r');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.ok((await manifestOf(sandbox)).entries.some(({path: name, outcome}) => name === 'apt/term.log' && outcome === 'done'));
	});
});

/* The journal of the system on the screens: its days in the list, in the pager, in the question, and in the set. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {exists} from '../support/files.ts';
import {noJournals} from '../support/journals.ts';
import {canDo} from '../support/needs.ts';
import {someDays, SystemLog, systemLogNeeds} from '../support/system-log.ts';

describe('the journal on the screens', {skip: noJournals, timeout: 300_000}, () => {
	test('has a row for each day; what is marked of it is copied', async t => {
		if (!await canDo(t, ...systemLogNeeds, 'less')) {
			return;
		}

		await using log = await SystemLog.create();
		await log.addJournal();
		await using terminal = log.start([], {env: {PAGER: 'less'}});
		await terminal.waitFor(/\[x\]▸journal \(systemd\)\/ +~.*2 days/v);
		await terminal.waitFor(/\[ \]▸journal\/ .*as in journal \(systemd\)/v);
		await terminal.waitFor('3 files marked, ~');
		await terminal.waitForRawMode();
		terminal.press('right', 'down');
		await terminal.waitFor(/›\[x\] +2026-03-12 +~.*1,000 entries/v);
		terminal.send('p');
		await terminal.waitFor(/^2026-03-12T00:00:00\+0000 web1 app\[512\]: request 0 answered/mv);
		terminal.send('q');
		await terminal.waitFor('3 files marked, ~');
		terminal.press('space');
		await terminal.waitFor('2 files marked, ~');
		terminal.send('c');
		await terminal.waitFor(`--exclude journal/${someDays[0]}`);
		terminal.press('esc');
		await terminal.waitFor('2 files marked, ~');
		terminal.send('w');
		await terminal.waitFor(/Back up 2 files\?/v);
		await terminal.waitFor(/Journal +1 day/v);
		terminal.press('enter');
		await terminal.waitFor('All 2 marked files are backed up');
		terminal.press('tab');
		await terminal.waitFor(`done      journal/${someDays[1]}`);
		terminal.press('tab');
		await terminal.waitFor('Enter leave');
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.deepEqual(await fs.readdir(path.join(log.sandbox.set, 'journal')), [`${someDays[1]}.export.gz`]);
	});

	test('fails as a row where a part of it cannot be read, and is left away on request', async t => {
		if (!await canDo(t, ...systemLogNeeds)) {
			return;
		}

		await using log = await SystemLog.create();
		await log.addJournal();
		await fs.writeFile(path.join(log.journal, 'broken.journal'), 'no journal at all');
		await using terminal = log.start();
		await terminal.waitFor('4 files marked, ~');
		await terminal.waitFor(/1 of 4 marked files can't be read/v);
		await terminal.waitForRawMode();
		terminal.send('w');
		await terminal.waitFor(/Back up 4 files\?/v);
		terminal.press('enter');
		await terminal.waitFor(/broken\.journal/v);
		await terminal.waitFor('Exit code 3');
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 3);
		assert.ok(await exists(path.join(log.sandbox.set, `journal/${someDays[1]}.export.gz`)));
		await fs.rm(log.sandbox.destination, {recursive: true});

		await using without = log.start(['--no-journal', '--plain']);
		await without.waitFor('1 file marked');
		without.send('q\r');
		await without.waitForExit();
		assert.doesNotMatch(without.transcript, /systemd/v);
	});

	test('is asked about in lines as well', async t => {
		if (!await canDo(t, ...systemLogNeeds)) {
			return;
		}

		await using log = await SystemLog.create();
		await log.addJournal();
		await using terminal = log.start(['--plain']);
		await terminal.waitFor(/\[x\] 1 journal \(systemd\)\/ +~.* 2 days/v);
		await terminal.waitFor('Command:');
		terminal.send('open 1\r');
		await terminal.waitFor(new RegExp(String.raw`\[x\] 3 journal \(systemd\)/${someDays[1]} .*1,000 entries`, 'v'));
		terminal.send('2\r');
		await terminal.waitFor('2 files marked, ~');
		terminal.send('y\r');
		await terminal.waitFor('Start? y or n:');
		terminal.send('y\r');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.deepEqual(await fs.readdir(path.join(log.sandbox.set, 'journal')), [`${someDays[1]}.export.gz`]);
	});
});

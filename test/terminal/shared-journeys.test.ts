/*
What is under way belongs to more than one screen, or to more than what is on it: a run that two screens have halted and let go on, and a restoration under the help.
*/
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {program, runProgram} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';

const paused = 'Paused';
const going = (lines: readonly string[]) => /\d [GMk]B of 51/v.test(lines.join('\n')) && !lines.join('\n').includes(paused);

test('a run halted by one screen is told as halted on both, goes on by the key of the other, and outlives the first', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addEndless('endless.log');
	await using first = sandbox.start();
	await first.waitFor(/1 file marked/v);
	await first.waitForRawMode();
	first.press('w');
	await first.waitFor(/Back up 1 file/v);
	first.press('enter');
	await first.waitFor(going, {what: 'the run'});
	first.send('p');
	await first.waitFor(paused);

	await using second = sandbox.start();
	await second.waitFor(paused);
	await second.waitForRawMode();
	second.send('p');
	await first.waitFor(going, {what: 'the run to go on, where it was halted'});
	await second.waitFor(going, {what: 'the run to go on'});
	second.send('p');
	await first.waitFor(paused);
	await second.waitFor(paused);
	first.send('p');
	await second.waitFor(going, {what: 'the run to go on, where it was halted'});
	first.send('d');
	assert.equal((await first.waitForExit()).exitCode, 0);
	assert.match(first.normalLines().join('\n'), /goes on/v);

	second.send('p');
	await second.waitFor(paused);
	second.send('p');
	await second.waitFor(going, {what: 'the run to go on without the first screen'});
	second.press('ctrl-c');
	await second.waitFor(/Stop the backup\?/v);
	second.press('ctrl-c');
	await second.waitFor(/Enter leave/v);
	second.press('enter');
	assert.equal((await second.waitForExit()).signal, 'SIGINT');
	assert.deepEqual([...await first.leftovers(), ...await second.leftovers()], []);
});

test('Ctrl-C in the help over a restoration asks before it stops that', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('big.log', randomBytes(60 * 1024 * 1024));
	// All of that copy takes longer to read than any test waits.
	await using odd = await mountOdd(t, sandbox.root, {READDELAY: '0.5', MATCH: 'big.log'});
	const backUp = await runProgram(['--yes', '--quiet', '--level=1', '--no-verify', '--source', sandbox.source, '--dest', path.join(odd.backing, 'backups'), '--date', someDate]);
	assert.equal(backUp.code, 0, backUp.stderr);
	const target = path.join(sandbox.root, 'restored');
	await using terminal = Terminal.start({
		command: process.execPath,
		args: [program, 'browse', '--source', sandbox.source, '--dest', path.join(odd.mounted, 'backups')],
		env: sandbox.env,
		cwd: sandbox.root,
	});
	await terminal.waitFor(/1 set, \S+ MB on disk(?!; reading)/v);
	await terminal.waitForRawMode();
	terminal.send('r');
	await terminal.waitFor(/to the directory/v);
	terminal.send(`\u{15}${target}\r`);
	await terminal.waitFor(/Restore 1 file/v);
	terminal.press('enter');
	await terminal.waitFor(/Restoring from the set/v);

	terminal.send('?');
	await terminal.waitFor(/While it works/v);
	terminal.press('ctrl-c');
	await terminal.waitFor(/Stop\? It keeps running until you answer/v);
	terminal.send('n');
	await terminal.waitFor(/Esc stop/v);
	terminal.send('?');
	await terminal.waitFor(/While it works/v);
	terminal.press('ctrl-c');
	await terminal.waitFor(/y stop/v);
	terminal.send('y');
	await terminal.waitFor(/Stopped\./v);
	terminal.press('enter');
	await terminal.waitFor(/1 set/v);
	terminal.send('q');
	assert.equal((await terminal.waitForExit()).exitCode, 0);
	await until('the processes to be gone', async () => (await sandbox.processes()).length === 0);
	assert.deepEqual(await exists(target) ? await fs.readdir(target) : [], []);
	assert.deepEqual(await terminal.leftovers(), []);
});

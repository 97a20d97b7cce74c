/*
Every screen in turn, over files whose names, contents and targets would each do something to a terminal. After each screen the emulator must be
as it was: no title, clipboard, palette, link, bell, query, reset, mode, margin, character set, and no colour that is not the program's own.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {takeSnapshot} from '../../tools/pictures/picture.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {cursorPlace} from '../support/operator.ts';
import type {Condition, Terminal} from '../support/terminal.ts';
import {hostileNames} from './hostile-names.ts';

/** Cyan is no colour of the program. */
const foreign = new Set([6, 14]);

const allMarked = new RegExp(`${hostileNames.length + 1} files(?: marked|,)`, 'v');

const pathOf = (sandbox: Sandbox, name: string | Buffer) => Buffer.concat([Buffer.from(`${sandbox.source}/`), Buffer.from(name as string)]);

/** All that is hostile, in one line and in several. */
const hostileText = Buffer.concat(hostileNames.flatMap(([, name]) => [name, Buffer.from('\n')]));

const [first, second, ...others] = hostileNames;
const vanishing = first![1];
const failing = second![1];
const endlessName = Buffer.from('\u{1B}]0;evil\u{7}\u{1B}[2Jendless\u{9B}5m.log');

async function createHostile(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const [, name] of hostileNames) {
		await sandbox.add(name, hostileText);
	}

	await sandbox.addEndless(endlessName);
	const directory = pathOf(sandbox, '\u{1B}]2;evil\u{7}\u{1B}[31mdirectory');
	await fs.mkdir(directory);
	await fs.writeFile(Buffer.concat([directory, Buffer.from('/'), others[0]![1]]), hostileText);
	await fs.symlink(others[2]![1], pathOf(sandbox, '\u{1B}[41mlink'));
	return sandbox;
}

/** What a screen switches on: marks around what is pasted, and arrows for the wheel (DECSET 2004 and 1007). */
const ownModes = [2004, 1007];

/** Nothing but text on the screen, in the program's own colours; what is on for a full screen, and nothing else. */
function assertUntouched({disturbances, trace, emulator}: Readonly<{disturbances: readonly string[]; trace: Terminal['trace']; emulator: Terminal['emulator']}>, where: string): void {
	assert.deepEqual(disturbances, [], where);
	assert.deepEqual({...trace, modes: [...trace.modes], isCursorHidden: true}, {
		titles: [], commands: [], answers: [], bells: 0, resets: 0, isCursorHidden: true, modes: ownModes, keyboardLevel: 0, hasMargins: false,
	}, where);
	const {mouseTrackingMode, bracketedPasteMode, insertMode, originMode, sendFocusMode, wraparoundMode} = emulator.modes;
	assert.deepEqual([mouseTrackingMode, bracketedPasteMode, insertMode, originMode, sendFocusMode, wraparoundMode], ['none', true, false, false, false, true], where);
	const cells = takeSnapshot(emulator).lines.flat();
	assert.ok(cells.some(({text}) => text !== ' '), where);
	assert.deepEqual(cells.filter(({background, foreground}) => background !== undefined || foreign.has(foreground as number)), [], where);
}

/** Looks at a screen: waits for it, and finds the terminal untouched. */
async function look(terminal: Terminal, condition: Condition): Promise<void> {
	await terminal.waitFor(condition);
	assertUntouched({disturbances: terminal.disturbances(), trace: terminal.trace, emulator: terminal.emulator}, terminal.screen().join('\n'));
}

async function pressAndLook(terminal: Terminal, keys: readonly string[]): Promise<void> {
	for (const key of keys) {
		await terminal.waitForChange(() => {
			terminal.press(key);
		});
		await look(terminal, () => true);
	}
}

async function walkReview(terminal: Terminal): Promise<void> {
	await terminal.waitFor(allMarked);
	await terminal.waitForRawMode();

	for (const key of ['end', 'home']) {
		const before = cursorPlace(terminal.screen());
		terminal.press(key);
		await look(terminal, lines => cursorPlace(lines) !== before);
	}

	// Each row with its details, and with them what is in the file.
	await pressAndLook(terminal, ['tab', ...Array.from({length: hostileNames.length + 2}, () => 'down')]);
	await pressAndLook(terminal, ['tab', 'home', 'v', 'down', 'esc', 'z', 'm', 'd', 'n']);
	terminal.press('right', 'left', 'r');
	await look(terminal, allMarked);
}

async function walkFilter(terminal: Terminal): Promise<void> {
	await pressAndLook(terminal, ['/', 'e', 'v', 'i', 'l', 'enter', 'esc', '/', '日']);
	terminal.press('\u{202E}', '\u{9B}', 'esc');
	// What a paste brings along, less what would be keys.
	terminal.send(`/${hostileText.toString().replaceAll(/[\u{8}\n\r\u{1B}\u{7F}]/gv, '')}`);
	await look(terminal, /xxx\.log_/v);
	terminal.press('esc');
	await terminal.waitFor(lines => lines.every(line => !(line.startsWith(' /') && line.includes('_'))));
	terminal.press('/');
	await look(terminal, /\/_/v);
	terminal.press('esc');
	await look(terminal, allMarked);
}

async function walkPages(terminal: Terminal): Promise<void> {
	// A list of names to leave out is what the command is about.
	terminal.press('home', 'space', 'space', 'space', 'space', 'c');
	await look(terminal, /printf|logbackup-tui --yes/v);
	terminal.press('end');
	await look(terminal, /logbackup-tui|exclude|evil/v);
	terminal.press('esc', '?');
	await look(terminal, /Esc .*close/v);
	terminal.press('esc', 'home', 'space', 'space', 'space', 'space');
	await look(terminal, allMarked);
	terminal.press('w');
	await look(terminal, /Back up \d+ files\?/v);
	await pressAndLook(terminal, ['?', 'esc']);
}

async function walkRun(terminal: Terminal, sandbox: Sandbox): Promise<void> {
	await fs.rm(pathOf(sandbox, vanishing));
	await fs.rm(pathOf(sandbox, failing));
	await fs.mkdir(pathOf(sandbox, failing));
	terminal.press('enter');
	await look(terminal, /\d %/v);
	terminal.press('tab');
	await look(terminal, /Tab .*back/v);
	await pressAndLook(terminal, ['end', 'home']);
	terminal.press('f', 'tab', '?');
	await look(terminal, /Esc .*close/v);
	terminal.press('esc', 'p');
	await look(terminal, /Paused/v);
	terminal.press('p', 'q');
	await look(terminal, /Stop the backup\?/v);
	terminal.press('n');
	await fs.truncate(pathOf(sandbox, endlessName), 1000);
	await look(terminal, /Enter .*leave/v);
}

async function walkSummary(terminal: Terminal): Promise<void> {
	terminal.press('end', 'home', 'tab');
	await look(terminal, /Tab .*back/v);
	await pressAndLook(terminal, ['end', 'home']);
	terminal.press('f', 'tab', '?');
	await look(terminal, /Esc .*close/v);
	terminal.press('esc');
	await look(terminal, /Enter .*leave/v);
}

describe('hostile names, contents and targets leave the terminal as it was, on every screen in turn', {timeout: 600_000, concurrency: 2}, () => {
	for (const [cols, rows] of [[80, 24], [40, 12], [200, 60]] as const) {
		test(`of ${cols}x${rows}`, async () => {
			await using sandbox = await createHostile();
			await using terminal = sandbox.start(['--jobs=1'], {cols, rows});
			await walkReview(terminal);
			await walkFilter(terminal);
			await walkPages(terminal);
			await walkRun(terminal, sandbox);
			await walkSummary(terminal);
			terminal.press('enter');
			assert.equal((await terminal.waitForExit()).exitCode, 3);
			assert.match(terminal.normalLines().join('\n'), /Failed:/v);
			assert.deepEqual(await terminal.leftovers(), []);
			assert.deepEqual(terminal.disturbances(), []);
			assert.ok(await exists(path.join(sandbox.set, 'manifest.json')));

			await until('the backup to be gone', async () => (await sandbox.processes()).length === 0);
			await using again = sandbox.start([], {cols, rows});
			await look(again, 'already exists');
			await again.waitForRawMode();
			again.press('end');
			await look(again, /q .*quit/v);
			again.press('q');
			assert.equal((await again.waitForExit()).exitCode, 4);
			assert.deepEqual(await again.leftovers(), []);
			assert.deepEqual(again.disturbances(), []);
		});
	}
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
	after,
	before,
	describe,
	test,
} from 'node:test';
import fc from 'fast-check';
import {exists, until} from '../support/files.ts';
import {findDisturbances, splitSequences} from '../support/sequences.ts';
import {Terminal, type TerminalOptions} from '../support/terminal.ts';

type ScriptOptions = Readonly<Omit<TerminalOptions, 'command' | 'args'>>;

const startShell = (script: string, options?: ScriptOptions) => Terminal.start({...options, command: 'bash', args: ['-c', script]});
const startNode = (script: string, options?: ScriptOptions) => Terminal.start({...options, command: process.execPath, args: ['-e', script]});

describe('a terminal for tests', {timeout: 300_000}, () => {
	test('shows what a program writes, and gives it what is typed', async () => {
		await using terminal = startShell('echo "who is it?"; read -r name; echo "hello, $name"; read -r');
		await terminal.waitFor('who is it?');
		terminal.press('me', 'enter');
		const lines = await terminal.waitFor(/^hello, me$/mv);
		assert.deepEqual(lines.slice(0, 4), ['who is it?', 'me', 'hello, me', '']);
		assert.equal(lines.length, 24);
	});

	test('sends the bytes that a terminal sends for each key', async () => {
		await using terminal = startShell('stty raw -echo; cat -v');
		await terminal.waitForRawMode();
		terminal.press('up', 'pagedown', 'esc', 'ctrl-c', 'ctrl-z', 'space', 'enter', '日', 'end.');
		const [line] = await terminal.waitFor('end.');
		assert.equal(line, '^[[A^[[6~^[^C^Z ^MM-fM-^WM-%end.');
	});

	test('sends arrows of the other kind while the program asks for them', async () => {
		await using terminal = startShell(String.raw`stty raw -echo; printf '\e[?1hready'; cat -v`);
		await terminal.waitFor('ready');
		terminal.press('up', 'home', 'pageup');
		const [line] = await terminal.waitFor('~');
		assert.equal(line, 'ready^[OA^[OH^[[5~');
	});

	test('delivers several keys in one read', async () => {
		await using terminal = startNode(`
			process.stdin.setRawMode(true);
			process.stdin.on('data', keys => console.log(JSON.stringify(String(keys))));
		`);
		await terminal.waitForRawMode();
		terminal.send('j\r');
		const [line] = await terminal.waitFor('"');
		assert.equal(line, String.raw`"j\r"`);
	});

	test('tells the alternate screen from the normal one, and what stays on the latter', async () => {
		await using terminal = startShell(String.raw`echo before; printf '\e[?1049h\e[Hfull screen'; read -r; printf '\e[?1049l'; echo after`);
		await terminal.waitFor('full screen');
		assert.equal(terminal.isAlternate, true);
		assert.doesNotMatch(terminal.screen().join('\n'), /before/v);
		terminal.press('enter');
		await terminal.waitForExit();
		assert.equal(terminal.isAlternate, false);
		assert.deepEqual(terminal.normalLines(), ['before', 'after']);
	});

	test('tells the program its size, and of each change of it', async () => {
		await using terminal = startNode(`
			const tell = () => console.log('size ' + process.stdout.columns + 'x' + process.stdout.rows);
			process.stdout.on('resize', tell);
			process.stdin.resume();
			tell();
		`, {cols: 60, rows: 10});
		await terminal.waitFor('size 60x10');
		terminal.resize(132, 40);
		const lines = await terminal.waitFor('size 132x40');
		assert.equal(lines.length, 40);
	});

	test('reports the exit code, once every line has been read', async () => {
		await using terminal = startShell('seq 1 5000; exit 7');
		assert.deepEqual(await terminal.waitForExit(), {exitCode: 7});
		assert.deepEqual(terminal.normalLines(), Array.from({length: 5000}, (_, index) => String(index + 1)));
		assert.ok(terminal.bytesReceived > 5000);
	});

	test('reports the signal that ended a program', async () => {
		await using terminal = startShell('echo ready; sleep 1000');
		await terminal.waitFor('ready');
		terminal.kill('SIGTERM');
		assert.deepEqual(await terminal.waitForExit(), {exitCode: 0, signal: 'SIGTERM'});
	});

	test('turns Ctrl-C into SIGINT as long as the program has not taken it over', async () => {
		await using terminal = startShell('trap "exit 42" INT; echo ready; while :; do read -r; done');
		await terminal.waitFor('ready');
		terminal.press('ctrl-c');
		assert.deepEqual(await terminal.waitForExit(), {exitCode: 42});
	});

	test('reports the exit although a program in the background keeps the terminal open', async () => {
		await using terminal = startShell('trap "" HUP; sleep 1000 & echo $!; exit 3');
		assert.deepEqual(await terminal.waitForExit(), {exitCode: 3});
		const background = Number(terminal.normalLines()[0]);
		assert.equal(process.kill(background, 'SIGKILL'), true);
	});

	test('a wait that fails shows the screen, and says why', async () => {
		await using terminal = startShell('echo all there is; read -r');
		await assert.rejects(terminal.waitFor('more', {timeout: 200}), /Waiting for "more": nothing of the kind in 200 ms[\s\S]*\|all there is/v);
		const waiting = terminal.waitFor('more');
		terminal.press('enter');
		await assert.rejects(waiting, /the program ended \(code 0\)[\s\S]*\|all there is/v);
		await assert.rejects(terminal.waitFor('more'), /the program had ended/v);
	});

	test('waits for a change of colours alone', async () => {
		await using terminal = startShell(String.raw`stty -echo; printf 'word'; read -r; printf '\r\e[7mword'; read -r`);
		await terminal.waitFor('word');
		const lines = await terminal.waitForChange(() => {
			terminal.press('enter');
		});
		assert.equal(lines[0], 'word');
	});

	test('never sees half of a frame that the program marks as one', async () => {
		await using terminal = startShell(String.raw`stty -echo; printf '\e[?2026hhalf'; read -r; printf ' whole\e[?2026l'; read -r`);
		const seen = terminal.waitFor('half');
		await until('the first half', () => terminal.transcript.endsWith('half'));
		terminal.press('enter');
		const lines = await seen;
		assert.equal(lines[0], 'half whole');
	});

	test('finds nothing left over from a program that gives the terminal back', async () => {
		await using terminal = startShell(String.raw`saved=$(stty -g); stty raw -echo; printf '\e[?1049h\e[?25l\e[1mhello'; stty $saved; printf '\e[m\e[?25h\e[?1049l'`);
		await terminal.waitForExit();
		assert.deepEqual(await terminal.leftovers(), []);
		assert.deepEqual(terminal.disturbances(), []);
	});

	test('finds what a program leaves behind', async () => {
		await using terminal = startShell(String.raw`stty raw -echo; printf '\e[?25l\e[?2004h\e[?1002h\e[?7l\e[2;5r\e[>1u\e[31m\e(0q'`);
		await terminal.waitForExit();
		assert.deepEqual(await terminal.leftovers(), [
			'the cursor is hidden',
			'the cursor is in column 1',
			'a scrolling region is set',
			'a keyboard protocol is on',
			'mouse tracking is drag',
			'bracketed paste is on',
			'lines do not wrap',
			'private modes 2004, 1002, 7 are changed',
			...['icanon', 'echo', 'isig', 'icrnl', 'opost', 'ixon'].map(flag => `the terminal is set to -${flag}`),
			'text appears as "┌──┐◆"',
			'text is coloured or styled',
		]);
	});

	test('finds what a program does to the terminal in passing', async () => {
		await using terminal = startShell(String.raw`stty -echo; printf '\e]0;title\a\e]52;c;aGk=\e\\\e]4;1;#ffffff\a\a\e[6n\e[8mhidden\u202e'; read -r -d R`);
		await terminal.waitForExit();
		assert.deepEqual(terminal.trace.titles, ['title']);
		assert.deepEqual(terminal.trace.commands.map(({id}) => id), [0, 52, 4]);
		assert.equal(terminal.trace.bells, 1);
		assert.equal(terminal.trace.answers.length, 1);
		assert.deepEqual(terminal.disturbances().slice(0, 7), [
			String.raw`"\u001b]0;title\u0007"`,
			String.raw`"\u001b]52;c;aGk=\u001b\\"`,
			String.raw`"\u001b]4;1;#ffffff\u0007"`,
			String.raw`"\u0007"`,
			String.raw`"\u001b[6n"`,
			String.raw`"\u001b[8m"`,
			'"hidden\u{202E}"',
		]);
	});

	test('gives today\'s wide characters two columns', async () => {
		await using terminal = startShell('printf "日本😀é"; read -r');
		await terminal.waitFor('日本😀é');
		assert.equal(terminal.cursor.column, 7);
	});

	test('a dropped connection hangs the program up', async () => {
		const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-test-'));

		try {
			await using terminal = startShell('trap "touch dropped; exit 1" HUP; echo ready; while :; do read -r; done', {cwd: directory});
			await terminal.waitFor('ready');
			terminal.hangUp();
			await terminal.waitForExit();
			assert.equal(await exists(path.join(directory, 'dropped')), true);
		} finally {
			await fs.rm(directory, {recursive: true});
		}
	});

	test('loses nothing over a connection that stalls', async () => {
		await using terminal = startShell('echo ready; read -r; seq 1 20000; echo end');
		await terminal.waitFor('ready');
		terminal.stall();
		terminal.press('enter');
		terminal.resume();
		await terminal.waitFor('end');
		await terminal.waitForExit();
		assert.equal(terminal.normalLines().at(-1), 'end');
	});
});

describe('the environment of a program', {timeout: 120_000}, () => {
	before(() => {
		process.env.CI = '1';
	});

	after(() => {
		delete process.env.CI;
	});

	test('is clean, whatever that of the tests is', async () => {
		await using terminal = startShell('env', {env: {EXTRA: 'yes'}, rows: 50});
		await terminal.waitForExit();
		const lines = terminal.normalLines();
		assert.ok(lines.includes('EXTRA=yes'));
		assert.ok(lines.includes('TERM=xterm-256color'));
		assert.ok(lines.includes('LANG=C.UTF-8'));
		assert.deepEqual(lines.filter(line => /^(?:CI|NODE_TEST_CONTEXT)=/v.test(line)), []);
	});
});

describe('cutting output into sequences', () => {
	test('loses nothing', () => {
		const part = fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom('\u{1B}', '\u{9B}', '[', ']', '\u{7}', '\\', '\u{1B}P', '0;1', 'm', '?', '(', 'B'));
		fc.assert(fc.property(fc.array(part), parts => {
			const output = parts.join('');
			assert.equal(splitSequences(output).map(({text}) => text).join(''), output);
		}));
	});

	test('knows each kind by its introducer, also as one character', () => {
		const output = 'a\u{1B}[1;2m\u{9B}?25lb\u{1B}]0;x\u{7}\u{1B}P1\u{1B}\\\u{1B}_g\u{1B}\\\u{1B}(B\r\u{1B}7';
		assert.deepEqual(splitSequences(output).map(({kind}) => kind), [
			'text', 'csi', 'csi', 'text', 'osc', 'dcs', 'string', 'escape', 'control', 'escape',
		]);
	});

	test('lets pass what full-screen programs need', () => {
		assert.deepEqual(findDisturbances('\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J\u{1B}[H\u{1B}[1;38;5;8mtext – 日本\u{1B}[0m\u{1B}[K\r\n\u{1B}[3A\u{1B}[2G'), []);
	});
});

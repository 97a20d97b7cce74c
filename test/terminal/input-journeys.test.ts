/*
What comes from a terminal and is no key, or a key too early: reports of a mouse that somebody else switched on, answers to questions that somebody
else asked, keys cut in two by a slow line, text that is pasted, keys that were typed ahead.
*/
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {describe, test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {copyName, sampleSelection} from '../support/sample-logs.ts';
import {exists, until} from '../support/files.ts';
import {program, runProgram} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';

const question = /Back up [\d,]+ files?\?/v;
const marked = `${sampleSelection.length} files marked`;

async function open(sandbox: Sandbox, args: readonly string[] = []): Promise<Terminal> {
	const terminal = sandbox.start(args);
	await terminal.waitFor(/w back up/v);
	await terminal.waitFor(marked);
	return terminal;
}

/** What a terminal may send of its own accord, with letters in it that are keys everywhere. */
const strays: ReadonlyArray<readonly [what: string, bytes: string]> = [
	['an answer to a picture (kitty)', '\u{1B}_Gi=31;OK\u{1B}\\'],
	['an X10 report, column 65 (a)', '\u{1B}[M a%'],
	['an X10 report, column 89 (y)', '\u{1B}[M y+'],
	['an X10 report, row 13 and Enter', '\u{1B}[M  -'],
	['a report of a mouse, SGR', '\u{1B}[<0;89;11M\u{1B}[<0;89;11m'],
	['a report of a mouse, urxvt', '\u{1B}[32;89;11M'],
	['the colour of the background', '\u{1B}]11;rgb:aaaa/yyyy/qqqq\u{1B}\\'],
	['a title, ended by BEL', '\u{1B}]ltitle\r y q\u{7}'],
	['an answer to a request for settings', '\u{1B}P1$r0 q\u{1B}\\'],
	['attributes of the device', '\u{1B}[?62;22c\u{1B}[>1;10;0c'],
	['where the cursor is', '\u{1B}[11;89R'],
	['focus', '\u{1B}[I\u{1B}[O'],
	['modes', '\u{1B}[?2026;2$y'],
	['flags of the keyboard (kitty)', '\u{1B}[?1u'],
	['a key that was let go (kitty)', '\u{1B}[121;1:3u\u{1B}[13;1:3u'],
	['an 8-bit string', '\u{9D}11;yq\u{9C}'],
	['what was pasted', '\u{1B}[200~y\r q\u{1B}[201~'],
];

describe('what is no key', {timeout: 600_000, concurrency: 2}, () => {
	test('does nothing to the list, and does not answer the question', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await open(sandbox);

		for (const [what, bytes] of strays) {
			terminal.send(bytes);
			// A key after it: when that has been heard, so has all before.
			terminal.press('?');
			await terminal.waitFor(/Choosing what to back up/v, {what: `the help after ${what}`});
			terminal.press('esc');
			await terminal.waitFor(marked, {what: `the list after ${what}`});
		}

		terminal.press('w');
		await terminal.waitFor(question);

		for (const [what, bytes] of strays) {
			terminal.send(bytes);
			terminal.press('?');
			await terminal.waitFor(/Before the start/v, {what: `the help after ${what}`});
			terminal.press('esc');
			await terminal.waitFor(question, {what: `the question after ${what}`});
		}

		assert.equal(await exists(sandbox.destination), false);
		terminal.press('ctrl-c');
		assert.equal((await terminal.waitForExit()).signal, 'SIGINT');
		assert.deepEqual(await terminal.leftovers(), []);
	});

	test('an arrow that comes in two parts is an arrow, and Escape is Escape', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await open(sandbox);
		await terminal.waitFor(/›\s+README/v);
		terminal.send('\u{1B}');
		await new Promise(resolve => {
			setTimeout(resolve, 100);
		});
		terminal.send('[B');
		await terminal.waitFor(/›\[x\] alternatives/v);
		terminal.send('/auth\r');
		await terminal.waitFor(/Esc clear/v);
		terminal.press('esc');
		await terminal.waitFor(/q quit/v);
		terminal.press('q');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
	});

	test('Ctrl-C ends it in the middle of an answer that has no end', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await open(sandbox);
		terminal.send('\u{1B}]52;c;no end');
		terminal.press('ctrl-c');
		assert.equal((await terminal.waitForExit()).signal, 'SIGINT');
		assert.deepEqual(await terminal.leftovers(), []);
	});
});

describe('what is pasted', {timeout: 600_000, concurrency: 2}, () => {
	test('goes into what is being typed, and nowhere else', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await open(sandbox);
		assert.equal(terminal.emulator.modes.bracketedPasteMode, true);
		terminal.send('\u{1B}[200~aq\r\u{1B}[201~/\u{1B}[200~au\r\u{3}th\u{1B}[201~');
		await terminal.waitFor('/auth_');
		terminal.press('ctrl-c');
		assert.equal((await terminal.waitForExit()).signal, 'SIGINT');
		assert.deepEqual(await terminal.leftovers(), []);
	});

	test('is no longer told apart once the shell has the terminal, and is again after fg', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = Terminal.start({
			cwd: sandbox.root, env: sandbox.env, command: 'bash', args: ['--norc', '--noprofile', '--noediting', '-i'],
		});
		await terminal.waitFor(/^bash\S*[#$]$/mv);
		terminal.send(`${[process.execPath, program, ...sandbox.flags].join(' ')}\n`);
		await terminal.waitFor(/w back up/v);
		assert.equal(terminal.emulator.modes.bracketedPasteMode, true);
		terminal.press('ctrl-z');
		await until('the shell', () => !terminal.isAlternate && !terminal.emulator.modes.bracketedPasteMode);
		await terminal.waitFor(/Stopped/v);
		terminal.send('fg\n');
		await terminal.waitFor(/w back up/v);
		await until('what is pasted to be told apart', () => terminal.emulator.modes.bracketedPasteMode);
		terminal.press('q');
		await until('the shell', () => !terminal.isAlternate && !terminal.emulator.modes.bracketedPasteMode);
	});
});

describe('a key that comes before what it would answer', {timeout: 600_000, concurrency: 2}, () => {
	test('starts nothing: w and Enter at once only ask', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await open(sandbox);
		terminal.send('w\r');
		await terminal.waitFor(question);
		terminal.send('n');
		await terminal.waitFor(/w back up/v);
		assert.equal(await exists(sandbox.destination), false);
		// And as soon as it has been seen, it counts.
		terminal.press('w');
		await terminal.waitFor(question);
		terminal.press('y');
		await terminal.waitFor(/Enter leave/v);
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.deepEqual(await sandbox.copies(), sampleSelection.map(name => copyName(name)).toSorted());
	});

	test('is not kept from before the first screen', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start();
		terminal.send('aaaw\ry\r');
		await terminal.waitFor(/w back up/v);
		await terminal.waitFor(marked);
		terminal.press('?');
		await terminal.waitFor(/Choosing what to back up/v);
		terminal.press('ctrl-c');
		assert.equal((await terminal.waitForExit()).signal, 'SIGINT');
		assert.equal(await exists(sandbox.destination), false);
	});
});

describe('a line that comes before the question', {timeout: 600_000}, () => {
	test('removes no set', async () => {
		await using sandbox = await Sandbox.withSampleLogs();

		for (const date of ['2026-03-12', '2026-03-13', '2026-03-14']) {
			assert.equal((await runProgram(['--yes', '--quiet', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date])).code, 0);
		}

		await using terminal = Terminal.start({
			cwd: sandbox.root, env: sandbox.env, command: process.execPath, args: [program, 'prune', '--source', sandbox.source, '--dest', sandbox.destination, '--keep-last', '1'],
		});
		terminal.send('y\r');
		await terminal.waitFor(/\[y\/N\]/v);
		terminal.send('n\r');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.equal(await exists(sandbox.set), true);
		assert.equal(await exists(`${sandbox.destination}/2026-03-12`), true);
	});
});

describe('a terminal that does not say its size', {timeout: 600_000, concurrency: 2}, () => {
	/** With its size taken away before the program starts. */
	const sizeless = (sandbox: Sandbox, ...args: readonly string[]): Terminal => Terminal.start({
		cwd: sandbox.root,
		env: sandbox.env,
		command: 'bash',
		args: ['--norc', '--noprofile', '-c', 'stty rows 0 cols 0; exec "$@"', 'bash', process.execPath, program, ...sandbox.flags, ...args],
	});

	test('is drawn on as one of 80 by 24', {skip: spawnSync('stty', ['--version']).status === 0 ? false : 'stty is not there'}, async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sizeless(sandbox);
		await terminal.waitFor(/w back up/v);
		await terminal.waitFor(marked);
		terminal.press('w');
		await terminal.waitFor(question);
		terminal.press('ctrl-c');
		assert.equal((await terminal.waitForExit()).signal, 'SIGINT');
		assert.deepEqual(await terminal.leftovers(), []);
	});

	test('is told how far a run is', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await sandbox.addLaced('large', 3e9, 2 ** 20);
		await using terminal = sizeless(sandbox, '--yes');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.match(terminal.transcript, /\r\u{1B}\[K\d+ %|\r\u{1B}\[K.*of/v);
	});
});

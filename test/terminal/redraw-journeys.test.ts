/*
What the program drew may not be what the terminal shows: somebody else wrote on it, or it lost lines when its size changed.
*/
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {writeTo} from '../support/emulator.ts';
import {steadyText} from '../support/operator.ts';
import {Sandbox} from '../support/sandbox.ts';
import type {Terminal} from '../support/terminal.ts';

async function openList(sandbox: Sandbox, size: {readonly cols: number; readonly rows: number}): Promise<Terminal> {
	const terminal = sandbox.start([], size);
	await terminal.waitFor(/w back up/v);
	await terminal.waitFor(/→ about/v);
	await terminal.waitForRawMode();
	return terminal;
}

const isBack = (before: readonly string[]) => (lines: readonly string[]) => steadyText(lines) === steadyText(before);

for (const [cols, rows] of [[80, 24], [40, 12]] as const) {
	describe(`an operator at ${cols}x${rows}`, {timeout: 300_000}, () => {
		test('presses Ctrl-L after a message of wall, and the screen is whole again', async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = await openList(sandbox, {cols, rows});
			const before = terminal.screen();
			await writeTo(terminal.emulator, '\u{1B}[4;3H\r\nBroadcast message from root@web1 (pts/0):\r\n\r\nreboot at 22:00\r\n');
			assert.notDeepEqual(terminal.screen(), before);
			terminal.press('ctrl-l');
			await terminal.waitFor(isBack(before), {what: 'the screen as it was'});
		});

		test('makes the window small and large again at once, and the screen is whole again', async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = await openList(sandbox, {cols, rows});
			const before = terminal.screen();

			for (let time = 0; time < 5; time++) {
				terminal.resize(cols, rows - 8);
				terminal.resize(cols, rows);
				await terminal.waitFor(isBack(before), {what: 'the screen as it was'});
			}

			assert.equal(steadyText(terminal.screen()), steadyText(before));
		});

		test('makes the window small, and large again before the small one is drawn, and the screen is whole again', async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = await openList(sandbox, {cols, rows});
			const before = terminal.screen();
			// As a terminal does it that loses what does not fit, with nothing told of it but the signal.
			await writeTo(terminal.emulator, '\u{1B}[H\u{1B}[J');
			assert.notDeepEqual(terminal.screen(), before);
			terminal.kill('SIGWINCH');
			await terminal.waitFor(isBack(before), {what: 'the screen as it was'});
		});
	});
}

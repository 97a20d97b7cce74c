/*
What operators do at the terminal in many journeys, and what they look for there.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {constants} from 'node:os';
import path from 'node:path';
import {Sandbox} from './sandbox.ts';
import {copyName} from './sample-logs.ts';
import {exists, until} from './files.ts';
import {gunzip} from './run.ts';
import type {Terminal} from './terminal.ts';

export const review = /\d files?(?: marked|, \S+ [GMk]?B (?:→|->))/v;
export const confirm = /Back up [\d,]+ files?\?/v;
export const running = /\d [A-Za-z]*B of \d/v;
/** The keys of the summary, or what a terminal too small for it says. */
export const over = /Enter leave|Over, exit code/v;
export const asking = /Stop the backup\?/v;
export const escape = '\u{1B}';
export type StartOptions = NonNullable<Parameters<Sandbox['start']>[1]>;

/** Waits until the list is complete, by its totals, and takes keys. */
export async function waitForReview(terminal: Terminal, totals = review): Promise<void> {
	await terminal.waitFor(lines => {
		const text = lines.join('\n');
		return totals.test(text) && !text.includes('reading the directory');
	}, {what: 'the complete list'});
	await terminal.waitForRawMode();
}

/** Starts the program and takes it somewhere. */
async function startAndGo(sandbox: Sandbox, args: readonly string[], options: StartOptions, go: (terminal: Terminal) => Promise<void>): Promise<Terminal> {
	const terminal = sandbox.start(args, options);

	try {
		await go(terminal);
		return terminal;
	} catch (error) {
		// Nobody else has it yet to dispose of.
		await terminal[Symbol.asyncDispose]();
		throw error;
	}
}

/** Starts the program and waits until its list is complete and takes keys. */
export const openReview = async (sandbox: Sandbox, options: StartOptions = {}, args: readonly string[] = []): Promise<Terminal> =>
	startAndGo(sandbox, args, options, async terminal => waitForReview(terminal));

/** Starts the program, and a backup from its list, and waits until that is under way. */
export const openRun = async (sandbox: Sandbox, options: StartOptions = {}): Promise<Terminal> => startAndGo(sandbox, [], options, async terminal => {
	await waitForReview(terminal);
	await startBackup(terminal);
	await terminal.waitFor(running);
});

/** The row with the cursor on it. */
export const currentRow = (lines: readonly string[]) => lines.find(line => line.startsWith('›')) ?? '';

/** Where the cursor is: the line, and the name in it. Not all of the row, whose age goes on by itself. */
export const cursorPlace = (lines: readonly string[]): string => {
	const line = lines.findIndex(text => text.startsWith('›'));
	const [name = ''] = (lines[line] ?? '').replace(/^›(?:\[.\])?\s*/v, '').split(/\s/v, 1);
	return `${line} ${name}`;
};

/** Goes down the list, a row at a time, to the one with that name. */
export async function moveTo(terminal: Terminal, name: string): Promise<void> {
	const isThere = () => currentRow(terminal.screen()).split(/\s+/v).includes(name);

	while (!isThere()) {
		const before = cursorPlace(terminal.screen());
		terminal.press('down');
		await terminal.waitFor(lines => cursorPlace(lines) !== before, {what: `the cursor to go on from ${before}`});
	}
}

/** But for what changes while nothing is done: the ages of files, and the line with the free space, which whatever else runs here makes less and more. */
export const steadyText = (lines: readonly string[]) => lines.filter(line => !line.includes(' free')).join('\n').replaceAll(/ {1,4}(?:now|\d+[dhmsy])(?= {2}|│| {0,9}$)/gmv, ' age');

/** Presses the key that marks all files, none, or as at first, until so many are marked. */
export async function toggleAllUntil(terminal: Terminal, count: number): Promise<void> {
	const marked = (lines: readonly string[]) => /\b(?<count>\d+) files? marked/v.exec(lines.join('\n'))?.groups?.count;

	for (let presses = 0; presses < 3 && marked(terminal.screen()) !== String(count); presses++) {
		const before = marked(terminal.screen());
		terminal.press('a');
		// The whole frame need not come at once.
		await terminal.waitFor(lines => ![before, undefined].includes(marked(lines)), {what: `another count than ${before}`});
	}

	assert.equal(marked(terminal.screen()), String(count));
}

/** Waits for the end; the exit code as a shell tells it, 128 + N where signal N ended the program. */
export async function exitCode(terminal: Terminal): Promise<number> {
	const {exitCode: code, signal} = await terminal.waitForExit();
	return signal === undefined ? code : 128 + constants.signals[signal];
}

/** Waits until the run is over, leaves its summary, and waits for the end of the program. */
export async function leaveSummary(terminal: Terminal): Promise<number> {
	await terminal.waitFor(over);
	terminal.press('enter');
	return exitCode(terminal);
}

/** For the message of a failed assertion: what the program said at its end. */
export const lastWords = (terminal: Terminal) => `The program ended otherwise than expected. Its last words:\n${terminal.normalLines().join('\n')}`;

/** Presses the keys that go from the list through the question to the run. */
export async function startBackup(terminal: Terminal): Promise<void> {
	terminal.press('w');
	await terminal.waitFor(confirm);
	terminal.press('enter');
}

/** A source of which one file takes for ever, so that a test finds the run under way whenever it looks. */
export async function createEndless(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('auth.log', 'short\n');
	await sandbox.addEndless('endless.log');
	return sandbox;
}

/** Waits until another start of the program can find the run that is under way. */
export const waitForWatchable = async (sandbox: Sandbox) => until('the run to be found by others', async () => exists(path.join(sandbox.destination, '.socket')));

/** Cuts the endless file short, so that the run ends. */
export const letItEnd = async (sandbox: Sandbox) => fs.truncate(path.join(sandbox.source, 'endless.log'), 1000);

export async function assertCopied(sandbox: Sandbox, names: readonly string[]): Promise<void> {
	assert.deepEqual(await sandbox.copies(), names.map(name => copyName(name)).toSorted());

	for (const name of names) {
		const copy = path.join(sandbox.set, copyName(name));
		const expected = await sandbox.content(name);
		const actual = name === copyName(name) ? await fs.readFile(copy) : await gunzip(copy);
		assert.ok(actual.equals(expected), `${name} differs from its copy`);
	}

	assert.deepEqual(await sandbox.checkSums(), {
		code: 0, signal: null, stdout: '', stderr: '',
	});
}

export async function assertGivenBack(terminal: Terminal): Promise<void> {
	assert.deepEqual(await terminal.leftovers(), []);
	assert.deepEqual(terminal.disturbances(), []);
}

/** The names in the list, from the top. */
export const listedNames = (lines: readonly string[]) =>
	lines.map(line => /^[ ›]\[[ x]\] (?<name>\S+)/v.exec(line)?.groups?.name).filter(name => name !== undefined);

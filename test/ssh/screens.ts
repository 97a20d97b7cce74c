import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {Sandbox} from '../support/sandbox.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import type {Terminal} from '../support/terminal.ts';
import {asking, confirm, waitForReview as waitForList} from '../support/operator.ts';

export {asking, confirm} from '../support/operator.ts';

export const review = /\d files? marked/v;
export const attached = 'started elsewhere';

const endlessFile = 'zz-endless.log';

/** What is copied of it. */
export const selection: readonly string[] = [...sampleSelection, endlessFile];

/** Sample logs, and a file that takes for ever, so that a test finds the run under way whenever it looks. */
export async function createEndless(): Promise<Sandbox> {
	const sandbox = await Sandbox.withSampleLogs();
	await sandbox.addEndless(endlessFile);
	return sandbox;
}

/** Cuts the endless file short, so that the run ends. */
export const letItEnd = async (sandbox: Sandbox): Promise<void> => fs.truncate(path.join(sandbox.source, endlessFile), 1000);

/** Everything but the endless file is done. */
export const underWay = new RegExp(`${sampleSelection.length} of ${selection.length} files done`, 'v');

/** Waits until the list is complete and takes keys. */
export const waitForReview = async (terminal: Terminal): Promise<void> => waitForList(terminal, review);

/** Presses the keys that go from the list through the question to the run, and waits until that is well under way. */
export async function startBackup(terminal: Terminal): Promise<void> {
	await waitForReview(terminal);
	terminal.press('w');
	await terminal.waitFor(confirm);
	terminal.press('enter');
	await terminal.waitFor(underWay);
}

/** Presses the keys that stop a run under way. */
export async function stopBackup(terminal: Terminal): Promise<void> {
	terminal.press('ctrl-c');
	await terminal.waitFor(asking);
	terminal.press('ctrl-c');
}

/** Waits until the run is over, and leaves its summary. */
export async function leaveSummary(terminal: Terminal): Promise<void> {
	await terminal.waitFor(/Enter leave/v);
	terminal.press('enter');
}

export type Manifest = {
	readonly started: string;
	readonly finished: string;
	readonly entries: ReadonlyArray<{readonly path: string; readonly outcome: string}>;
};

export const readManifest = async (sandbox: Sandbox): Promise<Manifest> =>
	JSON.parse(await fs.readFile(path.join(sandbox.set, 'manifest.json'), 'utf8')) as Manifest;

/** For the message of a failed assertion. */
export const lastWords = (terminal: Terminal): string => `Its last words:\n${terminal.normalLines().join('\n')}`;

export async function assertGivenBack(terminal: Terminal): Promise<void> {
	assert.deepEqual(await terminal.leftovers(), []);
	assert.deepEqual(terminal.disturbances(), []);
}

/*
A terminal that takes nothing more holds up whoever writes to it: the screen, and nobody else. Shown on what is copied meanwhile.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import {test} from 'node:test';
import type {BackupEvent} from '../../source/backup/events.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import type {Terminal} from '../support/terminal.ts';

/** So many that what is told of them fills any pipe to the screen. */
const smallFiles = 3000;
const secondsOfWork = 5;
/** Bytes, at most: the first rate may be that of an idle machine, which is busy soon after. */
const mostWork = 500e6;

/** Whether a process waits in a system call on its terminal: proc(5), `syscall`. For keys it waits on a descriptor of another kind (epoll(7)). */
async function isStuck(id: number): Promise<boolean> {
	const [, descriptor] = (await fs.readFile(`/proc/${id}/syscall`, 'utf8')).split(' ', 2);

	try {
		return (await fs.readlink(`/proc/${id}/fd/${Number(descriptor)}`)).startsWith('/dev/pts/');
	} catch {
		// It runs, or waits for something that is no descriptor.
		return false;
	}
}

/** All that a process has written so far, in bytes: proc(5), `io`. */
async function writtenBy(id: number): Promise<string> {
	return /^wchar: (\d+)$/mv.exec(await fs.readFile(`/proc/${id}/io`, 'utf8'))![1]!;
}

/** Has the program draw until its terminal takes no more. */
async function fill(terminal: Terminal): Promise<void> {
	await until('the screen to be held up', async () => {
		// Between the run and the list of its files.
		terminal.press('tab');
		return isStuck(terminal.pid);
	});
}

/** What a run tells those who watch it. */
async function * watch(sandbox: Sandbox): AsyncGenerator<BackupEvent> {
	const location = path.join(sandbox.destination, '.socket');
	await until('the run to be found by others', async () => exists(location));
	const socket = net.connect(location);

	try {
		for await (const line of readline.createInterface(socket)) {
			yield JSON.parse(line) as BackupEvent;
		}
	} finally {
		socket.destroy();
	}
}

/** Resolves when a run has copied as much more as it copied in some seconds before. */
async function copyOn(sandbox: Sandbox): Promise<void> {
	let goal: number | undefined;

	for await (const event of watch(sandbox)) {
		if (event.message_type !== 'status' || event.bytes_per_second === 0) {
			continue;
		}

		goal ??= event.bytes_done + Math.min(mostWork, secondsOfWork * event.bytes_per_second);

		if (event.bytes_done >= goal) {
			return;
		}
	}

	assert.fail('the run ended before it had copied so much');
}

test('a terminal that takes nothing more does not hold up the backup: it copies on, to its end', {timeout: 300_000}, async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addEndless('endless.log');
	await Promise.all(Array.from({length: smallFiles}, async (_, index) => sandbox.add(`small-${index}.log`, `${index}\n`)));
	// One after the other, the largest first: the small ones wait for the end of the endless one.
	await using terminal = sandbox.start(['--jobs=1'], {cols: 200, rows: 60});
	await terminal.waitFor(/3,001 files marked/v);
	await terminal.waitForRawMode();
	terminal.press('w');
	await terminal.waitFor(/Back up 3,001 files\?/v);
	terminal.press('enter');
	await terminal.waitFor(/copying +endless\.log/v);
	terminal.stall();
	let written = '';

	do {
		// A busy kernel moves what a terminal was given late, and has its writer wait for that, too.
		await fill(terminal);
		written = await writtenBy(terminal.pid);
		await copyOn(sandbox);
	} while (await writtenBy(terminal.pid) !== written);

	await fs.truncate(path.join(sandbox.source, 'endless.log'), 1000);
	await until('the set', async () => exists(sandbox.set));
	assert.equal(await writtenBy(terminal.pid), written, 'the screen was not held up to the end');
	assert.equal((await sandbox.copies()).length, smallFiles + 1);

	terminal.resume();
	// However often the list was asked for meanwhile.
	await terminal.waitFor(/Enter leave|q leave/v);
	terminal.press('q');
	assert.equal((await terminal.waitForExit()).exitCode, 0);
	assert.deepEqual(await terminal.leftovers(), []);
});

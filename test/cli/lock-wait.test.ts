/* Waiting for another run, as whole processes: for how many seconds, and that it can be ended. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {launch} from '../support/launch.ts';
import {Directory} from '../../source/files/directory.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {Sandbox} from '../support/sandbox.ts';
import {program, runProgram} from '../support/run.ts';
import {until} from '../support/files.ts';

/** A sandbox whose destination this very process has locked. */
async function withLock() {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'one\n');
	await fs.mkdir(sandbox.destination, {mode: 0o700});
	const directory = await Directory.open(sandbox.destination);
	const lock = await Lock.take(directory, 0, new AbortController().signal);
	let isReleased = false;
	const release = async () => {
		if (!isReleased) {
			isReleased = true;
			await lock.release();
		}
	};

	return {
		sandbox,
		release,
		async [Symbol.asyncDispose]() {
			await release();
			await directory.close();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

const commands: Readonly<Record<string, readonly string[]>> = {
	'a backup': ['--yes'],
	'a prune': ['prune', '--yes', '--keep-last=1'],
};

const places = (sandbox: Sandbox) => ['--source', sandbox.source, '--dest', sandbox.destination];

/** Whether a process looks at the lock just now. */
const isLooking = async (pid: number): Promise<boolean> => {
	const descriptors = await fs.readdir(`/proc/${pid}/fd`);
	const files = await Promise.all(descriptors.map(async fd => fs.readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
	return files.some(file => file.endsWith('/.lock'));
};

for (const [what, args] of Object.entries(commands)) {
	test(`${what} waits for another run for so many seconds, and is turned away then`, async () => {
		await using locked = await withLock();
		const {sandbox} = locked;
		const begun = performance.now();
		await runProgram([...args, ...places(sandbox), '--lock-wait', '2'], {env: sandbox.env, code: 11});
		assert.ok(performance.now() - begun >= 2000);
	});

	test(`${what} that waits goes on when the lock is free`, async () => {
		await using locked = await withLock();
		const {sandbox, release} = locked;
		const waiting = launch(process.execPath, [program, ...args, ...places(sandbox), '--lock-wait', '600'], {env: sandbox.env});
		await until('it to wait', async () => isLooking(waiting.pid));
		await release();
		const {stdout} = await waiting.end();
		assert.notEqual(stdout, '');
		assert.equal(await fs.readFile(path.join(sandbox.destination, '.lock'), 'utf8'), '', 'given back');
	});

	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		test(`${what} that waits is ended by ${signal} at once`, async () => {
			await using locked = await withLock();
			const {sandbox} = locked;
			const waiting = launch(process.execPath, [program, ...args, ...places(sandbox), '--lock-wait', '600'], {env: sandbox.env});
			await until('it to wait', async () => isLooking(waiting.pid));
			process.kill(waiting.pid, signal);
			await waiting.end(signal);
			assert.deepEqual(await fs.readdir(sandbox.destination), ['.lock']);
		});
	}
}

import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test, type TestContext} from 'node:test';
import {loadLibc} from '../../source/files/libc.ts';
import {canDo} from '../support/needs.ts';
import {run, runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';

const resident = async (file: string) => Number((await run('fincore', ['--bytes', '--noheadings', '--output', 'RES', file])).stdout);

/** Takes a file out of the system's memory, but for so many bytes at its beginning. */
async function forget(file: string, kept = 0): Promise<void> {
	await run('sync', [file]);
	await run('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);
	await using handle = await fs.open(file);
	await handle.read(Buffer.alloc(kept), 0, kept, 0);
}

async function canSee(t: TestContext, sandbox: Sandbox): Promise<boolean> {
	const {stdout} = await run('stat', ['--file-system', '--format=%T', sandbox.root]);

	if (!loadLibc() || /tmpfs|ramfs|overlay/v.test(stdout)) {
		t.skip(`needs koffi, and a file system on a disk: ${stdout.trim()}`);
		return false;
	}

	return canDo(t, 'fincore');
}

test('a copy that is on disk does not stay in memory, in place of what others read', async t => {
	await using sandbox = await Sandbox.create();

	if (!await canSee(t, sandbox)) {
		return;
	}

	await sandbox.add('noise.log', randomBytes(5_000_000));
	await sandbox.run(['--yes']);
	assert.ok(await resident(path.join(sandbox.set, 'noise.log.gz')) < 2_500_000);
});

test('what a run and a verification read is in memory afterwards as far as it was before', async t => {
	await using sandbox = await Sandbox.create();

	if (!await canSee(t, sandbox)) {
		return;
	}

	const length = 4_000_000;
	const [cold, half, warm] = ['cold.log', 'half.log', 'warm.log'].map(name => path.join(sandbox.source, name)) as [string, string, string];
	await sandbox.add('cold.log', randomBytes(length));
	// Long enough for the system not to read it ahead to its end.
	await sandbox.add('half.log', randomBytes(5 * length));
	await sandbox.add('warm.log', randomBytes(length));
	const copy = path.join(sandbox.set, 'cold.log.gz');
	await forget(cold);
	await forget(half, 3_000_000);
	await fs.readFile(warm);
	assert.equal(await resident(cold), 0);
	await sandbox.run(['--yes']);
	assert.ok(await resident(cold) < length / 2, String(await resident(cold)));
	// What the system has read ahead of the beginning may still come while the run begins: then it counts as having been there.
	const left = await resident(half);
	assert.ok(left >= 3_000_000 && left < 4 * length, String(left));
	assert.ok(await resident(warm) >= length);

	await forget(copy);
	await runProgram(['verify', '--dest', sandbox.destination]);
	assert.ok(await resident(copy) < length / 2, String(await resident(copy)));
	await fs.readFile(copy);
	await runProgram(['verify', '--dest', sandbox.destination]);
	assert.ok(await resident(copy) >= length);
});

import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import path from 'node:path';
import {test} from 'node:test';
import {loadLibc} from '../../source/files/libc.ts';
import {canDo} from '../support/needs.ts';
import {run} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';

const resident = async (file: string) => Number((await run('fincore', ['--bytes', '--noheadings', '--output', 'RES', file])).stdout);

test('a copy that is on disk does not stay in memory, in place of what others read', async t => {
	await using sandbox = await Sandbox.create();
	const {stdout} = await run('stat', ['--file-system', '--format=%T', sandbox.root]);

	if (!loadLibc() || /tmpfs|ramfs|overlay/v.test(stdout)) {
		t.skip(`needs koffi, and a file system on a disk: ${stdout.trim()}`);
		return;
	}

	if (!await canDo(t, 'fincore')) {
		return;
	}

	await sandbox.add('noise.log', randomBytes(5_000_000));
	await sandbox.run(['--yes']);
	assert.ok(await resident(path.join(sandbox.set, 'noise.log.gz')) < 1_000_000);
});

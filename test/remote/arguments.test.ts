/* What rclone is called with, and what is told of it. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {canDo} from '../support/needs.ts';
import {secret} from '../support/rclone-server.ts';
import {backUpDay, host} from '../support/remote-engine.ts';
import {RemoteStore} from '../support/remote-store.ts';
import {type Argument, run, runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

const day = '2026-03-14';

test('a limit and what stands after -- go to each call of rclone, and secrets are in no argument, message, event or file', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using store = await RemoteStore.open(sandbox, 'S3');
	const {root, source, destination} = sandbox;
	await sandbox.add('syslog', sampleLog(40_000, 1));
	await backUpDay(sandbox, day);
	const bin = path.join(root, 'bin');
	const calls = path.join(bin, 'calls');
	const {stdout: rclone} = await run('bash', ['-c', 'command -v rclone']);
	await fs.mkdir(bin);
	await fs.writeFile(path.join(bin, 'rclone'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${calls}\nexec ${rclone.trim()} "$@"\n`, {mode: 0o755});
	let said = '';
	const call = async (...args: readonly Argument[]) => {
		const {stdout, stderr} = await runProgram(args, {env: {...store.fixture.env, PATH: `${bin}:${process.env.PATH}`}});
		said += stdout + stderr;
	};

	const added = ['--bwlimit', '50M', '--', '--transfers', '2', '--retries=1', '--low-level-retries=1'];
	const back = path.join(root, 'back');
	const fetch = ['fetch', day, '--from', 'nas:logs', '--host', host, '--source', source, '--dest', back];
	await call('push', 'nas:logs', '--all', '--source', source, '--dest', destination, '--json', ...added);
	await call(...fetch, ...added);
	const made = (await fs.readFile(calls, 'utf8')).split('\n').filter(line => line !== '' && !line.startsWith('version'));
	assert.ok(made.length > 10);
	assert.deepEqual(made.filter(line => !line.includes('--bwlimit=50M') || !line.includes('--transfers 2')), []);
	store.gate.judge = () => ({status: 403});
	await call('remote', 'nas:logs', {code: 1}, ...added.slice(2));
	await call('push', 'nas:logs', '--all', '--source', source, '--dest', destination, '--json', {code: 1}, ...added);
	assert.ok(said.includes('403'));
	const {stdout: found} = await run('grep', ['-rl', secret, destination, back, bin, path.join(root, 's3')], {code: 'any'});
	assert.equal(found, '');
	assert.ok(!said.includes(secret));
});

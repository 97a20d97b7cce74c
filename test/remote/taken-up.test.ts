/* What an interrupted push or prune has left of a set, and what no set can have. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Rclone, TooLongError} from '../../source/remote/rclone.ts';
import {parseRemotePath} from '../../source/remote/remote-path.ts';
import {exists} from '../support/files.ts';
import {canDo} from '../support/needs.ts';
import {RemoteFixture} from '../support/rclone-server.ts';
import {
	backUpDay,
	contentOf,
	host,
	RemoteEngine,
	useRemotes,
} from '../support/remote-engine.ts';
import {runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

const day = '2026-03-14';

test('what was left of a set that was being removed, or added to, is a set again after a push, and comes back as it is here', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using fixture = await RemoteFixture.directory(sandbox);
	useRemotes(t, fixture);
	const engine = new RemoteEngine('nas:logs');
	const {source, destination, root, env} = sandbox;
	const there = (name: string) => path.join(fixture.directory, 'logs', host, day, name);
	await sandbox.add('syslog', sampleLog(40_000, 1));
	await backUpDay(sandbox, day);
	await engine.push(destination);

	// A removal was begun.
	await fs.writeFile(there('.logbackup/pruned.json'), `\n${JSON.stringify({directory: host, date: day})}\n`);
	await fs.rm(there('.logbackup/pushed.json'));
	assert.equal((await engine.push(destination)).result.pushed, 1);
	assert.deepEqual((await engine.list()).finished, [day]);
	assert.equal(await exists(there('.logbackup/pruned.json')), false);

	// The checksums were just being written.
	await sandbox.add('kern.log', sampleLog(20_000, 2));
	await runProgram(['--yes', '--add', '--host', host, '--date', day, '--source', source, '--dest', destination], {env});
	await fs.truncate(there('SHA256SUMS'));
	assert.equal((await engine.push(destination)).result.pushed, 1);
	const back = path.join(root, 'back');
	await engine.fetch(back);
	assert.deepEqual(await contentOf(path.join(back, day)), await contentOf(path.join(destination, day)));

	// Of another set, they say nothing of what may be added.
	await fs.rm(path.join(destination, day), {recursive: true});
	await backUpDay(sandbox, day);
	await fs.truncate(there('SHA256SUMS'));
	assert.equal((await engine.push(destination)).result.failed, 1);
	assert.equal((await fs.stat(there('SHA256SUMS'))).size, 0);

	const rclone = await Rclone.open(parseRemotePath('nas:logs'), {signal: new AbortController().signal});
	await assert.rejects(rclone.read(`${host}/${day}/syslog.gz`, 10), TooLongError);
});

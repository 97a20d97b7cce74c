/* Files of a set that is off the host, restored in one step, with a real server. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {exists} from '../support/files.ts';
import {canDo} from '../support/needs.ts';
import {jsonLines, RemoteFixture} from '../support/rclone-server.ts';
import {type Argument, runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

const date = '2026-03-14';

const odd = Buffer.from('gr\u{FC}n.log', 'latin1');

test('restore --from gets the files that are meant from a remote, checked, on a server that has lost its sets', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using fixture = await RemoteFixture.serve(sandbox, 'webdav');
	const {source, destination, root} = sandbox;
	const content = sampleLog(200_000, 1);
	await fs.mkdir(path.join(source, 'nginx'));
	await sandbox.add('nginx/access.log', content);
	await fs.chmod(path.join(source, 'nginx/access.log'), 0o604);
	await fs.utimes(path.join(source, 'nginx/access.log'), 1_773_000_000, 1_773_000_000);
	await sandbox.add('syslog', sampleLog(100_000, 2));
	await sandbox.add(odd, 'odd\n');
	const own = ['--source', source, '--dest', destination];
	await runProgram(['--yes', '--quiet', '--recursive', ...own, '--date', date], {env: sandbox.env});
	await runProgram(['push', 'nas:logs', '--quiet', ...own], {env: fixture.env});
	await fs.rm(destination, {recursive: true});
	const there = path.join(fixture.directory, 'logs', hostname(), date);
	const restore = async (to: string, ...args: readonly Argument[]) => runProgram(['restore', ...args, '--from', 'nas:logs', '--to', path.join(root, to), ...own], {env: fixture.env});

	const planned = await restore('planned', 'latest', '--dry-run', '--json');
	assert.equal(jsonLines(planned.stdout).filter(({message_type: type}) => type === 'entry').length, 3);
	assert.equal(await exists(path.join(root, 'planned')), false);

	// What is not meant is not fetched: it could not be.
	await fs.rename(path.join(there, 'syslog.gz'), path.join(root, 'aside'));
	await restore('one', date, 'access.log');
	const restored = path.join(root, 'one/nginx/access.log');
	const stats = await fs.stat(restored);
	assert.deepEqual([await fs.readFile(restored), stats.mode & 0o777, stats.mtimeMs], [Buffer.from(content), 0o604, 1_773_000_000_000]);
	assert.deepEqual((await fs.readdir(path.join(root, 'one'), {recursive: true})).toSorted(), ['nginx', 'nginx/access.log']);
	assert.equal(await exists(destination), false);

	await fs.writeFile(path.join(there, 'syslog.gz'), 'damaged');
	const damaged = await restore('all', date, '--json', {code: 3});
	const events = jsonLines(damaged.stdout);
	assert.deepEqual(events.filter(({message_type: type}) => type === 'error').map(({path: name}) => name), ['syslog']);
	assert.deepEqual((await fs.readdir(path.join(root, 'all'), {encoding: 'buffer'})).map(name => name.toString('latin1')).toSorted(), ['gr\u{FC}n.log', 'nginx']);

	await restore('none', '2026-01-01', {code: 1});
	await restore('none', 'yesterday', {code: 2});
	await restore('none', date, 'no-such-file', {code: 1});
	assert.equal(await exists(path.join(root, 'none')), false);
	await runProgram(['restore', 'latest', '--bwlimit', '1k', '--to', path.join(root, 'none'), ...own, {code: 2}]);
});

/* Monitoring by the built program: codes, lost mounts, and files for Prometheus. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {exists} from '../support/files.ts';
import {OwnEtc, whyNoOwnEtc} from '../support/own-etc.ts';
import {program, runProgram} from '../support/run.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';

async function createBackup(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.run(['--yes']);
	return sandbox;
}

/** Runs `status --nagios`, and gives its exit code with its word. */
async function ask(sandbox: Sandbox, ...args: readonly string[]): Promise<readonly [code: number | null, word: string | undefined]> {
	const {code, stdout, stderr} = await runProgram(['status', '--nagios', '--source', sandbox.source, ...args], {code: 'any'});
	assert.equal(stderr, '');
	assert.match(stdout, /^[^\n]+\n$/v);
	return [code, /^LOGBACKUP (?<word>[A-Z]+): /v.exec(stdout)?.groups?.word];
}

test('a plugin tells by its code, also where it is called in a wrong way, or can tell nothing', async () => {
	await using sandbox = await createBackup();
	assert.deepEqual(await ask(sandbox), [0, 'OK']);
	assert.deepEqual(await ask(sandbox, '-w', '0s', '-c', '50h'), [1, 'WARNING']);
	assert.deepEqual(await ask(sandbox, '-w', '0s', '-c', '0s'), [2, 'CRITICAL']);
	assert.deepEqual(await ask(sandbox, '--dest', path.join(sandbox.root, 'none')), [2, 'CRITICAL']);

	for (const wrong of [['-w', 'soon'], ['--frobnicate'], ['--json'], ['-w', '3h', '-c', '2h'], ['--max-age', '2h'], ['--config', '/nowhere.toml']]) {
		assert.deepEqual(await ask(sandbox, ...wrong), [3, 'UNKNOWN'], wrong.join(' '));
	}

	await fs.writeFile(path.join(sandbox.root, 'file'), '');
	assert.deepEqual(await ask(sandbox, '--dest', path.join(sandbox.root, 'file')), [3, 'UNKNOWN']);
});

test('flags for plugins go with them alone', async () => {
	for (const args of [['-w', '2h'], ['--critical', '2h'], ['--prometheus', '--json'], ['--prometheus', '--max-age', '2h']]) {
		const {stdout} = await runProgram(['status', ...args, {code: 2}]);
		assert.equal(stdout, '');
	}
});

describe('with an /etc of its own', {skip: whyNoOwnEtc()}, () => {
	test('a file system that is not mounted is told from a destination without sets', async () => {
		await using sandbox = await createBackup();
		await using machine = await OwnEtc.create();
		const mount = path.join(sandbox.root, 'a disk');
		const dest = path.join(mount, 'backups');
		const flags = ['--source', sandbox.source, '--dest', dest];
		const read = async () => {
			const {stdout} = await machine.run(['status', '--json', ...flags, {code: 6}]);
			return (JSON.parse(stdout) as {destination?: string}).destination;
		};

		assert.equal(await read(), 'missing');
		await fs.mkdir(dest, {recursive: true});
		assert.equal(await read(), undefined);
		await fs.writeFile(machine.at('fstab'), `# comment\nproc /proc proc defaults\n/dev/x ${mount.replaceAll(' ', String.raw`\040`)} ext4 defaults,nofail 0 2\n/dev/y none swap sw\n/dev/z /mnt/other auto noauto\n`);
		assert.equal(await read(), 'not_mounted');
		const {stdout} = await machine.run(['status', '--nagios', ...flags, {code: 2}]);
		assert.ok(stdout.includes(mount), stdout);
		const {stdout: metrics} = await machine.run(['status', '--prometheus', ...flags]);
		assert.match(metrics, /^logbackup_destination_available\{.+\} 0$/mv);
		// What is there all the same is judged as ever.
		await fs.cp(sandbox.set, path.join(dest, someDate), {recursive: true, preserveTimestamps: true});
		await machine.run(['status', '--max-age', '9999d', ...flags]);
		await machine.run(['status', '--nagios', '-w', '9999d', '-c', '9999d', ...flags, {code: 2}]);
		const script = 'mount -t tmpfs tmpfs "$1" && mkdir "$1/backups" && shift && exec "$@"';
		const {stdout: mounted} = await machine.runCommand(['bash', '-c', script, 'bash', mount, process.execPath, program, 'status', '--json', ...flags, {code: 6}]);
		assert.equal((JSON.parse(mounted) as {destination?: string}).destination, undefined);
	});
});

test('a run writes how it went, whole, for all to read, also where it fails', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	const directory = path.join(sandbox.root, 'metrics');
	const file = path.join(directory, 'logbackup.prom');
	await fs.mkdir(directory);
	const value = async (name: string) => new RegExp(String.raw`^${name}\{[^\n]*\} (?<value>\S+)$`, 'mv').exec(await fs.readFile(file, 'utf8'))?.groups?.value;
	const back = async (code: number) => sandbox.run(['--yes', '--quiet', '--textfile', file, {code}]);
	await fs.rename(sandbox.source, `${sandbox.source}.away`);
	await back(1);
	await fs.rename(`${sandbox.source}.away`, sandbox.source);
	assert.equal(await value('logbackup_last_run_exit_code'), '1');
	assert.equal(await value('logbackup_last_success_timestamp_seconds'), undefined);
	await back(0);
	assert.equal(await value('logbackup_last_run_exit_code'), '0');
	const success = await value('logbackup_last_success_timestamp_seconds');
	assert.ok(success);
	await back(4);
	assert.equal(await value('logbackup_last_run_exit_code'), '4');
	assert.equal(await value('logbackup_last_success_timestamp_seconds'), success);
	const {mode} = await fs.stat(file);
	assert.equal(mode & 0o777, 0o644);
	assert.deepEqual(await fs.readdir(directory), ['logbackup.prom']);
	await fs.rm(directory, {recursive: true});
	await fs.rm(sandbox.destination, {recursive: true});
	const {stderr} = await back(0);
	assert.ok(stderr.includes(file), stderr);
	assert.equal(await exists(sandbox.set), true);
});

test('a dry run writes no metrics', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	const file = path.join(sandbox.root, 'x.prom');
	await sandbox.run(['--dry-run', '--textfile', file]);
	assert.equal(await exists(file), false);
});

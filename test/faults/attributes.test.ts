import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test, type TestContext} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {type Finished, run, runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {canDo} from '../support/needs.ts';
import {
	backUp,
	setOf,
	type Site,
	withoutKoffi,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

const nobody = 65_534;
const stranger = 12_345;
const group = 4;

const mustDo = async (command: string, ...args: readonly string[]): Promise<string> => {
	const {code, stdout, stderr} = await run(command, args);
	assert.equal(code, 0, `${command} ${args.join(' ')}: ${stderr}`);
	return stdout;
};

/** What getfacl says of a file, without its name. */
const aclOf = async (file: string) => mustDo('getfacl', '--numeric', '--absolute-names', '--omit-header', file);

const modeOf = async (file: string) => (await fs.stat(file)).mode & 0o7777;

/** Whether somebody who is in the group of the files, and is nobody else, can read one. */
async function canGroupRead(file: string): Promise<boolean> {
	const {code} = await run('setpriv', ['--reuid', String(stranger), '--regid', String(stranger), '--groups', String(group), 'head', '-c1', file], {code: 'any'});
	return code === 0;
}

async function add(sandbox: Sandbox, name: string): Promise<string> {
	await sandbox.add(name, sampleLog(2000), {age: 60});
	return path.join(sandbox.source, name);
}

/** A file that its ACL keeps from its group, though its mode looks as if the group could read it. */
async function denyGroup(sandbox: Sandbox, name: string): Promise<string> {
	const file = await add(sandbox, name);
	await fs.chown(file, 0, group);
	await fs.chmod(file, 0o600);
	await mustDo('setfacl', '--modify', `user:${nobody}:r,group::-`, file);
	assert.equal(await modeOf(file), 0o640);
	return file;
}

async function restore(sandbox: Site, target: string, ...args: readonly string[]): Promise<Finished> {
	return runProgram(['restore', 'latest', '--dest', sandbox.destination, '--to', target, ...args]);
}

const canHaveAcls = async (t: TestContext) => canDo(t, 'root', 'setfacl', 'getfacl', 'setfattr', 'setpriv');

for (const others of [0, 100]) {
	test(`who is denied a file by its ACL gets at neither its copy nor the file that is restored, beside ${others} small files`, async t => {
		if (!await canHaveAcls(t)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await fs.chmod(sandbox.root, 0o755);

		for (let count = 0; count < others; count++) {
			await sandbox.add(`small-${count}.log`, 'x\n', {age: 60});
		}

		const file = await denyGroup(sandbox, 'auth.log');
		await mustDo('setfattr', '--name', 'user.origin', '--value', 'gate 7', file);
		await mustDo('setcap', 'cap_net_raw=ep', file);
		const {code, stderr} = await backUp(sandbox);
		assert.equal(code, 0, stderr);
		assert.equal(await modeOf(path.join(setOf(sandbox), 'auth.log.gz')), 0o600);
		const target = path.join(sandbox.root, 'restored');
		await fs.mkdir(target, {mode: 0o755});
		assert.equal((await restore(sandbox, target, 'auth.log')).code, 0);
		const restored = path.join(target, 'auth.log');
		assert.equal(await canGroupRead(restored), false);
		assert.equal(await aclOf(restored), await aclOf(file));
		assert.equal(await mustDo('getfattr', '--only-values', '--name', 'user.origin', '--absolute-names', restored), 'gate 7');
		assert.match(await mustDo('getcap', restored), /cap_net_raw/v);
		assert.equal((await runProgram(['verify', '--dest', sandbox.destination])).code, 0);
	});
}

test('an attribute that came since a copy was made is in the record of the set that links it, and the copy is not linked if that lets in too many', async t => {
	if (!await canHaveAcls(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const denied = await denyGroup(sandbox, 'auth.log');
	const open = await add(sandbox, 'open.log');
	await fs.chmod(open, 0o640);
	await mustDo('setfacl', '--remove-all', denied);
	await fs.chown(denied, 0, group);
	await fs.chmod(denied, 0o640);
	assert.equal((await backUp(sandbox, [], {})).code, 0);
	assert.equal(await modeOf(path.join(setOf(sandbox), 'auth.log.gz')), 0o640);
	const {mtime, atime} = await fs.stat(denied);
	await mustDo('setfacl', '--modify', `user:${nobody}:r,group::-`, denied);
	await mustDo('setfattr', '--name', 'user.origin', '--value', 'gate 7', open);
	await fs.utimes(denied, atime, mtime);
	const next = '2026-03-15';
	assert.equal((await runProgram(['--yes', '--source', sandbox.source, '--dest', sandbox.destination, '--date', next])).code, 0);
	assert.equal(await modeOf(path.join(sandbox.destination, next, 'auth.log.gz')), 0o600);
	const target = path.join(sandbox.root, 'restored');
	assert.equal((await restore(sandbox, target)).code, 0);
	assert.equal(await mustDo('getfattr', '--only-values', '--name', 'user.origin', '--absolute-names', path.join(target, 'open.log')), 'gate 7');
	assert.equal(await aclOf(path.join(target, 'auth.log')), await aclOf(denied));
});

test('a default ACL lets nobody in, neither at the destination nor where files are restored to', async t => {
	if (!await canHaveAcls(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('auth.log', sampleLog(2000));
	await fs.chmod(path.join(sandbox.source, 'auth.log'), 0o640);
	await fs.mkdir(sandbox.destination, {mode: 0o700});
	const target = path.join(sandbox.root, 'restored');
	await fs.mkdir(target, {mode: 0o700});

	for (const directory of [sandbox.destination, target]) {
		await mustDo('setfacl', '--default', '--modify', `user:${nobody}:rwx`, directory);
	}

	assert.equal((await backUp(sandbox)).code, 0);
	assert.equal((await restore(sandbox, target)).code, 0);

	for (const file of [path.join(setOf(sandbox), 'auth.log.gz'), path.join(target, 'auth.log')]) {
		assert.doesNotMatch(await aclOf(file), new RegExp(String(nobody), 'v'));
		assert.equal(await modeOf(file), 0o640);
	}
});

test('without koffi, getfacl and setfacl keep ACLs; without any of them, copies and what is restored are for their owners alone', async t => {
	if (!await canHaveAcls(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const denied = await denyGroup(sandbox, 'auth.log');
	const open = await add(sandbox, 'open.log');
	await fs.chmod(open, 0o644);
	const bare = path.join(sandbox.root, 'bin');
	await fs.mkdir(bare);

	for (const tool of ['bash', 'flock', 'sync']) {
		await fs.symlink((await mustDo('bash', '-c', `command -v ${tool}`)).trim(), path.join(bare, tool));
	}

	const expected = [
		{
			date: '2026-03-14', search: process.env.PATH!, modes: [0o600, 0o644], acl: await aclOf(denied),
		},
		{
			date: '2026-03-15', search: bare, modes: [0o600, 0o600], acl: undefined,
		},
	];

	for (const {date, search, modes, acl} of expected) {
		const runThere = async (...args: readonly string[]) => runProgram(args, {env: {...sandbox.env, ...withoutKoffi, PATH: search}});
		const {code, stderr} = await runThere('--yes', '--full', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date);
		assert.equal(code, 0, stderr);
		assert.deepEqual(await Promise.all(['auth.log.gz', 'open.log.gz'].map(async name => modeOf(path.join(sandbox.destination, date, name)))), modes);
		const target = path.join(sandbox.root, date);
		const restored = await runThere('restore', date, '--dest', sandbox.destination, '--to', target);
		assert.equal(restored.code, 0, restored.stderr);
		assert.deepEqual(await Promise.all(['auth.log', 'open.log'].map(async name => modeOf(path.join(target, name)))), acl === undefined ? [0o600, 0o600] : [0o640, 0o644]);

		if (acl !== undefined) {
			assert.equal(await aclOf(path.join(target, 'auth.log')), acl);
		}
	}
});

test('where a file is restored to a file system without ACLs, it is for its owner alone, and that is said', async t => {
	if (!await canHaveAcls(t) || !await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await denyGroup(sandbox, 'auth.log');
	assert.equal((await backUp(sandbox)).code, 0);
	const {mounted, unmount} = await mountOdd(t, sandbox.root, {NOXATTR: '1'});
	const {code, stderr} = await restore(sandbox, path.join(mounted, 'restored'));
	assert.equal(code, 0, stderr);
	assert.match(stderr, /ACL/v);
	assert.equal(await modeOf(path.join(mounted, 'restored/auth.log')), 0o600);
	await unmount();
});

for (const others of [0, 100]) {
	test(`a copy that others can read by now is not linked, and the set before stays as it is, beside ${others} small files`, async () => {
		await using sandbox = await Sandbox.create();

		for (let count = 0; count < others; count++) {
			await sandbox.add(`small-${count}.log`, 'x\n', {age: 60});
		}

		const file = await add(sandbox, 'auth.log');
		await fs.chmod(file, 0o600);
		assert.equal((await backUp(sandbox)).code, 0);
		const copy = path.join(setOf(sandbox), 'auth.log.gz');
		await fs.chmod(copy, 0o666);
		const next = '2026-03-15';
		const {code, stderr} = await runProgram(['--yes', '--source', sandbox.source, '--dest', sandbox.destination, '--date', next]);
		assert.equal(code, 0, stderr);
		assert.equal(await modeOf(path.join(sandbox.destination, next, 'auth.log.gz')), 0o600);
		assert.equal(await modeOf(copy), 0o666);
		assert.equal((await runProgram(['verify', next, '--dest', sandbox.destination])).code, 0);
	});
}

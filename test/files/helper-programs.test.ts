import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {decodeAcl, encodeAcl} from '../../source/files/extras/acl.ts';
import {accessAcl} from '../../source/files/extras/extras.ts';
import {syncFileSystem} from '../../source/files/sync-file-system.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';

const source = path.resolve(import.meta.dirname, '../../source');

/** Runs a module in a process of its own, where koffi is not to be had, and programs are only those that are given. Resolves with what it prints, as JSON. */
async function runWithout(sandbox: Sandbox, programs: Readonly<Record<string, string>>, code: string): Promise<unknown> {
	const bin = path.join(sandbox.root, 'bin');
	await fs.rm(bin, {recursive: true, force: true});
	await fs.mkdir(bin);

	for (const [name, script] of Object.entries(programs)) {
		await fs.writeFile(path.join(bin, name), `#!/bin/bash\n${script}\n`, {mode: 0o755});
	}

	const hooks = 'import {registerHooks} from "node:module"; registerHooks({resolve(name, context, next) { if (name === "koffi") throw new Error("none"); return next(name, context); }});';
	const {stdout, stderr, code: ended} = await run(process.execPath, [
		'--import', `data:text/javascript,${encodeURIComponent(hooks)}`, '--input-type=module', '-e', `
			import {Directory} from '${source}/files/directory.ts';
			import {openExtrasStore} from '${source}/files/extras/extras-store.ts';
			import {syncFileSystem} from '${source}/files/sync-file-system.ts';
			process.env.PATH = '${bin}';
			const directory = await Directory.open('${sandbox.source}');
			const print = value => console.log(JSON.stringify(value));
			${code}`,
	], {env: {PROGRAMS_LOG: path.join(sandbox.root, 'called')}});
	assert.equal(ended, 0, stderr);
	return JSON.parse(stdout);
}

test('the file system is synced as a whole, and whether that tells of all files depends on what it is', async () => {
	await using sandbox = await Sandbox.create();
	await using directory = await Directory.open(sandbox.root);
	const {type} = await fs.statfs(sandbox.root);
	// Ext4, XFS, Btrfs, F2FS and tmpfs write themselves what a file holds.
	const isHonest = [0xEF_53, 0x58_46_53_42, 0x91_23_68_3E, 0xF2_F5_20_10, 0x01_02_19_94].includes(type);
	assert.equal(await syncFileSystem(directory), isHonest);
	// Procfs has nothing to sync, and is none of these.
	await using proc = await Directory.open(`/proc/${process.pid}`);
	assert.equal(await syncFileSystem(proc), false);
});

for (const [what, script] of [['fails', 'exit 1'], ['succeeds', 'exit 0'], ['is killed', 'kill -9 $$']] as const) {
	test(`without koffi, sync(1) is asked for the file system of the directory; that it ${what} spares nobody to ask each file`, async () => {
		await using sandbox = await Sandbox.create();
		const record = 'echo "$@" "$(readlink /proc/$$/fd/3)" > "$PROGRAMS_LOG"';
		// Of the system, by its path: here is no other program.
		const {stdout} = await run('bash', ['-c', 'command -v readlink']);
		const answer = await runWithout(sandbox, {sync: `${record.replace('readlink', () => stdout.trim())}\n${script}`}, 'print(await syncFileSystem(directory));');
		assert.equal(answer, false);
		assert.equal(await fs.readFile(path.join(sandbox.root, 'called'), 'utf8'), `--file-system /proc/self/fd/3 ${sandbox.source}\n`);
	});
}

test('without koffi and without sync(1), each file is asked', async () => {
	await using sandbox = await Sandbox.create();
	assert.equal(await runWithout(sandbox, {}, 'print(await syncFileSystem(directory));'), false);
});

const look = String.raw`
	const store = await openExtrasStore();
	const [a, b, odd] = await store.readPaths(directory, ['a', 'b', '\u00e9'].map(name => ({path: Buffer.from(name, 'latin1'), isLink: false})));
	print([store.isAble, a, b, odd === undefined, await store.read(directory), await store.dropInherited(directory), await store.dropDefault(directory),
		await store.give(directory, {'user.x': 'eA==', '${accessAcl}': '${encodeAcl('user::rw-\ngroup::r--\nother::---\n')!.toString('base64')}'})]);`;

const restricted = {isRestricted: true};
const acl = 'user::rw-\nuser:1234:r--\ngroup::---\nmask::r--\nother::---\n';

test('without koffi and without getfacl, nothing is known: files are for their owners alone', async () => {
	await using sandbox = await Sandbox.create();

	for (const programs of [{}, {getfacl: 'exit 0'}, {setfacl: 'exit 0'}, {getfacl: 'exit 1', setfacl: 'exit 0'}]) {
		const [isAble, a, b, , own, ...dropped] = await runWithout(sandbox, programs, look) as readonly unknown[];
		assert.deepEqual([isAble, a, b, own, dropped.slice(0, 2)], [false, restricted, restricted, restricted, [false, false]]);
		assert.deepEqual((dropped[2] as ReadonlyArray<{readonly name: string}>).map(({name}) => name), ['user.x', accessAcl]);
	}
});

test('what getfacl and setfacl fail at is not known, or not done', async () => {
	await using sandbox = await Sandbox.create();
	const version = 'if [ "$1" = --version ]; then exit 0; fi';

	for (const failing of ['exit 1', 'kill -9 $$', 'echo nonsense']) {
		const [isAble, a, b, isOddUnknown, own, inherited, byDefault] = await runWithout(sandbox, {getfacl: `${version}\n${failing}`, setfacl: `${version}\nexit 1`}, look) as readonly unknown[];
		// `null` is what JSON makes of what has to be opened for that.
		assert.deepEqual([isAble, a, b, isOddUnknown, own, inherited, byDefault], [true, null, null, true, restricted, false, false], failing);
	}
});

test('what getfacl tells of files is theirs, and those that it does not name have no ACL', async () => {
	await using sandbox = await Sandbox.create();
	const version = 'if [ "$1" = --version ]; then exit 0; fi';
	const getfacl = String.raw`${version}
if [[ " $* " = *" --default "* || " $* " = *"--omit-header"* ]]; then exit 0; fi
if [[ "$*" = */fd/3/a* ]]; then printf '# file: /proc/self/fd/3/a\n# owner: 0\n# group: 0\n${acl.replaceAll('\n', String.raw`\n`)}\n'; fi`;
	const [isAble, a, b, isOddUnknown, own, inherited, byDefault, notGiven] = await runWithout(sandbox, {getfacl, setfacl: `${version}\nexit 0`}, look) as readonly unknown[];
	assert.equal(isAble, true);
	const {xattrs, isRestricted} = a as {readonly xattrs: Record<string, string>; readonly isRestricted: boolean};
	assert.equal(decodeAcl(Buffer.from(xattrs[accessAcl]!, 'base64')), acl);
	assert.equal(isRestricted, true);
	assert.deepEqual([b, isOddUnknown, own, inherited, byDefault], [{}, true, {}, true, true]);
	assert.deepEqual(notGiven, [{name: 'user.x', reason: 'koffi is not installed'}]);
});

import assert from 'node:assert/strict';
import nodeFs from 'node:fs';
import fs from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import path from 'node:path';
import {test} from 'node:test';
import {
	giveName,
	giveNameSync,
	isLinkless,
	linkName,
	linkNameSync,
	moveToReserved,
} from '../../source/files/give-name.ts';
import {Calls} from '../support/calls.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';

/** Two names in a directory, the first of them of a file. */
async function withFile() {
	const sandbox = await Sandbox.create();
	const [from, to] = ['from', 'to'].map(name => path.join(sandbox.root, name)) as [string, string];
	await fs.writeFile(from, 'content');
	return {
		sandbox, from, to, names: [Buffer.from(from), Buffer.from(to)] as const,
	};
}

const waiting = {
	async link(from: Buffer, to: Buffer) {
		linkNameSync(from, to);
	},
	async give(from: Buffer, to: Buffer) {
		giveNameSync(from, to);
	},
};

for (const [kind, {link, give}] of [['', {link: linkName, give: giveName}], [', in a thread that waits', waiting]] as const) {
	test(`a file gets a name that is free, in place of its own or beside it${kind}`, async () => {
		const {sandbox, from, to, names} = await withFile();
		await using _ = sandbox;
		await link(...names);
		assert.equal((await fs.stat(to)).nlink, 2);
		// Asked once more, as of a server that lost the answer.
		await link(...names);
		await give(...names);
		assert.deepEqual([await exists(from), await fs.readFile(to, 'utf8')], [false, 'content']);
		assert.equal((await fs.stat(to)).nlink, 1);
	});

	test(`a name that something else has is left to it, and the file keeps its own${kind}`, async () => {
		const {sandbox, from, to, names} = await withFile();
		await using _ = sandbox;

		for (const put of [async () => fs.writeFile(to, 'other'), async () => fs.symlink('nowhere', to), async () => fs.mkdir(to)]) {
			await put();
			const before = await fs.lstat(to, {bigint: true});
			await assert.rejects(link(...names), {code: 'EEXIST'});
			await assert.rejects(give(...names), {code: 'EEXIST'});
			assert.deepEqual([(await fs.lstat(to, {bigint: true})).ino, await fs.readFile(from, 'utf8')], [before.ino, 'content']);
			await fs.rm(to, {recursive: true});
		}
	});

	test(`what is not there gets no name, and neither does a file in a directory that is not there${kind}`, async () => {
		const {sandbox, from, to, names} = await withFile();
		await using _ = sandbox;
		await assert.rejects(give(names[0], Buffer.from(`${to}/deep`)), {code: 'ENOENT'});
		assert.equal(await exists(from), true);
		await fs.rm(from);
		await assert.rejects(give(...names), {code: 'ENOENT'});
		assert.equal(await exists(to), false);
	});

	test(`where no link can be made, a file is moved to a name that was reserved for it${kind}`, async () => {
		const {sandbox, from, to} = await withFile();
		await using _ = sandbox;
		// A directory can have no second name.
		const directory = path.join(sandbox.root, 'directory');
		await fs.mkdir(directory);
		await assert.rejects(give(Buffer.from(directory), Buffer.from(to)), {code: 'ENOTDIR'});
		assert.deepEqual([await exists(directory), await exists(to)], [true, false], 'what was reserved is given back');
		assert.equal(await exists(from), true);
	});
}

test('a move without links never replaces anything', async () => {
	const {sandbox, from, to, names} = await withFile();
	await using _ = sandbox;
	await fs.writeFile(to, 'other');
	await assert.rejects(moveToReserved(...names), {code: 'EEXIST'});
	assert.deepEqual([await fs.readFile(from, 'utf8'), await fs.readFile(to, 'utf8')], ['content', 'other']);
	await fs.rm(to);
	await moveToReserved(...names);
	assert.deepEqual([await exists(from), await fs.readFile(to, 'utf8')], [false, 'content']);
	await assert.rejects(moveToReserved(...names), {code: 'EEXIST'});
	await assert.rejects(moveToReserved(names[0], Buffer.from(`${to}.2`)), {code: 'ENOENT'});
	assert.equal(await exists(`${to}.2`), false);
});

test('what link(2) answers where there are no links is told from what makes a name, or the disk, no good', () => {
	const isOne = (code: string) => isLinkless(Object.assign(new Error(code), {code}));
	assert.ok(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL', 'EACCES'].every(code => isOne(code)));
	assert.ok(['EEXIST', 'EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'ENOENT', 'ENAMETOOLONG', 'ELOOP', 'ENOTDIR'].every(code => !isOne(code)));
	assert.equal(isLinkless(new Error('none')), false);
});

test('a link that fails has failed, though the file has that name already, but where it says just that', async t => {
	const {sandbox, from, to, names} = await withFile();
	await using _ = sandbox;
	await fs.link(from, to);
	const failure = Object.assign(new Error('EIO'), {code: 'EIO'});
	t.mock.method(nodeFs, 'linkSync', () => {
		throw failure;
	});
	syncBuiltinESMExports();
	assert.throws(() => {
		linkNameSync(...names);
	}, failure);
	t.mock.restoreAll();
	syncBuiltinESMExports();
	const calls = await Calls.watch(t, sandbox.root);
	calls.fail(/^link /v, 'EIO');
	await assert.rejects(linkName(...names), {code: 'EIO'});
	calls.end();
	await linkName(...names);
	linkNameSync(...names);
});

import assert from 'node:assert/strict';
import {constants, readdirSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {openOwnDirectory, openOwnFile, refuseForeign} from '../../source/files/own.ts';
import {removeDirectory, removeTree} from '../../source/files/remove-tree.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {run} from '../support/run.ts';

const asRoot = {skip: process.geteuid!() === 0 ? false : 'only root gives files away'};
const countOpen = () => readdirSync('/proc/self/fd').length;
const flags = constants.O_RDWR | constants.O_CREAT;

test('a file of this program\'s is opened, and made if that is asked for', async () => {
	await using sandbox = await Sandbox.create();
	const location = Buffer.from(path.join(sandbox.root, 'own'));
	await assert.rejects(openOwnFile(location, 'own', constants.O_RDONLY), {code: 'ENOENT'});

	for (let times = 0; times < 2; times++) {
		await using handle = await openOwnFile(location, 'own', flags, 0o600);
		assert.equal(((await handle.stat()).mode & 0o777), 0o600);
	}
});

test('what is none of its files is refused by name, and neither followed, waited for nor left open', asRoot, async () => {
	await using sandbox = await Sandbox.create();
	const at = (name: string) => path.join(sandbox.root, name);
	await fs.writeFile(at('file'), '');
	await fs.symlink(at('file'), at('link'));
	await fs.link(at('file'), at('hard'));
	await fs.writeFile(at('foreign'), '');
	await fs.chown(at('foreign'), 12_345, 0);
	assert.equal((await run('mkfifo', [at('fifo')])).code, 0);
	await fs.mkdir(at('directory'));
	const before = countOpen();

	for (const [name, what] of [['link', 'symbolic link'], ['hard', 'hard link'], ['foreign', 'belongs to user 12345'], ['fifo', 'not a regular file'], ['directory', 'not a regular file']] as const) {
		for (const how of [constants.O_RDWR, constants.O_RDONLY, constants.O_WRONLY]) {
			await assert.rejects(openOwnFile(Buffer.from(at(name)), name, how), {name: 'DestinationError', message: new RegExp(`^refusing to use ${name} .+${what}`, 'v')}, `${name} ${how}`);
		}
	}

	assert.equal(countOpen(), before);
});

test('a directory of this program\'s is opened, or made for its owner alone', async () => {
	await using sandbox = await Sandbox.create();
	await using parent = await Directory.open(sandbox.root);
	const umask = process.umask(0);

	try {
		for (let times = 0; times < 2; times++) {
			await using directory = await openOwnDirectory(parent, 'work', 'its work directory');
			assert.equal(Number((await directory.stat()).mode & 0o777n), 0o700);
		}
	} finally {
		process.umask(umask);
	}

	await assert.rejects(openOwnDirectory(parent, 'not/there', 'x'), {code: 'ENOENT'});
});

test('a directory that others have access to, somebody else\'s, or none, is refused', asRoot, async () => {
	await using sandbox = await Sandbox.create();
	const at = (name: string) => path.join(sandbox.root, name);
	await using parent = await Directory.open(sandbox.root);
	await fs.mkdir(at('open'));
	await fs.mkdir(at('foreign'), {mode: 0o700});
	await fs.chown(at('foreign'), 12_345, 0);
	await fs.symlink('foreign', at('link'));
	await fs.writeFile(at('file'), '');
	const before = countOpen();

	for (const mode of [0o710, 0o701, 0o740, 0o704, 0o777]) {
		await fs.chmod(at('open'), mode);
		await assert.rejects(openOwnDirectory(parent, 'open', 'work'), {name: 'DestinationError', message: new RegExp(`refusing to use work .+mode ${mode.toString(8)}`, 'v')});
	}

	await assert.rejects(openOwnDirectory(parent, 'foreign', 'work'), {name: 'DestinationError', message: /belongs to user 12345/v});
	await assert.rejects(openOwnDirectory(parent, 'link', 'work'), {name: 'DestinationError', message: /symbolic link/v});
	await assert.rejects(openOwnDirectory(parent, 'file', 'work'), {name: 'DestinationError'});
	assert.equal(countOpen(), before);
});

test('what others can write to is refused, and closed; that they can read it is not ours to say', asRoot, async () => {
	await using sandbox = await Sandbox.create();
	const place = path.join(sandbox.root, 'set');
	await fs.mkdir(place);
	const before = countOpen();

	for (const [mode, uid, message] of [[0o755, 0, undefined], [0o700, 0, undefined], [0o775, 0, /mode 775/v], [0o757, 0, /mode 757/v], [0o700, 12_345, /belongs to user 12345/v]] as const) {
		await fs.chmod(place, mode);
		await fs.chown(place, uid, 0);
		const directory = await Directory.open(place);

		if (message) {
			await assert.rejects(refuseForeign(directory, 'the set'), {name: 'DestinationError', message});
		} else {
			await refuseForeign(directory, 'the set');
			await directory.close();
		}

		assert.equal(countOpen(), before);
	}
});

test('a tree is removed but for what is wanted and the directories that hold it; links are removed, not followed', async () => {
	await using sandbox = await Sandbox.create();
	const at = (name: string) => path.join(sandbox.root, name);
	await fs.mkdir(at('tree/a/b'), {recursive: true});
	await fs.mkdir(at('tree/c/d'), {recursive: true});
	await fs.mkdir(at('tree/empty/empty'), {recursive: true});
	await fs.mkdir(at('outside'));

	for (const name of ['tree/1', 'tree/keep', 'tree/a/2', 'tree/a/b/keep', 'tree/a/b/3', 'tree/c/d/4', 'outside/5']) {
		await fs.writeFile(at(name), '');
	}

	await fs.symlink(at('outside'), at('tree/link'));
	await using root = await Directory.open(at('tree'));
	const before = countOpen();
	const asked: string[] = [];
	const {removed, remaining} = await removeTree(root, file => {
		asked.push(file.toString());
		return file.toString().endsWith('keep');
	});
	assert.equal(removed, 5);
	assert.deepEqual(remaining.map(String), ['a/b', 'a'], 'innermost first');
	assert.deepEqual(asked.toSorted(), ['1', 'a/2', 'a/b/3', 'a/b/keep', 'c/d/4', 'keep', 'link']);
	assert.deepEqual((await fs.readdir(at('tree'), {recursive: true})).toSorted(), ['a', 'a/b', 'a/b/keep', 'keep']);
	assert.equal(await exists(at('outside/5')), true);
	assert.equal(countOpen(), before);
	await using parent = await Directory.open(sandbox.root);
	assert.equal(await removeDirectory(parent, 'tree'), 2);
	assert.equal(await exists(at('tree')), false);
	await assert.rejects(removeDirectory(parent, 'tree'), {code: 'ENOENT'});
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {aclTools} from '../../source/files/extras/acl-tools.ts';
import {openExtrasStore} from '../../source/files/extras/extras-store.ts';
import {xattrCalls} from '../../source/files/extras/xattr-calls.ts';
import {setPath} from '../support/fake-programs.ts';
import {Sandbox} from '../support/sandbox.ts';

test('getfacl is asked for as many files at once as its arguments may be long, and for each of them once', async t => {
	await using sandbox = await Sandbox.create();
	const log = path.join(sandbox.root, 'called');
	await fs.mkdir(path.join(sandbox.root, 'bin'));
	// Without those that every call has: what is read, how, and where that ends.
	await fs.writeFile(path.join(sandbox.root, 'bin/getfacl'), `#!/bin/sh\nshift 6\necho "$@" >> ${log}\n`, {mode: 0o755});
	setPath(t, `${path.join(sandbox.root, 'bin')}:${process.env.PATH}`);
	await using directory = await Directory.open(sandbox.source);
	const paths = Array.from({length: 1000}, (_, index) => `/${String(index).padStart(100, '0')}`);
	assert.deepEqual(await aclTools.read(directory.fd, paths), new Map());
	const calls = (await fs.readFile(log, 'utf8')).trimEnd().split('\n').map(line => line.split(' '));
	assert.deepEqual(calls.flat(), paths.map(name => `/proc/self/fd/3${name}`));
	assert.equal(calls.length, 2);
	assert.deepEqual(await aclTools.read(directory.fd, []), new Map());
});

test('a file without attributes has none, a path too long for a call is to be opened, and what is set is read', {skip: xattrCalls() ? false : 'needs koffi'}, async t => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('plain', 'x');
	await sandbox.add('given', 'x');
	await fs.symlink('given', path.join(sandbox.source, 'link'));
	await using source = await Directory.open(sandbox.source);
	const store = await openExtrasStore();
	const look = async (name: string, isLink = false) => (await store.readPaths(source, [{path: Buffer.from(name), isLink}]))[0];
	await using plain = await fs.open(path.join(sandbox.source, 'plain'));
	assert.deepEqual([await store.read(plain), await look('plain')], [{}, {}]);
	assert.deepEqual([await look('x'.repeat(5000)), await look('gone')], [undefined, undefined]);
	await using given = await fs.open(path.join(sandbox.source, 'given'), 'r+');
	const [problem] = await store.give(given, {'user.note': 'eA=='});

	if (problem) {
		t.diagnostic(`no attributes of users here: ${problem.reason}`);
		return;
	}

	const expected = {xattrs: {'user.note': 'eA=='}};
	assert.deepEqual([await store.read(given), await look('given'), await look('link', true)], [expected, expected, expected]);
	assert.deepEqual(await look('link'), {}, 'a link itself has none');
	assert.deepEqual((await store.give(given, {'none.such': 'eA=='})).map(({name, reason}) => [name, reason]), [['none.such', 'EOPNOTSUPP']]);
});

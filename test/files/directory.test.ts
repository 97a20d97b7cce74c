import assert from 'node:assert/strict';
import {openSync, readdirSync, readFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {Directory, inParent, inParentSync} from '../../source/files/directory.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';

/** Deeper than there may be descriptors, and longer than any system call takes. */
const depth = 1500;
const part = 'd234';

async function makeDeep(root: string): Promise<Buffer> {
	const {code, stderr} = await run('/usr/bin/python3', ['-c', `
import os, sys
os.chdir(sys.argv[1])
for _ in range(${depth}):
    os.mkdir('${part}'); os.chdir('${part}')
open('f.log', 'w').write('deep')
`, root]);
	assert.equal(code, 0, stderr);
	return Buffer.from(`${`${part}/`.repeat(depth)}f.log`);
}

const countOpen = () => readdirSync('/proc/self/fd').length;

test('a path of any depth and length is reached with two descriptors', async () => {
	await using sandbox = await Sandbox.create();
	const deep = await makeDeep(sandbox.source);
	await using source = await Directory.open(sandbox.source);
	const before = countOpen();
	let most = 0;
	const passed: number[] = [];
	const text = await inParent(source, deep, async (parent, name) => fs.readFile(parent.at(name), 'utf8'), async directory => {
		passed.push(directory.fd);
		most = Math.max(most, countOpen());
	});
	assert.equal(text, 'deep');
	assert.equal(passed.length, depth);
	assert.ok(most <= before + 2, `${most - before} more descriptors`);
	assert.equal(countOpen(), before);
	assert.equal(inParentSync(source.self, deep, location => readFileSync(location, 'utf8')), 'deep');
	assert.equal(countOpen(), before);
});

test('a failure on the way leaves nothing open, and a link on the way is one', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(`${sandbox.source}/a/b`, {recursive: true});
	await fs.symlink('b', `${sandbox.source}/a/link`);
	await using source = await Directory.open(sandbox.source);
	const before = countOpen();

	for (const [path, code] of [['a/gone/c/f', 'ENOENT'], ['a/link/f', 'ENOTDIR'], ['a/b/f', 'ENOENT']] as const) {
		await assert.rejects(inParent(source, Buffer.from(path), async (parent, name) => parent.lstat(name)), {code});
		assert.throws(() => inParentSync(source.self, Buffer.from(path), location => openSync(location, 'r')), {code});
	}

	assert.equal(countOpen(), before);
});

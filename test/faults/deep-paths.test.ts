import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {removeTree} from '../../source/files/remove-tree.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {program, run} from '../support/run.ts';
import {runArgs, setOf} from '../support/site.ts';

/** Makes a file below a directory, however long its path is. */
async function putDeep(root: string, parts: readonly string[], content: string): Promise<void> {
	let directory = await Directory.open(root);

	for (const part of parts.slice(0, -1)) {
		await fs.mkdir(directory.at(part));
		const inner = await directory.openDirectory(part);
		await directory.close();
		directory = inner;
	}

	await fs.writeFile(directory.at(parts.at(-1)!), content);
	await directory.close();
}

async function readDeep(root: string, parts: readonly string[]): Promise<string> {
	let directory = await Directory.open(root);

	for (const part of parts.slice(0, -1)) {
		const inner = await directory.openDirectory(part);
		await directory.close();
		directory = inner;
	}

	try {
		return await fs.readFile(directory.at(parts.at(-1)!), 'utf8');
	} finally {
		await directory.close();
	}
}

/** Nothing that takes paths whole can remove such a tree. */
async function clear(root: string): Promise<void> {
	await using directory = await Directory.open(root);
	await removeTree(directory, () => false);
}

for (const [what, parts] of [
	['longer than a system call takes', [...Array.from({length: 18}, (_, index) => `${index}`.padEnd(250, 'd')), 'deep.log']],
	['of more directories than it may have open', [...Array.from({length: 400}, () => 'directory'), 'deep.log']],
] as const) {
	test(`a file whose path is ${what} is backed up, found sound, printed, restored and removed, with few descriptors`, async () => {
		await using sandbox = await Sandbox.create();
		const content = `${randomUUID()}\n`;
		await putDeep(sandbox.source, parts, content);
		await sandbox.add('syslog', 'one\n');
		const list = path.join(sandbox.root, 'list');
		await fs.writeFile(list, [parts.join('/'), 'syslog', ''].join('\0'));
		const few = async (...args: readonly string[]) =>
			run('bash', ['-c', 'ulimit -n 256; exec "$@"', 'bash', process.execPath, ...args], {env: sandbox.env, cwd: sandbox.root});

		try {
			const {code, stderr} = await few(...runArgs(sandbox, [`--files-from=${list}`]));
			assert.equal(code, 0, stderr);
			const summed = await run('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], {cwd: setOf(sandbox)});
			assert.equal(summed.code, 0, summed.stderr);
			const verified = await few(program, 'verify', '--dest', sandbox.destination);
			assert.equal(verified.code, 0, verified.stdout + verified.stderr);
			const printed = await few(program, 'cat', someDate, parts.join('/'), '--dest', sandbox.destination);
			assert.equal(printed.stdout, content, printed.stderr);
			const target = path.join(sandbox.root, 'restored');
			const restored = await few(program, 'restore', someDate, '--dest', sandbox.destination, '--to', target);
			assert.equal(restored.code, 0, restored.stderr);
			assert.equal(await readDeep(target, parts), content);
			await clear(target);
			// A set in which somebody has put such a tree can be removed.
			const next = await run(process.execPath, runArgs(sandbox, [], '2026-03-20'), {env: sandbox.env, cwd: sandbox.root});
			assert.equal(next.code, 0, next.stderr);
			await putDeep(setOf(sandbox), parts, content);
			const pruned = await few(program, 'prune', '--dest', sandbox.destination, '--source', sandbox.source, '--keep-last=1', '--yes');
			assert.equal(pruned.code, 0, pruned.stderr);
			assert.deepEqual((await fs.readdir(sandbox.destination)).filter(name => name.startsWith('2')), ['2026-03-20']);
		} finally {
			await clear(sandbox.source);
		}
	});
}

import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type TestContext, test} from 'node:test';
import {Directory, longestPath} from '../../source/files/directory.ts';
import {type WalkOptions, walkTree} from '../../source/origin/walk.ts';
import {canDo} from '../support/needs.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';

type Found = {
	readonly files: string[];
	/** Directories that are not walked into, and why. */
	readonly barred: Map<string, string>;
	readonly problems: Map<string, string>;
	readonly mostOpen: number;
};

async function walk(location: string, options: Partial<WalkOptions> = {}): Promise<Found> {
	await using source = await Directory.open(location);
	const before = readdirSync('/proc/self/fd').length;
	let mostOpen = 0;
	const files: string[] = [];
	const barred = new Map<string, string>();
	const problems = new Map<string, string>();

	for await (const step of walkTree(source, {destination: undefined, crossFileSystems: false, ...options})) {
		mostOpen = Math.max(mostOpen, readdirSync('/proc/self/fd').length - before);

		if (!('entries' in step)) {
			if (step.problem !== undefined) {
				problems.set(step.finished.toString(), step.problem);
			}

			continue;
		}

		for (const {path: name, kind, barrier} of step.entries) {
			if (barrier) {
				barred.set(name.toString(), barrier);
			} else if (kind === 'file') {
				files.push(name.toString());
			}
		}
	}

	return {
		files: files.toSorted(), barred, problems, mostOpen,
	};
}

async function must(command: string, ...args: readonly string[]): Promise<void> {
	const {code, stderr} = await run(command, args, {env: {PATH: `${process.env.PATH}:/usr/sbin:/sbin`}});
	assert.equal(code, 0, stderr);
}

async function mount(t: TestContext, place: string, ...args: readonly string[]): Promise<void> {
	await must('mount', ...args, place);
	// It may have gone with what it was mounted in.
	t.after(async () => run('umount', ['-l', place], {code: 'any'}));
}

/** A chain of directories, each with a file and a directory beside the next one. */
async function makeComb(root: string, depth: number, name: string): Promise<void> {
	await must('/usr/bin/python3', '-c', `
import os, sys
os.chdir(sys.argv[1])
for _ in range(${depth}):
    open('f', 'w').close()
    os.mkdir('side'); open('side/g', 'w').close()
    os.mkdir('${name}'); os.chdir('${name}')
`, root);
}

for (const [what, depth, name] of [['than there may be descriptors', 600, 'd'], ['than one call takes', 40, 'x'.repeat(250)]] as const) {
	test(`a tree that is deeper ${what} is walked to its end, with few directories open`, async () => {
		await using sandbox = await Sandbox.create();
		await makeComb(sandbox.source, depth, name);
		const {files, barred, problems, mostOpen} = await walk(sandbox.source);
		assert.equal(files.length, 2 * depth);
		assert.deepEqual([barred.size, problems.size], [0, 0]);
		assert.ok(files.includes(`${`${name}/`.repeat(depth - 1)}side/g`));
		assert.ok(mostOpen < 50, `${mostOpen} open`);
	});
}

test('what is longer than anything is dealt with is barred, and the rest is walked', async () => {
	await using sandbox = await Sandbox.create();
	await makeComb(sandbox.source, 300, 'x'.repeat(250));
	await sandbox.add('z.log');
	const {files, barred} = await walk(sandbox.source);
	assert.deepEqual([...barred.values()], ['depth']);
	assert.ok(files.includes('z.log'));
	assert.ok(files.every(file => file.length <= longestPath));
});

test('a directory whose way was moved while it was read is a problem, and no other tree is taken for it', async () => {
	await using sandbox = await Sandbox.create();
	await makeComb(sandbox.source, 60, 'd');
	await fs.mkdir(path.join(sandbox.root, 'other/side'), {recursive: true});
	await fs.writeFile(path.join(sandbox.root, 'other/side/secret'), '');
	await using source = await Directory.open(sandbox.source);
	const found: string[] = [];
	let problems = 0;
	let isMoved = false;

	for await (const step of walkTree(source, {destination: undefined, crossFileSystems: false})) {
		if ('entries' in step) {
			found.push(...step.entries.map(entry => entry.path.toString()));
		} else {
			problems += step.problem === undefined ? 0 : 1;
		}

		if (isMoved || found.every(name => !name.startsWith('d/'.repeat(59)))) {
			continue;
		}

		isMoved = true;
		await fs.rename(path.join(sandbox.source, 'd/d'), path.join(sandbox.root, 'away'));
		await fs.rename(path.join(sandbox.root, 'other'), path.join(sandbox.source, 'd/d'));
	}

	assert.ok(isMoved);
	assert.ok(found.every(name => !name.endsWith('secret')));
	assert.ok(problems < 60);
});

test('a directory that is mounted within itself ends the walk there, and is told', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'a/loop'), {recursive: true});
	await sandbox.add('a/x.log');
	await mount(t, path.join(sandbox.source, 'a/loop'), '--bind', sandbox.source);
	const {files, barred} = await walk(sandbox.source);
	assert.deepEqual(files, ['a/x.log']);
	assert.deepEqual([...barred], [['a/loop', 'loop']]);
	await must('umount', path.join(sandbox.source, 'a/loop'));
});

test('another file system is one that is mounted; a subvolume of btrfs is none', async t => {
	if (!await canDo(t, 'root', 'mkfs.btrfs', 'btrfs')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const image = path.join(sandbox.root, 'image');
	const {source} = sandbox;
	await fs.writeFile(image, '');
	await fs.truncate(image, 128 * 1024 * 1024);
	await must('mkfs.btrfs', '-q', image);
	await mount(t, source, '-o', 'loop', image);
	await must('btrfs', 'subvolume', 'create', path.join(source, 'sub'));
	await must('btrfs', 'subvolume', 'create', path.join(source, 'sub/inner'));
	await fs.mkdir(path.join(source, 'sub/mounted'));
	await fs.mkdir(path.join(source, 'own'));
	await mount(t, path.join(source, 'sub/mounted'), '-t', 'tmpfs', 'tmpfs');
	await mount(t, path.join(source, 'own'), '-o', 'subvol=sub/inner', (await run('findmnt', ['-no', 'SOURCE', source])).stdout.trim());

	for (const name of ['a.log', 'sub/b.log', 'sub/inner/c.log', 'sub/mounted/d.log']) {
		await sandbox.add(name);
	}

	const devices = await Promise.all(['', 'sub', 'sub/inner'].map(async name => (await fs.stat(path.join(source, name))).dev));
	assert.equal(new Set(devices).size, 3);
	const {files, barred} = await walk(source);
	assert.deepEqual(files, ['a.log', 'sub/b.log', 'sub/inner/c.log']);
	assert.deepEqual(Object.fromEntries(barred), {own: 'file system', 'sub/mounted': 'file system'});
	assert.deepEqual((await walk(source, {crossFileSystems: true})).files, ['a.log', 'own/c.log', 'sub/b.log', 'sub/inner/c.log', 'sub/mounted/d.log']);
	await must('umount', path.join(source, 'own'));
	await must('umount', path.join(source, 'sub/mounted'));
	await must('umount', source);
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Accounts} from '../../source/files/accounts.ts';
import {joinPath, parentPaths, splitPath} from '../../source/files/directory.ts';
import {findHoles} from '../../source/files/holes.ts';
import {
	birthOf,
	fileIdentity,
	identityKey,
	isSameFile,
	toFileIdentity,
} from '../../source/files/identity.ts';
import {
	addLeftOut,
	countLeftOut,
	type LeftOut,
	leftOutReasons,
	LeftOutTally,
} from '../../source/files/left-out.ts';
import {atOnce, spareDescriptors} from '../../source/files/open-files.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {statsOf} from '../support/stats.ts';

test('a path is split at its slashes, and put together with them', () => {
	const parts = (text: string) => splitPath(Buffer.from(text)).map(String);
	assert.deepEqual(parts('a/b/c'), ['a', 'b', 'c']);
	assert.deepEqual(parts('a'), ['a']);
	assert.deepEqual(parts('//a//b/'), ['a', 'b']);
	assert.deepEqual(parts(''), []);
	assert.deepEqual(parentPaths(Buffer.from('a/b/c')).map(String), ['a', 'a/b']);
	assert.deepEqual(parentPaths(Buffer.from('a')), []);
	assert.equal(String(joinPath(Buffer.from('a'), Buffer.from('b'))), 'a/b');
});

test('files are told apart by all 64 bits of device and inode', () => {
	const identity = (dev: bigint, ino: bigint) => fileIdentity(statsOf({dev, ino}));
	assert.deepEqual(identity(1n, -1n), {device: 1n, inode: (2n ** 64n) - 1n});
	assert.deepEqual(identity(-2n, 5n), {device: (2n ** 64n) - 2n, inode: 5n});
	assert.equal(isSameFile(identity(1n, 2n), identity(1n, 2n)), true);
	assert.equal(isSameFile(identity(1n, 2n), identity(1n, 3n)), false);
	assert.equal(isSameFile(identity(1n, 2n), identity(3n, 2n)), false);
	assert.equal(identityKey(identity(1n, -1n)), '1:18446744073709551615');
	assert.deepEqual(toFileIdentity('1', '18446744073709551615'), identity(1n, -1n));
	assert.equal(birthOf(statsOf({birthtimeNs: 0n})), undefined);
	assert.equal(birthOf(statsOf({birthtimeNs: 7n})), 7n);
});

test('what is left out is counted whole, and the first of it named, within bounds', () => {
	const tally = new LeftOutTally();

	for (let index = 0; index < 150; index++) {
		tally.add('excluded', Buffer.from(String(index)));
	}

	for (let index = 0; index < 5; index++) {
		tally.add('directory', Buffer.alloc(300, String(index)));
	}

	tally.add('directory', Buffer.alloc(124, 'x'));
	tally.add('directory', Buffer.from('y'));
	const {sum} = tally;
	assert.deepEqual([...sum.keys()], ['directory', 'excluded'], 'in the order of the reasons');
	assert.deepEqual(countLeftOut(sum), {directory: 7, excluded: 150});
	assert.deepEqual(sum.get('excluded')!.paths.map(String), Array.from({length: 100}, (_, index) => String(index)));
	assert.deepEqual(sum.get('directory')!.paths.map(({length}) => length), [300, 300, 300, 124], '1024 bytes of names');
});

test('two counts put together are one', () => {
	const of = (...parts: ReadonlyArray<readonly [typeof leftOutReasons[number], number, readonly string[]]>): LeftOut => new Map(parts.map(([reason, count, paths]) => [reason, {count, paths: paths.map(text => Buffer.from(text))}]));
	const both = addLeftOut(of(['fifo', 2, ['a', 'b']], ['socket', 1, ['s']]), of(['fifo', 3, ['c']], ['loop', 1, []]));
	assert.deepEqual(both, of(['loop', 1, []], ['fifo', 5, ['a', 'b', 'c']], ['socket', 1, ['s']]));
	assert.equal(new Set(leftOutReasons).size, leftOutReasons.length);
});

test('so much goes on at once as there are descriptors for, and at least one', () => {
	assert.equal(atOnce(8, 5, 100), 8);
	assert.equal(atOnce(8, 5, 39), 7);
	assert.equal(atOnce(8, 5, 40), 8);
	assert.equal(atOnce(8, 5, 4), 1);
	assert.equal(atOnce(8, 5, 0), 1);
	assert.equal(atOnce(3, 1), 3);
});

test('what may be opened yet is the limit less what is open, and some for other needs', async () => {
	const program = `import {spareDescriptors} from '${path.join(import.meta.dirname, '../../source/files/open-files.ts')}'; import fs from 'node:fs';
const before = spareDescriptors(); const opened = [fs.openSync('/'), fs.openSync('/')]; console.log(before, before - spareDescriptors(), fs.readdirSync('/proc/self/fd').length, opened.length);`;
	const {stdout, stderr} = await run('bash', ['-c', 'ulimit -n 100; exec "$0" --input-type=module -e "$1"', process.execPath, program]);
	const [spare, fewer, open] = stdout.trim().split(' ').map(Number);
	assert.equal(fewer, 2, stderr);
	assert.equal(spare, 100 - 6 - (open! - 2));
	assert.ok(spareDescriptors() > 0);
});

test('accounts go by the names of the system, and by number where there is none', async () => {
	const accounts = new Accounts();
	assert.deepEqual([await accounts.user(0), await accounts.group(0)], ['root', 'root']);
	assert.deepEqual([await accounts.user(987_654), await accounts.group(987_654)], ['987654', '987654']);
	const {stdout} = await run('id', ['-un', '65534']);
	assert.equal(await accounts.user(65_534), stdout.trim());
});

test('the holes of a file are found where they are, the largest if there are too many', async () => {
	await using sandbox = await Sandbox.create();
	const file = path.join(sandbox.root, 'laced');
	const mebibyte = 2 ** 20;
	await using handle = await fs.open(file, 'w+');

	// Data at 1, 3, 7 and 8 MiB; holes of 1, 1, 3 and 7 MiB less that.
	for (const position of [1, 3, 7, 8]) {
		await handle.write(Buffer.alloc(65_536, 'x'), 0, 65_536, position * mebibyte);
	}

	await handle.truncate(16 * mebibyte);
	await handle.sync();
	const data = 65_536;
	const all = [[0, mebibyte], [mebibyte + data, (2 * mebibyte) - data], [(3 * mebibyte) + data, (4 * mebibyte) - data], [(7 * mebibyte) + data, mebibyte - data], [(8 * mebibyte) + data, (8 * mebibyte) - data]] as const;
	const total = (16 * mebibyte) - (4 * data);
	const found = await findHoles(handle.fd, 16 * mebibyte, 10);

	if (found === undefined) {
		// Nothing tells here.
		return;
	}

	assert.deepEqual(found, {largest: all, total});
	assert.deepEqual(await findHoles(handle.fd, 16 * mebibyte, 2), {largest: [all[2], all[4]], total});
	assert.deepEqual(await findHoles(handle.fd, 16 * mebibyte, 1), {largest: [all[4]], total});
	const cut = await findHoles(handle.fd, 4 * mebibyte, 10);
	assert.deepEqual(cut, {largest: [all[0], all[1], [(3 * mebibyte) + data, mebibyte - data]], total: (4 * mebibyte) - (2 * data)});
	assert.deepEqual(await findHoles(handle.fd, 0, 10), {largest: [], total: 0});
	assert.equal(await findHoles(-1, mebibyte, 10), undefined);
	const longer = await findHoles(handle.fd, 20 * mebibyte, 10);
	assert.equal(longer!.total, total + (4 * mebibyte), 'beyond its end there is nothing either');
});

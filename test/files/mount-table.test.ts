import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {
	decodeMountPath,
	leadsOverDistant,
	mayHang,
	type Mount,
	mountHolding,
	readMountTable,
} from '../../source/files/mount-table.ts';
import {Sandbox} from '../support/sandbox.ts';

test('a way leads over a file system that may not answer if it, or a link on it, does', async () => {
	await using sandbox = await Sandbox.create();
	const at = (...names: string[]) => path.join(sandbox.root, ...names);
	const mounts: readonly Mount[] = [{point: '/', type: 'ext4'}, {point: at('share'), type: 'nfs4'}, {point: at('share/disk'), type: 'ext4'}];
	await fs.mkdir(at('share/disk'), {recursive: true});
	await fs.symlink('share', at('near'));
	await fs.symlink(at('near/log'), at('far'));
	await fs.symlink('../near', at('log', 'up'));
	await fs.symlink('loop', at('loop'));

	for (const over of [at('share'), at('share/log/x'), at('share/disk'), at('near'), at('far'), at('far/deep'), at('log/up/x')]) {
		assert.equal(leadsOverDistant(mounts, over), true, over);
	}

	for (const clear of ['/', sandbox.root, at('log'), at('log/none/backups'), at('shared'), at('loop')]) {
		assert.equal(leadsOverDistant(mounts, clear), false, clear);
	}
});

test('a table of mounts is its fields, without comments; where there is no table, nothing is mounted', async () => {
	await using sandbox = await Sandbox.create();
	const table = path.join(sandbox.root, 'fstab');
	await fs.writeFile(table, '# all of them\n\n/dev/sda1  /\text4 defaults 0 1\n  # and\n  UUID=1 /with\\040space nfs noauto\n');
	const fields = readMountTable(table);
	assert.deepEqual(fields, [['/dev/sda1', '/', 'ext4', 'defaults', '0', '1'], ['UUID=1', String.raw`/with\040space`, 'nfs', 'noauto']]);
	assert.equal(decodeMountPath(fields[1]![1]!), '/with space');
	assert.deepEqual(readMountTable(path.join(sandbox.root, 'none')), []);
});

test('a place is held by the innermost mount, and of two at one place by the later', () => {
	const mounts: readonly Mount[] = [{point: '/', type: 'ext4'}, {point: '/var/log', type: 'xfs'}, {point: '/var', type: 'btrfs'}, {point: '/var/log', type: 'nfs4'}];
	assert.deepEqual(['/var/log/x', '/var/log', '/var/logs', '/etc'].map(place => mountHolding(mounts, place)?.type), ['nfs4', 'nfs4', 'btrfs', 'ext4']);
	assert.equal(mountHolding([], '/'), undefined);
	assert.deepEqual(['nfs', 'nfs4', 'fuse.sshfs', 'cifs', 'autofs', 'ext4', 'tmpfs', 'xfs'].map(type => mayHang({point: '/', type})), [true, true, true, true, true, false, false, false]);
});

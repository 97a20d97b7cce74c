import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {leadsOverDistant, type Mount} from '../../source/files/mount-table.ts';
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

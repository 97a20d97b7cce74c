/* What is told of a restoration before anything is written. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {preview} from '../../source/app/browse-restore.ts';
import {Directory} from '../../source/files/directory.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';

test('what is in the way counts among the files, and not in the bytes that will be restored, unless it is replaced', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', 'x'.repeat(7000));
	await sandbox.add('auth.log', 'y'.repeat(300));
	await sandbox.run(['--yes']);
	const to = path.join(sandbox.root, 'restored');
	await fs.mkdir(to, {mode: 0o700});
	await fs.writeFile(path.join(to, 'syslog'), 'there');
	await using place = await Directory.open(sandbox.destination);
	const look = async (overwrite: boolean) => preview(place, {
		name: {date: someDate, isStaging: false}, paths: [], to, overwrite,
	});
	const kept = await look(false);
	assert.deepEqual([kept.files, kept.bytes, kept.blocked.length, kept.replaced.length], [2, 300, 1, 0]);
	const replaced = await look(true);
	assert.deepEqual([replaced.files, replaced.bytes, replaced.blocked.length, replaced.replaced.length], [2, 7300, 0, 1]);
});

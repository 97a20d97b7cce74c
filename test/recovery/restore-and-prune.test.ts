import assert from 'node:assert/strict';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {openTarget} from '../../source/recovery/open-target.ts';
import type {RestoreEvent} from '../../source/recovery/restore-events.ts';
import {planRestore} from '../../source/recovery/plan-restore.ts';
import {restoreFiles} from '../../source/recovery/restoration.ts';
import {openSet} from '../../source/set/open-set.ts';
import {removeSet} from '../../source/set/prune-sets.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {sampleLog} from '../support/sample-logs.ts';

test('a set that is removed while it is restored: what is not there any more is named, and nothing half stays', async () => {
	await using sandbox = await Sandbox.create();

	for (const name of ['a', 'b', 'c']) {
		await sandbox.add(name, sampleLog(1000, 1));
	}

	await sandbox.run(['--yes', '--quiet']);
	await using destination = await Directory.open(sandbox.destination);
	const set = await openSet(destination, {date: someDate, isStaging: false}, false);
	await using directory = set!.directory;
	const to = path.join(sandbox.root, 'restored');
	const events: RestoreEvent[] = [];
	const restoration = {
		set: set!,
		plan: await planRestore({directory}, set!.files),
		overwrite: false,
		jobs: 1,
		report(event: RestoreEvent) {
			events.push(event);
		},
		signal: new AbortController().signal,
	};
	const options = {
		location: to, destination, create: true, checkSpace: true,
	};
	await removeSet(destination, someDate);
	const restored = await restoreFiles({...restoration, target: (await openTarget(options))!});
	assert.deepEqual([restored.files_restored, restored.files_failed], [0, 3]);
	assert.ok(events.filter(event => event.message_type === 'error').every(({error}) => error.message.includes('no such file')));
	assert.equal(await exists(to), false);
});

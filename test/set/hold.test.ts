import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {DestinationError} from '../../source/files/errors.ts';
import {Hold} from '../../source/set/hold.ts';
import {Lock} from '../../source/set/lock/lock.ts';

test('a destination that cannot be looked at any more is an error of the destination, which says what stays', async () => {
	const root = await fs.mkdtemp(path.join(os.tmpdir(), 'hold-'));
	const destination = await Directory.open(root);
	const lock = await Lock.take(destination, 0, new AbortController().signal);

	try {
		const hold = new Hold(destination, root, lock);
		await hold.check();
		await destination.close();
		await assert.rejects(hold.checkPlace('the set stands there'), (error: unknown) => {
			assert.ok(error instanceof DestinationError);
			assert.match(error.message, /the set stands there/v);
			return true;
		});
	} finally {
		await lock.release();
		await fs.rm(root, {recursive: true});
	}
});

import assert from 'node:assert/strict';
import {once} from 'node:events';
import path from 'node:path';
import {test} from 'node:test';
import {spawnBounded} from '../../source/files/bounded-spawn.ts';
import {run} from '../support/run.ts';

test('a program that does not end in time is killed', async () => {
	const [code, signal] = await once(spawnBounded('sleep', ['1000'], {patience: 50}), 'close') as [number | null, NodeJS.Signals | null];
	assert.deepEqual([code, signal], [null, 'SIGKILL']);
});

test('a program that ends in time is left alone', async () => {
	const [code] = await once(spawnBounded('sh', ['-c', 'exit 7'], {patience: 60_000}), 'close') as [number | null];
	assert.equal(code, 7);
});

test('a program that is not there does not hold up the end of the process', async () => {
	const module = path.resolve(import.meta.dirname, '../../source/files/bounded-spawn.ts');
	// Longer than any test may take.
	const script = `import {spawnBounded} from ${JSON.stringify(module)}; spawnBounded('/none', [], {patience: 2 ** 30}).on('error', error => { console.log(error.code); });`;
	const {stdout} = await run(process.execPath, ['--input-type=module', '--eval', script]);
	assert.equal(stdout, 'ENOENT\n');
});

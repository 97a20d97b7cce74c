import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {judgeUndescribed} from '../../source/set/undescribed/dated-directory.ts';
import {Directory} from '../../source/files/directory.ts';
import {glanceAtSet, readHead} from '../../source/set/manifest/manifest-glance.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';

const mebibyte = 1024 * 1024;
const large = gzipSync(randomBytes(100_000));

/** Content of files by their paths, and what a directory without a manifest that holds them is. */
const cases: ReadonlyArray<{readonly what: string; readonly files: Readonly<Record<string, Buffer>>; readonly state: 'foreign' | 'empty'; readonly names?: string; readonly isUnsettled?: true}> = [
	{what: 'a whole copy among those that are cut short', files: {'a.gz': gzipSync('x').subarray(0, -1), 'b.gz': large.subarray(0, -1), 'c/d.gz': large}, state: 'foreign'},
	{
		what: 'large copies that are cut short', files: {'b.gz': large.subarray(0, -1), 'c/d.gz': large.subarray(0, -1)}, state: 'empty', names: 'b.gz',
	},
	{
		what: 'a copy that is cut short, of an odd name', files: {'a\u{1B}.gz': large.subarray(0, -1)}, state: 'empty', names: String.raw`a\x1b.gz`,
	},
	{what: 'a whole copy and zeros after it', files: {'a.gz': Buffer.concat([large, Buffer.alloc(1000)])}, state: 'foreign'},
	// To tell that they are not whole would take too long.
	{
		what: 'a copy too large to be unpacked at a glance', files: {'a.gz': Buffer.concat([large, randomBytes(17 * mebibyte)])}, state: 'foreign', isUnsettled: true,
	},
	{
		what: 'a copy of too much to be unpacked at a glance', files: {'a.gz': gzipSync(Buffer.alloc(20 * mebibyte)).subarray(0, -1)}, state: 'foreign', isUnsettled: true,
	},
	{what: 'a whole copy beside one too large', files: {'a.gz': Buffer.concat([large, randomBytes(17 * mebibyte)]), 'b.gz': large}, state: 'foreign'},
];

for (const {what, files, state, names, isUnsettled} of cases) {
	test(`a directory without a manifest, with ${what}, is ${state}`, async () => {
		await using sandbox = await Sandbox.create();
		const directory = path.join(sandbox.root, 'set');

		for (const [name, content] of Object.entries(files)) {
			const file = path.join(directory, name);
			await fs.mkdir(path.dirname(file), {recursive: true});
			await fs.writeFile(file, content);
		}

		const judged = judgeUndescribed(Buffer.from(directory));
		assert.equal(judged.state, state, judged.problem);
		assert.equal(judged.isUnsettled, isUnsettled);
		assert.ok(judged.problem.includes(names ?? ''), judged.problem);
	});
}

test('the head of a manifest is read where its set has lost all the rest; without a manifest there is none', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	assert.equal((await sandbox.run(['--yes'])).code, 0);
	await using destination = await Directory.open(sandbox.destination);
	const whole = readHead(destination, someDate);
	assert.equal(whole?.filesDone, 1);
	await fs.rm(path.join(sandbox.destination, someDate, 'SHA256SUMS'));
	await fs.rm(path.join(sandbox.destination, someDate, 'a.log.gz'));
	assert.ok('problem' in glanceAtSet(destination, someDate));
	assert.deepEqual(readHead(destination, someDate), whole);
	await fs.rm(path.join(sandbox.destination, someDate, 'manifest.json'));
	assert.equal(readHead(destination, someDate), undefined);
	assert.equal(readHead(destination, '2020-01-01'), undefined);
});

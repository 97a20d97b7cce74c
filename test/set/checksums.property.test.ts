import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {formatChecksums} from '../../source/set/checksums.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {fileName} from '../support/arbitraries.ts';

/** But for the one that means standard input to sha256sum, with which no copy may end up in a set (see below). */
const names = fc.uniqueArray(fileName.filter(name => name.toString('latin1') !== '-'), {
	minLength: 1, maxLength: 60, selector: name => name.toString('latin1'),
});

test('property: sha256sum itself finds every file by its line, whatever its name is made of', async () => {
	await using sandbox = await Sandbox.create();
	let round = 0;
	await fc.assert(fc.asyncProperty(names, async files => {
		const directory = path.join(sandbox.root, String(++round));
		await fs.mkdir(directory);
		const checksums = await Promise.all(files.map(async file => {
			await fs.writeFile(Buffer.concat([Buffer.from(`${directory}/`), file]), file);
			return {file, sha256: createHash('sha256').update(file).digest('hex')};
		}));
		const sums = path.join(sandbox.root, 'sums');
		await fs.writeFile(sums, Buffer.concat([...formatChecksums(checksums)]));
		const good = await run('sha256sum', ['--check', '--strict', '--quiet', sums], {cwd: directory});
		assert.equal(good.code, 0, good.stdout + good.stderr);
		assert.equal(good.stdout + good.stderr, '');
		// And each line is of its own file: with one of them changed, one fails.
		await fs.appendFile(Buffer.concat([Buffer.from(`${directory}/`), files[0]!]), '!');
		const bad = await run('sha256sum', ['--check', '--strict', '--quiet', sums], {cwd: directory, code: 1});
		assert.match(bad.stderr, /: 1 computed checksum did NOT match\n$/v);
	}), {
		numRuns: 8,
		endOnFailure: true,
		// What is escaped, each at either end of a name, and alone.
		examples: [[['a\r', String.raw`\a`, 'a\nb', '\r', '\\', '\n', 'a\\', '\ra'].map(name => Buffer.from(name))]],
	});
});

test('a file called "-", which would mean standard input, passes sha256sum too', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('-', gzipSync('compressed already\n'));
	const {code, stderr} = await sandbox.run(['--yes']);
	assert.equal(code, 0, stderr);
	const sums = await sandbox.checkSums();
	assert.equal(sums.code, 0, sums.stdout + sums.stderr);
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {loadLibc} from '../../source/files/libc.ts';
import {Directory} from '../../source/files/directory.ts';
import {skippedFrom} from '../../source/origin/entry.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {SourceFile} from '../../source/origin/source-file.ts';
import {
	cutTo,
	layOut,
	lengthOf,
	mostZeros,
} from '../../source/origin/sparse.ts';
import {backUpHere, readManifest} from '../support/running.ts';
import {Sandbox} from '../support/sandbox.ts';

test('extents are cut to so many bytes of them', () => {
	const extents = [[0, 10], [20, 5], [100, 1]] as const;
	assert.equal(lengthOf(extents), 16);
	assert.deepEqual(cutTo(extents, 0), []);
	assert.deepEqual(cutTo(extents, 4), [[0, 4]]);
	assert.deepEqual(cutTo(extents, 10), [[0, 10]]);
	assert.deepEqual(cutTo(extents, 11), [[0, 10], [20, 1]]);
	assert.deepEqual(cutTo(extents, 16), extents);
	assert.deepEqual(cutTo(extents, 99), extents);
});

/** What is read of a file that has data at some places, and is so long. */
async function laidOut(size: number, ...data: readonly number[]) {
	await using sandbox = await Sandbox.create();
	await sandbox.addSparse('log', size);
	await using handle = await fs.open(path.join(sandbox.source, 'log'), 'r+');

	for (const position of data) {
		await handle.write(Buffer.alloc(4096, 'x'), 0, 4096, position);
	}

	await using source = await Directory.open(sandbox.source);
	await using file = await SourceFile.open(source, readEntry(source, Buffer.from('log'))!);
	return await layOut(file, size);
}

test('large holes are left out, at the beginning, between data and at the end; what is less is read as it is', {skip: loadLibc() ? false : 'needs koffi'}, async () => {
	const end = 2 * skippedFrom;
	assert.deepEqual(await laidOut(end, 0), {extents: [[0, 4096]], isSparse: true, mostZeros: Infinity});
	assert.deepEqual(await laidOut(end, skippedFrom), {extents: [[skippedFrom, 4096]], isSparse: true, mostZeros: Infinity});
	assert.deepEqual(await laidOut(end, 0, end - 4096), {extents: [[0, 4096], [end - 4096, 4096]], isSparse: true, mostZeros: Infinity});
	assert.deepEqual(await laidOut(skippedFrom, 0), {extents: [[0, skippedFrom]], isSparse: false, mostZeros: Infinity});
	assert.deepEqual(await laidOut(skippedFrom + 8192, 0), {extents: [[0, 4096]], isSparse: true, mostZeros: Infinity});
	assert.deepEqual(await laidOut(5), {extents: [[0, 5]], isSparse: false, mostZeros: Infinity});
});

test('a file with more in small holes than anybody wants to read as zeros is refused', {skip: loadLibc() ? false : 'needs koffi'}, async () => {
	// A thousand holes are left out, the largest; this has more, none of them small.
	const step = 128 * (2 ** 20);
	const most = Math.floor(mostZeros / step);
	const places = (count: number) => Array.from({length: count}, (_, index) => (index + 1) * step);
	await assert.rejects(laidOut((1000 + most + 3) * step, ...places(1000 + most + 2)), {name: 'SourceError'});
});

test('where the data of a sparse file is, is written down with its copy, and of no other file', {skip: loadLibc() ? false : 'needs koffi'}, async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addSparse('hollow', 2 * skippedFrom);
	await sandbox.add('whole', 'x'.repeat(5000));
	await using handle = await fs.open(path.join(sandbox.source, 'hollow'), 'r+');
	await handle.write(Buffer.alloc(4096, 'x'), 0, 4096, skippedFrom);
	assert.equal((await backUpHere(sandbox)).one('summary').exit_code, 0);
	const {entries} = await readManifest(sandbox);
	assert.deepEqual(entries.map(({path: name, extents, bytes_in: read}) => [name, extents, read]), [['hollow', [[skippedFrom, 4096]], 4096], ['whole', undefined, 5000]]);
});

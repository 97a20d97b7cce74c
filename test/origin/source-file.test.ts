import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {unsizedLimit} from '../../source/origin/source-notes.ts';
import {
	isGone,
	OtherFileError,
	presentSource,
	SourceFile,
	VanishedError,
	wasRotated,
} from '../../source/origin/source-file.ts';
import {Directory} from '../../source/files/directory.ts';
import {SourceError} from '../../source/files/errors.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';

const countOpen = () => readdirSync('/proc/self/fd').length;

/** A source with a file, listed. */
async function listed(content: string | Uint8Array = 'content') {
	const sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.add('sub/log', content);
	const source = await Directory.open(sandbox.source);
	const entry = entryOf(source, 'sub/log');
	return {
		sandbox, source, entry, file: path.join(sandbox.source, 'sub/log'), async [Symbol.asyncDispose]() {
			await source.close();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

const entryOf = (source: Directory, name: string): Entry => readEntry(source, Buffer.from(name))!;

test('what was listed is opened, read and told of', async () => {
	await using place = await listed('0123456789');
	await using file = await SourceFile.open(place.source, place.entry);
	assert.equal(file.stats.size, 10n);
	const into = Buffer.alloc(20);
	assert.equal(await file.read(into, 3), 7);
	assert.equal(into.toString('utf8', 0, 7), '3456789');
	assert.equal(await file.read(into, 10), 0);
	assert.equal(await file.bytesToRead(), 10);
	const {ino, mode} = await fs.stat(place.file, {bigint: true});
	assert.partialDeepStrictEqual(file.description, {size: 10, ino: String(ino), mode: (Number(mode) & 0o777).toString(8).padStart(4, '0')});
	await fs.appendFile(place.file, 'more');
	assert.equal(file.stats.size, 10n, 'as it was');
	await file.lookAgain();
	assert.equal(file.stats.size, 14n);
	assert.equal(file.description.racy, true, 'written to just now');
});

test('what took its place costs that file: another one, a directory, a FIFO, a link, nothing', async () => {
	const places: ReadonlyArray<readonly [what: string, put: (file: string) => Promise<unknown>, isIt: (error: unknown) => boolean]> = [
		['another file', async file => {
			await fs.rename(file, `${file}.1`);
			await fs.writeFile(file, 'other');
		}, error => error instanceof OtherFileError],
		['a directory', async file => {
			await fs.rm(file);
			await fs.mkdir(file);
		}, error => error instanceof SourceError && error.code === undefined],
		['a FIFO', async file => {
			await fs.rm(file);
			await run('mkfifo', [file]);
		}, error => error instanceof SourceError && error.code === undefined],
		['a link', async file => {
			await fs.rename(file, `${file}.1`);
			await fs.symlink('log.1', file);
		}, error => String(error).includes('symbolic link now (ELOOP)')],
		['nothing', async file => fs.rm(file), error => error instanceof VanishedError && error.code === 'ENOENT'],
		['no directory on the way', async file => {
			await fs.rm(file);
			await fs.rmdir(path.dirname(file));
		}, error => error instanceof VanishedError],
	];

	for (const [what, put, isIt] of places) {
		await using place = await listed();
		await put(place.file);
		const before = countOpen();
		await assert.rejects(SourceFile.open(place.source, place.entry), (error: unknown) => error instanceof Error && ['SourceError', 'OtherFileError', 'VanishedError'].includes(error.name) && isIt(error), what);
		assert.equal(countOpen(), before, what);
	}
});

test('a link that was chosen is followed, wherever it leads by now', async () => {
	await using place = await listed();
	const link = path.join(place.sandbox.source, 'link');
	await fs.symlink('sub/log', link);
	const entry = entryOf(place.source, 'link');
	assert.equal(entry.kind, 'symlink');
	await using file = await SourceFile.open(place.source, entry);
	assert.equal(file.stats.size, 7n);
	assert.equal(await wasRotated(place.source, entry, file.stats), false);
	await fs.rm(link);
	await fs.symlink('sub', link);
	assert.equal(await wasRotated(place.source, entry, file.stats), true);
	await assert.rejects(SourceFile.open(place.source, entry), {name: 'SourceError', code: undefined});
	await fs.rm(link);
	await fs.symlink('link', link);
	await assert.rejects(SourceFile.open(place.source, entry), {name: 'SourceError', code: 'ELOOP'});
});

test('a file is rotated once another one, or none, has its name', async () => {
	await using place = await listed();
	await using file = await SourceFile.open(place.source, place.entry);
	const rotated = async () => wasRotated(place.source, place.entry, file.stats);
	assert.equal(await rotated(), false);
	await fs.rename(place.file, `${place.file}.1`);
	assert.equal(await rotated(), true);
	await fs.writeFile(place.file, '');
	assert.equal(await rotated(), true);
	await fs.rename(`${place.file}.1`, place.file);
	assert.equal(await rotated(), false);
	await fs.rename(path.dirname(place.file), `${path.dirname(place.file)}.1`);
	assert.equal(await rotated(), true);
});

test('what answers that a name leads nowhere is told from what tells nothing', () => {
	const gone = (code: string) => isGone(Object.assign(new Error(code), {code}));
	assert.deepEqual(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EIO', 'ESTALE'].map(code => gone(code)), [true, true, true, false, false, false]);
	assert.equal(isGone(new Error('odd')), false);
});

test('of an empty file nothing is read; of one that has begun to grow just now neither; of one without a size as much as is ever read', async () => {
	await using empty = await listed('');
	await using file = await SourceFile.open(empty.source, empty.entry);
	assert.equal(await file.bytesToRead(), 0);
	await fs.appendFile(empty.file, 'new');
	assert.equal(await file.bytesToRead(), 0);
	await using proc = await Directory.open(`/proc/${process.pid}`);
	await using unsized = await SourceFile.open(proc, entryOf(proc, 'status'));
	assert.equal(await unsized.bytesToRead(), unsizedLimit);
});

test('what is compressed already is told by its first bytes, however few there are', async () => {
	for (const [content, expected] of [[gzipSync('x'), true], ['plain text', false], ['', false], [Buffer.of(0x1F), false]] as const) {
		await using place = await listed(content);
		await using file = await SourceFile.open(place.source, place.entry);
		assert.equal(await file.isCompressed(), expected);
	}
});

test('a source has other names if it has more than one', async () => {
	await using place = await listed();
	const look = async () => presentSource(place.entry.path, await fs.lstat(place.file, {bigint: true}));
	assert.equal((await look()).hasOtherNames, false);
	await fs.link(place.file, `${place.file}.2`);
	const present = await look();
	assert.equal(present.hasOtherNames, true);
	assert.deepEqual([present.path, present.stats.size], [place.entry.path, 7]);
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {UnreadableCopyError, OpenedCopy} from '../../source/set/copy.ts';
import {readAllFacts, readFacts} from '../../source/set/file-facts.ts';
import {isCopyIntact, limitsOf, openRecorded} from '../../source/set/intact-copy.ts';
import type {CopyRecord} from '../../source/set/manifest/manifest.ts';
import {run} from '../support/run.ts';
import {Calls} from '../support/calls.ts';
import {
	copyOf,
	Place,
	recordOf,
	sha256Of,
} from '../support/set-fixtures.ts';

async function isIntact(place: Place, record: CopyRecord): Promise<boolean> {
	await using handle = await openRecorded(place.directory, record);
	return await isCopyIntact(handle, record);
}

test('a copy is intact by its length and content, in whatever pieces it is read', async t => {
	await using place = await Place.create();
	const content = Buffer.alloc((2 * 1024 * 1024) + 7, 'log ');
	await place.write('a.gz', content);
	const record = recordOf('a', {bytesOut: content.length, sha256: sha256Of(content)});
	assert.equal(await isIntact(place, record), true);
	assert.equal(await isIntact(place, {...record, bytesOut: content.length - 1}), false);
	assert.equal(await isIntact(place, {...record, bytesOut: content.length + 1}), false);
	assert.equal(await isIntact(place, {...record, sha256: sha256Of('x')}), false);
	content.writeUInt8(0, content.length - 1);
	await place.write('a.gz', content);
	assert.equal(await isIntact(place, record), false);
	await place.write('empty.gz');
	assert.equal(await isIntact(place, recordOf('empty', {bytesOut: 0, sha256: sha256Of('')})), true);
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^read /v, {bytesRead: 0});
	assert.equal(await isIntact(place, record), false, 'cut short while it is read');
});

test('the reading can be ended between two pieces', async t => {
	await using place = await Place.create();
	const content = Buffer.alloc(3 * 1024 * 1024);
	await place.write('a.gz', content);
	const record = recordOf('a', {bytesOut: content.length, sha256: sha256Of(content)});
	const controller = new AbortController();
	const reason = new Error('stopped');
	const calls = await Calls.watch(t, place.root);
	calls.before(/^read /v, async () => {
		controller.abort(reason);
	});
	await using handle = await openRecorded(place.directory, record);
	await assert.rejects(isCopyIntact(handle, record, controller.signal), reason);
	assert.equal(calls.matching(/^read /v).length, 1);
});

test('a copy that lets in more than its source does is not intact, unless the file system keeps no modes', async () => {
	await using place = await Place.create();
	await place.write('a.gz', copyOf('a'));
	const record = recordOf('a', {source: {...recordOf('a').source, mode: '0640', gid: 4}});

	for (const [mode, gid, isFine] of [
		[0o600, 0, true], [0o640, 4, true], [0o640, 0, false], [0o644, 4, false], [0o660, 4, false], [0o740, 4, true], [0o4640, 4, false],
	] as const) {
		await fs.chown(place.at('a.gz'), 0, gid);
		await fs.chmod(place.at('a.gz'), mode);
		assert.equal(await isIntact(place, record), isFine, `${mode.toString(8)} ${gid}`);
		assert.equal(await isIntact(place, {...record, unkept: ['mode']}), true);
		assert.equal(await isIntact(place, {...record, unkept: ['owner']}), isFine);
	}

	assert.deepEqual(limitsOf(record), {mode: 0o640, gid: 4});
	assert.deepEqual(limitsOf({...record, isRestricted: true}), {mode: 0o600, gid: 4});
});

test('neither a link nor what would make it wait is opened as a copy', async () => {
	await using place = await Place.create();
	await place.write('real.gz', 'x');
	await fs.symlink('real.gz', place.at('link.gz'));
	await fs.mkdir(place.at('directory.gz'));
	await run('mkfifo', [place.at('fifo.gz')]);
	await fs.mkdir(place.at('way'));
	await place.write('way/a.gz', 'x');
	await fs.symlink('way', place.at('detour'));
	await assert.rejects(openRecorded(place.directory, recordOf('link')), {code: 'ELOOP'});
	assert.equal(await isIntact(place, recordOf('directory')), false);
	assert.equal(await isIntact(place, recordOf('fifo', {bytesOut: 0, sha256: sha256Of('')})), false);

	for (const [file, code] of [['link.gz', 'ELOOP'], ['none.gz', 'ENOENT'], ['detour/a.gz', 'ENOTDIR'], ['directory.gz', undefined]] as const) {
		await assert.rejects(OpenedCopy.open(place.directory, Buffer.from(file)), (error: unknown) => {
			assert.ok(error instanceof UnreadableCopyError && error.message.includes(file));
			assert.equal(error.code, code);
			return true;
		});
	}

	const before = (await fs.readdir('/proc/self/fd')).length;
	await assert.rejects(OpenedCopy.open(place.directory, Buffer.from('directory.gz')), UnreadableCopyError);
	assert.equal((await fs.readdir('/proc/self/fd')).length, before);
});

test('an opened copy is read from any position; what fails is an error of this copy', async t => {
	await using place = await Place.create();
	await place.write('a/b.gz', '0123456789');
	const before = (await fs.readdir('/proc/self/fd')).length;

	for (let count = 0; count < 3; count++) {
		await using closed = await OpenedCopy.open(place.directory, Buffer.from('a/b.gz'));
		assert.equal(closed.stats.size, 10n);
	}

	assert.equal((await fs.readdir('/proc/self/fd')).length, before);
	await using copy = await OpenedCopy.open(place.directory, Buffer.from('a/b.gz'));
	assert.equal(copy.stats.size, 10n);
	const into = Buffer.alloc(4);
	assert.equal(await copy.read(into, 3), 4);
	assert.equal(into.toString(), '3456');
	assert.equal(await copy.read(into, 8), 2);
	assert.equal(await copy.read(into, 10), 0);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^read/v, 'EIO');
	await assert.rejects(copy.read(into, 0), (error: unknown) => error instanceof UnreadableCopyError && error.code === 'EIO');
});

test('what tells a file from others is in its record, or at the end of its copy', async () => {
	await using place = await Place.create();
	const record = recordOf('a', {contentChecksum: '00000001', bytesIn: 2, bytesOut: 3});
	const of = (name: string, changes: Partial<CopyRecord> | undefined, stored: CopyRecord['stored'] = 'gzip') => ({
		path: Buffer.from(name), file: Buffer.from(`${name}.gz`), stored, ...(changes && {record: {...record, ...changes}}),
	});
	const origin = {id: '1:1', mtime: 1_773_446_400_000_000_000n};
	const path = Buffer.from('a');
	assert.deepEqual(await readFacts(place.directory, of('a', {})), {
		path, bytesIn: 2, bytesOut: 3, content: 'crc32:00000001:2', origin,
	});
	const {contentChecksum: _, ...asIs} = record;
	assert.equal((await readFacts(place.directory, {...of('a', undefined), record: asIs})).content, record.sha256);
	const sparse = await readFacts(place.directory, of('a', {extents: [[4096, 2]], source: {...record.source, size: 9000}}));
	assert.notEqual(sparse.content, 'crc32:00000001:2');
	assert.notEqual((await readFacts(place.directory, of('a', {extents: [[8192, 2]], source: {...record.source, size: 9000}}))).content, sparse.content);
	assert.notEqual((await readFacts(place.directory, of('a', {extents: [[4096, 2]], source: {...record.source, size: 9001}}))).content, sparse.content);
	const copy = copyOf('b');
	await place.write('b.gz', copy);
	const {contentChecksum, bytesIn} = recordOf('b');
	const trailer = await readFacts(place.directory, of('b', undefined));
	assert.deepEqual(trailer, {
		path: Buffer.from('b'), bytesIn, bytesOut: copy.length, content: `crc32:${contentChecksum!}:${bytesIn}`,
	});
	await place.write('short.gz', Buffer.alloc(7, 1));
	assert.deepEqual(await readFacts(place.directory, of('short', undefined)), {path: Buffer.from('short'), bytesOut: 7});
	await place.write('eight.gz', Buffer.alloc(8, 1));
	assert.equal((await readFacts(place.directory, of('eight', undefined))).bytesIn, 0x01_01_01_01);
	await place.write('padded.gz', Buffer.concat([copy, Buffer.alloc(8)]));
	assert.deepEqual(await readFacts(place.directory, of('padded', undefined)), {path: Buffer.from('padded'), bytesOut: copy.length + 8});
	assert.deepEqual(await readFacts(place.directory, of('b', undefined, 'as-is')), {path: Buffer.from('b'), bytesOut: copy.length});
	assert.deepEqual(await readFacts(place.directory, of('none', undefined)), {path: Buffer.from('none')});
	const all = {directory: place.directory, files: [of('a', {}), of('b', undefined), of('none', undefined)]};
	assert.equal((await readAllFacts(all)).length, 3);
	assert.deepEqual(await readAllFacts(all, name => name.toString() === 'b'), [trailer]);
});

/* Lists of files to back up: their form, and what becomes of each path. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {resolve} from 'node:path';
import {test} from 'node:test';
import {Directory, longestPath} from '../../source/files/directory.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {
	parseFilesList,
	plainPath,
	readListedEntries,
	splitList,
} from '../../source/origin/files-list.ts';
import {formatListed, parseHandedList} from '../../source/origin/handed-list.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {canDo} from '../support/needs.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';
import {run} from '../support/run.ts';

/** A directory that cannot be looked at. */
const unreachable = {identity: rejected} as unknown as Directory;

async function rejected(): Promise<never> {
	throw new Error('gone');
}

const bytes = (...names: readonly string[]) => names.map(name => Buffer.from(name));

const texts = (paths: Iterable<Buffer>) => Array.from(paths, String);

test('a list is cut at NULs, each path must be ended by one, and empty ones are none', () => {
	assert.deepEqual(texts(splitList(Buffer.from('a\0b\nc\0\0d\0'))), ['a', 'b\nc', 'd']);
	assert.deepEqual(texts(splitList(Buffer.alloc(0))), []);
	assert.deepEqual(texts(splitList(Buffer.from('\0'))), []);

	for (const list of ['a', 'a\0b', 'a\n']) {
		assert.throws(() => texts(splitList(Buffer.from(list))), RangeError, list);
	}

	assert.throws(() => texts(splitList(Buffer.from('whole\0cut'))), (error: Error) => error.message.includes('cut') && !error.message.includes('whole'));
});

test('a path is put into plain form, once, and must stay below the source', () => {
	assert.deepEqual(texts(parseFilesList(Buffer.from('./a//b\0a/b\0c/./d/\0...\0'))), ['a/b', 'c/d', '...']);
	assert.deepEqual(plainPath(Buffer.of(0xFF, 0x2F, 0x2F, 0xFE)), Buffer.of(0xFF, 0x2F, 0xFE));

	for (const path of ['/a', '../a', 'a/..', 'a/../b', '.', './', '..', '/']) {
		assert.throws(() => plainPath(Buffer.from(path)), RangeError, path);
	}
});

async function read(place: Place, paths: readonly string[], options: Partial<Parameters<typeof readListedEntries>[2]> = {}) {
	const {entries, unavailable} = await readListedEntries(place.directory, bytes(...paths), {destination: undefined, followSymlinks: false, ...options});
	return {
		entries,
		paths: entries.map(({path}) => path.toString()),
		unavailable: unavailable.map(({path, message: _message, remedy, ...rest}) => ({path: path.toString(), ...rest, ...(remedy !== undefined && {remedy: true})})),
	};
}

test('what is there is taken; what is not, or is no regular file, is told why', async t => {
	await using place = await Place.create();
	await place.write('a', 'x');
	await place.write('deep/er/b', 'x');
	await run('mkfifo', [place.at('fifo')]);
	await fs.symlink('a', place.at('link'));
	await fs.symlink('deep', place.at('detour'));
	const {paths, unavailable} = await read(place, ['a', 'deep/er/b', 'none', 'no/way', 'deep', 'fifo', 'link', 'detour/er/b', 'a/b', 'x'.repeat(longestPath + 1)]);
	assert.deepEqual(paths, ['a', 'deep/er/b']);
	const plain = unavailable.map(({path, ...rest}) => [path.slice(0, 12), rest]);
	assert.deepEqual(plain, [
		['none', {isMissing: true, code: 'ENOENT'}],
		['no/way', {isMissing: true, code: 'ENOENT'}],
		['deep', {isMissing: false}],
		['fifo', {isMissing: false}],
		['link', {isMissing: false, remedy: true}],
		['detour/er/b', {isMissing: false, code: 'ENOTDIR'}],
		['a/b', {isMissing: false, code: 'ENOTDIR'}],
		['xxxxxxxxxxxx', {isMissing: false}],
	]);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^open deep/v, 'EIO');
	assert.deepEqual((await read(place, ['a', 'deep/er/b'])).unavailable, [{path: 'deep/er/b', isMissing: false, code: 'EIO'}]);
});

test('a symbolic link is followed if all are, or this one was chosen before; one that leads nowhere is told as a link', async () => {
	await using place = await Place.create();
	await place.write('a', 'x');
	await fs.symlink('a', place.at('link'));
	await fs.symlink('nothing', place.at('dead'));
	assert.deepEqual((await read(place, ['link', 'dead'], {followSymlinks: true})), {
		entries: [readEntry(place.directory, Buffer.from('link'))], paths: ['link'], unavailable: [{path: 'dead', isMissing: false, isSymlink: true}],
	});
	assert.deepEqual((await read(place, ['link', 'dead'], {followed: bytes('link')})).paths, ['link']);
	assert.deepEqual((await read(place, ['dead'], {followed: bytes('dead')})).unavailable, [{path: 'dead', isMissing: false, isSymlink: true}]);
	assert.deepEqual((await read(place, ['dead'])).unavailable, [{path: 'dead', isMissing: false, remedy: true}]);
});

test('what is in the destination is never taken', async () => {
	await using place = await Place.create();
	await place.write('backups/2026-03-14/x.gz', 'x');
	await fs.symlink('x.gz', place.at('backups/2026-03-14/link'));
	await place.write('a', 'x');
	await using destination = await Directory.open(place.at('backups'));
	const {paths, unavailable} = await read(place, ['a', 'backups/2026-03-14/x.gz', 'backups/2026-03-14', 'backups/2026-03-14/link'], {destination, followSymlinks: true});
	assert.deepEqual(paths, ['a']);
	assert.deepEqual(unavailable.map(each => [each.isMissing, each.isSymlink]), [[false, undefined], [false, undefined], [false, undefined]]);
	await assert.rejects(read(place, ['a'], {destination: unreachable}), {name: 'DestinationError'});
});

test('a directory that may not be listed is told as such', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using place = await Place.create();
	await fs.chmod(place.root, 0o755);
	await fs.mkdir(place.at('closed'), {mode: 0o700});
	await fs.mkdir(place.at('blind'), {mode: 0o744});
	await fs.mkdir(place.at('open'), {mode: 0o755});
	// Who may read what goes by the user that a process was started by.
	const script = `
		import {Directory} from ${JSON.stringify(resolve(import.meta.dirname, '../../source/files/directory.ts'))};
		import {readListedEntries} from ${JSON.stringify(resolve(import.meta.dirname, '../../source/origin/files-list.ts'))};
		const source = await Directory.open(${JSON.stringify(place.root)});
		const paths = ['closed', 'blind', 'open'].map(name => Buffer.from(name));
		const {unavailable} = await readListedEntries(source, paths, {destination: undefined, followSymlinks: false});
		console.log(JSON.stringify(unavailable.map(({code, isDirectory = false}) => [code, isDirectory])));
	`;
	const {stdout, stderr} = await run(process.execPath, ['--input-type=module', '--eval', script], {uid: 4711, gid: 4711});
	assert.equal(stdout.trim(), '[["EACCES",true],["EACCES",true],[null,false]]', stderr);
});

test('a list that is handed over says which files they were', async () => {
	await using place = await Place.create();
	await place.write('a\nb', 'xyz');
	await fs.mkdir(place.at('directory'));
	const file = readEntry(place.directory, Buffer.from('a\nb'))!;
	const directory = readEntry(place.directory, Buffer.from('directory'))!;
	const {born: _born, ...unborn} = file;
	const {identity: _identity, ...unknown} = file;
	const list = Buffer.concat([file, directory, {...unborn, modified: -5}, unknown].flatMap(entry => [formatListed(entry), Buffer.of(0)]));
	const {paths, files} = parseHandedList(list);
	assert.deepEqual(texts(paths), ['a\nb', 'directory', 'a\nb', 'a\nb']);
	const facts = ({path, identity, born, size, modified}: Entry) => ({
		path, identity, size, modified, ...(born !== undefined && {born}),
	});
	assert.deepEqual(files, [facts(file), facts({...unborn, modified: -5})]);
	assert.equal(formatListed(directory).toString(), '/directory');
});

test('what is no such list is none', () => {
	for (const record of ['a', '1:2:3:4/a', '1:2:3:4:x/a', '1:2:3:4:5:6/a', ':2:3:4:5/a', '1:2:3::5/a', '1:2:3:4:5/../a', '/..', `${'1'.repeat(21)}:2:3:4:5/a`, '-1:2:3:4:5/a']) {
		assert.throws(() => parseHandedList(Buffer.from(`${record}\0`)), RangeError, record);
	}

	assert.deepEqual(parseHandedList(Buffer.from('1:2:-3:4:-5/a\0')).files, [{
		path: Buffer.from('a'), identity: {device: 1n, inode: 2n}, born: -3n, size: 4, modified: -5,
	}]);
	assert.deepEqual(parseHandedList(Buffer.from('1:2::4:5/a\0')).files.map(file => 'born' in file), [false]);
});

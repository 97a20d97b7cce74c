/* Which entries of a manifest make sense: each field, one after the other. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decodeLeftOut, encodeLeftOut, encodePaths} from '../../source/set/manifest/left-out-fields.ts';
import {
	isCount,
	isObject,
	isTotal,
	parseJson,
} from '../../source/set/manifest/json.ts';
import {
	type CopyRecord,
	encodeCopy,
	encodeMissing,
	nameFields,
	withExtras,
} from '../../source/set/manifest/manifest.ts';
import {decodeCopy, decodeMissing, decodeName} from '../../source/set/manifest/manifest-entries.ts';
import {recordOf} from '../support/set-fixtures.ts';

type Fields = Record<string, unknown>;

/** After the way to the disk and back. */
const asRead = (json: unknown): Fields => {
	const text = JSON.stringify(json);
	return JSON.parse(text) as Fields;
};

const encode = (record: CopyRecord): Fields => asRead(encodeCopy(record));

const sparse = recordOf('sparse', {bytesIn: 30, extents: [[0, 10], [4096, 20]], source: {...recordOf('a').source, size: 9000}});

/** All that a copy can have. */
const full = recordOf('full', {
	listedAs: Buffer.from('full.1'), reusedFrom: '2026-03-13', notes: ['grew'], isRestricted: true, xattrs: {'user.comment': 'aGk='}, unkept: ['mode', 'owner', 'time'],
	source: {...recordOf('a').source, ctime_ns: '-5', racy: true},
});

test('a record comes back as it was, whatever it has', () => {
	for (const record of [recordOf('a'), full, sparse, recordOf('caf\u{E9}\n')]) {
		assert.deepEqual(decodeCopy(encode(record)), record);
	}

	const {contentChecksum: _, ...asIs} = recordOf('c', {
		stored: 'as-is', bytesIn: 0, bytesOut: 0, isVerified: false,
	});
	assert.deepEqual(decodeCopy(encode(asIs)), asIs);
	assert.deepEqual(decodeCopy(encode({...asIs, contentChecksum: '00000000'})), asIs, 'there is no format for it to be of');
	const fields = encode(full);
	assert.deepEqual([fields.outcome, fields.reused_from, fields.restricted, fields.stored], ['reused', '2026-03-13', true, 'gzip']);
	assert.deepEqual([encode(recordOf('a')).outcome, encode(sparse).stored, encode(recordOf('a', {contentChecksum: '000000ff'})).crc32], ['done', 'sparse', '000000ff']);
});

/** For each field of a copy, what it must not be. */
const nonsense: Readonly<Record<string, readonly unknown[]>> = {
	outcome: ['failed', 'vanished', undefined, 1],
	path: ['', '/etc/passwd', '../x', 'a/../b', './a', 'a//b', 'a/', '.', '..', 'a\0b', 1, undefined, 'x'.repeat((64 * 1024) + 1)],
	file: ['', '/etc/passwd', '../x', 'a\0b', null, undefined],
	path_b64: [1, '', 'Li4='],
	stored: ['lz4', 'zstd-sparse', undefined, 'sparse', null],
	notes: [undefined, 'grew', [1], {}],
	bytes_in: [-1, 1.5, '1', undefined, null, 2 ** 53],
	bytes_out: [-1, 1.5, '1', undefined, null, 2 ** 53],
	crc32: ['0', '0000000G', '000000001', 1, 'ABCDEF00'],
	sha256: ['0'.repeat(63), '0'.repeat(65), 'G'.repeat(64), 'A'.repeat(64), undefined, 1],
	verified: [undefined, 'true', 1, null],
	restricted: [false, 'true', 1],
	reused_from: ['yesterday', '2026-3-1', 1, 'x2026-03-13', '2026-03-13x'],
	xattrs: [[], 'x', {'user.a': 1}, {'user.a': '!'}, {'user.a': 'abc'}, {a: 'aGk='}, {'user.': 'aGk='}, {'xuser.a': 'aGk='}, {'user.\0': 'aGk='}, {'user.a': 'aGk=', b: 'aGk='}],
	unkept: ['mode', ['size'], ['mode', 'size'], [1], {}],
	extents: [[[0, 12]]],
	source: [undefined, null, [], 'x'],
};

/** The same of its source. */
const nonsenseOfSource: Readonly<Record<string, readonly unknown[]>> = {
	dev: [1, '', '0x1', '1.5', undefined, '1'.repeat(41)],
	ino: [1, '', 'a', undefined],
	mtime_ns: [1, '', '1e3', undefined],
	ctime_ns: [1, '', 'a', null],
	size: [-1, 1.5, '1', undefined],
	mode: ['640', '00640', '0888', 640, undefined],
	uid: [-1, 1.5, '0', undefined],
	gid: [-1, 1.5, '0', undefined],
	racy: [false, 'true', 1],
};

test('an entry of which one field makes no sense is no copy', () => {
	for (const [field, values] of Object.entries(nonsense)) {
		for (const value of values) {
			assert.equal(decodeCopy({...encode(recordOf('a')), [field]: value}), undefined, `${field}: ${JSON.stringify(value)}`);
		}
	}

	for (const [field, values] of Object.entries(nonsenseOfSource)) {
		for (const value of values) {
			const fields = encode(recordOf('a'));
			assert.equal(decodeCopy({...fields, source: {...fields.source as Fields, [field]: value}}), undefined, `source.${field}: ${JSON.stringify(value)}`);
		}
	}

	for (const json of [undefined, null, [], 'x', 1, {}]) {
		assert.equal(decodeCopy(json), undefined);
		assert.equal(decodeMissing(json), undefined);
	}
});

test('extents are in order, do not overlap, are none of nothing, fit into the file, and are as much as was read', () => {
	const fields = encode(sparse);

	for (const extents of [
		[[0, 10], [4096, 20]], [[0, 10], [10, 20]], [[8970, 30]], [[0, 30]],
	]) {
		assert.notEqual(decodeCopy({...fields, extents}), undefined, JSON.stringify(extents));
	}

	for (const extents of [
		undefined, {}, [[0, 10]], [[0, 10], [4096, 21]], [[4096, 20], [0, 10]], [[0, 10], [9, 20]], [[0, 10], [4096, 20], [5000, 0]], [[8971, 30]], [[0, '30']], [[-1, 30]], [0, 30], [[0.5, 30]],
	]) {
		assert.equal(decodeCopy({...fields, extents}), undefined, JSON.stringify(extents));
	}

	assert.equal(decodeCopy({...fields, stored: 'gzip'}), undefined);
});

test('a name is what its bytes are, or else its text, and stays below a directory', () => {
	assert.deepEqual(decodeName({path: 'a/b'}, 'path'), Buffer.from('a/b'));
	assert.deepEqual(decodeName({path: '\u{FFFD}', path_b64: '/w=='}, 'path'), Buffer.of(0xFF));
	assert.equal(decodeName({path: 'x', path_b64: Buffer.from('../x').toString('base64')}, 'path'), undefined);
	assert.deepEqual(decodeName({path: '..a/b..'}, 'path'), Buffer.from('..a/b..'));
	assert.equal(decodeName({path: 'x'.repeat(64 * 1024)}, 'path')?.length, 64 * 1024);
	assert.equal(decodeName({file: 'a'}, 'path'), undefined);
	assert.deepEqual(nameFields('path', Buffer.from('a')), {path: 'a'});
	assert.deepEqual(nameFields('path', Buffer.from('a\n')), {path: String.raw`a\n`, path_b64: 'YQo='});
});

test('an entry without a copy says what became of it', () => {
	for (const record of [
		{path: Buffer.from('a'), outcome: 'vanished' as const},
		{path: Buffer.from('a'), outcome: 'failed' as const, error: {message: 'no', code: 'EIO'}},
		{
			path: Buffer.from('a'), outcome: 'failed' as const, error: {message: 'no'}, isDirectory: true as const,
		},
		{path: Buffer.from('a'), outcome: 'failed' as const, isSymlink: true as const},
	]) {
		assert.deepEqual(decodeMissing(asRead(encodeMissing(record))), record);
	}

	assert.equal(decodeMissing({path: 'a', outcome: 'done'}), undefined);
	assert.equal(decodeMissing({path: '../a', outcome: 'failed'}), undefined);
	assert.deepEqual(decodeMissing({
		path: 'a', outcome: 'failed', kind: 'fifo', error: {message: 1, code: 'EIO'},
	}), {path: Buffer.from('a'), outcome: 'failed'});
	assert.deepEqual(decodeMissing({path: 'a', outcome: 'failed', error: {message: 'no', code: 5}}), {path: Buffer.from('a'), outcome: 'failed', error: {message: 'no'}});
});

test('what a source has of attributes now takes the place of what was recorded', () => {
	const {xattrs: _xattrs, isRestricted: _isRestricted, ...bare} = full;
	assert.deepEqual(withExtras(full, {}), bare);
	assert.deepEqual(withExtras(recordOf('a'), {xattrs: {'user.b': ''}, isRestricted: true}), {...recordOf('a'), xattrs: {'user.b': ''}, isRestricted: true});
});

test('what was left out comes back as it was; reasons that this version does not know are passed over', () => {
	const leftOut = new Map([['directory', {count: 3, paths: [Buffer.from('a\n'), Buffer.from('b')]}], ['fifo', {count: 1, paths: []}]] as const);
	const fields = asRead(encodeLeftOut(leftOut));
	assert.deepEqual(decodeLeftOut(fields), leftOut);
	assert.deepEqual(decodeLeftOut({...fields, later: 'anything'}), leftOut);
	assert.deepEqual(encodePaths({count: 1, paths: [Buffer.from('a')]}), [{path: 'a'}]);

	for (const part of [null, {count: 1}, {count: -1, paths: []}, {count: 1, paths: {}}, {count: 1, paths: [{path: '../a'}]}, {count: 1, paths: ['a']}, {count: 1, paths: [{path: 'a'}, {path: 'b'}]}]) {
		assert.equal(decodeLeftOut({fifo: part}), undefined, JSON.stringify(part));
	}

	assert.equal(decodeLeftOut(undefined), undefined);
	assert.equal(decodeLeftOut([]), undefined);
});

test('what JSON holds is told apart', () => {
	assert.equal(parseJson('{'), undefined);
	assert.deepEqual(parseJson('[1]'), [1]);
	assert.deepEqual([{}, [], null, 1, 'x'].map(value => isObject(value)), [true, false, false, false, false]);
	assert.deepEqual([0, 1.5, 2 ** 60, -1, NaN, Infinity, '1'].map(value => isTotal(value)), [true, true, true, false, false, false, false]);
	assert.deepEqual([0, 1, 1.5, 2 ** 53, -1, '1'].map(value => isCount(value)), [true, true, false, false, false, false]);
});

test('what is from a stream has no inode, and whatever has none is from a stream', () => {
	const {dev: _dev, ino: _ino, ...nowhere} = recordOf('x').source;
	const stream = recordOf('commands/one', {from: 'commands', facts: {count: 3}, source: nowhere});
	assert.deepEqual(decodeCopy(asRead(encodeCopy(stream))), stream);
	const {from: _, ...lost} = encodeCopy(stream);

	for (const json of [lost, {...encodeCopy(stream), facts: []}, {...encodeCopy(stream), from: 'No Name'}, {...encodeCopy(recordOf('x')), from: 'commands'}]) {
		assert.equal(decodeCopy(json), undefined, JSON.stringify(json));
	}

	const missing = {
		path: Buffer.from('commands'), from: 'commands', outcome: 'failed', error: {message: 'no'},
	} as const;
	assert.deepEqual(decodeMissing(encodeMissing(missing)), missing);
});

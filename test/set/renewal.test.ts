import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decodeManifest} from '../../source/set/manifest/manifest-reader.ts';
import {manifestVersion, type MissingRecord} from '../../source/set/manifest/manifest.ts';
import {StandingManifest} from '../../source/set/staging/renewal.ts';
import {
	manifestOf,
	origin,
	recordOf,
	textOf,
} from '../support/set-fixtures.ts';

const lost: MissingRecord = {path: Buffer.from('lost.log'), outcome: 'failed', error: {message: 'cannot be read', code: 'EIO'}};
const gone: MissingRecord = {path: Buffer.from('gone.log'), outcome: 'vanished'};
const leftOut = {symlink: {count: 2, paths: [{path: 'README'}]}};
const text = textOf(manifestOf([recordOf('a'), recordOf('b', {reusedFrom: '2026-03-13'})], {missing: [lost, gone], left_out: leftOut}));
const moment = '2026-03-14T09:00:00.000Z';
const none = {replaced: [], leftOut: undefined};

const parse = (changed = text) => StandingManifest.parse(changed)!;

const pathsOf = (records: ReadonlyArray<{readonly path: Buffer}>) => records.map(({path}) => path.toString());

test('a manifest that stands says what is in it', () => {
	const manifest = parse();
	assert.equal(manifest.text, text);
	assert.deepEqual(manifest.origin, origin);
	assert.deepEqual(pathsOf(manifest.copies), ['a', 'b']);
	assert.deepEqual(manifest.missing, [lost, gone]);
	assert.deepEqual(manifest.leftOut?.get('symlink'), {count: 2, paths: [Buffer.from('README')]});
	assert.equal(manifest.has(Buffer.from('gone.log')), true);
	assert.equal(manifest.has(Buffer.from('other')), false);
});

test('one that is damaged, newer, or names an entry twice cannot be said again', () => {
	const [, line] = /\n(\t\t\{"path":"a".*\}),\n/v.exec(text)!;

	for (const changed of [
		text.slice(0, -10),
		text.replace('"manifest_version": 1', () => `"manifest_version": ${manifestVersion + 1}`),
		text.replace('"manifest_version": 1,', ''),
		text.replace(line!, () => `${line!},\n${line!}`),
		text.replace('"outcome":"failed"', '"outcome":"unheard-of"'),
		'',
	]) {
		assert.equal(StandingManifest.parse(changed), undefined);
	}
});

test('an outcome takes the place of the one before, a new one comes last, and the head counts them anew', () => {
	const renewed = parse().renew([recordOf('lost.log'), recordOf('new.log')], none, moment)!;
	assert.deepEqual(pathsOf(renewed.copies), ['a', 'b', 'lost.log', 'new.log']);
	assert.deepEqual(pathsOf(renewed.missing), ['gone.log']);
	const json = JSON.parse(renewed.text) as {entries: Array<{path: string}>; retried: string; files_done: number; files_failed: number; files_vanished: number; files_reused: number};
	assert.deepEqual(json.entries.map(({path}) => path), ['a', 'b', 'lost.log', 'gone.log', 'new.log']);
	assert.deepEqual([json.retried, json.files_done, json.files_failed, json.files_vanished, json.files_reused], [moment, 4, 0, 1, 1]);
	const decoded = decodeManifest(renewed.text);
	assert.deepEqual(decoded.problems, []);
	assert.deepEqual(decoded.copies, renewed.copies);
	assert.deepEqual(StandingManifest.parse(renewed.text)?.leftOut, parse().leftOut);
});

test('fields that this version does not know stay', () => {
	const renewed = parse(text.replace('"engine":', '"shape": "round",\n\t"engine":').replace('"path":"b"', '"colour":"red","path":"b"')).renew([recordOf('new.log')], none, moment)!;
	const json = JSON.parse(renewed.text) as {shape: string; entries: Array<{colour?: string}>};
	assert.equal(json.shape, 'round');
	assert.equal(json.entries[1]?.colour, 'red');
});

test('what is the same as before is nothing new', () => {
	assert.equal(parse().renew([], none, moment), undefined);
	assert.equal(parse().renew([lost], none, moment), undefined);
	assert.equal(parse().renew([{...lost, error: {message: 'cannot be read', code: 'EACCES'}}], none, moment)?.missing.length, 2);
	assert.equal(parse().renew([{...gone, outcome: 'failed'}], none, moment)?.missing.length, 2);
});

test('entries that others have come in place of are no more', () => {
	const renewed = parse().renew([recordOf('instead.log')], {replaced: [Buffer.from('lost.log')], leftOut: undefined}, moment)!;
	assert.deepEqual(pathsOf(renewed.missing), ['gone.log']);
	assert.deepEqual(pathsOf(renewed.copies), ['a', 'b', 'instead.log']);
	assert.deepEqual(pathsOf(parse().renew([], {replaced: [Buffer.from('gone.log')], leftOut: undefined}, moment)!.missing), ['lost.log']);
});

test('what has come to be left out is added to what was, if that is known', () => {
	const more = new Map([['symlink', {count: 1, paths: [Buffer.from('x')]}], ['fifo', {count: 3, paths: []}]] as const);
	const renewed = parse().renew([recordOf('new.log')], {replaced: [], leftOut: more}, moment)!;
	assert.deepEqual(Array.from(renewed.leftOut!, ([reason, {count}]) => [reason, count]), [['symlink', 3], ['fifo', 3]]);
	assert.deepEqual(StandingManifest.parse(renewed.text)?.leftOut, renewed.leftOut);
	const unknown = parse(text.replace(/\t"left_out".*\n/v, ''));
	assert.equal(unknown.leftOut, undefined);
	assert.equal(unknown.renew([recordOf('new.log')], {replaced: [], leftOut: more}, moment)?.leftOut, undefined);
});

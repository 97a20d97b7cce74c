import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Claims} from '../../source/backup/copying/claims.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {planNames} from '../../source/set/names/names.ts';

const entry = (path: string, listedAs?: string): Entry => ({
	path: Buffer.from(path), kind: 'file', size: 1, allocated: 512, modified: 0, isReadable: true, ...(listedAs !== undefined && {listedAs: Buffer.from(listedAs)}),
});

const claimsOf = (...paths: readonly string[]) => new Claims(planNames(paths.map(path => Buffer.from(path)), {format: 'gzip'}), {format: 'gzip'});

const pathOf = (claims: Claims, of: Entry) => claims.take(of)?.path.toString();

test('each file has its path, however often it asks', () => {
	const claims = claimsOf('a', 'b');
	const file = entry('a');
	assert.deepEqual([pathOf(claims, file), pathOf(claims, file)], ['a', 'a']);
	assert.equal(claims.isTaken(Buffer.from('a')), true);
	assert.equal(claims.isTaken(Buffer.from('b')), false);
	assert.equal(claims.take(entry('b'))!.names.compressed.toString(), 'b.gz');
});

test('two files that trade names: the second to come is recorded under the name that it was listed under, or not at all', () => {
	const claims = claimsOf('a', 'b');
	assert.equal(pathOf(claims, entry('b', 'a')), 'b');
	const second = entry('b', 'a');
	assert.equal(pathOf(claims, second), 'a');
	assert.equal(pathOf(claims, entry('b', 'a')), undefined);
	assert.equal(pathOf(claims, entry('a')), undefined);
	claims.release(second);
	assert.equal(claims.isTaken(Buffer.from('a')), false);
	assert.equal(claims.isTaken(Buffer.from('b')), true, 'that of another stays');
	assert.equal(pathOf(claims, entry('a')), 'a');
});

test('a path that nobody planned gets a name that is free', () => {
	const claims = claimsOf('a', 'c.gz');
	assert.equal(claims.take(entry('b'))!.names.compressed.toString(), 'b.gz');
	assert.equal(claims.take(entry('b')), undefined, 'it has that path now');
	// `c.gz` may be copied as it is, or through gzip.
	assert.notEqual(claims.take(entry('c'))!.names.compressed.toString(), 'c.gz');
	assert.notEqual(claims.take(entry('c.gz.gz'))!.names.asIs?.toString(), 'c.gz.gz');
	assert.notEqual(claims.take(entry('a.gz'))!.names.asIs?.toString(), 'a.gz', 'that is what the copy of the first is called');
	// What was planned later counts, too.
	const late = claims.take(entry('d.gz'))!.names;
	assert.equal(late.asIs!.toString(), 'd.gz');
	assert.notEqual(claims.take(entry('d'))!.names.compressed.toString(), 'd.gz');
});

test('what the destination keeps in another form is called otherwise, also if nobody planned it', () => {
	const claims = new Claims(planNames([], {format: 'gzip'}), {format: 'gzip', isAltering: true});
	const odd = claims.take(entry('odd '))!.names;
	assert.notEqual(odd.compressed.toString(), 'odd .gz');
	assert.equal(new Claims(planNames([], {format: 'gzip'}), {format: 'gzip'}).take(entry('odd '))!.names.compressed.toString(), 'odd .gz');
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {pathKey} from '../../source/files/path-key.ts';
import {farNames} from '../../source/remote/far-names.ts';
import {fileName} from '../support/arbitraries.ts';

test('whatever copies are called, at a remote each has a name of its own that every remote keeps', () => {
	fc.assert(fc.property(fc.uniqueArray(fileName, {selector: name => pathKey(name)}), files => {
		const names = farNames(files);
		assert.equal(names.size, files.length);
		const folded = new Set([...names.values()].map(name => name.toLowerCase()));
		assert.equal(folded.size, files.length);

		for (const name of names.values()) {
			assert.match(name, /^[\u{20}-\u{7E}]+$/v);
			assert.ok(name.split('/').every(part => part !== '' && part !== '..' && part.length < 200 && part.trim() === part));
		}

		assert.deepEqual(farNames(files.toReversed()), names);
	}));
});

test('plain names are kept', () => {
	const files = ['syslog.gz', 'nginx/access.log.1.gz', 'a b.gz', 'odd~0123456789abcdef.gz'].map(name => Buffer.from(name));
	assert.deepEqual([...farNames(files).values()].toSorted(), files.map(String).toSorted());
});

test('of names that differ in case alone, one is kept', () => {
	const names = farNames(['a.gz', 'A.gz'].map(name => Buffer.from(name)));
	assert.equal([...names].filter(([file, name]) => file === name).length, 1);
});

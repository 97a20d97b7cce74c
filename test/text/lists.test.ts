import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareSets} from '../../source/set/set-differences.ts';
import {appendAll, largestOf} from '../../source/text/lists.ts';

/** More than the arguments that any call takes. */
const many = 150_000;

test('lists of any length are joined, and searched for their largest number', () => {
	const list = [0];
	appendAll(list, Array.from({length: many}, (_, index) => index));
	assert.equal(list.length, many + 1);
	assert.equal(largestOf(list), many - 1);
	assert.equal(largestOf([], 7), 7);
});

test('sets of very many files are compared', () => {
	const files = Array.from({length: many}, (_, index) => ({path: Buffer.from(`d/${index}`), bytesIn: 0, bytesOut: 20}));
	assert.equal(compareSets(files, []).length, many);
	assert.equal(compareSets([], files).length, many);
});

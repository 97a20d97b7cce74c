import assert from 'node:assert/strict';
import {test} from 'node:test';
import {currentManual} from '../../tools/documents.ts';

test('the tables of the manual are those of the code (npm run docs writes them)', () => {
	const {written, current} = currentManual();
	assert.equal(written, current);
});

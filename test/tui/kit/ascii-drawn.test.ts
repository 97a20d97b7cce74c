/* What is drawn for a terminal that knows no more than ASCII: in a process of its own, as it is so for all of one. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {
	cellWidth,
	fitEnd,
	fitStart,
	truncateEnd,
	truncateMiddle,
	truncateStart,
	wrapWords,
} from '../../../source/tui/kit/columns.ts';
import {drawInAscii} from '../../../source/tui/kit/glyphs.ts';
import {makeRow} from '../../../source/tui/tree/tree-row.ts';
import {reviewItemOf} from '../../../source/tui/review/review-state.ts';
import {fileOf} from '../../support/screen-fixtures.ts';

drawInAscii();

test('what is cut off is three dots, and fits', () => {
	assert.equal(truncateEnd('unattended-upgrades.log', 10), 'unatten...');
	assert.equal(truncateMiddle('unattended-upgrades.log', 12), 'unatt....log');
	assert.equal(truncateStart('unattended-upgrades.log', 8), '...s.log');
	fc.assert(fc.property(fc.string({unit: 'grapheme-ascii', maxLength: 40}), fc.nat(30), (text, width) => {
		for (const cut of [truncateEnd, truncateMiddle]) {
			assert.ok(cellWidth(cut(text, width)) <= width);
			assert.equal(cellWidth(fitStart(text, width, cut)), width);
		}

		assert.equal(cellWidth(fitEnd(text, width)), width);
	}));
	assert.deepEqual(wrapWords('go on…', 20), ['go on...']);
});

test('names that no terminal of that kind can show are told apart', () => {
	const labels = ['日本.log', '中国.log', 'é.log'].map(name => makeRow(reviewItemOf(fileOf(name))).label);
	assert.equal(new Set(labels).size, labels.length);
	assert.ok(labels.every(label => /^[\u{20}-\u{7E}]+$/v.test(label)));
	assert.deepEqual(makeRow(reviewItemOf(fileOf('日/本'))).path, Buffer.from('日/本'));
});

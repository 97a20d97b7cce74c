import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {displayName} from '../../../source/text/display-name.ts';
import {
	cellWidth,
	fitEnd,
	fitStart,
	spread,
	truncateEnd,
	truncateMiddle,
	wrapWords,
} from '../../../source/tui/kit/columns.ts';
import {reviewItemOf} from '../../../source/tui/review/review-state.ts';
import {runColumns, shareRunRows} from '../../../source/tui/run/run-layout.ts';
import {makeRow} from '../../../source/tui/tree/tree-row.ts';
import {
	columnHeads,
	rowText,
	longestName,
	treeColumns,
	treeFigures,
} from '../../../source/tui/tree/tree-columns.ts';
import {directoryOf, fileOf, now} from '../../support/screen-fixtures.ts';

test('wide characters count two cells, combining ones none', () => {
	assert.equal(cellWidth('log'), 3);
	assert.equal(cellWidth('日本'), 4);
	assert.equal(cellWidth('e\u{301}'), 1);
});

test('a text is cut at its end or in its middle', () => {
	assert.equal(truncateEnd('syslog', 6), 'syslog');
	assert.equal(truncateEnd('syslog.1', 6), 'syslo…');
	assert.equal(truncateMiddle('application-2026-11-22.log', 13), 'applic…22.log');
	assert.equal(truncateMiddle('日本語の名前', 7), '日本…前');
	assert.equal(truncateEnd('日本', 3), '日…');
	assert.equal(truncateEnd('abc', 0), '');
});

test('a text fills its column exactly', () => {
	assert.equal(fitStart('日本', 6), '日本  ');
	assert.equal(fitEnd('1.2 kB', 8), '  1.2 kB');
	assert.equal(fitStart('日本語', 4), '日… ');
	assert.equal(spread('left', 'right', 12), 'left   right');
	assert.equal(spread('a long left', 'right', 10), 'a l… right');
});

test('words are wrapped, and a word too long is broken', () => {
	assert.deepEqual(wrapWords('one two three', 7), ['one two', 'three']);
	assert.deepEqual(wrapWords('/a/very/long/path x', 6), ['/a/ver', 'y/long', '/path', 'x']);
	assert.deepEqual(wrapWords('', 5), ['']);
	assert.deepEqual(wrapWords('with 183 MB of 2 sets', 10), ['with', '183 MB of', '2 sets'], 'a number stays with its unit');
});

const anyName = fc.uint8Array({minLength: 1, maxLength: 60}).map(bytes => displayName(Buffer.from(bytes)));
const anyText = fc.oneof(anyName, fc.string({unit: 'grapheme', maxLength: 40}).map(text => displayName(Buffer.from(text))));

test('whatever the name, a column is as wide as asked for', () => {
	fc.assert(fc.property(anyText, fc.integer({min: 1, max: 60}), (text, width) => {
		assert.equal(cellWidth(fitStart(text, width)), width);
		assert.equal(cellWidth(fitStart(text, width, truncateMiddle)), width);
		assert.equal(cellWidth(fitEnd(text, width)), width);
	}));
});

test('whatever the text, wrapped lines fit and lose nothing', () => {
	fc.assert(fc.property(anyText, fc.integer({min: 4, max: 60}), (text, width) => {
		const lines = wrapWords(text, width);
		assert.ok(lines.every(line => cellWidth(line) <= width));
		assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
	}));
});

test('rows and heads are exactly as wide as the terminal', () => {
	for (const columns of [40, 63, 64, 80, 89, 90, 100, 200]) {
		const widths = treeColumns({columns}, treeFigures);

		for (const choice of [fileOf('syslog'), directoryOf('日本語'.repeat(30)), {...fileOf('x'), reason: 'a reason that is much too long for the column of notes, wherever it is'}]) {
			const {main, note} = rowText({row: makeRow(reviewItemOf(choice)), mark: 'all', share: 0.3}, {columns: widths, now});
			assert.equal(1 + cellWidth(main) + cellWidth(note), columns, `${columns}`);
		}

		const heads = columnHeads({by: 'name', isReversed: false}, widths).map(({text}) => text).join('');
		assert.ok(cellWidth(heads) <= columns);
	}
});

test('a single name that is very long does not tear the rows apart, and many of them have their room', () => {
	const named = (...names: readonly string[]) => longestName(names.map(name => makeRow(reviewItemOf(fileOf(name)))));
	const usual = Array.from({length: 40}, (_, index) => `app-${index + 10}.log`);
	const long = 'a'.repeat(190);
	assert.equal(named(...usual), 1 + 'app-10.log'.length);
	assert.equal(named(...usual, long), named(...usual));
	assert.equal(named(...usual, 'app-10.log.old'), 1 + 'app-10.log.old'.length, 'one that is a little longer is shown whole');
	assert.equal(named(...usual, long, `${long}b`, `${long}c`), 60);
	assert.equal(named('syslog', long), 60, 'in a short list each counts');
});

test('the columns of a run fit the terminal', () => {
	for (let columns = 40; columns <= 250; columns++) {
		const {tag, name, bar, figures} = runColumns({columns, rows: 24});
		const used = tag === 0 ? 1 + name + 1 + bar + 5 : 1 + tag + name + 2 + bar + 5 + 2 + figures;
		assert.ok(used < columns, `${columns}`);
		assert.ok(name >= 15 && bar >= 6, `${columns}`);
	}
});

test('the rows of a run are shared out without going over, and failures stay in sight', () => {
	fc.assert(fc.property(fc.integer({min: 3, max: 60}), fc.nat(64), fc.nat(500), fc.nat(200), (available, active, failures, recent) => {
		const rows = shareRunRows(available, {active, failures, recent});
		assert.ok(rows.active >= 0);
		assert.ok(rows.failures >= 0);
		assert.ok(rows.recent >= 0);
		assert.ok(rows.active + rows.failures + rows.recent <= available);
		assert.ok(failures === 0 || rows.failures > 0);
	}));
});

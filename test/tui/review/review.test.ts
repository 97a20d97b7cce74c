import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	after,
	begin,
	commands,
	cursorName,
	directoryOf,
	fileOf,
	filesOf,
	linkOf,
	marked,
	now,
	scanned,
	skipOf,
	type,
} from '../../support/screen-fixtures.ts';

const typical = [fileOf('syslog', {size: 3000}), skipOf('btmp'), directoryOf('apt'), linkOf('latest.log'), fileOf('auth.log')];

test('the list starts with what the rules select, sorted by name', () => {
	const state = scanned(typical);
	assert.deepEqual(marked(state), ['auth.log', 'syslog']);
	assert.deepEqual(state.review.order.map(number => state.review.rows[number]!.name), ['apt/', 'auth.log', 'btmp', 'latest.log', 'syslog']);
	assert.equal(state.review.totals.files, 2);
	assert.equal(state.review.totals.bytes, 4000);
});

test('space unmarks the row and moves down', () => {
	const state = type(scanned(typical), 'j ');
	assert.deepEqual(marked(state), ['syslog']);
	assert.equal(state.review.totals.bytes, 3000);
	assert.equal(cursorName(state), 'btmp');
});

test('x and Insert do what Space does', () => {
	const state = scanned(typical);

	for (const keys of ['x', '\u{1B}[2~']) {
		assert.deepEqual(marked(type(state, `j${keys}`)), marked(type(state, 'j ')));
	}
});

test('= marks what was selected for the newest set, and says what of that is gone', () => {
	const files = typical.filter(({entry}) => entry.kind !== 'directory');
	assert.deepEqual(type(scanned(typical), '=').effects, [], 'a directory has not been read yet');
	const asked = type(type(scanned(files), ' a'), '=');
	assert.deepEqual(asked.effects, [{type: 'recall'}]);
	const state = after(asked, {type: 'recalled', earlier: {date: '2026-11-21', paths: new Set(['btmp', 'syslog', 'gone.log'])}});
	assert.deepEqual(marked(state), ['btmp', 'syslog']);
	assert.match(state.review.message!, /2 files.*2026-11-21.*1 of/v);
	const late = after(type(asked, ' '), {type: 'recalled', earlier: {date: '2026-11-21', paths: new Set(['btmp'])}});
	assert.deepEqual(marked(late), marked(type(asked, ' ')), 'another key has been pressed meanwhile');
	const none = after(asked, {type: 'recalled', earlier: undefined});
	assert.deepEqual(marked(none), marked(asked));
	assert.match(none.review.message!, /no earlier set/v);
});

test('a default skip and a link are marked by hand', () => {
	const state = type(scanned(typical), 'jj  ');
	assert.deepEqual(marked(state), ['auth.log', 'btmp', 'latest.log', 'syslog']);
	assert.equal(state.review.totals.bytes, 5500, 'a link counts with the size of what it leads to');
});

test('what can\'t be marked says why, until the next key', () => {
	const state = type(scanned([{...directoryOf('apt'), isSelectable: false, reason: 'another file system'}, ...typical.filter(choice => choice.entry.kind !== 'directory')]), ' ');
	assert.deepEqual(marked(state), ['auth.log', 'syslog']);
	assert.match(state.review.message!, /apt\/ can't be marked: another file system/v);
	assert.equal(cursorName(state), 'auth.log');
	assert.equal(type(state, 'j').review.message, undefined);
});

test('a goes from all to none to what was marked at first', () => {
	const all = type(scanned(typical), 'a');
	assert.deepEqual(marked(all), ['auth.log', 'btmp', 'syslog'], 'links are marked by hand only');
	const none = type(all, 'a');
	assert.deepEqual(marked(none), []);
	assert.equal(none.review.totals.bytes, 0);
	assert.deepEqual(marked(type(none, 'a')), ['auth.log', 'syslog']);
});

test('a goes between all and none where the rules select all', () => {
	const state = type(scanned(filesOf(3)), 'a');
	assert.equal(state.review.totals.files, 0);
	assert.equal(type(state, 'a').review.totals.files, 3);
});

test('s sorts by size, age and name, and goes to the top', () => {
	const files = [fileOf('a', {size: 1, modified: now - 1}), fileOf('b', {size: 3, modified: now - 3}), fileOf('c', {size: 2, modified: now - 2})];
	const names = (state: ReturnType<typeof begin>) => state.review.order.map(number => state.review.rows[number]!.name).join('');
	const onC = type(scanned(files), 'jj');
	const bySize = type(onC, 's');
	assert.equal(names(bySize), 'bca');
	assert.equal(cursorName(bySize), 'b');
	assert.equal(bySize.review.top, 0);
	assert.equal(names(type(bySize, 's')), 'acb');
	assert.equal(names(type(bySize, 'ss')), 'abc');
	assert.equal(cursorName(type(bySize, 'jss')), 'a');
});

test('marks and cursor survive entries that arrive later', () => {
	const first = type(after(begin(), {type: 'scanned', choices: [fileOf('d'), fileOf('f')], now}), ' ');
	const state = after(first, {type: 'scanned', choices: [fileOf('a'), fileOf('e'), skipOf('g')], now});
	assert.equal(cursorName(first), 'f');
	assert.equal(cursorName(state), 'f');
	assert.deepEqual(marked(state), ['a', 'e', 'f']);
	assert.deepEqual(state.review.order.map(number => state.review.rows[number]!.name), ['a', 'd', 'e', 'f', 'g']);
});

test('whoever has not moved sees the list from its start while it grows', () => {
	const state = after(begin(), {type: 'scanned', choices: [fileOf('m')], now}, {type: 'scanned', choices: [fileOf('a')], now});
	assert.equal(cursorName(state), 'a');
});

test('the window follows the cursor to the end and back', () => {
	const state = scanned(filesOf(100));
	const {height} = state.review;
	const end = type(state, 'G');
	assert.equal(end.review.cursor, 99);
	assert.equal(end.review.top, 100 - height);
	const up = commands(end, 'pageUp');
	assert.equal(up.review.cursor, 99 - height);
	assert.equal(up.review.top, 100 - (2 * height));
	assert.equal(type(up, 'g').review.top, 0);
	assert.equal(commands(state, 'pageDown', 'pageDown').review.cursor, 2 * height);
});

test('a smaller terminal keeps the cursor in sight', () => {
	const state = after(commands(scanned(filesOf(100)), 'pageDown'), {type: 'resize', columns: 40, rows: 12});
	const {top, cursor, height} = state.review;
	assert.ok(top <= cursor);
	assert.ok(cursor < top + height);
	assert.equal(height, 7);
});

test('the same state comes back where nothing changes', () => {
	const state = scanned(typical);
	assert.equal(commands(state, 'up'), state);
	assert.equal(commands(state, 'pageUp'), state);
	assert.equal(after(state, {type: 'resize', columns: 80, rows: 24}), state);
	assert.equal(after(state, {type: 'space', space: {free: 1e9, reserve: 0}}), state);
	assert.equal(type(state, 'Zyu'), state);
});

test('an empty directory can be looked at and left', () => {
	const state = type(scanned([]), 'jG sw');
	assert.equal(state.screen, 'review');
	assert.match(state.review.message!, /Nothing is marked/v);
	assert.deepEqual(type(state, 'q').exit, {kind: 'quit'});
});

test('50,000 entries are scanned and toggled', () => {
	let state = begin();
	const files = filesOf(50_000);

	for (let from = 0; from < files.length; from += 500) {
		state = after(state, {type: 'scanned', choices: files.slice(from, from + 500), now});
	}

	for (let count = 0; count < 1000; count++) {
		state = commands(state, 'toggle');
	}

	assert.equal(state.review.totals.files, 49_000);
});

test('Esc while a filter is typed goes back to where it began; after Enter it stays on the row found', () => {
	const found = type(scanned(typical), 'j/sys');
	assert.equal(cursorName(found), 'syslog');
	assert.equal(cursorName(commands(found, 'clear')), 'auth.log');
	assert.equal(cursorName(commands(type(found, '\r'), 'clear')), 'syslog');
});

test('Escape never throws marks away: q quits', () => {
	const state = type(scanned(typical), ' \u{1B}');
	assert.equal(state.exit, undefined);
	assert.match(state.review.message!, /\bq quits/v);
	assert.equal(state.review.totals.files, type(scanned(typical), ' ').review.totals.files);
	assert.deepEqual(type(state, 'q').exit, {kind: 'quit'});
});

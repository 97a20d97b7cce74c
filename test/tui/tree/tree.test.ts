import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Choice} from '../../../source/origin/selection.ts';
import type {Command} from '../../../source/tui/actions.ts';
import {markSign} from '../../../source/tui/tree/tree-marks.ts';
import {largestShown, shareOf} from '../../../source/tui/tree/tree-text.ts';
import type {State} from '../../../source/tui/state.ts';
import {
	after,
	begin,
	commands,
	cursorName,
	directoryOf,
	fileOf,
	linkOf,
	marked,
	now,
	scanned,
	skipOf,
	type,
} from '../../support/screen-fixtures.ts';

const shown = (state: State) => state.review.order.map(number => state.review.rows[number]!.name);

const sign = (state: State, name: string) => markSign(state.review, state.review.rows.findIndex(row => row.name === name));

const read = (state: State, ...paths: readonly string[]): State => after(state, {type: 'foldersRead', folders: paths.map(path => ({path: Buffer.from(path)}))});

const found = (state: State, ...choices: readonly Choice[]): State => after(state, {type: 'scanned', choices, now});

const top = [fileOf('syslog'), directoryOf('nginx'), directoryOf('apt')];

/** Two directories, of which one holds another. */
function tree(): State {
	const listed = found(scanned(top), fileOf('nginx/access.log', {size: 5000}), fileOf('nginx/error.log'), directoryOf('nginx/old'), fileOf('apt/term.log'));
	return read(found(listed, fileOf('nginx/old/access.log.1')), 'nginx', 'nginx/old', 'apt');
}

test('directories are closed and unmarked at first, with what is in them counted', () => {
	const state = tree();
	assert.deepEqual(shown(state), ['apt/', 'nginx/', 'syslog']);
	assert.deepEqual(marked(state), ['syslog']);
	const folder = state.review.folders.get('nginx')!;
	assert.deepEqual([folder.files, folder.bytes, folder.marked], [3, 7000, 0]);
	assert.equal(state.review.unread, 0);
});

test('what a file takes on disk counts once, however many names it has', () => {
	const identity = {device: 1n, inode: 7n};
	const twin = (name: string) => fileOf(name, {
		size: 9000, allocated: 8192, hasOtherNames: true, identity,
	});
	const state = read(found(scanned([twin('syslog'), directoryOf('nginx')]), twin('nginx/a.log'), twin('nginx/b.log'), fileOf('nginx/c.log')), 'nginx');
	const sums = ({review: {totals}}: State) => [totals.files, totals.bytes, totals.allocated];
	const {bytes, disk} = state.review.folders.get('nginx')!;
	assert.deepEqual([bytes, disk], [19_000, 4096], 'it stands with the name that was found first');
	assert.deepEqual(sums(state), [1, 9000, 8192]);
	const all = type(state, 'A');
	assert.deepEqual(sums(all), [4, 28_000, 8192 + 1000]);
	const fewer = type(all, '/syslog\r-');
	assert.deepEqual(sums(fewer), [3, 19_000, 8192 + 1000], 'two names of it are left');
	assert.deepEqual(sums(type(all, 'a')), [0, 0, 0]);
});

test('l opens a directory and goes into it, h goes up and closes', () => {
	const opened = type(tree(), 'jl');
	assert.deepEqual(shown(opened), ['apt/', 'nginx/', 'nginx/access.log', 'nginx/error.log', 'nginx/old/', 'syslog']);
	assert.equal(cursorName(opened), 'nginx/');
	const inside = type(opened, 'lj');
	assert.equal(cursorName(inside), 'nginx/error.log');
	const up = type(inside, 'h');
	assert.equal(cursorName(up), 'nginx/');
	const closed = type(up, 'h');
	assert.deepEqual(shown(closed), ['apt/', 'nginx/', 'syslog']);
	assert.equal(cursorName(closed), 'nginx/');
});

test('space marks all in a directory, again unmarks it, and part of it is shown as such', () => {
	const state = type(tree(), 'j ');
	assert.deepEqual(marked(state), ['nginx/access.log', 'nginx/error.log', 'nginx/old/access.log.1', 'syslog']);
	assert.equal(state.review.totals.bytes, 8000);
	assert.equal(sign(state, 'nginx/'), 'all');
	const part = type(state, 'kll ');
	assert.equal(sign(part, 'nginx/'), 'some');
	assert.equal(sign(part, 'nginx/old/'), 'all');
	assert.deepEqual(marked(part), ['nginx/error.log', 'nginx/old/access.log.1', 'syslog']);
	assert.equal(part.review.totals.files, 3);
	assert.equal(sign(type(part, 'gj '), 'nginx/'), 'all', 'a part becomes the whole first');
	assert.equal(sign(part, 'apt/'), 'none');
	assert.deepEqual(marked(type(part, 'gj k ')), ['syslog']);
});

test('a directory marked before it was read gets its marks as it is read, and enter waits for that', () => {
	const waiting = type(scanned(top), 'j w');
	assert.equal(waiting.screen, 'review');
	const partly = found(waiting, fileOf('nginx/access.log'), directoryOf('nginx/old'));
	assert.deepEqual(marked(partly), ['nginx/access.log', 'syslog']);
	assert.equal(read(partly, 'nginx').screen, 'review');
	const done = read(found(read(partly, 'nginx'), fileOf('nginx/old/x')), 'nginx/old');
	assert.deepEqual(marked(done), ['nginx/access.log', 'nginx/old/x', 'syslog']);
	assert.equal(done.screen, 'confirm', 'apt is not marked, so nothing waits for it');
});

test('a directory that could not be read is a failure where it is asked for', () => {
	const state = type(scanned(top), 'j ');
	const spoilt = after(state, {type: 'foldersRead', folders: [{path: Buffer.from('nginx'), problem: 'input/output error (EIO)'}]});
	assert.deepEqual(marked(spoilt), ['nginx', 'syslog']);
	assert.equal(spoilt.review.totals.unreadable, 1);
	assert.deepEqual(marked(type(spoilt, 'gj ')), ['syslog']);
});

test('a share is that of the largest row shown, in the sizes that are shown', () => {
	const {review} = tree();
	const shareAt = (name: string, isOnDisk = false) => {
		const sized = {...review, isOnDisk};
		return shareOf(sized, review.rows.find(row => row.name === name)!, largestShown(sized));
	};

	assert.equal(shareAt('nginx/'), 1);
	assert.equal(shareAt('syslog'), 1 / 7);
	assert.equal(shareAt('apt/', true), 1 / 3);
});

const filterTo = (state: State, text: string) => type(state, `/${text}`);

test('a filter finds names in closed directories too, as it is typed', () => {
	const state = filterTo(tree(), 'ACC');
	assert.deepEqual(shown(state), ['nginx/', 'nginx/access.log', 'nginx/old/', 'nginx/old/access.log.1']);
	assert.deepEqual(shown(filterTo(tree(), '*.log')), ['apt/', 'apt/term.log', 'nginx/', 'nginx/access.log', 'nginx/error.log']);
	assert.deepEqual(shown(filterTo(tree(), 'old/a')), ['nginx/', 'nginx/old/', 'nginx/old/access.log.1']);
	assert.deepEqual(shown(filterTo(tree(), 'a[')), []);
	assert.deepEqual(shown(commands(filterTo(tree(), 'accx'), 'erase')), shown(state));
});

test('escape gives up a filter, and the cursor is where it was', () => {
	const state = filterTo(type(tree(), 'G'), 'term');
	assert.deepEqual(shown(state), ['apt/', 'apt/term.log']);
	const cleared = commands(state, 'clear');
	assert.equal(cursorName(cleared), 'syslog');
	assert.equal(cleared.exit, undefined);
});

test('a and i act on what is shown', () => {
	const filtered = type(filterTo(tree(), 'access'), '\ra');
	assert.deepEqual(marked(filtered), ['nginx/access.log', 'nginx/old/access.log.1', 'syslog']);
	assert.deepEqual(marked(type(filtered, 'a')), ['syslog']);
	assert.deepEqual(marked(type(filtered, 'i')), ['syslog']);
	assert.deepEqual(marked(type(scanned([fileOf('a'), skipOf('b')]), 'i')), ['b']);
});

test('+ and - mark and unmark the files shown, and a says how many, and what it left alone', () => {
	const state = type(tree(), '-');
	assert.deepEqual(marked(state), []);
	const all = type(state, '+');
	assert.deepEqual(marked(all), ['syslog']);
	assert.match(all.review.message!, /1 shown file .+ 2 directories /v);
	assert.match(type(filterTo(tree(), '*.log'), '\ra').review.message!, /3 shown files .+ 1 directory /v, 'nginx/old is not shown, but nginx is not marked whole');
	assert.deepEqual(marked(type(filterTo(tree(), 'access'), '\r+')), ['nginx/access.log', 'nginx/old/access.log.1', 'syslog']);
});

test('Enter opens a directory and closes it, and starts nothing on a file', () => {
	const opened = type(tree(), 'j\r');
	assert.deepEqual(shown(opened), ['apt/', 'nginx/', 'nginx/access.log', 'nginx/error.log', 'nginx/old/', 'syslog']);
	assert.deepEqual(shown(type(opened, '\r')), ['apt/', 'nginx/', 'syslog']);
	const onFile = type(tree(), 'G\r');
	assert.equal(onFile.screen, 'review');
	assert.equal(type(onFile, 'w').screen, 'confirm');
});

test('a filter is edited as a line of a shell is', () => {
	const filter = (keys: string) => type(tree(), `/${keys}`).review.filter;
	assert.equal(filter('ab\u{1B}[Dx'), 'axb');
	assert.equal(filter('ab\u{1B}[Hx'), 'xab');
	assert.equal(filter('ab\u{1B}[H\u{1B}[Fx'), 'abx');
	assert.equal(filter('ab\u{1B}[D\u{7F}'), 'b');
	assert.equal(filter('ab\u{1B}[D\u{1B}[3~'), 'a');
	assert.equal(filter('one two \u{17}'), 'one ');
	assert.equal(filter('one two\u{1B}[D\u{15}'), 'o');
	assert.equal(filter('日本\u{1B}[Dx\u{1B}[C\u{1B}[Cy'), '日x本y');
	assert.equal(type(tree(), '/access\u{15}').review.isTyping, true, 'the line is empty, and still there');
	assert.deepEqual(shown(type(tree(), '/xacc\u{1B}[H\u{1B}[3~')), ['nginx/', 'nginx/access.log', 'nginx/old/', 'nginx/old/access.log.1']);
});

test('v chooses a range, which space marks or unmarks', () => {
	const files = ['a', 'b', 'c', 'd'].map(name => fileOf(name));
	const state = type(scanned(files), 'jvj ');
	assert.deepEqual(marked(state), ['a', 'd']);
	assert.deepEqual(marked(type(state, 'gvG ')), ['a', 'b', 'c', 'd'], 'what is half marked becomes whole');
	assert.equal(type(state, 'vq').exit, undefined, 'q gives up the range, not the program');
});

test('n, z and m sort, and again reverse, from the top; marks stay', () => {
	const files = [fileOf('a', {size: 1, modified: now - 1}), fileOf('b', {size: 3, modified: now - 3}), fileOf('c', {size: 2, modified: now - 2})];
	const names = (keys: string) => shown(type(scanned(files), keys)).join('');
	assert.equal(names('z'), 'bca');
	assert.equal(names('zz'), 'acb');
	assert.equal(names('m'), 'acb');
	assert.equal(names('mm'), 'bca');
	assert.equal(names('n'), 'cba');
	assert.equal(names('sn'), 'abc');
	assert.equal(cursorName(type(scanned(files), 'jzzmn')), 'a');
	assert.deepEqual(marked(type(scanned(files), ' zz/x\rm')), ['b', 'c']);
});

test('by size, a directory stands where all that is in it puts it', () => {
	assert.deepEqual(shown(type(tree(), 'z')), ['nginx/', 'apt/', 'syslog']);
});

const sorted = (keys: readonly Command[]) => commands(begin(), ...keys);

test('an empty list takes every key', () => {
	const state = sorted(['open', 'close', 'toggle', 'invert', 'range', 'toggle', 'find', 'erase', 'clear', 'sortSize', 'measure']);
	assert.equal(state.screen, 'review');
});

test('r reads everything again: marks, open directories and the cursor stay, and new files are as the rules say', () => {
	const before = type(tree(), 'jllj k k');
	assert.equal(cursorName(before), 'nginx/error.log');
	const wanted = marked(before);
	const again = type(before, 'r');
	assert.equal(again.review.readings, 1);
	assert.deepEqual(shown(again), []);
	const listed = found(read(found(again, fileOf('new.log'), ...top), ''), fileOf('nginx/access.log', {size: 5000}), fileOf('nginx/error.log'), directoryOf('nginx/old'), fileOf('nginx/x'));
	const state = read(found(listed, fileOf('nginx/old/access.log.1')), 'nginx', 'nginx/old');
	assert.deepEqual(marked(state), [...wanted, 'new.log'].toSorted());
	assert.ok(shown(state).includes('nginx/error.log'));
	assert.equal(cursorName(state), 'nginx/error.log');
});

test('inverting marks no link, and takes back the mark of one', () => {
	const state = scanned([fileOf('a'), skipOf('b'), linkOf('link'), {...linkOf('other'), isSelected: true}]);
	assert.deepEqual(marked(state), ['a', 'other']);
	const inverted = commands(state, 'invert');
	assert.deepEqual(marked(inverted), ['b']);
	assert.deepEqual(marked(commands(inverted, 'invert')), ['a']);
});

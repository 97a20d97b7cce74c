import assert from 'node:assert/strict';
import {test} from 'node:test';
import {cellWidth} from '../../source/tui/kit/columns.ts';
import {smallest} from '../../source/tui/kit/layout.ts';
import type {SetRow} from '../../source/tui/sets/browser.ts';
import {displayName} from '../../source/text/display-name.ts';
import {initialState, type State} from '../../source/tui/state.ts';
import {
	after,
	begin,
	context,
	directoryOf,
	fileOf,
	linkOf,
	now,
	scanned,
	skipOf,
	type,
} from '../support/screen-fixtures.ts';
import {
	copyItem,
	missingItem,
	rowsOfSet,
	tell,
	withSets,
} from './sets/browsing.ts';
import {frameOf, freeFrameOf} from './frames.ts';

const hostile = ['日本語のとても長い名前のログファイルです.log', 'e\u{301}te\u{301}.log', '👩‍👩‍👧.log', '\u{1B}[2J.log', '\u{202E}txt.exe', 'ｆｕｌｌ.log', `${'long'.repeat(60)}.log`];

const inspection = {
	kind: 'known', owner: 'syslog', group: 'adm', mode: 0o640, modified: now - 5000, changed: now - 4000, size: 41e6, allocated: 41e6, inode: '123', links: 1,
	content: {kind: 'text', first: Array.from({length: 40}, (_, index) => `first ${index} 日本語`), last: Array.from({length: 40}, (_, index) => `last ${index} ${'e\u{301}'.repeat(300)}`)},
} as const;

/** A list with everything in it, the details of a row known, and a set of the day before. */
function list(columns: number, rows: number): State {
	const state = scanned([
		fileOf('syslog', {size: 41e6, allocated: 41e6}),
		fileOf('syslog.1', {size: 30e6, allocated: 30e6}),
		skipOf('btmp'),
		directoryOf('nginx'),
		linkOf('current'),
		...hostile.map(name => fileOf(name)),
		...Array.from({length: 70}, (_, index) => fileOf(`access.log.${index}`, {size: index * 1e6, allocated: index * 1e6})),
	], begin(columns, rows));
	const found = after(
		state,
		{type: 'scanned', choices: [fileOf('nginx/error.log')], now},
		{type: 'foldersRead', folders: [{path: Buffer.from('nginx')}]},
		{type: 'compared', date: '2026-11-21', files: [['syslog', {isUnchanged: false, before: {size: 10e6, ratio: 0.1}}], ['syslog.1', {isUnchanged: true}]]},
	);
	return type(found, 'G');
}

const inspected = (state: State): State => {
	const number = state.review.order[state.review.cursor]!;
	return after(state, {type: 'inspected', details: {key: state.review.rows[number]!.key, number, inspection}});
};

const screens: ReadonlyArray<readonly [name: string, reach: (state: State) => State]> = [
	['the list', state => state],
	['the list at its start', state => type(state, 'g')],
	['the list by size on disk', state => type(state, 'zd')],
	['a filter being typed', state => type(state, `/${'long '.repeat(30)}`)],
	['a filter that was kept', state => type(state, '/sys\r')],
	['a range', state => type(state, 'kkkvkkkk')],
	['an answer', state => type(state, 'aa')],
	['details', state => inspected(type(state, state.size.columns >= 120 ? '' : '\t'))],
	['details not known yet', state => after(type(state, '\t'), {type: 'inspected', details: {key: 'syslog', number: 0, inspection: undefined}})],
	['no details', state => type(state, state.size.columns >= 120 ? '\t' : '')],
	['the command', state => type(state, 'c')],
	['the question', state => type(state, 'w')],
	['the help', state => type(state, '?')],
	['the end of the help', state => type(state, '?G')],
];

const sizes = [[40, 12], [80, 24], [119, 30], [120, 20], [200, 60], [smallest.columns, 60], [200, smallest.rows]] as const;

for (const [columns, rows] of sizes) {
	test(`every review screen fills ${columns}x${rows} exactly, whatever is in the names`, () => {
		for (const [name, reach] of screens) {
			const state = reach(list(columns, rows));
			const lines = freeFrameOf(state);
			assert.ok(lines.length <= rows, `${name} has ${lines.length} lines`);
			assert.deepEqual(frameOf(state).slice(0, lines.length), lines, `${name} is cut`);

			for (const line of lines) {
				assert.ok(cellWidth(line) <= columns, `${name}: ${line}`);
			}

			assert.match(frameOf(state)[rows - 1]!, /Enter|Esc|Space/v, `${name} has its keys in the last line`);
		}
	});

	test(`a question about sets that exist fits ${columns}x${rows}`, () => {
		const existing = {
			directory: `/var/log/${'backups/'.repeat(20)}2026-11-22`, finished: new Date(now), files: 12, failed: 2, bytesOut: 1e6, isForeign: false,
		};
		const state = {...begin(columns, rows), screen: 'exists', existing} as const;
		assert.ok(freeFrameOf(state).length <= rows);
	});
}

test('until the cursor is moved, what is wrong comes before the name of the first row', () => {
	const state = scanned([fileOf(`a${'long'.repeat(60)}.log`), fileOf('secret', {isReadable: false})]);
	assert.ok(frameOf(state).join('\n').includes('can\'t be read'));
	assert.ok(!frameOf(type(state, 'jk')).join('\n').includes('can\'t be read'));
	const silent = after(state, {type: 'silence', seconds: 7});
	assert.match(frameOf(type(silent, 'jk')).join('\n'), /no answer for 7/v);
});

test('sizes stand in one column under each other, beside wide and combining characters and with details beside', () => {
	for (const [columns, rows] of [[80, 24], [200, 60]] as const) {
		const lines = frameOf(inspected(type(list(columns, rows), 'g'))).filter(line => /\[[ x]\]/v.test(line));
		const ends = new Set(lines.map(line => cellWidth(line.slice(0, /\d [Mk]?B/v.exec(line)!.index + /\d [Mk]?B/v.exec(line)![0].length))));
		assert.ok(lines.length > 10);
		assert.equal(ends.size, 1, lines.join('\n'));
	}

	const dividers = frameOf(inspected(list(200, 60))).filter(line => line.includes('│')).map(line => cellWidth(line.slice(0, line.indexOf('│'))));
	assert.ok(dividers.length > 40);
	assert.equal(new Set(dividers).size, 1);
});

test('details stand beside the list from 120 columns on, else below it when asked for', () => {
	const isShown = (state: State) => frameOf(inspected(state)).some(line => line.includes('syslog:adm'));
	assert.equal(isShown(list(120, 24)), true);
	assert.equal(isShown(list(119, 24)), false);
	assert.equal(isShown(type(list(120, 24), '\t')), false);
	assert.equal(isShown(type(list(80, 24), '\t')), true);
	assert.equal(isShown(type(list(40, 12), '\t')), true);
	assert.equal(isShown(type(list(80, 24), '\t\t')), false);
});

test('showing and hiding details keeps cursor, marks and the row in sight', () => {
	const state = type(list(80, 24), 'gjjj ');
	const shown = type(state, '\t');
	const {review} = shown;
	assert.equal(review.cursor, state.review.cursor);
	assert.equal(review.marks, state.review.marks);
	assert.ok(review.top <= review.cursor && review.cursor < review.top + review.height);
	assert.deepEqual(frameOf(type(shown, '\t')), frameOf(state));
});

test('a slow line gets details only when asked for', () => {
	const state = initialState({...context, isSlow: true}, {columns: 200, rows: 60});
	assert.equal(frameOf(state).some(line => line.includes('│')), false);
	assert.equal(frameOf(type(state, '\t')).some(line => line.includes('│')), true);
});

const hostileItems = [
	...hostile.map(name => copyItem(name, 41e6)),
	...Array.from({length: 70}, (_, index) => copyItem(`nginx/access.log.${index}`, index * 1e6)),
	missingItem('a\u{301}', `permission denied ${'for good reasons '.repeat(20)}`),
];

const manyRows = [...rowsOfSet, ...Array.from({length: 100}, (_, index): SetRow => ({
	name: {date: `2025-01-${String((index % 28) + 1).padStart(2, '0')}`, isStaging: index === 0}, ...(index % 2 === 0 && {state: 'running'}),
}))];

const openedSet = (state: State): State => tell(type(state, '\r'), {
	kind: 'opened', content: {items: hostileItems, problems: ['it is cut short, or damaged']}, now,
});

const changes = hostile.map(name => ({kind: 'rotated', before: {path: Buffer.from(name)}, after: {path: Buffer.from(`${name}.1`), bytesIn: 5}} as const));

const preview = {
	files: 1234,
	bytes: 5e9,
	to: `/srv/${'restored/'.repeat(20)}`,
	isNew: true,
	replaced: [],
	blocked: hostile.map(path => ({path: displayName(Buffer.from(path)), reason: 'a directory is in its place'})),
	notices: ['no manifest '.repeat(10)],
} as const;

const planned = (state: State): State => {
	const asked = type(openedSet(state), 'ar\r');
	return tell(asked, {kind: 'previewed', preview});
};

/** With a remote, and a set that is only there. */
const withFar = (state: State): State => tell({...state, browse: {...state.browse, remote: `nas:${'long/'.repeat(20)}`, sets: state.browse.sets.map(row => ({...row, isPushed: false}))}}, {
	kind: 'awayListed', sets: {
		host: 'web-01', pushed: new Set(), rows: [{
			...manyRows[0]!, name: {date: '2031-01-01', isStaging: false}, state: 'complete', away: {age: '>1ky'},
		}],
	},
});

const browseScreens: ReadonlyArray<readonly [name: string, reach: (state: State) => State]> = [
	['the sets', state => state],
	['the end of the sets', state => type(state, 'G')],
	['a set to compare with', state => type(state, '=')],
	['an answer', state => type(state, 'D')],
	['the help', state => type(state, '?')],
	['a set being read', state => type(state, '\r')],
	['the files of a set', openedSet],
	['its end', state => type(openedSet(state), 'aG')],
	['its details', state => type(openedSet(state), state.size.columns >= 120 ? 'G' : 'G\t')],
	['a filter in it', state => type(openedSet(state), '/long')],
	['a comparison', state => tell(type(state, '=j\r'), {kind: 'compared', comparison: {older: '2026-03-13', newer: '2026-03-14', changes}})],
	['the directory to restore to', state => type(openedSet(state), `ar${'/long'.repeat(60)}`)],
	['what would be restored', planned],
	['the deletion', state => type(state, 'jD2026\r')],
	['work', state => tell(type(state, 'A'), {
		kind: 'worked', events: hostile.map(name => ({
			message_type: 'finding', date: '2026-03-14', finding: 'damaged', file: displayName(Buffer.from(name)), message: 'is not the copy that its manifest tells of',
		})),
	})],
	['the question before work is stopped', state => type(type(state, 'V'), 'q')],
	['sets that are only at the remote', withFar],
	['the question before a push', state => type(withFar(state), 'P')],
	['the question before a set is fetched', state => type(withFar(state), 'gF')],
	['a push', state => tell(type(withFar(state), 'P\r'), {
		kind: 'worked', events: [{
			message_type: 'status', seconds_elapsed: 9, bytes_per_second: 383_000, seconds_remaining: 116, percent_done: 0.04, date: '2026-03-14', phase: 'send', total_sets: 3, sets_done: 0, total_bytes: 46_600_000, bytes_done: 2_130_000, bytes_checked: 0,
			current: hostile.map(name => ({file: displayName(Buffer.from(name)), bytes_done: 10, total_bytes: 30})),
		}],
	})],
];

for (const [columns, rows] of sizes) {
	test(`every screen of the sets fills ${columns}x${rows} exactly, whatever is in the names`, () => {
		for (const [name, reach] of browseScreens) {
			const state = reach(withSets(manyRows, columns, rows));
			const lines = freeFrameOf(state);
			assert.ok(lines.length <= rows, `${name} has ${lines.length} lines`);

			for (const line of lines) {
				assert.ok(cellWidth(line) <= columns, `${name}: ${line}`);
			}

			assert.match(frameOf(state)[rows - 1]!, /Enter|Esc|Space|stop/v, `${name} has its keys in the last line`);
		}
	});
}

test('bars tell sizes: the largest set has the longest, and what is new stands before what is linked', () => {
	const lines = frameOf(withSets());
	const barOf = (date: string) => lines.find(line => line.includes(date))!.replaceAll(/[^─━]/gv, '');
	assert.match(barOf('2026-03-14'), /^━+─+$/v);
	assert.ok(barOf('2026-03-14').length > barOf('2026-03-12').length);
	assert.ok(barOf('2026-03-12').length > barOf('2026-03-01').length);
	assert.match(barOf('2026-03-12'), /^━+$/v);
});

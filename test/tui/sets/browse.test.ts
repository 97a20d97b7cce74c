import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {
	RestoreOrder,
	SetItem,
	SetRow,
	WorkEvent,
} from '../../../source/tui/sets/browser.ts';
import {openedTotals} from '../../../source/tui/sets/opened-text.ts';
import {emptyBrowse} from '../../../source/tui/sets/sets-state.ts';
import {
	chosenPaths,
	itemRemark,
	itemsByKey,
	listFiles,
} from '../../../source/tui/sets/set-tree.ts';
import {rowText, treeColumns, treeFigures} from '../../../source/tui/tree/tree-columns.ts';
import {closing} from '../../../source/tui/closing.ts';
import {keyContext} from '../../../source/tui/meanings.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {screens} from '../../../source/tui/screens.ts';
import type {State} from '../../../source/tui/state.ts';
import {
	after,
	begin,
	commands,
	fileOf,
	now,
	scanned,
	type,
} from '../../support/screen-fixtures.ts';
import {
	copyItem,
	missingItem,
	rowsOfSet,
	tell,
	withSets,
} from './browsing.ts';

const named = (date: string) => ({date, isStaging: false});

const items: readonly SetItem[] = [copyItem('syslog', 3000), copyItem('nginx/access.log', 2000), copyItem('nginx/error.log', 100), missingItem('secret', 'permission denied')];

/** With the newest set opened. */
const opened = (content = items): State =>
	tell(type(withSets(), '\r'), {
		kind: 'opened', content: {items: content, problems: []}, now,
	});

const rows = ({browse}: State) => browse.opened!.files.order.map(number => browse.opened!.files.rows[number]!.name);
const pageText = (state: State) => pageLines(state).map(({text}) => text.trim()).join(' ');
const paths = (state: State) => chosenPaths(state.browse.opened!).map(path => path.toString()).toSorted();

/** What is asked to be restored. */
function orderOf({browse: {request}}: State): RestoreOrder {
	assert.ok(request && 'order' in request);
	return request.order;
}

const cursorDate = ({browse}: State) => browse.sets[browse.cursor]?.name.date;

test('b opens the sets and asks for them; Esc goes back to the list as it was', () => {
	const review = {...scanned([fileOf('syslog')]), browse: {...emptyBrowse, isThere: true}};
	const state = type(review, 'b');
	assert.equal(state.screen, 'sets');
	assert.deepEqual(state.browse.request, {kind: 'list'});
	const back = type(state, 'q');
	assert.equal(back.screen, 'review');
	assert.equal(back.exit, undefined);
	assert.deepEqual(back.review.marks, review.review.marks);
});

test('without a directory for sets b says that there are none yet', () => {
	const state = type(scanned([fileOf('syslog')]), 'b');
	assert.equal(state.screen, 'review');
	assert.match(state.review.message!, /no sets/v);
	const pushed = type({...scanned([fileOf('syslog')]), browse: {...emptyBrowse, remote: 'nas:logs'}}, 'b');
	assert.match(pushed.review.message!, /fetch.*nas:logs/v);
});

test('the end of the scan does not take an operator away from the sets', () => {
	const waiting = type({...begin(), browse: {...emptyBrowse, isThere: true}}, 'wb');
	assert.equal(after(waiting, {type: 'scanned', choices: [fileOf('a')], now}, {type: 'foldersRead', folders: [{path: Buffer.alloc(0)}]}, {type: 'scanEnded'}).screen, 'sets');
});

test('on its own, leaving the sets ends the program with 0 and nothing to say', () => {
	const state = type(withSets(), 'q');
	assert.deepEqual(state.exit, {kind: 'quit'});
	assert.deepEqual(closing(state), {code: 0, stdout: [], stderr: []});
});

test('the sets are there by name at once, newest first, and are told of as they are read', () => {
	const names = rowsOfSet.map(({name}) => name);
	const state = tell(withSets([]), {kind: 'listed', step: {names}});
	assert.equal(cursorDate(state), '2026-03-14');
	assert.ok(state.browse.sets.every(row => row.state === undefined));
	const moved = type(state, 'j');
	const told = tell(moved, {kind: 'listed', step: {rows: rowsOfSet.slice(1, 2)}});
	assert.equal(told.browse.sets[1]!.state, 'partial');
	assert.equal(told.browse.sets[0]!.state, undefined);
	const again = tell(told, {kind: 'listed', step: {names: [named('2026-03-15'), ...names]}});
	assert.equal(cursorDate(again), '2026-03-13', 'the cursor stays on its set');
	assert.equal(again.browse.sets[2]!.state, 'partial', 'what is known is kept');
});

test('an opened set is a list with directories, nothing marked; what failed has a row and a reason', () => {
	const state = opened();
	assert.deepEqual(rows(state), ['nginx/', 'secret', 'syslog']);
	assert.equal(state.browse.opened!.files.totals.files, 0);
	const answered = type(state, 'j\r');
	assert.match(answered.browse.message!, /secret.*failed: permission denied/v);
	assert.match(type(state, 'j ').browse.opened!.files.message!, /can't be marked.*permission denied/v);
	assert.equal(type(answered, 'k').browse.message, undefined);
});

test('Enter opens a directory, and shows a file in the pager', () => {
	// The footer says what Enter does to each row: to what has no copy, nothing.
	const footers = ['', '\r', '\rj', 'j', 'jj'].map(keys => screens.set.footers(type(opened(), keys)).page);
	assert.deepEqual(footers, ['open', 'close', undefined, '', undefined]);
	const open = type(opened(), '\r');
	assert.deepEqual(rows(open), ['nginx/', 'nginx/access.log', 'nginx/error.log', 'secret', 'syslog']);
	const paging = type(open, 'j\r');
	assert.equal(paging.browse.isPaging, true);
	assert.equal(paging.browse.request!.kind, 'page');
	assert.equal(after(paging, {type: 'exit', exit: {kind: 'signal', signal: 'SIGINT'}}).exit, undefined, 'Ctrl-C is the pager\'s');
	const paged = tell(paging, {kind: 'paged', problem: 'it is damaged'});
	assert.equal(paged.browse.isPaging, false);
	assert.equal(paged.browse.message, 'it is damaged');
});

test('filter, order and marks work as in the review', () => {
	assert.deepEqual(rows(type(opened(), '/err')), ['nginx/', 'nginx/error.log']);
	assert.deepEqual(rows(type(opened(), '/err\r')), ['nginx/', 'nginx/error.log']);
	assert.equal(keyContext(type(opened(), '/err\r')), 'setFiltered');
	assert.deepEqual(rows(type(opened(), 'z')), ['syslog', 'nginx/', 'secret']);
	assert.deepEqual(paths(type(opened(), 'a')), ['syslog'], 'what is in closed directories stays as it is');
	assert.deepEqual(paths(type(opened(), 'la')), ['nginx/access.log', 'nginx/error.log', 'syslog']);
	assert.deepEqual(paths(type(opened(), 'ai')), ['nginx/access.log', 'nginx/error.log'], 'none is marked, so it is the row of the cursor');
	assert.deepEqual(paths(type(opened(), 'G ')), ['syslog']);
});

test('q in a set goes back to the sets, and only from there away', () => {
	const state = type(opened(), 'q');
	assert.equal(state.screen, 'sets');
	assert.equal(state.exit, undefined);
});

test('a set that cannot be opened says why in the list of sets', () => {
	const state = tell(type(withSets(), '\r'), {kind: 'refused', problem: 'the set of 2026-03-14 is gone'});
	assert.equal(state.screen, 'sets');
	assert.equal(state.browse.message, 'the set of 2026-03-14 is gone');
});

test('what comes of a set that is no longer looked at is dropped', () => {
	const first = type(withSets(), '\r');
	assert.strictEqual(first.browse.request?.kind, 'open');
	const state = tell(type(first, 'qj\r'), {
		kind: 'opened', request: first.browse.request, content: {items, problems: []}, now,
	});
	assert.equal(state.browse.opened!.isReading, true);
	assert.equal(state.browse.opened!.name.date, '2026-03-13');
});

test('restoring asks where to, shows what would be written, and begins only then', () => {
	const asked = type({...opened(), browse: {...opened().browse, home: '/root'}}, 'Gr');
	assert.equal(asked.screen, 'restoreTo');
	assert.equal(asked.browse.editor.text, '/root/restore-2026-03-14');
	const typed = type(asked, '\u{15}/srv/q?x\u{7F}\r');
	assert.equal(typed.browse.request!.kind, 'preview');
	const order = orderOf(typed);
	assert.equal(order.to, '/srv/q?');
	assert.equal(type(typed, 'z').browse.editor.text, '/srv/q?', 'nothing changes while it is looked into');
	const preview = {
		files: 2, bytes: 3000, to: '/srv/q?', isNew: false, replaced: [], blocked: [{path: 'syslog', reason: 'already exists'}], notices: [],
	};
	const planned = tell(typed, {kind: 'previewed', preview});
	assert.equal(planned.screen, 'restorePlan');
	assert.match(pageText(planned), /Restore 1 of 2 files, 3\.00 kB\?.*To \/srv\/q\?.*syslog: already exists/v);
	assert.equal(orderOf(type(planned, 'o')).overwrite, true);
	const begun = type(planned, '\r');
	assert.equal(begun.screen, 'task');
	assert.equal(begun.browse.request!.kind, 'restore');
	assert.equal(type(planned, 'n').screen, 'restoreTo');
});

test('a directory that is refused is asked for again, with the reason', () => {
	const state = tell(type(opened(), 'Gr\r'), {kind: 'refused', problem: 'refusing to restore through /srv/link: it is a symbolic link'});
	assert.equal(state.screen, 'restoreTo');
	assert.match(pageText(state), /symbolic link/v);
	assert.match(pageText(type(type(opened(), 'Gr\u{15}here\r'), '')), /from the root on/v);
});

const work = (state: State, ...events: readonly WorkEvent[]) => tell(state, {kind: 'worked', events});

test('verifying shows how far it is and what it finds; Esc asks before it stops', () => {
	const begun = type(withSets(), 'V');
	assert.equal(begun.screen, 'task');
	const half = work(begun, {
		message_type: 'status', seconds_elapsed: 1, percent_done: 0.5, date: '2026-03-14', total_sets: 1, sets_done: 0, files_done: 2, total_bytes: 4000, bytes_done: 2000, error_count: 0,
	}, {
		message_type: 'finding', date: '2026-03-14', finding: 'damaged', file: 'syslog.gz', message: 'it is cut short',
	});
	assert.match(pageText(half), /50 %.*2 files, 2\.00 kB of 4\.00 kB.*1 problem.*syslog\.gz: it is cut short/v);
	const asking = type(half, 'q');
	assert.equal(keyContext(asking), 'workAsking');
	assert.equal(type(asking, 'n').browse.task!.stop, 'no');
	const stopping = type(asking, 'y');
	assert.equal(stopping.browse.task!.stop, 'stopping');
	const stopped = tell(stopping, {kind: 'workEnded', problem: 'Stopped.'});
	assert.match(pageText(stopped), /^Stopped\. .*syslog\.gz/v);
	assert.equal(type(stopped, 'q').screen, 'sets');
});

test('A verifies all finished sets', () => {
	assert.deepEqual(type(withSets(), 'A').browse.task!.names.map(({date}) => date), ['2026-03-14', '2026-03-13', '2026-03-12', '2026-03-01']);
});

test('what was restored is told once more at the end', () => {
	const preview = {
		files: 1, bytes: 3000, to: '/srv/x', isNew: true, replaced: [], blocked: [], notices: [],
	};
	const asked = type(opened(), 'Gr\r');
	const planned = tell(asked, {kind: 'previewed', preview});
	const done = tell(work(type(planned, '\r'), {message_type: 'error', path: 'secret', error: {message: 'is damaged'}}, {
		message_type: 'restore_summary', exit_code: 3, to: '/srv/x', total_files: 2, files_restored: 1, files_failed: 1, bytes_restored: 3000, seconds_elapsed: 1,
	}), {kind: 'workEnded', problem: undefined});
	assert.match(pageText(done), /Restored 1 of 2 files, 3\.00 kB.*1 failed.*secret: is damaged/v);
	const left = type(done, '\rqq');
	assert.match(closing(left).stdout.join('\n'), /Restored 1 of 2 files/v);
});

test('a set is deleted only once its date has been typed', () => {
	const asked = type(withSets(), 'jD');
	assert.equal(asked.screen, 'removal');
	const wrong = type(asked, '2026-03-14\r');
	assert.equal(wrong.screen, 'removal');
	assert.match(pageText(wrong), /That is not 2026-03-13: nothing is deleted/v);
	const right = type(asked, '2026-03-13\r');
	assert.deepEqual(right.browse.request, {kind: 'remove', name: named('2026-03-13')});
	const done = tell(right, {kind: 'workEnded', problem: undefined});
	const back = type(done, '\r');
	assert.equal(back.screen, 'sets');
	assert.deepEqual(back.browse.request, {kind: 'list'});
});

test('neither the newest complete set nor an unfinished one can be deleted', () => {
	assert.match(type(withSets(), 'D').browse.message!, /newest complete set can't be deleted/v);
	const staged: SetRow = {name: {date: '2026-03-15', isStaging: true}, state: 'interrupted'};
	assert.match(type(withSets([staged, ...rowsOfSet]), 'D').browse.message!, /next run takes it over/v);
	assert.match(type(withSets([{...staged, state: 'running'}, ...rowsOfSet]), 'D').browse.message!, /A run is filling it/v);
	const future: SetRow = {...rowsOfSet[0]!, name: named('2031-01-01')};
	assert.equal(type(withSets([future, ...rowsOfSet]), 'D').screen, 'removal', 'a set of the future is not the newest');
});

test('= chooses another set, and shows how the older became the newer', () => {
	const choosing = type(withSets(), '=');
	assert.equal(keyContext(choosing), 'partner');
	assert.match(type(choosing, '=').browse.message!, /same set/v);
	assert.equal(type(choosing, 'q').browse.partner, undefined);
	const comparing = type(choosing, 'j\r');
	assert.equal(comparing.screen, 'diff');
	const compared = tell(comparing, {
		kind: 'compared', comparison: {
			older: '2026-03-13', newer: '2026-03-14', changes: [
				{kind: 'added', after: {path: Buffer.from('new.log'), bytesIn: 10}},
				{kind: 'grown', before: {path: Buffer.from('syslog'), bytesIn: 1000}, after: {path: Buffer.from('syslog'), bytesIn: 3000}},
				{kind: 'rotated', before: {path: Buffer.from('a')}, after: {path: Buffer.from('a.1')}},
				{kind: 'unchanged', before: {path: Buffer.from('same')}, after: {path: Buffer.from('same')}},
			],
		},
	});
	assert.match(pageText(compared), /1 added, 0 gone, 1 grown, 0 changed, 1 renamed, 1 unchanged/v);
	assert.match(pageText(compared), /\+2\.00 kB syslog|\+2\.00 kB {2}syslog/v);
	assert.match(pageText(compared), /a → a\.1/v);
	assert.equal(type(compared, 'q').screen, 'sets');
});

test('of a file that failed neither size nor age is told; one that verify found damaged is marked as that', () => {
	const name = {date: '2026-03-14', isStaging: false};
	const damage = new Map([['syslog.gz', 'it is not as it was written']]);
	const {rows: listed} = listFiles(items, {columns: 80, rows: 24}, Date.now());
	const failed = listed.find(({name: file}) => file === 'secret')!;
	const columns = treeColumns({columns: 80}, treeFigures);
	assert.match(rowText({row: failed, mark: 'never'}, {columns, now: Date.now()}).main, /secret +- +- +$/v);
	const set = {items: itemsByKey(items)};
	const syslog = listed.find(({name: file}) => file === 'syslog')!;
	assert.equal(itemRemark(set, syslog, damage).isRemarkable, true);
	assert.equal(itemRemark(set, syslog).isRemarkable, false);
	assert.deepEqual([itemRemark(set, syslog, damage).isBad, itemRemark(set, failed).isBad, itemRemark(set, syslog).isBad], [true, true, false]);
	const narrow = (damages?: ReadonlyMap<string, string>) => rowText({row: syslog, mark: 'none', ...itemRemark(set, syslog, damages)}, {columns: treeColumns({columns: 40}, treeFigures), now: Date.now()}).note;
	assert.match(narrow(damage), /^damaged/v, 'in words, where there is no column for notes, too');
	assert.doesNotMatch(narrow(), /damaged/v);
	const verifying = commands(withSets(), 'verify');
	const {request} = verifying.browse;
	assert.strictEqual(request?.kind, 'verify');
	const event = (events: readonly WorkEvent[]) => ({type: 'browse', event: {kind: 'worked', request, events}} as const);
	const found = after(verifying, event([{
		message_type: 'finding', date: name.date, finding: 'damaged', file: 'syslog.gz', message: 'bad',
	}]));
	assert.equal(found.browse.damages.get(name.date)?.get('syslog.gz'), 'bad');
	const open = {
		name, ...set, files: listFiles(items, {columns: 80, rows: 24}, Date.now()), problems: [], isReading: false,
	};
	assert.match(openedTotals(open, found.browse.damages.get(name.date)), /; 1 damaged;/v);
	assert.doesNotMatch(openedTotals(open, new Map()), /damaged/v);
});

/** Sets that are pushed, by what was remembered of the remote. */
function withRemote(): State {
	const state = withSets(rowsOfSet.map(row => row.head ? {...row, isPushed: row.name.date === '2026-03-14'} : row));
	return {...state, browse: {...state.browse, remote: 'nas:logs', away: {rows: [], isListing: true, isUnknown: false}}};
}

const awayRow = (date: string): SetRow => ({...rowsOfSet[0]!, name: named(date), away: {age: '3d'}});

const dates = ({browse}: State) => browse.sets.map(({name}) => name.date);

test('sets that are only at the remote stand among the others, by date, and the cursor stays on its set', () => {
	const asked = type(withRemote(), 'j');
	const listed = tell(asked, {kind: 'awayListed', sets: {host: 'web-01', pushed: new Set(['2026-03-14']), rows: [awayRow('2026-03-20'), awayRow('2026-03-14'), awayRow('2026-03-10')]}});
	assert.deepEqual(dates(listed), ['2026-03-20', '2026-03-14', '2026-03-13', '2026-03-12', '2026-03-10', '2026-03-01']);
	assert.equal(cursorDate(listed), cursorDate(asked));
	assert.equal(listed.browse.sets[1]!.away, undefined, 'one that is here, too, is listed as it is here');
	// What was listed before of the remote stays while it is asked again; a set that was fetched is then one like others.
	const again = tell(type(listed, 'u'), {kind: 'listed', step: {names: [named('2026-03-20'), named('2026-03-14')]}});
	assert.deepEqual(again.browse.sets.map(({name: {date}, away}) => [date, away !== undefined]), [['2026-03-20', false], ['2026-03-14', false], ['2026-03-10', true]]);
});

test('the remote knows better than what was remembered of it', () => {
	const listed = tell(withRemote(), {kind: 'awayListed', sets: {host: 'web-01', pushed: new Set(['2026-03-13']), rows: []}});
	assert.deepEqual(listed.browse.sets.map(({isPushed}) => isPushed), [false, true, undefined, undefined]);
});

test('a remote that cannot be listed is told, and hides nothing', () => {
	const told = tell(withRemote(), {kind: 'awayUnknown', problem: 'no route'});
	assert.deepEqual([told.browse.message, told.browse.away.isListing, dates(told)], ['no route', false, dates(withRemote())]);
	const typed = tell({...withRemote(), browse: {...withRemote().browse, message: 'an answer'}}, {kind: 'awayUnknown', problem: 'no route'});
	assert.equal(typed.browse.message, 'an answer');
});

test('with a set that is only at the remote, nothing can be done but to fetch it', () => {
	const listed = type(tell(withRemote(), {kind: 'awayListed', sets: {host: 'web-01', pushed: new Set(), rows: [awayRow('2026-03-20')]}}), 'g');

	for (const key of ['V', 'r', '=', 'D']) {
		const next = type(listed, key);
		assert.deepEqual([next.screen, next.browse.partner, next.browse.request?.kind], ['sets', undefined, listed.browse.request?.kind], key);
		assert.ok(next.browse.message, key);
	}

	for (const key of ['F', '\r', 'l']) {
		assert.deepEqual(type(listed, key).browse.transfer, {kind: 'fetch', name: named('2026-03-20')}, key);
	}

	assert.equal(type(listed, 'jF').screen, 'sets', 'a set that is here is not fetched');
	// It takes the place of none here: the newest complete set still cannot be deleted.
	assert.equal(type(listed, 'jD').screen, 'sets');
	const all = type(listed, 'A').browse.request;
	assert.deepEqual(all?.kind === 'verify' && all.names.map(({date}) => date), ['2026-03-14', '2026-03-13', '2026-03-12', '2026-03-01']);
});

test('a push is asked about, and only of what is not there; what is damaged at the remote is not damaged here', () => {
	const listed = tell(withRemote(), {kind: 'awayListed', sets: {host: 'web-01', pushed: new Set(['2026-03-14']), rows: []}});
	const asked = type(listed, 'P');
	assert.equal(asked.screen, 'transfer');
	assert.ok(pageText(asked).includes('2026-03-13') && !pageText(asked).includes('2026-03-14'));
	assert.equal(type(asked, 'n').screen, 'sets');
	const begun = type(asked, '\r');
	assert.deepEqual(begun.browse.request, {kind: 'push'});
	const found = tell(begun, {
		kind: 'worked', events: [{
			message_type: 'finding', date: '2026-03-14', file: 'syslog.gz', message: 'cut',
		}],
	});
	assert.deepEqual([found.browse.damages.size, found.browse.task?.troubles.length], [0, 1]);
	const all = tell(withRemote(), {kind: 'awayListed', sets: {host: 'web-01', pushed: new Set(['2026-03-14', '2026-03-13']), rows: []}});
	assert.equal(type(all, 'P').screen, 'sets');
});

/* Streams in the list of files: a directory of their own, whose days are marked, counted, left out and named by rules as files are. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {countLeftOut} from '../../../source/files/left-out.ts';
import type {Records} from '../../../source/origin/entry.ts';
import {compileRules} from '../../../source/origin/selection.ts';
import {besideStreams, streamChoices} from '../../../source/origin/stream-choices.ts';
import type {StreamEntry} from '../../../source/origin/stream-source.ts';
import type {ListedStreams} from '../../../source/origin/streams.ts';
import {commandLine, rulesForSaving} from '../../../source/tui/review/command-line.ts';
import {leftOutOf} from '../../../source/tui/review/left-out-marks.ts';
import {notIncluded} from '../../../source/tui/review/not-included.ts';
import {markAsBefore} from '../../../source/tui/review/recall.ts';
import {markedEntries, type ReviewState} from '../../../source/tui/review/review-state.ts';
import {setMarks} from '../../../source/tui/tree/tree-marks.ts';
import {toggleAll} from '../../../source/tui/tree/tree-mark-all.ts';
import {groupKey} from '../../../source/tui/tree/tree-row.ts';
import {rowNote, sizeText} from '../../../source/tui/tree/tree-text.ts';
import {
	after,
	begin,
	directoryOf,
	entryOf,
	fileOf,
	now,
} from '../../support/screen-fixtures.ts';

const group = 'journal (systemd)';

const records: Records = {
	count: 5000, first: Date.parse('2026-03-12T08:15:00Z') * 1000, last: Date.parse('2026-03-12T23:59:59Z') * 1000, isExact: true, groups: [],
};

const dayOf = (day: string): StreamEntry => ({
	...entryOf(`journal/${day}`, {size: 4000, allocated: 4000, isReadable: true}), kind: 'stream', from: 'journal', group, ratio: 0.1, records,
});

const days = ['2026-03-12', '2026-03-13', '2026-03-14'];

const rules = {
	include: [], exclude: [], recursive: false, followSymlinks: false,
};

function listedOf({hidden = [], lost = []}: {readonly hidden?: readonly string[]; readonly lost?: readonly string[]} = {}): ListedStreams {
	const entries = days.map(day => dayOf(day));
	const unavailable = lost.map(path => ({
		path: Buffer.from(path), from: 'journal', isMissing: false, message: 'broken',
	}));
	return {
		entries,
		unavailable,
		leftOut: new Map(),
		groups: [{
			source: {name: 'journal', group}, entries, unavailable, hidden: hidden.map(path => Buffer.from(path)), covers: Buffer.from('journal'),
		}],
	};
}

/** The list of a source with two files and the directory of the journal, all read. */
function listOf(listed = listedOf()): ReviewState {
	const judge = compileRules(rules);
	const beside = besideStreams(listed);
	const files = [fileOf('a.log'), fileOf('b.log'), {...directoryOf('journal'), skip: 'directory'} as const, {...fileOf('journal/system.journal'), isSelected: true}];
	return after(
		begin(),
		{type: 'scanned', choices: streamChoices(listed, judge), now},
		{type: 'foldersRead', folders: [{path: Buffer.from(groupKey(group))}]},
		{type: 'scanned', choices: files.map(choice => beside(choice)), now},
		{type: 'foldersRead', folders: ['', 'journal'].map(path => ({path: Buffer.from(path)}))},
		{type: 'scanEnded'},
	).review;
}

const namesOf = (review: ReviewState) => markedEntries(review).map(({path}) => path.toString()).toSorted();

const mark = (review: ReviewState, isMarked: (path: string) => boolean) => setMarks(review, review.rows.map(({entry}, number) => [number, isMarked(entry.path.toString())]));

const all = ['a.log', 'b.log', ...days.map(day => `journal/${day}`)];

test('days stand in a directory beside that of the same name, and are marked at first', () => {
	const review = listOf();
	assert.deepEqual(review.order.map(number => review.rows[number]!.name), ['a.log', 'b.log', `${group}/`, 'journal/']);
	assert.deepEqual(namesOf(review), all);
	const day = review.rows.find(({label}) => label === days[0])!;
	assert.deepEqual([day.depth, day.name, sizeText({row: day})[0]], [1, `${group}/${days[0]!}`, '~']);
	assert.match(rowNote({row: day}), /5,000.*08:15-23:59/v);
	const directory = review.rows.find(({key}) => key === 'journal')!;
	assert.match(rowNote({row: directory, folder: review.folders.get('journal')}), /journal \(systemd\)/v);
	assert.equal(notIncluded(review)!.files, 0, 'the files of the journal are no loss');
});

test('all of them go with the files, where all files do', () => {
	const none = toggleAll(listOf());
	assert.deepEqual(namesOf(none), []);
	assert.deepEqual(namesOf(toggleAll(none)), all);
});

test('rules name single days, and leave out all of them by a flag', () => {
	const review = listOf();
	const commandOf = (list: ReviewState) => commandLine(list, {flags: [], rules})!;
	assert.equal(commandOf(review), 'logbackup-tui --yes');
	assert.equal(commandOf(mark(review, path => !path.startsWith('journal/'))), 'logbackup-tui --yes --no-journal');
	assert.equal(commandOf(mark(review, path => path !== 'journal/2026-03-13' && path !== 'journal/system.journal')), 'logbackup-tui --yes --exclude journal/2026-03-13');
	assert.equal(commandOf(mark(review, path => path.startsWith('journal/2026'))), 'logbackup-tui --yes --exclude a.log --exclude b.log');
	assert.equal(commandOf(mark(review, path => path === 'journal/2026-03-14')), 'logbackup-tui --yes --include journal/2026-03-14');
	const without = rulesForSaving(mark(review, path => path.endsWith('.log')), rules)!;
	assert.deepEqual([without.rules.journal, without.rules.exclude, without.omitted, without.added], [false, [], [], []]);
	assert.notEqual(rulesForSaving(mark(review, path => path.endsWith('13')), {...rules, journal: true})!.rules.journal, false);
});

test('what is left out of them is counted, hidden parts too; what cannot be had is marked', () => {
	const review = listOf(listedOf({hidden: ['journal/var/x.journal'], lost: ['journal/damaged/var/y.journal']}));
	assert.deepEqual(namesOf(review), [...all, 'journal/damaged/var/y.journal'].toSorted());
	assert.equal(review.totals.unreadable, 1);
	assert.deepEqual(countLeftOut(leftOutOf(review)), {no_permission: 1, covered: 1});
	const none = mark(review, path => !path.startsWith('journal/'));
	assert.deepEqual(countLeftOut(leftOutOf(none)), {unmarked: 1, covered: 1});
	const some = mark(review, path => path !== 'journal/2026-03-12' && path !== 'journal/system.journal');
	assert.deepEqual(countLeftOut(leftOutOf(some)), {unmarked: 1, no_permission: 1, covered: 1});
});

test('a journal that cannot be listed at all stands for itself, beside its directory', () => {
	const listed = {...listedOf({lost: ['journal']}), entries: []};
	const whole = listOf({...listed, groups: [{...listed.groups[0]!, entries: []}]});
	assert.deepEqual(whole.order.map(number => whole.rows[number]!.name), ['a.log', 'b.log', group, 'journal/']);
	assert.deepEqual(namesOf(whole), ['a.log', 'b.log', 'journal']);
});

test('a journal that this user may not read is never told to be empty', () => {
	const partly = listOf(listedOf({hidden: ['journal/var/x.journal']}));
	const noteOf = (review: ReviewState) => {
		const row = review.rows.find(({name}) => name.startsWith(group))!;
		return rowNote({row, folder: row.folder === undefined ? undefined : review.folders.get(row.folder)});
	};

	assert.match(noteOf(partly), /no permission.*3 days/v);

	const listed = {...listedOf({hidden: ['journal/var/x.journal', 'journal/var/y.journal']}), entries: []};
	const whole = listOf({...listed, groups: [{...listed.groups[0]!, entries: []}]});
	assert.deepEqual(whole.order.map(number => whole.rows[number]!.name), ['a.log', 'b.log', group, 'journal/']);
	assert.match(noteOf(whole), /^no permission/v);
	assert.deepEqual(namesOf(whole), ['a.log', 'b.log']);
	assert.equal(sizeText({row: whole.rows.find(({name}) => name === group)!}), '-');
});

test('marks as in the newest set take in the days that have come since, if it had any', () => {
	const before = (...paths: readonly string[]) => namesOf(markAsBefore(listOf(), {date: '2026-03-13', paths: new Set(paths)}));
	assert.deepEqual(before('a.log', 'journal/2026-03-11', 'journal/2026-03-13'), ['a.log', 'journal/2026-03-13', 'journal/2026-03-14']);
	assert.deepEqual(before('a.log'), ['a.log']);
});

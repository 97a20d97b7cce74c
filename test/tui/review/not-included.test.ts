import assert from 'node:assert/strict';
import {test} from 'node:test';
import {confirmLines} from '../../../source/tui/review/confirm-page.ts';
import {leftOutOf} from '../../../source/tui/review/left-out-marks.ts';
import {notIncluded} from '../../../source/tui/review/not-included.ts';
import {
	after,
	commands,
	directoryOf,
	fileOf,
	linkOf,
	now,
	scanned,
	skipOf,
	type,
} from '../../support/screen-fixtures.ts';
import {frameOf} from '../frames.ts';

const listed = after(
	scanned([fileOf('syslog', {size: 1000}), skipOf('btmp'), linkOf('link'), directoryOf('apt'), directoryOf('nginx')]),
	{type: 'scanned', choices: [fileOf('apt/term.log', {size: 300}), fileOf('apt/history.log', {size: 40}), fileOf('nginx/access.log', {size: 5})].map(choice => ({...choice, isSelected: false})), now},
	{type: 'foldersRead', folders: ['apt', 'nginx'].map(name => ({path: Buffer.from(name)}))},
);

test('what is not in the backup is counted, closed directories included, and links once', () => {
	assert.deepEqual({...notIncluded(listed.review)!, bytes: 0}, {files: 4, bytes: 0, directories: 3});
	assert.equal(notIncluded({...listed.review, unread: 1}), undefined);
	const marked = type(listed, 'A');
	assert.deepEqual(notIncluded(marked.review), {files: 0, bytes: 0, directories: 0});
	assert.equal(marked.review.totals.files, 5);
});

test('the list and the question say what is not in the backup, as long as there is any', () => {
	const says = (lines: readonly string[]) => lines.some(line => /\b4 files, .*\b3 directories\b/v.test(line));
	assert.ok(says(frameOf(listed)));
	assert.ok(says(confirmLines(listed).map(({text}) => text)));
	const marked = type(listed, 'A');
	assert.ok(!says(frameOf({...marked, review: {...marked.review, message: undefined}})));
	assert.ok(!says(confirmLines(marked).map(({text}) => text)));
});

test('files that cannot be read do not hide that others are not in the backup', () => {
	const refused = after(
		scanned([fileOf('secret', {isReadable: false}), fileOf('syslog'), skipOf('btmp')]),
		{type: 'foldersRead', folders: []},
	);

	for (const columns of [80, 120]) {
		const line = frameOf(after(refused, {type: 'resize', columns, rows: 24})).find(text => text.includes('1 of 2'));
		assert.match(line ?? '', /included/v);
	}
});

test('what turns up in a directory after all was marked is marked, too', () => {
	const early = type(after(scanned([fileOf('syslog'), directoryOf('apt')])), 'A');
	const found = after(early, {type: 'scanned', choices: [{...fileOf('apt/term.log'), isSelected: false}], now});
	assert.equal(found.review.totals.files, 2);
});

test('where there is little room the list says how many files at least', () => {
	// On a row of which nothing else is to be said there.
	const small = type(after(listed, {type: 'resize', columns: 40, rows: 12}), 'jjjj');
	assert.ok(frameOf(small).some(line => /\b4 files not included\b/v.test(line)));
});

test('an answer to a key is shown whole on a narrow terminal, in place of where in the list one is', () => {
	const small = after(scanned(Array.from({length: 50}, (_, number) => fileOf(`app-${number}`))), {type: 'resize', columns: 40, rows: 12});
	assert.ok(frameOf(small).some(line => line.includes('of 50')));
	const answered = commands(small, 'stay');
	const {message = ''} = answered.review;
	assert.ok(message.length > 27, 'no longer than what there is room for beside the place');
	assert.ok(frameOf(answered).some(line => line.includes(message)));
});

const leftOut = ({review}: typeof listed) => Object.fromEntries(Array.from(leftOutOf(review), ([reason, {count, content}]) => [reason, {count, ...content}]));

test('a run is told of the same files: those of directories left whole among them, and directories that nobody has looked into', () => {
	const told = leftOut(listed);
	const {files, bytes} = notIncluded(listed.review)!;
	// A link, a file and two directories.
	assert.deepEqual(told, {
		unmarked: {
			count: 4, files, bytes, unseen: 0,
		},
	});
	const unread = after(listed, {type: 'scanned', choices: [directoryOf('apt/deep')], now});
	assert.equal(leftOut(unread).unmarked?.unseen, 1);
});

test('what the set that is added to has a copy of is not left out, and a directory that it has files of is not left out whole', () => {
	const copied = (name: string) => ({
		...fileOf(name, {size: 7}), isSelected: false, isSelectable: false, isCopied: true,
	} as const);
	const state = after(
		scanned([copied('syslog'), directoryOf('apt'), directoryOf('nginx')]),
		{type: 'scanned', choices: [copied('apt/term.log'), {...fileOf('apt/history.log', {size: 40}), isSelected: false}, {...fileOf('nginx/access.log', {size: 5}), isSelected: false}], now},
		{type: 'foldersRead', folders: ['apt', 'nginx'].map(name => ({path: Buffer.from(name)}))},
	);
	const names = Object.fromEntries(Array.from(leftOutOf(state.review), ([reason, {paths}]) => [reason, paths.map(String)]));
	const all = Object.values(names).flat();
	assert.deepEqual(all.toSorted(), ['apt/history.log', 'nginx']);
	assert.deepEqual(notIncluded(state.review), {files: 2, bytes: 45, directories: 2});
});

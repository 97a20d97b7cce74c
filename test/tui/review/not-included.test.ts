import assert from 'node:assert/strict';
import {test} from 'node:test';
import {confirmLines} from '../../../source/tui/review/confirm-page.ts';
import {notIncluded} from '../../../source/tui/review/not-included.ts';
import {
	after,
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

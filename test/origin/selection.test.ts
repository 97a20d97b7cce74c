import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Entry} from '../../source/origin/entry.ts';
import {compileRules, contentLeftOut, type SelectionRules} from '../../source/origin/selection.ts';

const noRules: SelectionRules = {include: [], exclude: [], followSymlinks: false};

const entry = (name: string | Buffer, fields: Partial<Entry> = {}): Entry => ({
	path: Buffer.from(name as string), kind: 'file', size: 1, allocated: 4096, modified: 0, isReadable: true, ...fields,
});

const judge = (subject: Entry, rules: Partial<SelectionRules> = {}) => {
	const {isSelected, isSelectable, reason} = compileRules({...noRules, ...rules})(subject);
	return {isSelected, isSelectable, reason};
};

test('regular files are selected, the default skips are not', () => {
	assert.deepEqual(judge(entry('syslog')), {isSelected: true, isSelectable: true, reason: undefined});

	for (const name of ['btmp', 'wtmp', 'lastlog']) {
		assert.deepEqual(judge(entry(name)), {isSelected: false, isSelectable: true, reason: 'skipped by default'});
	}

	assert.equal(judge(entry('btmp.1')).isSelected, true);
});

test('a file that may not be read is selected, with a warning', () => {
	assert.deepEqual(judge(entry('auth.log', {isReadable: false})), {isSelected: true, isSelectable: true, reason: 'no permission to read'});
});

test('what is no regular file cannot be selected', () => {
	const reasons = (['directory', 'fifo', 'socket', 'device'] as const).map(kind => judge(entry('x', {kind})));
	assert.deepEqual(reasons.map(({reason}) => reason), ['directory', 'named pipe', 'socket', 'device']);
	assert.ok(reasons.slice(1).every(({isSelected, isSelectable}) => !isSelected && !isSelectable));
});

test('a symlink to a regular file can be marked, and is taken on demand', () => {
	const link = entry('link', {kind: 'symlink', target: {kind: 'file', size: 1}});
	assert.deepEqual(judge(link), {isSelected: false, isSelectable: true, reason: 'symlink'});
	assert.equal(judge(link, {followSymlinks: true}).isSelected, true);
	assert.deepEqual(judge(entry('link', {kind: 'symlink', target: {kind: 'broken', size: 0}}), {followSymlinks: true}), {
		isSelected: false, isSelectable: false, reason: 'symlink to nothing',
	});
});

test('--include takes only what matches, default skips too; --exclude wins', () => {
	const rules = {include: ['*.log', 'btmp'], exclude: ['dpkg*']};
	assert.equal(judge(entry('auth.log'), rules).isSelected, true);
	assert.equal(judge(entry('btmp'), rules).isSelected, true);
	assert.equal(judge(entry('syslog'), rules).reason, 'no --include matches');
	assert.equal(judge(entry('dpkg.log'), rules).reason, '--exclude dpkg*');
});

test('a glob matches hidden files, and names that are not UTF-8', () => {
	assert.equal(judge(entry('.hidden'), {exclude: ['*']}).isSelected, false);
	assert.equal(judge(entry(Buffer.from([0xFF, 0x2E, 0x6C, 0x6F, 0x67])), {exclude: ['*.log']}).isSelected, false);
	assert.equal(judge(entry('grün.log'), {exclude: ['gr?n.log']}).isSelected, false);
	assert.equal(judge(entry('!keep'), {exclude: ['!keep']}).isSelected, false);
});

test('of what is left out a file counts with its bytes, and a directory as unseen, unless nothing in it can be missed', () => {
	assert.deepEqual(contentLeftOut({kind: 'file', size: 7}, 'excluded'), {files: 1, bytes: 7, unseen: 0});
	assert.deepEqual(contentLeftOut({kind: 'directory', size: 4096}, 'excluded'), {files: 0, bytes: 0, unseen: 1});
	assert.deepEqual(contentLeftOut({kind: 'directory', size: 4096}, 'loop'), {files: 0, bytes: 0, unseen: 0});
	assert.deepEqual(contentLeftOut({kind: 'fifo', size: 7}, 'fifo'), {files: 0, bytes: 0, unseen: 0});
});

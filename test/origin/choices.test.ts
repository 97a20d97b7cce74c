/* Each reason for which an entry is taken or left, and what the rules tell of themselves. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Entry} from '../../source/origin/entry.ts';
import {barriers, type SelectionRules, Selector} from '../../source/origin/selection.ts';

const entry = (name: string, fields: Partial<Entry> = {}): Entry => ({
	path: Buffer.from(name), kind: 'file', size: 1, allocated: 4096, modified: 0, isReadable: true, ...fields,
});

const selector = (rules: Partial<SelectionRules> = {}) => new Selector({
	include: [], exclude: [], followSymlinks: false, ...rules,
});

/** Selected, selectable, the word of the reason, and whether there is one for a person. */
function judge(subject: Entry, rules: Partial<SelectionRules> = {}) {
	const {isSelected, isSelectable, skip, reason} = selector(rules).judge(subject);
	return [isSelected, isSelectable, skip, reason !== undefined];
}

test('what is left out has the word for the reason', () => {
	for (const kind of ['fifo', 'socket', 'device'] as const) {
		assert.deepEqual(judge(entry('x', {kind})), [false, false, kind, true]);
	}

	assert.deepEqual(judge(entry('btmp')), [false, true, 'default', true]);
	assert.deepEqual(judge(entry('x/btmp')), [true, true, undefined, false]);
	assert.deepEqual(judge(entry('x'), {exclude: ['x']}), [false, true, 'excluded', true]);
	assert.deepEqual(judge(entry('x'), {include: ['y']}), [false, true, 'not_included', true]);
	assert.deepEqual(judge(entry('x')), [true, true, undefined, false]);
});

test('a directory is entered only by a walk, and not behind a barrier', () => {
	const directory = (fields: Partial<Entry> = {}) => entry('d', {kind: 'directory', ...fields});
	assert.deepEqual(judge(directory()), [false, true, 'directory', true]);
	assert.deepEqual(judge(directory(), {recursive: true}), [true, true, undefined, false]);
	assert.deepEqual(judge(directory({isReadable: false}), {recursive: true}), [true, true, undefined, true]);
	assert.deepEqual(judge(directory(), {recursive: true, exclude: ['d']}), [false, true, 'excluded', true]);
	assert.deepEqual(judge(directory(), {recursive: true, include: ['x']}), [true, true, undefined, false], 'it may hold what is asked for');
	assert.equal(judge(entry('d'), {recursive: true, exclude: ['d/']})[0], true, 'of directories alone');
	assert.equal(judge(directory(), {recursive: true, exclude: ['d/']})[0], false);

	for (const [barrier, {skip}] of Object.entries(barriers)) {
		assert.deepEqual(judge(directory({barrier: barrier as NonNullable<Entry['barrier']>}), {recursive: true}), [false, false, skip, true], barrier);
	}

	assert.deepEqual(Object.values(barriers).map(({skip}) => skip), ['backups', 'file_system', 'depth', 'loop', 'no_answer']);
});

test('a symbolic link is taken only where links are followed, and only to a regular file', () => {
	const link = (kind?: NonNullable<Entry['target']>['kind']) => entry('l', {kind: 'symlink', ...(kind && {target: {kind, size: 1}})});
	assert.deepEqual(judge(link('file')), [false, true, 'symlink', true]);
	assert.deepEqual(judge(link('file'), {followSymlinks: true}), [true, true, undefined, true]);
	assert.deepEqual(judge(link('file'), {followSymlinks: true, exclude: ['l']}), [false, true, 'excluded', true]);
	const reasons = (['broken', 'symlink', 'directory', 'fifo', 'socket', 'device'] as const).map(kind => {
		assert.deepEqual(judge(link(kind), {followSymlinks: true}), [false, false, 'symlink', true], kind);
		return selector().judge(link(kind)).reason;
	});
	assert.equal(new Set(reasons).size, 6);
	assert.deepEqual(judge(link(), {followSymlinks: true}), [false, false, 'symlink', true]);
});

test('what is to be expected of a file that is taken is told', () => {
	assert.deepEqual(judge(entry('x', {isReadable: false})), [true, true, undefined, true]);
	assert.deepEqual(judge(entry('system.journal')), [true, true, undefined, true]);
	assert.deepEqual(judge(entry('system@1.journal')), [true, true, undefined, false]);
	assert.deepEqual(judge(entry('system.journal.1')), [true, true, undefined, false]);
});

test('a glob may begin with the path of the source', () => {
	assert.equal(judge(entry('x'), {exclude: ['/var/log/x'], roots: ['/var/log']})[0], false);
	assert.equal(judge(entry('x'), {exclude: ['/var/log/x']})[0], true);
	assert.equal(judge(entry('y'), {include: ['/var/log/x'], roots: ['/var/log']})[0], false);
});

test('the flags that have matched nothing are told, each by itself', () => {
	const rules = selector({include: ['a', 'a*', 'b'], exclude: ['c', 'c*', 'd']});
	assert.deepEqual(rules.unused, ['--include a', '--include a*', '--include b', '--exclude c', '--exclude c*', '--exclude d']);
	rules.judge(entry('a'));
	rules.judge(entry('c', {kind: 'fifo'}));
	// One entry may be what several rules mean.
	assert.deepEqual(rules.unused, ['--include b', '--exclude d']);
	assert.equal(rules.judge(entry('ab')).isSelected, true);
	assert.equal(rules.judge(entry('cd')).reason, '--exclude c*');
	assert.equal(rules.judge(entry('c')).reason, '--exclude c', 'the first that matches');
});

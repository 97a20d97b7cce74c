/*
Marks while the list is still being read, in ranges, and under a filter.
*/
import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Choice} from '../../../source/origin/selection.ts';
import type {State} from '../../../source/tui/state.ts';
import {
	after,
	begin,
	commands,
	cursorName,
	directoryOf,
	fileOf,
	marked,
	now,
	scanned,
	skipOf,
	type,
} from '../../support/screen-fixtures.ts';

const deep = (name: string): Choice => ({...fileOf(name), isSelected: false});
const find = (state: State, ...choices: readonly Choice[]): State => after(state, {type: 'scanned', choices, now});
const read = (state: State, ...paths: readonly string[]): State => after(state, {type: 'foldersRead', folders: paths.map(path => ({path: Buffer.from(path)}))});

/** A tree that has been read as a whole. */
const tree = () => read(find(scanned([directoryOf('nginx'), fileOf('syslog')]), deep('nginx/access.log'), deep('nginx/error.log')), 'nginx');

test('r, then Enter waits for what was marked by hand in directories', () => {
	const byHand = type(tree(), 'lj ');
	assert.deepEqual(marked(byHand), ['nginx/access.log', 'syslog']);
	const again = read(find(type(byHand, 'rw'), directoryOf('nginx'), fileOf('syslog')), '');
	const waiting = after(again, {type: 'scanEnded'});
	assert.equal(waiting.screen, 'review');
	const asked = read(find(waiting, deep('nginx/access.log'), deep('nginx/error.log')), 'nginx');
	assert.equal(asked.screen, 'confirm');
	assert.deepEqual(marked(asked), ['nginx/access.log', 'syslog']);
});

test('what is gone for good is not waited for', () => {
	const again = type(type(tree(), 'lj '), 'rw');
	const done = read(after(read(find(again, directoryOf('nginx'), fileOf('syslog')), ''), {type: 'scanEnded'}), 'nginx');
	assert.equal(done.screen, 'confirm');
});

test('r twice loses no mark, and brings none back', () => {
	const byHand = type(scanned([fileOf('a'), fileOf('b'), skipOf('wtmp')]), ' G ');
	assert.deepEqual(marked(byHand), ['b', 'wtmp']);
	const twice = type(find(type(byHand, 'r'), fileOf('b')), 'r');
	assert.deepEqual(marked(find(twice, fileOf('a'), fileOf('b'), skipOf('wtmp'))), ['b', 'wtmp']);
});

test('Enter while reading, then c, then Enter starts nothing', () => {
	const page = type(find(begin(), fileOf('a')), 'wc');
	const ended = after(read(page, ''), {type: 'scanEnded'});
	assert.equal(ended.screen, 'command');
	assert.equal(type(ended, '\r').screen, 'review');
});

test('a, said of all, is also said of what is still to be found', () => {
	const start = find(begin(), fileOf('a'), directoryOf('d'));
	// With -r the directory is wanted.
	const wanted = type(start, 'G ');
	const none = type(type(wanted, 'a'), 'a');
	const state = marked(type(wanted, 'a')).length === 0 ? type(wanted, 'a') : none;
	assert.match(state.review.message!, /Nothing/v);
	const later = read(find(state, fileOf('b'), fileOf('d/x')), '', 'd');
	assert.deepEqual(marked(later), []);
	assert.equal(type(after(later, {type: 'scanEnded'}), 'w').screen, 'review');
});

test('a range unmarks only where there is nothing left to mark in it', () => {
	const partly = type(type(tree(), 'lj '), 'g');
	assert.deepEqual(marked(partly), ['nginx/access.log', 'syslog']);
	assert.deepEqual(marked(type(partly, 'hvG ')), ['nginx/access.log', 'nginx/error.log', 'syslog'], 'closed');
	assert.deepEqual(marked(type(type(partly, 'hvG '), 'gvG ')), []);
});

test('a filter hides: what it hides is not marked, by Space on a directory or by a range', () => {
	const state = type(tree(), '/access\r');
	assert.deepEqual(marked(type(state, 'g ')), ['nginx/access.log', 'syslog']);
	assert.deepEqual(marked(type(state, 'gvG ')), ['nginx/access.log', 'syslog']);
	assert.deepEqual(marked(type(type(tree(), '/nginx\r'), 'g ')), ['nginx/access.log', 'nginx/error.log', 'syslog'], 'the directory is what was found');
});

test('a directory that was marked while it was read gets by one rule what comes later', () => {
	const start = find(scanned([directoryOf('d')]), deep('d/x1'));
	const later = read(find(type(start, ' '), deep('d/x2')), 'd');
	assert.deepEqual(marked(later), ['d/x1', 'd/x2']);
});

test('after r the cursor stays where a key has put it since', () => {
	const state = commands(scanned([fileOf('a'), fileOf('b'), fileOf('d')]), 'last');
	assert.equal(cursorName(state), 'd');
	const moved = type(find(type(state, 'r'), fileOf('a'), fileOf('b')), 'gj');
	assert.equal(cursorName(moved), 'b');
	assert.equal(cursorName(find(moved, fileOf('d'))), 'b');
});

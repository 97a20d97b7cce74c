import assert from 'node:assert/strict';
import {test} from 'node:test';
import {spoken} from '../../source/tui/spoken.ts';
import type {State} from '../../source/tui/state.ts';
import {
	after,
	directoryOf,
	failedEvent,
	fileOf,
	filesOf,
	now,
	scanned,
	startEvent,
	statusEvent,
	type,
} from './fixtures.ts';

const said = (state: State) => spoken(state).map(({text}) => text);

const list = () => scanned([fileOf('syslog', {size: 912_000}), fileOf('auth.log'), {
	...fileOf('xconsole', {kind: 'fifo'}), isSelected: false, isSelectable: false, reason: 'named pipe',
}]);

test('the row of the cursor is a checkbox, checked or said not to be', () => {
	const [checked] = spoken(type(list(), 'j'));
	assert.deepEqual(checked, {role: 'checkbox', state: {checked: true, expanded: false}, text: 'syslog, 912 kB, 1 minute old, 2 of 3'});
	const [unchecked] = spoken(type(list(), 'j k'));
	assert.deepEqual(unchecked, {role: 'checkbox', state: {checked: false, expanded: false}, text: 'syslog, not marked, 912 kB, 1 minute old, 2 of 3'});
	assert.match(said(type(list(), 'G'))[0]!, /^xconsole, can't be marked, .*named pipe/v);
});

test('the first frame says what the keys are, and none after the first move', () => {
	assert.match(said(list()).join('\n'), /From \/var\/log to .*Space marks/v);
	assert.doesNotMatch(said(type(list(), 'j')).join('\n'), /Space marks/v);
});

test('a directory says whether it is open and how much of it is marked', () => {
	const state = type(after(scanned([directoryOf('apt')]), {type: 'scanned', choices: [fileOf('apt/a'), fileOf('apt/b')], now}), 'lj g');
	const [row] = spoken(state);
	assert.equal(row!.state!.expanded, true);
	assert.match(row!.text, /^apt\/, partly marked, /v);
});

test('a filter, a range and an answer come first', () => {
	assert.equal(said(type(list(), '/sys'))[0], 'find sys, 1 row');
	assert.ok(said(type(list(), 'vj')).includes('Range of 2 rows.'));
	assert.match(said(type(list(), 'G '))[0]!, /can't be marked/v);
});

test('what changes by itself changes in steps of ten percent', () => {
	const running = (bytes: number) => after(
		type(scanned(filesOf(3)), '\ry'),
		{type: 'started', pid: 1, clock: 0},
		{type: 'tick', clock: 1, events: [startEvent, {...statusEvent, bytes_done: bytes}]},
	);
	assert.equal(said(running(1510))[0], 'Backing up, 50 percent of 3 files');
	assert.deepEqual(said(running(1510)), said(running(1790)));
	assert.notDeepEqual(said(running(1510)), said(running(1810)));
	const failed = after(running(1510), {type: 'tick', clock: 2, events: [failedEvent('auth.log')]});
	assert.ok(said(failed).includes('failed: auth.log: permission denied'));
	assert.match(said(type(running(1510), 'q'))[0]!, /Stop the backup\?/v);
});

test('of the list of all files the row of the cursor is said, with what became of it', () => {
	const running = after(type(scanned(filesOf(3)), '\ry'), {type: 'started', pid: 1, clock: 0}, {type: 'tick', clock: 1, events: [startEvent, failedEvent('file-001.log')]});
	const listed = type(running, '\tf');
	assert.match(said(listed)[0]!, /^failed: .*permission denied; \d of \d$/v);
});

test('no drawing is said anywhere', () => {
	for (const keys of ['', 'j', '/s', '\r', '?', 'c', 'v', '\t', '\ry']) {
		assert.doesNotMatch(said(type(list(), keys)).join('\n'), /[›─│┃█░▸▾]/v, keys);
	}
});

/* What the state asks for, which session.ts does: asked for once, by the action that wants it. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {screens} from '../../source/tui/screens.ts';
import {initialState, type State} from '../../source/tui/state.ts';
import {
	after,
	begin,
	commands,
	context,
	doneEvent,
	failedEvent,
	filesOf,
	scanned,
	startEvent,
	summaryEvent,
	type,
} from '../support/screen-fixtures.ts';

const asked = ({effects}: State) => effects.map(effect => effect.type);

const running = (state = begin()) => type(type(scanned(filesOf(3), state), 'w'), 'y');

test('a session begins by reading the source, unless there is nothing to choose', () => {
	assert.deepEqual(asked(begin()), ['scan', 'readSpace']);
	const size = {columns: 80, rows: 24};
	assert.deepEqual(asked(initialState({...context, existing: {directory: '/var/log/backups/2026-11-22', isForeign: false}}, size)), []);
});

test('what is asked for is asked for once: the next action asks for its own', () => {
	const confirmed = type(scanned(filesOf(3)), 'w');
	assert.deepEqual(asked(confirmed), ['foresee', 'readSpace']);
	assert.deepEqual(asked(after(confirmed, {type: 'space', space: {free: 5, reserve: 1}})), []);
	assert.deepEqual(asked(type(confirmed, 'y')), ['startBackup']);
	assert.deepEqual(asked(type(confirmed, '\u{1B}')), ['unforesee']);
	assert.deepEqual(asked(type(scanned(filesOf(3)), 'r')), ['scan', 'readSpace']);
});

test('an action that changes nothing gives the same state back, whatever was asked for before', () => {
	const confirmed = type(scanned(filesOf(3)), 'w');
	assert.equal(after(confirmed, {type: 'resize', columns: 80, rows: 24}), confirmed);
	assert.equal(commands(confirmed, 'nextFailure'), confirmed);
});

test('a key on a run asks its process, and a halted one goes on before it is stopped or left', () => {
	const state = running();
	assert.deepEqual(asked(type(state, 'p')), ['pause']);
	assert.deepEqual(asked(type(state, 'pp')), ['resume']);
	assert.deepEqual(asked(type(state, 'q')), []);
	assert.deepEqual(asked(type(state, 'qy')), ['stop']);
	assert.deepEqual(asked(type(state, 'qy\u{3}')), ['kill']);
	assert.deepEqual(asked(type(state, 'pqy')), ['resume', 'stop']);
	assert.deepEqual(asked(type(state, 'pd')), ['resume']);
	assert.deepEqual(asked(type(state, 'd')), []);
});

test('another attempt is asked for with the date of the set that stands', () => {
	const failing = {
		...summaryEvent, exit_code: 3, files_done: 2, files_failed: 1,
	} as const;
	const over = after(
		running(),
		{type: 'tick', clock: 1, events: [{...startEvent, date: '2026-11-21'}, doneEvent('f00000'), failedEvent('f00001'), failing]},
		{type: 'ended', code: 3, stderr: ''},
	);
	assert.deepEqual(type(over, 'r').effects, [{type: 'startRetry', date: '2026-11-21'}]);
});

test('every key of a screen is bound to something that is seen to', () => {
	const common = new Set(['interrupt', 'quit', 'leave', 'help', 'suspend', 'redraw', 'up', 'down', 'pageUp', 'pageDown', 'halfUp', 'halfDown', 'first', 'last']);

	for (const [name, {title, commands: own, keys}] of Object.entries(screens)) {
		assert.notEqual(title, '', name);

		for (const {command} of Object.values(keys).flat()) {
			assert.ok(common.has(command) || Object.hasOwn(own, command), `${name}: ${command}`);
		}
	}
});

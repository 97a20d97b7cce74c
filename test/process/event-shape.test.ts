/* Messages of other versions: what is taken for an event, field by field. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {toEvent} from '../../source/process/event-shape.ts';
import {formatEvent, parseEvent} from '../../source/process/json-lines.ts';
import type {BackupEvent} from '../../source/backup/events.ts';

type Json = Readonly<Record<string, unknown>>;

/** One of each type, with the least that it must have. */
const whole: readonly Json[] = [
	{
		message_type: 'start', version: '1', host: 'h', started: 's', date: 'd', source: '/', set: '/s', pid: 1, total_files: 1, total_bytes: 1,
	},
	{message_type: 'notice', notice: 'unused', message: 'm'},
	{
		message_type: 'left_out', reason: 'fifo', count: 1, paths: [{path: 'a'}],
	},
	{
		message_type: 'status', seconds_elapsed: 1, percent_done: 0.5, total_files: 1, files_done: 1, total_bytes: 1, bytes_done: 1, bytes_written: 1, bytes_per_second: 1, error_count: 0,
		current_files: [{path: 'a', bytes_done: 1, total_bytes: 2}],
	},
	{
		message_type: 'file', path: 'a', outcome: 'done', bytes_in: 1, bytes_out: 1, notes: ['grew'],
	},
	{message_type: 'error', path: 'a', error: {message: 'm'}},
	{
		message_type: 'pruned', message: 'm', removed: [{date: 'd', bytes_freed: 1}], failed: [{date: 'd', error: {message: 'm'}}], sets_kept: 1, bytes_freed: 1,
	},
	{
		message_type: 'summary', started: 's', finished: 'f', exit_code: 0, total_files: 1, files_done: 1, files_failed: 0, files_vanished: 0, files_resumed: 0, files_reused: 0, files_verified: 1,
		bytes_in: 1, bytes_out: 1, bytes_new: 1, seconds_elapsed: 1,
	},
	{
		message_type: 'exit_error', message: 'm', code: 1, files_kept: 0, files_not_done: 0,
	},
];

/** Fields of lists, with what makes no sense in one of their items. */
const badItems: Readonly<Record<string, readonly unknown[]>> = {
	paths: [[{}], ['a'], [{path: 1}], {}],
	current_files: [[{}], [{path: 'a', bytes_done: 1}], [{path: 'a', bytes_done: 'x', total_bytes: 1}], [{path: 1, bytes_done: 1, total_bytes: 1}], 'x'],
	notes: [[1], 'grew'],
	error: [{}, {message: 1}, [], 'x'],
	removed: [[{}], [{date: 'd'}], [{date: 1, bytes_freed: 1}]],
	failed: [[{}], [{error: {}}], [1]],
};

test('a message is an event if it has each field that this version needs, of the type that it needs', () => {
	for (const json of whole) {
		assert.deepEqual(toEvent(json), json);
		assert.deepEqual(toEvent({...json, later: {any: 'thing'}}), {...json, later: {any: 'thing'}});

		for (const [field, value] of Object.entries(json)) {
			for (const other of [undefined, null, typeof value === 'number' ? '1' : 1, ...badItems[field] ?? [], ...typeof value === 'number' ? [NaN, Infinity] : []]) {
				assert.equal(toEvent({...json, [field]: other}), undefined, `${String(json.message_type)}.${field}: ${JSON.stringify(other)}`);
			}
		}
	}

	assert.equal(toEvent({message_type: 'unheard-of'}), undefined);
	assert.equal(toEvent({message_type: 'toString'}), undefined);
	assert.equal(toEvent({}), undefined);
});

test('of a file, words that this version does not know are passed over', () => {
	const file = {
		message_type: 'file', path: 'a', bytes_in: 1, bytes_out: 1,
	};

	for (const outcome of ['done', 'reused', 'vanished']) {
		assert.equal((toEvent({...file, outcome, notes: []}) as {outcome?: string}).outcome, outcome);
	}

	assert.equal((toEvent({...file, outcome: 'later', notes: []}) as {outcome?: string}).outcome, 'done');
	const notes = ['attributes', 'grew', 'truncated', 'rotated', 'unsized', 'changed', 'renamed', 'replaced', 'shrunk'];
	assert.deepEqual((toEvent({...file, outcome: 'done', notes: ['later', ...notes, 'toString']}) as {notes?: readonly string[]}).notes, notes);
});

test('an event is a line, and a line that is none is refused', () => {
	for (const json of whole) {
		const line = formatEvent(json as unknown as BackupEvent);
		assert.match(line, /^[^\n]+\n$/v);
		assert.deepEqual(parseEvent(line), json);
	}

	for (const line of ['', '{', 'null', '1', '"x"', '{}', '[]']) {
		assert.throws(() => parseEvent(line), SyntaxError, line);
	}

	assert.equal(parseEvent('{"message_type":"later"}'), undefined);
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Narrator} from '../../../source/tui/plain/narrator.ts';
import {
	doneEvent,
	failedEvent,
	startEvent,
	statusEvent,
	summaryEvent,
} from '../../support/screen-fixtures.ts';

const second = 1000;

test('each event is one line, the word that matters first', () => {
	const narrator = new Narrator();
	assert.match(narrator.tell(startEvent, 0).join('\n'), /^Started: 3 files, 3\.00 kB\..+$/v);
	assert.deepEqual(narrator.tell(doneEvent('syslog'), 0), ['done syslog: 1.00 kB to 100 B']);
	assert.deepEqual(narrator.tell(doneEvent('syslog', {notes: ['grew'], resumed: true}), 0), ['done syslog: 1.00 kB to 100 B (grew, by an earlier run)']);
	assert.deepEqual(narrator.tell(doneEvent('syslog.1', {outcome: 'reused', reused_from: '2026-11-21'}), 0), ['unchanged syslog.1: linked from 2026-11-21']);
	assert.match(narrator.tell(doneEvent('tmp', {outcome: 'vanished'}), 0).join('\n'), /^vanished tmp: .+$/v);
	assert.deepEqual(narrator.tell(failedEvent('auth.log'), 0), ['FAILED auth.log: permission denied']);
	assert.deepEqual(narrator.tell(summaryEvent, 0), []);
});

test('how far it is is said at each tenth, but never twice in ten seconds nor less than once a minute', () => {
	const narrator = new Narrator();
	narrator.tell(startEvent, 0);
	const tellAt = (seconds: number, done: number) => narrator.tell({...statusEvent, percent_done: done}, seconds * second).length;

	assert.equal(tellAt(1, 0.5), 0);
	assert.equal(tellAt(10, 0.55), 1);
	assert.equal(tellAt(12, 0.9), 0);
	assert.equal(tellAt(21, 0.91), 1);
	assert.equal(tellAt(40, 0.95), 0);
	assert.equal(tellAt(81, 0.95), 1);
	assert.match(narrator.tell({...statusEvent, percent_done: 1}, 100 * second).join('\n'), /^1 of 3 files, 100 %/v);
});

test('a long run of many reports is told in few lines', () => {
	const narrator = new Narrator();
	narrator.tell(startEvent, 0);
	let count = 0;

	for (let quarter = 1; quarter <= 4 * 3600; quarter++) {
		count += narrator.tell({...statusEvent, percent_done: quarter / (4 * 3600)}, quarter * second / 4).length;
	}

	assert.ok(count >= 10 && count <= 70, `${count} lines`);
});

test('of many files only those with which something is wrong are told, and how far it is every ten seconds', () => {
	const narrator = new Narrator();
	assert.match(narrator.tell({...startEvent, total_files: 10_000}, 0).join('\n'), /^Started: 10,000 files, .*what goes wrong/v);
	const tellAt = (seconds: number, done: number) => narrator.tell({
		...statusEvent, total_files: 10_000, files_done: 1234, percent_done: done, error_count: 3, seconds_remaining: 65,
	}, seconds * second);
	assert.deepEqual(narrator.tell(doneEvent('syslog', {notes: ['grew']}), 0), []);
	assert.deepEqual(narrator.tell(doneEvent('syslog.1', {outcome: 'reused', reused_from: '2026-11-21'}), 0), []);
	assert.equal(narrator.tell(failedEvent('auth.log'), 0).length, 1);
	assert.equal(narrator.tell(doneEvent('tmp', {outcome: 'vanished'}), 0).length, 1);
	assert.match(narrator.tell(doneEvent('mail.log', {notes: ['truncated']}), 0).join('\n'), /^done mail\.log: .*truncated/v);
	assert.deepEqual(tellAt(9, 0.5), []);
	assert.deepEqual(tellAt(10, 0.56), ['1,231 done, 3 failed, of 10,000 files, 56 %, about 1 min 05 s left']);
	assert.deepEqual(tellAt(19, 0.99), []);
	assert.equal(tellAt(20, 0.56).length, 1);
});

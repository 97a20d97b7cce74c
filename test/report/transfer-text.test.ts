/* How far a push is: in one line of a terminal, and elsewhere in a line now and then. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createPushReport} from '../../source/report/push-text.ts';
import {captureBoth, lacking} from './captured.ts';

const status = {
	message_type: 'status', seconds_elapsed: 9, bytes_per_second: 383_000, seconds_remaining: 116, percent_done: 0.04, date: '2026-03-14', phase: 'send',
	total_sets: 3, sets_done: 0, total_bytes: 46_600_000, bytes_done: 2_130_000, bytes_checked: 0,
	current: [{file: 'syslog.gz', bytes_done: 1, total_bytes: 2}, {file: 'auth.log.gz', bytes_done: 1, total_bytes: 2}],
} as const;

/** What a terminal of so many columns shows of it. */
function shown(columns: number): string {
	const {out, error, taken} = captureBoth(columns);
	createPushReport(out.output, error.output, false)(status);
	return taken().error.replaceAll(/\r|\u{1B}\[K/gv, '');
}

test('the parts of the line that a terminal has room for are whole', () => {
	assert.deepEqual(lacking(shown(160), '4 %', '383 kB/s', '1 min 56 s', '2026-03-14', '46.6 MB', 'syslog.gz'), []);

	for (const columns of [160, 80, 40, 20]) {
		const line = shown(columns);
		assert.ok(line.length < columns, line);
		assert.ok(shown(300).startsWith(line) && (line.length === shown(300).length || shown(300).startsWith(', ', line.length)), line);
	}
});

/** What is written where no terminal is, of statuses with a time and a fraction done. */
function logged(statuses: ReadonlyArray<readonly [seconds: number, fraction: number]>, isQuiet = false) {
	const {out, error, taken} = captureBoth();
	const report = createPushReport(out.output, error.output, isQuiet);
	const lines = statuses.map(([seconds, fraction]) => {
		report({...status, seconds_elapsed: seconds, percent_done: fraction});
		const {out: said, error: complained} = taken();
		assert.equal(complained, '');
		return said;
	});
	return lines.flatMap((line, index) => line === '' ? [] : [statuses[index]![0]]);
}

test('without a terminal a line is said once some of it is done, or after a minute; not more often than every ten seconds, and with --quiet never', () => {
	const quick = [[0.25, 0.01], [5, 0.3], [9.9, 0.5], [10.5, 0.55], [12, 0.7], [20.75, 0.9]] as const;
	assert.deepEqual(logged(quick), [10.5, 20.75]);
	assert.deepEqual(logged(quick, true), []);
	const slow = Array.from({length: 800}, (_, index) => [index / 4, index / 80_000] as const);
	assert.deepEqual(logged(slow), [60, 120, 180]);
});

test('while what has come is looked at, it is told how much of it was', () => {
	const {out, error, taken} = captureBoth(200);
	createPushReport(out.output, error.output, false)({
		...status, phase: 'check', bytes_done: 46_600_000, bytes_checked: 11_200_000,
	});
	assert.deepEqual(lacking(taken().error, '11.2 MB of 46.6 MB'), []);
	const {bytes_checked: _, ...unread} = status;
	createPushReport(out.output, error.output, false)({...unread, phase: 'check', bytes_done: 46_600_000});
	assert.deepEqual(lacking(taken().error, 'checking', ' MB of '), [' MB of ']);
});

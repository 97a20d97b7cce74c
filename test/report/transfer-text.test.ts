/* How far a push is, in one line of a terminal. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createPushReport} from '../../source/report/push-text.ts';
import {captureBoth, lacking} from './captured.ts';

const status = {
	message_type: 'status', seconds_elapsed: 9, bytes_per_second: 383_000, seconds_remaining: 116, percent_done: 0.04, date: '2026-03-14', phase: 'send',
	total_sets: 3, sets_done: 0, total_bytes: 46_600_000, bytes_done: 2_130_000,
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

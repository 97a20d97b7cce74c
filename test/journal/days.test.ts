import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	dayName,
	dayStart,
	formatMoment,
	parseDay,
	parseMoment,
} from '../../source/journal/days.ts';
import {micros} from '../support/journals.ts';

const midnight = micros('2026-03-14T00:00:00Z');

test('a day is one of UTC, from its first microsecond to its last', () => {
	const last = micros('2026-03-14T23:59:59.999Z') + 999;
	assert.deepEqual([midnight - 1, midnight, last, last + 1].map(time => dayName(time)), ['2026-03-13', '2026-03-14', '2026-03-14', '2026-03-15']);
	assert.deepEqual([midnight, midnight + 1, last].map(time => dayStart(time)), [midnight, midnight, midnight]);
	assert.equal(parseDay('2026-03-14'), midnight);

	for (const none of ['2026-02-30', '2026-3-14', '2026-03-14T00:00', 'x2026-03-14', '2026-13-01', '']) {
		assert.equal(parseDay(none), undefined, none);
	}
});

test('a moment comes back to the microsecond', () => {
	assert.equal(formatMoment(midnight + 1), '2026-03-14T00:00:00.000001Z');
	assert.equal(formatMoment(midnight + 1_234_567), '2026-03-14T00:00:01.234567Z');

	for (const time of [0, midnight, midnight + 1, midnight + 999_999, midnight + 60_010_203]) {
		assert.equal(parseMoment(formatMoment(time)), time);
	}

	for (const none of ['2026-03-14T00:00:00.000Z', '2026-03-14T00:00:00.0000001Z', '2026-13-14T00:00:00.000000Z', '2026-03-14T00:00:00.000000', 'x2026-03-14T00:00:00.000000Z', '']) {
		assert.equal(parseMoment(none), undefined, none);
	}
});

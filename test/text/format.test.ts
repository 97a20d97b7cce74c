import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	formatAge,
	formatBytes,
	formatCount,
	formatDuration,
	localDate,
} from '../../source/text/format.ts';

test('sizes have three significant digits and never a thousand of a unit', () => {
	const sizes = [0, 1, 999, 1000, 9994, 9995, 99_949, 99_950, 999_499, 999_500, 1.21e9, 2.5e15];
	assert.deepEqual(sizes.map(size => formatBytes(size)), [
		'0 B', '1 B', '999 B', '1.00 kB', '9.99 kB', '10.0 kB', '99.9 kB', '100 kB', '999 kB', '1.00 MB', '1.21 GB', '2.50 PB',
	]);
});

test('durations say no more than a person wants to know', () => {
	const times = [0, 440, 9949, 9950, 59_400, 59_500, 185_000, 7_620_000, 273_600_000];
	assert.deepEqual(times.map(time => formatDuration(time)), [
		'0.0 s', '0.4 s', '9.9 s', '10 s', '59 s', '1 min 00 s', '3 min 05 s', '2 h 07 min', '3 d 4 h',
	]);
});

test('ages fit in four columns', () => {
	const second = 1000;
	const ages = [-5, 0, 1, 59, 60, 3599, 3600, 86_399, 86_400, 86_400 * 999, 86_400 * 4000].map(age => formatAge(0, age * second));
	assert.deepEqual(ages, ['now', 'now', '1s', '59s', '1m', '59m', '1h', '23h', '1d', '999d', '10y']);
	assert.ok(ages.every(age => age.length <= 4));
});

test('counts are spoken in the right number', () => {
	assert.deepEqual([formatCount(1, 'file'), formatCount(2, 'file'), formatCount(50_000, 'copy', 'copies')], ['1 file', '2 files', '50,000 copies']);
});

test('a date is that of the local clock', () => {
	assert.equal(localDate(new Date(2026, 0, 5, 23, 59)), '2026-01-05');
	assert.equal(localDate(new Date(2026, 11, 31, 0, 0)), '2026-12-31');
});

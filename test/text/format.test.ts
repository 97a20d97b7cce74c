import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	formatAge,
	formatBytes,
	formatCount,
	formatDuration,
	localDate,
	localTime,
} from '../../source/text/format.ts';

test('sizes have three significant digits and never a thousand of a unit', () => {
	const sizes = [0, 1, 999, 1000, 9994, 9995, 99_949, 99_950, 999_499, 999_500, 1.21e9, 2.5e15, 2 ** 63, 1e21, 1e26, 1e27, Infinity];
	assert.deepEqual(sizes.map(size => formatBytes(size)), [
		'0 B', '1 B', '999 B', '1.00 kB', '9.99 kB', '10.0 kB', '99.9 kB', '100 kB', '999 kB', '1.00 MB', '1.21 GB', '2.50 PB', '9.22 EB', '1.00 ZB', '100 YB', '>999 YB', '>999 YB',
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
	const ages = [-5, 0, 1, 59, 60, 3599, 3600, 86_399, 86_400, 86_400 * 999, 86_400 * 4000, 86_400 * 365 * 1e3, 86_400 * 366 * 1e3, 1e20].map(age => formatAge(0, age * second));
	assert.deepEqual(ages, ['now', 'now', '1s', '59s', '1m', '59m', '1h', '23h', '1d', '999d', '10y', '999y', '>1ky', '>1ky']);
	assert.ok(ages.every(age => age.length <= 4));
});

test('any time that a file can have is shown, also what JavaScript has no date for', () => {
	const seconds = [0, -1, -(2 ** 31), 2 ** 32, 1e11, 253_402_300_800, 8.64e12, -62_135_596_801, -62_200_000_000, -8.7e12, 1e13, -(2 ** 63), 2 ** 63];
	const texts = seconds.map(second => localTime(second * 1000));
	assert.ok(texts.every(text => !text.includes('NaN')), texts.join(', '));
	assert.equal(localTime(new Date(12_345, 0, 2, 3, 4)), '12345-01-02 03:04');
	assert.equal(localTime(new Date(-1, 0, 2, 3, 4)), '-0001-01-02 03:04');
	assert.deepEqual([1e14, -1e14].map(second => localTime(second * 1000)), ['the year 3170843', 'the year -3166904']);
	assert.ok(seconds.every(second => formatAge(second * 1000, Date.now()).length <= 4));
});

test('counts are spoken in the right number', () => {
	assert.deepEqual([formatCount(1, 'file'), formatCount(2, 'file'), formatCount(50_000, 'copy', 'copies')], ['1 file', '2 files', '50,000 copies']);
});

test('a date is that of the local clock', () => {
	assert.equal(localDate(new Date(2026, 0, 5, 23, 59)), '2026-01-05');
	assert.equal(localDate(new Date(2026, 11, 31, 0, 0)), '2026-12-31');
});

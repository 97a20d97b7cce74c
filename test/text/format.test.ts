import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	capitalize,
	formatAge,
	formatBytes,
	formatCount,
	formatDuration,
	formatPart,
	formatPercent,
	formatPlace,
	formatSeconds,
	localDate,
	localTime,
} from '../../source/text/format.ts';
import {fractionDone, StatusClock, statusInterval} from '../../source/text/status-clock.ts';

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

test('what is left is told in whole seconds, and parts of a whole as far as they are not all of it', () => {
	assert.deepEqual([-1, 0, 0.4, 0.5, 9.4, 9.5, 59.6, 185].map(seconds => formatSeconds(seconds)), ['0 s', '0 s', '0 s', '1 s', '9 s', '10 s', '1 min 00 s', '3 min 05 s']);
	assert.deepEqual([formatPart(2, 3, 'file'), formatPart(3, 3, 'file'), formatPart(1, 1, 'file'), formatPart(0, 1, 'file')], ['2 of 3 files', '3 files', '1 file', '0 of 1 file']);
	assert.equal(formatPlace(3, 50_000), '3 of 50,000');
	assert.deepEqual([0, 0.189, 0.999, 1].map(fraction => formatPercent(fraction)), ['0 %', '18 %', '99 %', '100 %']);
	assert.deepEqual([capitalize('no room'), capitalize('')], ['No room', '']);
	assert.deepEqual([[0, 0], [1, 3], [3, 3], [4, 3], [0, 7]].map(([done, total]) => fractionDone(done!, total!)), [0, 0.333, 1, 1, 0]);
});

test('a status is told no sooner than some time after the last one', t => {
	let now = 5000;
	t.mock.method(performance, 'now', () => now);
	const clock = new StatusClock();
	let told = 0;
	const tell = () => {
		clock.throttle(() => {
			told++;
		});
		return told;
	};

	assert.equal(tell(), 1);
	now += statusInterval - 1;
	assert.equal(tell(), 1);
	now += 1;
	assert.deepEqual([tell(), tell()], [2, 2]);
	now += 983;
	assert.equal(clock.seconds, 1.23);
	assert.equal(tell(), 3);
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {TransferPace} from '../../source/remote/transfer-pace.ts';

/** Takes note of bytes at one time after another, and tells what came of each. */
function watch(samples: ReadonlyArray<readonly [seconds: number, bytes: number, stretch?: string]>, totalBytes = 100_000) {
	const pace = new TransferPace();
	return samples.map(([seconds, bytes, stretch = 'send']) => pace.note(stretch, {bytes, totalBytes, seconds}));
}

test('nothing is told of the first second, and then the rate and what is left at that', () => {
	assert.deepEqual(watch([[0, 0], [0.5, 5000], [2, 20_000]]), [{}, {}, {bytes_per_second: 10_000, seconds_remaining: 8}]);
});

test('the rate is that of the last seconds', () => {
	const told = watch([[0, 0], [1, 50_000], [10, 50_000], [15, 60_000], [16, 62_000]]);
	assert.deepEqual(told.at(-1), {bytes_per_second: 2000, seconds_remaining: 19});
});

test('while nothing comes, how long it takes is not told', () => {
	assert.deepEqual(watch([[0, 50_000], [9, 50_000]]).at(-1), {bytes_per_second: 0});
});

test('what leaps from one set to the next was not sent', () => {
	assert.deepEqual(watch([[0, 0, 'one'], [2, 2000, 'one'], [3, 90_000, 'two'], [5, 92_000, 'two']]).slice(2), [{}, {bytes_per_second: 1000, seconds_remaining: 8}]);
});

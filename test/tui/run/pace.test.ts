import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {
	leftText,
	noPace,
	notePace,
	type Pace,
	skipFile,
	sparkline,
} from '../../../source/tui/run/pace.ts';
import {TimeLeft} from '../../../source/backup/copying/time-left.ts';
import {doneEvent, statusEvent} from '../../support/screen-fixtures.ts';

const total = 10e9;

type Watched = {readonly pace: Pace; readonly left: TimeLeft};

/** Takes in the status of a run that tells the time that is left as runs do. */
function hear({pace, left}: Watched, at: number, bytes: number, skipped = 0): Pace {
	left.note({seconds: at, bytes: bytes - skipped, files: 0});
	const told = left.tell(total - bytes, 0);
	return notePace(pace, {
		...statusEvent, seconds_elapsed: at, bytes_done: bytes, total_bytes: total, seconds_remaining: told!,
	});
}

const begun = (): Watched => {
	const left = new TimeLeft();
	return {left, pace: hear({pace: noPace, left}, 0, 0)};
};

/** The paces that a run shows, from the bytes it reads in each quarter of a second. */
function watch(quarters: readonly number[], {pace, left} = begun()): readonly Pace[] {
	let bytes = 0;
	let next = pace;

	return quarters.map((more, index) => {
		bytes += more;
		next = hear({pace: next, left}, (index + 1) / 4, bytes);
		return next;
	});
}

const steady = (count: number, rate: number) => Array.from({length: count}, () => rate / 4);

test('the rates of the last seconds are drawn a cell each, the highest as a full one', () => {
	const paces = watch([...steady(4, 40e6), ...steady(4, 80e6), ...steady(4, 0), ...steady(4, 20e6)]);
	assert.equal(sparkline(paces.at(-1)!, 10), '▅█▁▃');
	assert.equal(sparkline(paces.at(-1)!, 2), '▁█');
});

test('nothing is drawn while there is nothing to compare, or nothing was read', () => {
	assert.equal(sparkline(watch(steady(7, 1e6)).at(-1)!, 10), '');
	assert.equal(sparkline(watch(steady(40, 0)).at(-1)!, 10), '');
});

test('a steady rate is a level line, whenever its statuses come', () => {
	fc.assert(fc.property(fc.array(fc.double({min: 0.05, max: 0.6, noNaN: true}), {minLength: 30, maxLength: 60}), pauses => {
		let at = 0;
		const {left, ...start} = begun();
		let {pace} = start;

		for (const pause of pauses) {
			at += pause;
			pace = hear({pace, left}, at, at * 50e6);
		}

		assert.match(sparkline(pace, 30), /^█*$/v);
	}));
});

test('no time is told in the first seconds; then it counts down and says what it is', () => {
	const paces = watch(steady(400, 50e6));
	assert.equal(leftText(paces[6]!), '');
	assert.equal(leftText(paces[20]!), 'about 3 min left');
	assert.equal(leftText(paces[399]!), 'about 2 min left');
});

test('the time left never grows at a steady rate, and changes seldom', () => {
	const texts = watch(steady(780, 50e6)).map(pace => leftText(pace));
	const changes = texts.filter((text, index) => text !== texts[index - 1]);
	assert.deepEqual(changes, [...new Set(changes)]);
	assert.ok(changes.length < 15, changes.join('; '));
});

test('a rate that goes up and down within seconds does not make the time left jump', () => {
	const quarters = Array.from({length: 400}, (_, index) => (Math.floor(index / 4) % 2 === 0 ? 90e6 : 10e6) / 4);
	const shown = watch(quarters).map(({shown: seconds}) => seconds).filter(seconds => seconds !== undefined);
	const rises = shown.filter((seconds, index) => index > 0 && seconds > shown[index - 1]!);
	assert.deepEqual(rises, []);
});

test('what was taken over without reading is no rate', () => {
	const start = begun();
	const before = watch(steady(8, 50e6), start).at(-1)!;
	const skipped = skipFile(before, doneEvent('old', {outcome: 'reused', bytes_in: 5e9}));
	const after = hear({pace: skipped, left: start.left}, 2.25, 100e6 + 5e9 + 12.5e6, 5e9);
	assert.equal(sparkline(after, 10), sparkline(before, 10));
	assert.ok(start.left.tell(50e6, 0)! > 0.98, 'as long as before');
});

test('a disk that made everything wait is slow: only the run knows what was a pause, and counts none', () => {
	const start = begun();
	const before = watch(steady(40, 50e6), start).at(-1)!;
	const hung = hear({pace: before, left: start.left}, 20, 500e6);
	assert.ok(hung.left! > before.left!);
});

test('the end that does not come is not said to be near for long', () => {
	const start = begun();
	let pace = watch(steady(790, 50e6), start).at(-1)!;
	const texts: string[] = [];

	// All is read, but for a byte that does not come; the run believes in it.
	for (let at = 200; at < 230; at += 0.25) {
		pace = notePace(pace, {
			...statusEvent, seconds_elapsed: at, bytes_done: total - 1, total_bytes: total, seconds_remaining: 0.1,
		});
		texts.push(leftText(pace));
	}

	const told = texts.filter(text => text === 'a few seconds left').length;
	assert.ok(told > 0 && told <= 4 * 11, String(told));
	assert.equal(texts.at(-1), '');
});

test('a time is told the more roughly the longer it is', () => {
	const texts = [4, 40, 180, 1500, 5400, 7200, 90_000].map(shown => leftText({...noPace, shown}));
	assert.deepEqual(texts, ['a few seconds left', 'about 40 s left', 'about 3 min left', 'about 25 min left', 'about 1 h 30 min left', 'about 2 h left', 'about 25 h left']);
});

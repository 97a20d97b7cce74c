import assert from 'node:assert/strict';
import {test} from 'node:test';
import {TimeLeft} from '../../source/backup/copying/time-left.ts';

type Phase = {readonly seconds: number; readonly bytes: number; readonly files: number};

/** What is told of a run after each quarter of a second of its phases, and how long it took in truth from there. `sizes`: bytes and files of all. */
function follow(phases: readonly Phase[]): ReadonlyArray<{readonly at: number; readonly told: number | undefined; readonly truth: number}> {
	const total = (key: keyof Phase) => phases.map(phase => phase[key]).reduce((sum, part) => sum + part, 0);
	const all = {seconds: total('seconds'), bytes: total('bytes'), files: total('files')};
	const left = new TimeLeft();
	const results = [];
	let start = {seconds: 0, bytes: 0, files: 0};

	for (const phase of phases) {
		for (let at = 0.25; at <= phase.seconds; at += 0.25) {
			const part = at / phase.seconds;
			const now = {seconds: start.seconds + at, bytes: start.bytes + (phase.bytes * part), files: start.files + Math.floor(phase.files * part)};
			left.note(now);
			results.push({at: now.seconds, told: left.tell(all.bytes - now.bytes, all.files - now.files), truth: all.seconds - now.seconds});
		}

		start = {seconds: start.seconds + phase.seconds, bytes: start.bytes + phase.bytes, files: start.files + phase.files};
	}

	return results;
}

const large: Phase = {seconds: 60, bytes: 6e9, files: 12};

test('of bytes alone, the time is that of the bytes', () => {
	for (const {told, truth} of follow([{...large, files: 0}]).slice(4)) {
		assert.ok(Math.abs(told! - truth) < 0.5, `${told} for ${truth}`);
	}
});

test('small files after large ones take time, although they have hardly a byte', () => {
	const small: Phase = {seconds: 10, bytes: 10e6, files: 10_000};
	const results = follow([large, small]);
	const before = results.find(({at}) => at === 60)!;
	assert.ok(before.told! > 4, `when all large ones are read: ${before.told} for ${before.truth}`);
	const half = results.find(({at}) => at === 65)!;
	assert.ok(half.told! > 3.5 && half.told! < 7, `half of the way: ${half.told} for ${half.truth}`);
});

test('where files cost more than is usual, that is learnt from the first of them', () => {
	const slow: Phase = {seconds: 100, bytes: 1e6, files: 1000};
	const results = follow([slow, {seconds: 10, bytes: 1e9, files: 2}]);
	const early = results.find(({at}) => at === 10)!;
	assert.ok(early.told! > 60, `${early.told} for ${early.truth}`);
});

test('where large files come after small ones, the small do not make the large last for ever', () => {
	const results = follow([{seconds: 10, bytes: 10e6, files: 10_000}, large]);
	const {told, truth} = results.find(({at}) => at === 30)!;
	assert.ok(told! < 2 * truth && told! > truth / 2, `${told} for ${truth}`);
});

test('nothing is told before anything was read, nor of bytes by files alone', () => {
	const left = new TimeLeft();
	assert.equal(left.tell(10, 1), undefined);
	left.note({seconds: 1, bytes: 0, files: 3});
	assert.equal(left.tell(10, 1), undefined);
	assert.ok(left.tell(0, 3)! > 0);
	left.note({seconds: 2, bytes: 5, files: 3});
	assert.ok(left.tell(10, 0)! > 1);
	assert.equal(left.tell(0, 0), 0);
});

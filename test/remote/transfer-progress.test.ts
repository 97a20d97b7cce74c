import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {PushPhase} from '../../source/remote/push-events.ts';
import {
	type SetProgress,
	type SetWork,
	TransferProgress,
	type TransferStatus,
} from '../../source/remote/transfer-progress.ts';

/** The status of a push whose sets are these, of which so many are done with. */
function statusOf(sets: readonly SetWork[], setsDone: number, progress: SetProgress, phase: PushPhase = 'send'): TransferStatus<PushPhase> {
	const told: Array<TransferStatus<PushPhase>> = [];
	const transfer = new TransferProgress<PushPhase>(status => {
		told.push(status);
	}, {moving: 'send', readingBack: 'check'});
	transfer.begin(sets);

	for (let index = 0; index < setsDone; index++) {
		transfer.endSet();
	}

	transfer.tell('2026-03-14', phase, progress, []);
	return told[0]!;
}

const fractions = (sets: readonly SetWork[], setsDone: number, ...all: readonly SetProgress[]) => all.map(progress => statusOf(sets, setsDone, progress).percent_done);

const whole = {bytes: 100, isMoved: true, isRead: true};

test('what is sent and read back is half done when it has come, and never done before the end', () => {
	assert.deepEqual(fractions([whole], 0, {there: 50, checked: 0}, {there: 100, checked: 0}, {there: 100, checked: 50}, {there: 100, checked: 100}), [0.25, 0.5, 0.75, 0.999]);
});

test('what is there already has only to be read', () => {
	assert.deepEqual(fractions([{...whole, isMoved: false}], 0, {there: 100, checked: 0}, {there: 100, checked: 40}), [0, 0.4]);
});

test('where nothing is read back, all that is sent is not all that is done', () => {
	assert.deepEqual(fractions([{...whole, isRead: false}], 0, {there: 25, checked: 0}, {there: 100, checked: 0}), [0.25, 0.999]);
	assert.deepEqual(fractions([{...whole, isMoved: false, isRead: false}, whole], 0, {there: 100, checked: 0}), [0]);
	assert.deepEqual(fractions([{...whole, isMoved: false, isRead: false}, whole], 1, {there: 0, checked: 0}), [0.333]);
});

test('what was read is told where something is', () => {
	assert.deepEqual([whole, {...whole, isRead: false}].map(set => statusOf([set], 0, {there: 100, checked: 0}, 'check').bytes_checked), [0, undefined]);
});

test('sets before count as a whole, in every figure', () => {
	const {percent_done: fraction, total_bytes: total, bytes_done: done, bytes_checked: checked, sets_done: setsDone} = statusOf([whole, {...whole, isRead: false}, {...whole, bytes: 200}], 2, {there: 200, checked: 20}, 'check');
	assert.deepEqual({
		fraction, total, done, checked, setsDone,
	}, {
		fraction: 0.743, total: 400, done: 400, checked: 120, setsDone: 2,
	});
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {EventQueue} from '../../source/backup/event-queue.ts';
import type {BackupEvent} from '../../source/backup/events.ts';
import {OutcomeRecorder} from '../../source/backup/outcome-recorder.ts';
import {Progress} from '../../source/backup/copying/copy-progress.ts';
import {recordOf} from '../support/copy-records.ts';
import {taken} from '../support/running.ts';

/** What is told by what is done with outcomes. */
async function tell(work: (outcomes: OutcomeRecorder) => void): Promise<{readonly events: BackupEvent[]; readonly progress: Progress; readonly outcomes: OutcomeRecorder}> {
	const queue = new EventQueue();
	const progress = new Progress(5, 100, 0);
	const outcomes = new OutcomeRecorder(queue, progress);
	work(outcomes);
	queue.close();
	return {events: await taken(queue), progress, outcomes};
}

test('a copy is told with all that is known of it, and counted', async () => {
	const {events, progress} = await tell(outcomes => {
		outcomes.settle(recordOf('a.log', {
			notes: ['grew'], bytesIn: 7, bytesOut: 27, isVerified: true,
		}));
		outcomes.settle(recordOf('b.log', {isVerified: false}), true);
	});
	assert.deepEqual(events, [
		{
			message_type: 'file', path: 'a.log', outcome: 'done', notes: ['grew'], bytes_in: 7, bytes_out: 27, verified: true, resumed: false,
		},
		{
			message_type: 'file', path: 'b.log', outcome: 'done', notes: [], bytes_in: 1, bytes_out: 21, verified: false, resumed: true,
		},
	]);
	assert.deepEqual([progress.filesDone, progress.filesTakenOver, progress.errorCount], [2, 1, 0]);
});

test('a linked copy tells from when it is, and a renamed file what it was called', async () => {
	const {events} = await tell(outcomes => {
		outcomes.settle(recordOf('a.log.1', {reusedFrom: '2026-03-13', listedAs: Buffer.from('a.log')}));
	});
	assert.partialDeepStrictEqual(events, [{
		message_type: 'file', path: 'a.log.1', listed_as: 'a.log', outcome: 'reused', reused_from: '2026-03-13',
	}]);
});

test('what failed is an error with its reason, counted as one; what vanished is not', async () => {
	const {events, progress, outcomes} = await tell(each => {
		each.settleMissing({path: Buffer.from('a'), outcome: 'failed', error: {message: 'permission denied (EACCES)', code: 'EACCES'}});
		each.settleMissing({path: Buffer.from('b'), outcome: 'vanished'});
		each.settleMissing({path: Buffer.from('c'), outcome: 'failed'});
	});
	assert.deepEqual(events, [
		{message_type: 'error', path: 'a', error: {message: 'permission denied (EACCES)', code: 'EACCES'}},
		{
			message_type: 'file', path: 'b', outcome: 'vanished', notes: [], bytes_in: 0, bytes_out: 0, verified: false, resumed: false,
		},
		{message_type: 'error', path: 'c', error: {message: 'unknown'}},
	]);
	assert.deepEqual([progress.filesDone, progress.errorCount], [3, 2]);
	assert.deepEqual(outcomes.missing.map(({path}) => path.toString()), ['a', 'b', 'c']);
});

test('what an earlier run left is told with its number, and not told where there was nothing', async () => {
	const {events} = await tell(outcomes => {
		outcomes.noteResumed(0);
		outcomes.noteSwept(0);
		outcomes.noteResumed(1);
		outcomes.noteSwept(3);
		outcomes.noteSwept(1);
	});
	assert.deepEqual(events.map(event => event.message_type === 'notice' && [event.notice, event.files]), [['resumed', 1], ['swept', 3], ['swept', 1]]);
});

test('a status after a failure counts it', async () => {
	const {events} = await tell(outcomes => {
		outcomes.settleMissing({path: Buffer.from('a'), outcome: 'failed'});
		outcomes.reportStatus();
	});
	assert.partialDeepStrictEqual(events.at(-1), {
		message_type: 'status', error_count: 1, files_done: 1, total_files: 5,
	});
});

import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import {Backlog} from '../../source/backup/backlog.ts';
import {EventQueue} from '../../source/backup/event-queue.ts';
import type {BackupEvent} from '../../source/backup/events.ts';
import {Progress} from '../../source/backup/copying/copy-progress.ts';
import {statusOf} from '../../source/backup/status-event.ts';
import {taken} from '../support/running.ts';

const status = (files: number): BackupEvent => statusOf(new Progress(files, 0, 0), 0);
const notice = (files: number): BackupEvent => ({
	message_type: 'notice', notice: 'swept', message: '', files,
});

test('events come in their order, and of statuses that nobody took only the last', async () => {
	const queue = new EventQueue();

	for (const event of [status(1), notice(1), notice(2), status(2), status(3), notice(3), status(4)]) {
		queue.push(event);
	}

	queue.close();
	assert.deepEqual(await taken(queue), [status(1), notice(1), notice(2), status(3), notice(3), status(4)]);
});

test('who waits is told of what comes, however it comes, and of the end', async () => {
	const queue = new EventQueue();
	const heard: BackupEvent[] = [];
	const reading = (async () => {
		for await (const event of queue) {
			heard.push(event);

			if (heard.length === 1) {
				queue.push(notice(2));
			}
		}
	})();
	await setImmediate();
	queue.push(notice(1));
	await setImmediate();
	assert.deepEqual(heard, [notice(1), notice(2)]);
	queue.push(notice(3));
	await setImmediate();
	queue.close();
	await reading;
	assert.deepEqual(heard, [notice(1), notice(2), notice(3)]);
});

test('whoever adds to a full backlog waits until a piece of work is done, well or not', async () => {
	const backlog = new Backlog(2);
	const works = Array.from({length: 3}, () => Promise.withResolvers<void>());
	backlog.add(works[0]!.promise);
	await backlog.room();
	backlog.add(works[1]!.promise);
	let entered = 0;
	const enter = async () => {
		await backlog.room();
		entered++;
	};

	const waiting = [enter(), enter()];
	await setImmediate();
	assert.equal(entered, 0);
	works[0]!.reject(new Error('told elsewhere'));
	await setImmediate();
	assert.equal(entered, 1, 'one for one');
	backlog.add(works[2]!.promise);
	let isSettled = false;
	const settled = (async () => {
		await backlog.settled();
		isSettled = true;
	})();
	works[1]!.reject(new Error('told elsewhere'));
	await Promise.all(waiting);
	assert.equal(entered, 2);
	await setImmediate();
	assert.equal(isSettled, false);
	works[2]!.resolve();
	await settled;
	await backlog.room();
});

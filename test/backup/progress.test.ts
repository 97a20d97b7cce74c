import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Progress} from '../../source/backup/copying/copy-progress.ts';
import {statusOf} from '../../source/backup/status-event.ts';

const path = Buffer.from('syslog');

/** The status a second after so many bytes were read. */
function advanced(bytes: number) {
	const progress = new Progress(1, 10, 0);
	progress.advance(progress.begin(path, 10), bytes);
	return statusOf(progress, 1000);
}

test('a status tells what is done, what is under way and what is left', () => {
	const progress = new Progress(3, 6000, 1000);
	const first = progress.begin(path, 1000);
	progress.advance(first, 1000);
	progress.end(first);
	progress.filesDone = 1;
	progress.errorCount = 1;
	progress.bytesWritten = 321;
	const second = progress.begin(Buffer.from([0x6F, 0xFF]), 3000);
	progress.advance(second, 500);
	progress.others = () => [{path: Buffer.from('small'), bytesDone: 0, totalBytes: 7}];
	assert.deepEqual(statusOf(progress, 3000), {
		message_type: 'status',
		seconds_elapsed: 2,
		seconds_remaining: 6,
		percent_done: 0.25,
		total_files: 3,
		files_done: 1,
		total_bytes: 6000,
		bytes_done: 1500,
		bytes_written: 321,
		bytes_per_second: 750,
		error_count: 1,
		files_checking: 0,
		current_files: [
			{
				path: String.raw`o\xff`, path_b64: 'b/8=', bytes_done: 500, total_bytes: 3000,
			},
			{path: 'small', bytes_done: 0, total_bytes: 7},
		],
	});
});

test('seconds have two decimals, and the part that is done four', () => {
	const progress = new Progress(1, 3, 0);
	progress.advance(progress.begin(path, 3), 1);
	const {seconds_elapsed: elapsed, seconds_remaining: remaining, percent_done: done} = statusOf(progress, 1234.5);
	assert.deepEqual([elapsed, remaining, done], [1.23, 2.47, 0.3333]);
});

test('before anything was read there is no rate, and no time to tell by it', () => {
	const status = statusOf(new Progress(1, 10, 500), 500);
	assert.equal(status.bytes_per_second, 0);
	assert.ok(!('seconds_remaining' in status));
	assert.deepEqual([status.percent_done, status.bytes_written, status.files_done, status.error_count], [0, 0, 0, 0]);
	assert.equal('seconds_remaining' in advanced(1), true, 'but with the first byte');
});

test('with no bytes to read, files tell when all is done', () => {
	const progress = new Progress(2, 0, 0);
	progress.filesDone = 1;
	assert.equal(statusOf(progress, 1).percent_done, 0);
	progress.filesDone = 2;
	assert.equal(statusOf(progress, 1).percent_done, 1);
});

test('what needs no reading is done, and is no part of the rate', () => {
	const progress = new Progress(2, 1000, 0);
	progress.skip(600);
	const status = statusOf(progress, 1000);
	assert.deepEqual([status.bytes_done, status.percent_done, status.bytes_per_second], [600, 0.6, 0]);
});

test('a file that has more than its size said is counted as it is, and one that has less is not missed', () => {
	const progress = new Progress(2, 300, 0);
	const growing = progress.begin(path, 100);
	progress.advance(growing, 100);
	assert.equal(statusOf(progress, 1).total_bytes, 300);
	progress.advance(growing, 50);
	assert.deepEqual([statusOf(progress, 1).total_bytes, growing.totalBytes], [350, 150]);
	progress.end(growing);
	const shrinking = progress.begin(path, 200);
	progress.resize(shrinking, 150);
	assert.equal(statusOf(progress, 1).total_bytes, 300);
	progress.advance(shrinking, 20);
	progress.end(shrinking);
	assert.deepEqual([statusOf(progress, 1).total_bytes, statusOf(progress, 1).bytes_done, statusOf(progress, 1).percent_done], [170, 170, 1]);
	assert.deepEqual(progress.activeFiles, []);
});

test('a file that is read once more counts once, and one whose turn comes again not yet', () => {
	const progress = new Progress(1, 100, 0);
	const file = progress.begin(path, 100);
	progress.advance(file, 80);
	progress.restart(file);
	assert.equal(statusOf(progress, 1).bytes_done, 0);
	progress.postpone(file);
	assert.deepEqual([progress.activeFiles, statusOf(progress, 1).total_bytes], [[], 100]);
});

test('what comes to be known later adds to the whole', () => {
	const progress = new Progress(1, 100, 0);
	progress.expect(2, 50);
	assert.deepEqual([statusOf(progress, 1).total_files, statusOf(progress, 1).total_bytes], [3, 150]);
});

test('the rate is that of the last five seconds', () => {
	const progress = new Progress(1, 1e9, 0);
	const file = progress.begin(path, 1e9);

	for (let second = 1; second <= 10; second++) {
		progress.advance(file, 1000);
		assert.equal(statusOf(progress, second * 1000).bytes_per_second, 1000);
	}

	for (let second = 11; second <= 14; second++) {
		statusOf(progress, second * 1000);
	}

	// Nothing since second 10; the window begins with the last sample before it.
	assert.equal(statusOf(progress, 15_000).bytes_per_second, 167);
	assert.equal(statusOf(progress, 15_001).bytes_per_second, 0);
});

test('a file that is read back is named as that until it is over', () => {
	const progress = new Progress(2, 200, 0);
	const file = progress.begin(path, 100);
	progress.advance(file, 100);
	progress.end(file);
	progress.check(file);
	const {files_checking: checking, current_files: current, bytes_done: done} = statusOf(progress, 1);
	assert.deepEqual([checking, current, done], [1, [{
		path: 'syslog', bytes_done: 100, total_bytes: 100, checking: true,
	}], 100]);
	progress.checked(file);
	assert.deepEqual([statusOf(progress, 1).files_checking, statusOf(progress, 1).current_files], [0, []]);
});

test('a pause counts neither in the time nor in the rate', () => {
	const progress = new Progress(1, 10_000, 0);
	const file = progress.begin(path, 10_000);
	progress.advance(file, 1000);
	statusOf(progress, 1000);
	progress.pause(60_000);
	progress.advance(file, 1000);
	const {seconds_elapsed: elapsed, bytes_per_second: rate, seconds_remaining: left} = statusOf(progress, 62_000);
	assert.deepEqual([elapsed, rate, left], [2, 1000, 8]);
	assert.equal(progress.paused, 60_000);
});

test('of what is made of records, so many tell how much there will be, and how far it is', () => {
	const progress = new Progress(1, 100, 0);
	const tracked = progress.begin(path, 100, true);
	let records = 0;
	tracked.reached = () => records === 0 ? undefined : {records, total: 8000, time: Date.parse('2026-03-14T08:15:00Z') * 1000};
	progress.advance(tracked, 50);
	assert.ok(!('time_reached' in statusOf(progress, 1).current_files[0]!));
	records = 10;
	progress.advance(tracked, 10);
	assert.equal(statusOf(progress, 1).total_bytes, 100, 'a few tell nothing');
	records = 2000;
	progress.advance(tracked, 1940);
	const status = statusOf(progress, 1);
	assert.deepEqual([status.total_bytes, status.percent_done], [8000, 0.25]);
	assert.partialDeepStrictEqual(status.current_files, [{
		bytes_done: 2000, total_bytes: 8000, estimated: true, records_done: 2000, total_records: 8000, time_reached: '2026-03-14T08:15:00.000Z',
	}]);
});

test('nothing done for five seconds is told in whole seconds, until something is read, written or finished; a halt is no such time', () => {
	const progress = new Progress(2, 1000, 0);
	const idleAt = (now: number) => statusOf(progress, now).seconds_idle;
	progress.bytesWritten = 1;
	assert.deepEqual([idleAt(1000), idleAt(5999), idleAt(6000), idleAt(7999)], [undefined, undefined, 5, 6]);
	const file = progress.begin(path, 1000);
	assert.equal(idleAt(8000), 7, 'a turn that has come is nothing done');

	for (const [index, act] of [
		() => {
			progress.advance(file, 1);
		},
		() => progress.bytesWritten++,
		() => progress.filesDone++,
	].entries()) {
		const began = 10_000 * (index + 1);
		assert.equal(idleAt(began), 9, `before ${index}`);
		act();
		assert.deepEqual([idleAt(began + 1000), idleAt(began + 5999), idleAt(began + 6000)], [undefined, undefined, 5], String(index));
	}

	progress.pause(60_000);
	assert.equal(idleAt(31_000 + 64_999), undefined);
	assert.equal(idleAt(31_000 + 65_000), 5);
});

test('of files that are read back no more than sixteen are named, and all are counted', () => {
	const progress = new Progress(20, 0, 0);
	const named = (count: number) => {
		progress.check({path: Buffer.from(`${count}`), bytesDone: 0, totalBytes: 0});
		const {files_checking: checking, current_files: current} = statusOf(progress, 1);
		return [checking, current.length, current.at(-1)!.path];
	};

	assert.deepEqual(Array.from({length: 17}, (_, index) => named(index + 1)).slice(-2), [[16, 16, '16'], [17, 16, '16']]);
});

test('what an earlier run had copied says nothing of how long the rest takes', () => {
	const left = (takenOver: number) => {
		const progress = new Progress(takenOver + 2, 2000, 0);
		progress.filesDone = takenOver;
		progress.filesTakenOver = takenOver;
		progress.advance(progress.begin(path, 1000), 1000);
		return statusOf(progress, 10_000).seconds_remaining;
	};

	assert.equal(left(5000), left(0));
});

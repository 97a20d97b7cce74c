import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isRacy, isSettled, restrictedMetadata} from '../../source/origin/source-access.ts';
import {describeStats} from '../../source/origin/source-file.ts';
import {statsOf} from '../support/stats.ts';

const nanoseconds = (milliseconds: number) => BigInt(milliseconds) * 1_000_000n;

/** Of a file that was changed, and written to, at moments in milliseconds; on a file system that keeps nanoseconds unless both are whole seconds. */
const changedAt = (ctimeMs: number, mtimeMs = 0, fraction = 1n) => statsOf({
	ctimeMs: BigInt(ctimeMs), ctimeNs: nanoseconds(ctimeMs) + fraction, mtimeMs: BigInt(mtimeMs), mtimeNs: nanoseconds(mtimeMs),
});

test('nothing has changed since a moment if the last change is older than a tick of the clock', () => {
	assert.equal(isSettled(changedAt(100_000), 100_021), true);
	assert.equal(isSettled(changedAt(100_000), 100_020), false);
	assert.equal(isSettled(changedAt(100_000), 99_000), false);
});

test('a clock of whole seconds ticks every two', () => {
	assert.equal(isSettled(changedAt(100_000, 0, 0n), 102_001), true);
	assert.equal(isSettled(changedAt(100_000, 0, 0n), 102_000), false);
	assert.equal(isSettled(changedAt(100_500, 0, 0n), 100_521), true, 'half a second is none of such a clock');
});

test('what was written to in the same tick may be written to again', () => {
	assert.equal(isRacy(changedAt(100_000, 50_000), 200_000), false);
	assert.equal(isRacy(changedAt(200_000, 50_000), 200_000), true, 'changed just now');
	assert.equal(isRacy(changedAt(100_000, 199_979), 200_000), false);
	assert.equal(isRacy(changedAt(100_000, 199_980), 200_000), true, 'written to just now, if its time is to be believed');
	assert.equal(isRacy(changedAt(100_000, 900_000), 200_000), true, 'from the future');
});

const stats = (mode: number, uid = 1, gid = 2) => statsOf({
	mode: BigInt(mode), uid: BigInt(uid), gid: BigInt(gid), mtimeNs: 3n, atimeNs: 4n,
});

test('a copy gets no more than the source allowed both before and after its attributes were read', () => {
	assert.deepEqual(restrictedMetadata(stats(0o644), stats(0o640), {}), {
		uid: 1, gid: 2, mode: 0o640, mtimeNs: 3n, atimeNs: 4n, isRestricted: false,
	});
	assert.equal(restrictedMetadata(stats(0o600), stats(0o644), {}).mode, 0o600);
	assert.equal(restrictedMetadata(stats(0o644), stats(0o644), {isRestricted: true}).isRestricted, true);
	assert.equal(restrictedMetadata(stats(0o644), stats(0o644, 9), {}).isRestricted, true, 'given to another user meanwhile');
	assert.equal(restrictedMetadata(stats(0o644), stats(0o644, 1, 9), {}).isRestricted, true, 'and to another group');
});

test('a manifest has of a source what tells whether it is still the same', () => {
	const source = statsOf({
		...stats(0o10_0640, 12, 34), dev: 5n, ino: -1n, size: 77n, ctimeMs: 100_000n, ctimeNs: 100_000_000_001n, mtimeMs: 90_000n, mtimeNs: 90_000_000_002n,
	});
	assert.deepEqual(describeStats(source, 200_000), {
		dev: '5', ino: '18446744073709551615', size: 77, mtime_ns: '90000000002', ctime_ns: '100000000001', mode: '0640', uid: 12, gid: 34,
	});
	assert.equal(describeStats(source, 100_000).racy, true);
	assert.equal(describeStats({...source, mode: 0o10_4755n}, 200_000).mode, '4755');
	assert.equal(describeStats({...source, mode: 0o10_0004n}, 200_000).mode, '0004');
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	alreadyExists,
	AlreadyExistsError,
	exitCodeFor,
	explainTaken,
	failureMessage,
	Interruption,
	NothingToDoError,
	TakenError,
} from '../../source/exit/failure.ts';
import {DestinationError, SourceError} from '../../source/files/errors.ts';
import {OutOfMemoryError} from '../../source/compression/free-list.ts';
import type {SetOverview} from '../../source/set/catalog.ts';
import {LockedError} from '../../source/set/lock/lock.ts';
import {NoSpaceError} from '../../source/set/space.ts';

test('each end of a run has its exit code', () => {
	const ends: ReadonlyArray<readonly [unknown, number]> = [
		[new Interruption('SIGHUP'), 129],
		[new Interruption('SIGINT'), 130],
		[new Interruption('SIGPIPE'), 141],
		[new Interruption('SIGTERM'), 143],
		[new AlreadyExistsError('2026-03-14'), 4],
		[new LockedError('held'), 11],
		[new NoSpaceError('full'), 14],
		[new DestinationError('full', {code: 'ENOSPC'}), 14],
		[new DestinationError('over quota', {code: 'EDQUOT'}), 14],
		[new DestinationError('broken', {code: 'EIO'}), 1],
		[new TakenError('taken'), 1],
		[new NothingToDoError('nothing'), 1],
		[new SourceError('unreadable', {code: 'EACCES'}), 1],
		// Of the source, that is no lack of space.
		[new SourceError('odd', {code: 'ENOSPC'}), 1],
		[new TypeError('unforeseen'), 1],
		['not even an error', 1],
	];

	for (const [error, code] of ends) {
		assert.equal(exitCodeFor(error), code, String(error));
	}
});

test('what was foreseen is told in its own words, and a lack of memory as one', () => {
	for (const error of [
		new Interruption('SIGINT'),
		new AlreadyExistsError('2026-03-14'),
		new NothingToDoError('nothing there'),
		new LockedError('held'),
		new DestinationError('broken'),
		new SourceError('unreadable'),
	]) {
		assert.equal(failureMessage(error), error.message);
		assert.equal(error.name, error.constructor.name);
	}

	for (const code of ['ENOMEM', 'Z_MEM_ERROR', 'ERR_MEMORY_ALLOCATION_FAILED', 'ERR_WORKER_OUT_OF_MEMORY', 'ERR_WORKER_INIT_FAILED']) {
		assert.match(failureMessage(Object.assign(new Error('x'), {code})), /--jobs 1/v, code);
	}

	assert.match(failureMessage(new OutOfMemoryError('x')), /--jobs 1/v);
	assert.match(failureMessage(new RangeError('Array buffer allocation failed')), /--jobs 1/v);

	for (const error of [new RangeError('Invalid array length'), new Error('Array buffer allocation failed'), Object.assign(new Error('odd'), {code: 'EODD'})]) {
		assert.doesNotMatch(failureMessage(error), /--jobs/v, error.message);
		assert.ok(failureMessage(error).includes(error.message));
	}
});

const standpoint = {destinationPath: '/backups', own: {host: 'web1', sources: ['/var/log']}};

const overview = (facts: Partial<SetOverview>): SetOverview => ({
	date: '2026-03-14', isStaging: false, state: 'complete', origin: {host: 'web1', source: '/var/log'}, ...facts,
});

test('a set of this host and source, of the old script or of a later version is taken for one; any other is in the way', () => {
	const {origin: _, ...unknown} = overview({});

	for (const set of [overview({}), overview({state: 'partial'}), {...unknown, state: 'foreign' as const}, unknown]) {
		assert.equal(explainTaken(set, standpoint), undefined);
	}

	const other = explainTaken(overview({origin: {host: 'web2', source: '/var/log'}}), standpoint);
	assert.ok(other instanceof TakenError);
	assert.match(other.message, /--dest.+--host web2$/v);
	const elsewhere = explainTaken(overview({origin: {host: 'web1', source: '/srv'}}), standpoint);
	assert.match(elsewhere!.message, /--dest/v);
	assert.doesNotMatch(elsewhere!.message, /--host/v);
	const named = explainTaken(overview({origin: {host: 'web 2', source: '/srv'}}), standpoint);
	assert.match(named!.message, /--host 'web 2'$/v);
});

test('what is no backup is named with what to do about it', () => {
	assert.match(explainTaken(overview({state: 'empty', problem: 'it is empty, as if nothing had been copied'}), standpoint)!.message, /\/backups\/2026-03-14.+rmdir \/backups\/2026-03-14$/v);
	assert.match(explainTaken(overview({state: 'empty', problem: 'nothing that could be a copy is in it'}), standpoint)!.message, /mv \/backups\/2026-03-14 \/backups\/2026-03-14\.empty$/v);
	assert.match(explainTaken(overview({state: 'damaged', problem: 'it is cut short'}), standpoint)!.message, /it is cut short.+mv \/backups\/2026-03-14 \/backups\/2026-03-14\.damaged$/v);
	assert.match(explainTaken(overview({state: 'damaged'}), standpoint)!.message, /: damaged\. /v);
	assert.match(explainTaken(overview({state: 'empty'}), standpoint)!.message, /: empty\. .+mv /v);
	assert.equal(explainTaken(overview({state: 'empty'}), standpoint)!.name, 'TakenError');
});

test('a set that stands says how many files failed in it', () => {
	const message = (filesFailed: number) => {
		const head = Object.assign(Object.create(null) as NonNullable<SetOverview['head']>, {filesFailed});
		return alreadyExists(overview({head}), standpoint).message;
	};

	assert.equal(message(0), 'Backup for 2026-03-14 already exists!');
	assert.match(message(1), /already exists! 1 file failed: --retry tries it again$/v);
	assert.match(message(2), /already exists! 2 files failed: --retry tries them again$/v);
	assert.equal(alreadyExists(overview({}), standpoint).message, 'Backup for 2026-03-14 already exists!');
	assert.ok(alreadyExists(overview({state: 'damaged'}), standpoint) instanceof TakenError);
});

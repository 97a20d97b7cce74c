import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	alreadyExists,
	AlreadyExistsError,
	describeFailure,
	exitCodeFor,
	explainTaken,
	Interruption,
	NothingToDoError,
	SetNameTakenError,
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
		[new NoSpaceError('full', 'make room'), 14],
		[new DestinationError('full', {code: 'ENOSPC'}), 14],
		[new DestinationError('over quota', {code: 'EDQUOT'}), 14],
		[new DestinationError('broken', {code: 'EIO'}), 1],
		[new SetNameTakenError('taken'), 1],
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
		assert.deepEqual(describeFailure(error), {message: error.message});
		assert.equal(error.name, error.constructor.name);
	}

	for (const code of ['ENOMEM', 'Z_MEM_ERROR', 'ERR_MEMORY_ALLOCATION_FAILED', 'ERR_WORKER_OUT_OF_MEMORY', 'ERR_WORKER_INIT_FAILED']) {
		assert.match(describeFailure(Object.assign(new Error('x'), {code})).remedy ?? '', /--jobs 1/v, code);
	}

	assert.match(describeFailure(new OutOfMemoryError('x')).remedy ?? '', /--jobs 1/v);
	assert.match(describeFailure(new RangeError('Array buffer allocation failed')).remedy ?? '', /--jobs 1/v);
	assert.deepEqual(describeFailure(new DestinationError('full', {remedy: 'Make room'})), {message: 'full', remedy: 'Make room'});

	for (const error of [new RangeError('Invalid array length'), new Error('Array buffer allocation failed'), Object.assign(new Error('odd'), {code: 'EODD'})]) {
		const {message, remedy = ''} = describeFailure(error);
		assert.doesNotMatch(remedy, /--jobs/v, error.message);
		assert.ok(message.includes(error.message));
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
	assert.ok(other instanceof SetNameTakenError);
	assert.match(other.remedy ?? '', /--dest.+--host web2$/v);
	const elsewhere = explainTaken(overview({origin: {host: 'web1', source: '/srv'}}), standpoint);
	assert.match(elsewhere!.remedy ?? '', /--dest/v);
	assert.doesNotMatch(elsewhere!.remedy ?? '', /--host/v);
	const named = explainTaken(overview({origin: {host: 'web 2', source: '/srv'}}), standpoint);
	assert.match(named!.remedy ?? '', /--host 'web 2'$/v);
});

test('a directory that is not a backup is named with what to do about it', () => {
	const taken = (facts: Partial<SetOverview>) => explainTaken(overview(facts), standpoint)!;
	const vacant = taken({state: 'empty', problem: 'nothing', isVacant: true});
	assert.match(vacant.message, /\/backups\/2026-03-14.+: nothing$/v);
	assert.equal(vacant.remedy, 'Remove it: rmdir /backups/2026-03-14');
	assert.match(taken({state: 'empty', problem: 'it is empty, as it says'}).remedy ?? '', /: mv \/backups\/2026-03-14 \/backups\/2026-03-14\.empty$/v);
	const damaged = taken({state: 'damaged', problem: 'it is cut short'});
	assert.match(damaged.message, /: it is cut short$/v);
	assert.match(damaged.remedy ?? '', /: mv \/backups\/2026-03-14 \/backups\/2026-03-14\.damaged$/v);
	assert.match(taken({state: 'damaged'}).message, /: damaged$/v);
	assert.match(taken({state: 'empty'}).message, /: empty$/v);
	assert.equal(taken({state: 'empty'}).name, 'SetNameTakenError');
});

test('a set that stands says how many files failed in it', () => {
	const error = (filesFailed: number) => {
		const head = Object.assign(Object.create(null) as NonNullable<SetOverview['head']>, {filesFailed});
		return alreadyExists(overview({head}), standpoint);
	};

	assert.equal(error(0).message, 'Backup for 2026-03-14 already exists!');
	assert.equal(error(0).remedy, undefined);
	assert.match(error(1).message, /already exists! 1 file failed$/v);
	assert.match(error(1).remedy ?? '', /^--retry /v);
	assert.match(error(2).message, /already exists! 2 files failed$/v);
	assert.match(error(2).remedy ?? '', /^--retry /v);
	assert.equal(alreadyExists(overview({}), standpoint).message, 'Backup for 2026-03-14 already exists!');
	assert.ok(alreadyExists(overview({state: 'damaged'}), standpoint) instanceof SetNameTakenError);
});

import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {openTarget, type TargetOptions} from '../../source/recovery/open-target.ts';
import {planRestore, type PlannedFile} from '../../source/recovery/plan-restore.ts';
import type {RestoreEvent} from '../../source/recovery/restore-events.ts';
import {restoreFiles} from '../../source/recovery/restoration.ts';
import type {VerifyEvent} from '../../source/recovery/verify-events.ts';
import {TargetError} from '../../source/recovery/target-error.ts';
import {verifySets} from '../../source/recovery/verification.ts';
import {openSet} from '../../source/set/open-set.ts';
import {backUpHere} from '../support/running.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {sampleLog} from '../support/sample-logs.ts';

/** A set of three files, opened; what is restored goes to a directory beside it. */
async function withSet() {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(3000, 1));
	await sandbox.add('b.log', sampleLog(900_000, 2));
	await sandbox.add('c.log', sampleLog(5000, 3));
	await backUpHere(sandbox);
	const destination = await Directory.open(sandbox.destination);
	const set = await openSet(destination, {date: someDate, isStaging: false}, false);
	const planned = await planRestore(set!, set!.files);
	const to = path.join(sandbox.root, 'restored');
	const events: RestoreEvent[] = [];
	return {
		sandbox,
		to,
		events,
		plan: planned,
		open: async (options: Partial<TargetOptions> = {}) => openTarget({
			location: to, destination, create: true, checkSpace: false, ...options,
		}),
		async restore(signal: AbortSignal, onEvent?: (event: RestoreEvent) => void, {changed = {}, plan = planned}: {readonly changed?: object; readonly plan?: readonly PlannedFile[]} = {}) {
			const target = Object.assign((await this.open())!, changed);
			return restoreFiles({
				set: set!,
				plan,
				target,
				overwrite: false,
				jobs: 1,
				report(event) {
					events.push(event);
					onEvent?.(event);
				},
				signal,
			});
		},
		async [Symbol.asyncDispose]() {
			await set!.directory.close();
			await destination.close();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

const {signal} = new AbortController();

test('a status of a restoration after a failure counts it, and what is done', async () => {
	await using place = await withSet();
	await fs.mkdir(place.to);
	await fs.writeFile(path.join(place.to, 'b.log'), 'in the way');
	await place.restore(signal);
	const status = place.events.find(event => event.message_type === 'status');
	assert.partialDeepStrictEqual(status, {
		error_count: 1, files_done: 1, total_files: 3, total_bytes: 908_000, bytes_done: 5000, percent_done: 0.006,
	});
	assert.ok(status!.seconds_elapsed >= 0);
	const failure = place.events.find(event => event.message_type === 'error');
	assert.deepEqual(failure!.error, {message: 'already exists'});
});

test('a restoration that is stopped says what stays, and leaves nothing half-done', async () => {
	await using place = await withSet();
	const controller = new AbortController();
	await assert.rejects(place.restore(controller.signal, event => {
		if (event.message_type === 'file') {
			controller.abort(new Error('stopped'));
		}
	}), /^Error: stopped$/v);
	assert.deepEqual(await fs.readdir(place.to), ['b.log']);
	assert.partialDeepStrictEqual(place.events.at(-1), {message_type: 'notice', notice: 'stopped'});
	assert.match((place.events.at(-1) as {readonly message: string}).message, /^1 file was restored before that/v);
});

test('a target that takes no more ends a restoration at once; one that has too little space, before it begins', async () => {
	await using place = await withSet();
	const full = async () => {
		throw new TargetError('full', {code: 'ENOSPC'});
	};

	await assert.rejects(place.restore(signal, undefined, {changed: {write: full}}), {name: 'TargetError'});
	assert.deepEqual(place.events.map(({message_type: type}) => type), ['restore_start']);
	assert.equal(await exists(place.to), false);
	place.events.length = 0;
	await assert.rejects(place.restore(signal, undefined, {changed: {refuseWithoutSpace: full}}), {name: 'TargetError'});
	assert.deepEqual(place.events, []);
});

test('a file that cannot stand beside the others fails, and costs none of them', async () => {
	await using place = await withSet();
	const [first, ...others] = place.plan;
	const restored = await place.restore(signal, undefined, {plan: [{...first!, problem: 'odd'}, ...others]});
	assert.partialDeepStrictEqual(restored, {total_files: 3, files_restored: 2, files_failed: 1});
	assert.deepEqual(place.events.filter(event => event.message_type === 'error').map(({error}) => error), [{message: 'odd'}]);
	assert.deepEqual((await fs.readdir(place.to)).toSorted(), ['b.log', 'c.log']);
});

test('what would use up the space, or the inodes, is refused if that matters', async () => {
	await using place = await withSet();
	const target = await place.open({checkSpace: true});
	const lack = {name: 'TargetError', code: 'ENOSPC', remedy: /--no-space-check/v};
	await assert.rejects(target!.refuseWithoutSpace({bytes: 1e18, files: 0}), lack);
	await target!.refuseWithoutSpace({bytes: 0, files: 0});
	await target!.finish();
	const careless = await place.open();
	await careless!.refuseWithoutSpace({bytes: 1e18, files: 1e15});
	await careless!.finish();
});

test('a target that is refused is left closed, and one that cannot be looked at says why', async () => {
	await using place = await withSet();
	const before = readdirSync('/proc/self/fd').length;
	await assert.rejects(place.open({location: place.sandbox.destination}), {name: 'DestinationError'});
	await assert.rejects(place.open({location: `${place.sandbox.root}/${'n'.repeat(300)}`}), {
		name: 'DestinationError', code: 'ENAMETOOLONG', message: /^cannot restore into .+: name too long \(ENAMETOOLONG\)$/v,
	});
	assert.equal(readdirSync('/proc/self/fd').length, before);
	const closed = await Directory.open(place.sandbox.root);
	await closed.close();
	await assert.rejects(place.open({destination: closed}), {name: 'DestinationError', message: /^cannot look at the backups: /v});
	assert.equal(await exists(place.to), false);
});

test('a status of a verification tells which set it is at, and what was found before', async () => {
	await using place = await withSet();
	await backUpHere(place.sandbox, {date: '2026-03-15'});
	await fs.rm(path.join(place.sandbox.destination, '2026-03-15/b.log.gz'));
	const events: VerifyEvent[] = [];
	await using destination = await Directory.open(place.sandbox.destination);
	await verifySets({
		destination,
		names: [{date: '2026-03-15', isStaging: false}, {date: someDate, isStaging: false}],
		isRunning: false,
		jobs: 1,
		engine: 'zlib',
		report(event) {
			events.push(event);
		},
		signal,
	});
	const status = events.find(event => event.message_type === 'status');
	const [start] = events as [Extract<VerifyEvent, {message_type: 'verify_start'}>];
	assert.partialDeepStrictEqual(status, {
		date: '2026-03-15', total_sets: 2, sets_done: 0, total_bytes: start.total_bytes, error_count: 0,
	});
	assert.ok(status!.bytes_done > 0 && status!.bytes_done < start.total_bytes);
	assert.ok(status!.percent_done > 0 && status!.percent_done < 1);
	assert.deepEqual(events.filter(event => event.message_type === 'set_verified').map(({date, findings}) => [date, findings]), [['2026-03-15', 1], [someDate, 0]]);
});

import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {existsSync, renameSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import type {BackupEvent} from '../../source/backup/events.ts';
import {Interruption} from '../../source/exit/failure.ts';
import {Directory} from '../../source/files/directory.ts';
import {DestinationError} from '../../source/files/errors.ts';
import {formatOf} from '../../source/formats/formats.ts';
import {createZlibEngine} from '../../source/gzip/zlib-engine.ts';
import {NoSpaceError, SpaceWatch} from '../../source/set/space.ts';
import {Calls} from '../support/calls.ts';
import {exists} from '../support/files.ts';
import {backUpHere, withLogs} from '../support/running.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Sandbox} from '../support/sandbox.ts';

const isCopy = (event: BackupEvent) => event.message_type === 'file';

test('without space left, what was copied is given back, and counts as not done; after any other failure of the destination it is kept', async t => {
	for (const [failure, code, kept, notDone] of [
		[new NoSpaceError('it is full', ''), 14, 0, 3],
		[new DestinationError('the disk fails', {code: 'EIO'}), 1, 3, 0],
	] as const) {
		await using sandbox = await withLogs();
		const check = t.mock.method(SpaceWatch.prototype, 'check', async (upcoming = 0) => {
			// Asked so before manifest and checksums are written.
			if (upcoming > 0) {
				throw failure;
			}
		});
		const reported = await backUpHere(sandbox, {checkSpace: true, reserve: {bytes: 0}});
		check.mock.restore();
		assert.partialDeepStrictEqual(reported.one('exit_error'), {code, files_kept: kept, files_not_done: notDone});
		assert.deepEqual([await exists(sandbox.staging), await exists(sandbox.set)], [kept > 0, false], failure.message);
		assert.equal((await backUpHere(sandbox)).one('summary').files_resumed, kept);
	}
});

test('copies in a staging that was moved away are not kept for the next run', async () => {
	await using sandbox = await withLogs();
	let done = 0;
	const reported = await backUpHere(sandbox, {
		jobs: 1,
		onEvent(event, controller) {
			if (isCopy(event) && ++done === 3) {
				renameSync(sandbox.staging, path.join(sandbox.destination, 'elsewhere'));
				controller.abort(new Interruption('SIGINT'));
			}
		},
	});
	assert.partialDeepStrictEqual(reported.one('exit_error'), {files_kept: 0, files_not_done: 3});
	assert.equal(await exists(sandbox.set), false);
});

test('a set whose name cannot be synced stands; the run has failed, and nothing of it is for the next one', async t => {
	await using sandbox = await withLogs();
	await fs.mkdir(sandbox.destination, {recursive: true});
	const calls = await Calls.watch(t, sandbox.destination);
	calls.fail({test: call => call === 'sync .' && existsSync(sandbox.set)}, 'EIO');
	const reported = await backUpHere(sandbox);
	calls.end();
	assert.partialDeepStrictEqual(reported.one('exit_error'), {code: 1, files_kept: 0, files_not_done: 0});
	assert.equal((await sandbox.checkSums()).code, 0);
	assert.equal((await backUpHere(sandbox)).one('exit_error').code, 4);
});

test('where directories cannot be synced at all, that is told of a set that stands', async t => {
	await using sandbox = await withLogs();
	const sync = t.mock.method(Directory.prototype, 'sync', async () => false);
	const reported = await backUpHere(sandbox);
	const none = await backUpHere(sandbox, {date: '2026-03-15', entries: [], missing: [{path: Buffer.from('gone'), outcome: 'failed'}]});
	sync.mock.restore();
	assert.equal(reported.one('summary').exit_code, 0);
	assert.deepEqual(reported.notices('unkept').map(({files}) => files), [0]);
	assert.deepEqual([none.one('summary').exit_code, none.notices('unkept')], [1, []]);
	assert.deepEqual((await backUpHere(sandbox, {date: '2026-03-15'})).notices('unkept'), []);
});

test('what the file system of the destination does not keep is told once, with the number of copies', async t => {
	await using sandbox = await withLogs();
	await fs.mkdir(sandbox.destination, {recursive: true});
	const calls = await Calls.watch(t, sandbox.destination);
	calls.fail(/^chmod .+\.tmp$/v, 'EPERM', 2);
	calls.fail(/^utimes .+\.tmp$/v, 'EPERM', 1);
	const reported = await backUpHere(sandbox, {jobs: 1});
	calls.end();
	assert.equal(reported.one('summary').exit_code, 0);
	const [notice, ...more] = reported.notices('unkept');
	assert.deepEqual([notice!.files, more], [2, []]);
	assert.match(notice!.message, /mode, time/v);
});

test('a newest set whose manifest cannot be relied on is named, and nothing is linked from it', async () => {
	await using sandbox = await withLogs();
	await backUpHere(sandbox);
	const file = path.join(sandbox.set, 'manifest.json');
	const manifest = await fs.readFile(file, 'latin1');
	await fs.writeFile(file, manifest.replace('"bytes_in":3000', '"bytes_in":3001'), 'latin1');
	assert.notEqual(await fs.readFile(file, 'latin1'), manifest);
	const reported = await backUpHere(sandbox, {date: '2026-03-15'});
	assert.partialDeepStrictEqual(reported.one('summary'), {exit_code: 0, files_done: 3, files_reused: 0});
	const [notice, ...more] = reported.notices('unsound');
	assert.match(notice!.message, /2026-03-14/v);
	assert.deepEqual([notice!.files, more], [0, []]);
});

test('what is left of a removed set and cannot be removed is named, and the run goes on', async () => {
	await using sandbox = await withLogs();
	await fs.mkdir(sandbox.destination, {recursive: true});
	await fs.writeFile(path.join(sandbox.destination, '.2026-03-01.pruned'), 'no directory');
	const reported = await backUpHere(sandbox);
	assert.equal(reported.one('summary').exit_code, 0);
	assert.deepEqual(reported.notices('not_swept').map(({message, files}) => [message.includes('.2026-03-01.pruned'), files]), [[true, 0]]);
	assert.deepEqual(reported.notices('swept'), []);
});

test('how a file shrank in the newest set tells whether it fits, before samples do', async t => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(600_000, 1));
	const first = (await backUpHere(sandbox)).one('summary');
	// The same name and length, and nothing that shrinks: only the earlier copy speaks for it.
	await sandbox.add('a.log', randomBytes(600_000));
	const read = t.mock.method(SpaceWatch.prototype, 'read', async () => ({free: (2 * first.bytes_out) + 10_000, reserve: 0}));
	const reported = await backUpHere(sandbox, {date: '2026-03-15', checkSpace: true});
	const full = await backUpHere(sandbox, {date: '2026-03-16', checkSpace: true, full: true});
	read.mock.restore();
	assert.equal(reported.one('summary').exit_code, 0);
	assert.equal(full.one('exit_error').code, 14);
});

test('why it is not the best engine is told to who asked for one, or for all there is to know', async t => {
	await using sandbox = await withLogs();
	const choose = t.mock.method(formatOf('gzip'), 'chooseEngine', async () => ({engine: createZlibEngine(1), fallback: 'there is none'}));
	const told = async (date: string, isVerbose: boolean, engine: 'libdeflate' | undefined) =>
		(await backUpHere(sandbox, {date, isVerbose, engine})).notices('engine').map(({message}) => message);
	assert.deepEqual(await told('2026-03-14', false, undefined), []);
	assert.deepEqual(await told('2026-03-15', true, undefined), ['there is none']);
	assert.deepEqual(await told('2026-03-16', false, 'libdeflate'), ['there is none']);
	choose.mock.restore();
});

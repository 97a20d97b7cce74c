/* Where a walk ends: at other file systems, at the backups, at what cannot be read or is gone, and when it is stopped. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {mountAt, mountOf} from '../../source/origin/mounts.ts';
import {type WalkOptions, type WalkStep, walkTree} from '../../source/origin/walk.ts';
import {canDo} from '../support/needs.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';
import {run} from '../support/run.ts';

/** A directory that cannot be looked at. */
const unreachable = {identity: rejected} as unknown as Directory;

async function rejected(): Promise<never> {
	throw new Error('gone');
}

async function walk(place: Place, options: Partial<WalkOptions> = {}, onStep?: (step: WalkStep) => Promise<void>): Promise<string[]> {
	const told: string[] = [];

	for await (const step of walkTree(place.directory, {destination: undefined, crossFileSystems: false, ...options})) {
		if ('entries' in step) {
			told.push(...step.entries.map(({path, kind, barrier}) => `${path.toString()} ${barrier ?? kind}`));
		} else {
			told.push(`${step.finished.toString() || '.'} ${step.barrier ?? (step.problem === undefined ? 'finished' : 'problem')}`);
		}

		await onStep?.(step);
	}

	return told;
}

/** Mounts a file system of its own there, until the end of the test. */
async function mountTmpfs(t: TestContext, location: string): Promise<void> {
	await fs.mkdir(location, {recursive: true});
	await run('mount', ['-t', 'tmpfs', 'tmpfs', location]);
	t.after(async () => run('umount', ['-l', location], {code: 'any'}));
}

test('what is mounted below a source is left out, and told, unless it is asked for', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using place = await Place.create();
	await place.write('a/x.log');
	await mountTmpfs(t, place.at('a/mnt'));
	await place.write('a/mnt/y.log');
	await fs.mkdir(place.at('a/mnt/inner'));
	const told = await walk(place);
	assert.ok(told.includes('a/mnt file system') && told.includes('a/x.log file'));
	assert.equal(told.some(line => line.startsWith('a/mnt/')), false);
	const all = await walk(place, {crossFileSystems: true});
	assert.ok(all.includes('a/mnt/y.log file') && all.includes('a/mnt/inner finished'));
	await using mounted = await Directory.open(place.at('a/mnt'));
	await using own = await Directory.open(place.at('a'));
	assert.notEqual(mountOf(mounted.fd), mountOf(own.fd));
	assert.equal(mountAt(Buffer.from(place.at('a/mnt'))), mountOf(mounted.fd));
	assert.equal(mountAt(Buffer.from(place.at('a'))), mountOf(own.fd));
	await run('umount', ['-l', place.at('a/mnt')]);
});

test('what is mounted of this very file system is no other one', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using place = await Place.create();
	await using other = await Place.create();
	await other.write('y.log');
	await fs.mkdir(place.at('mnt'));
	await run('mount', ['--bind', other.root, place.at('mnt')]);
	t.after(async () => run('umount', ['-l', place.at('mnt')], {code: 'any'}));
	assert.ok((await walk(place)).includes('mnt/y.log file'));
	await run('umount', ['-l', place.at('mnt')]);
});

test('the mount of what is no directory, or not there, cannot be told', async () => {
	await using place = await Place.create();
	await place.write('file');
	await fs.symlink('.', place.at('link'));

	for (const name of ['file', 'link', 'nothing']) {
		assert.equal(mountAt(Buffer.from(place.at(name))), undefined, name);
	}

	assert.equal(mountOf(-1), undefined);
});

test('the backups are not walked into, wherever they are', async () => {
	await using place = await Place.create();
	await place.write('a/backups/2026-03-14/x.gz');
	await place.write('a/y.log');
	await using destination = await Directory.open(place.at('a/backups'));
	const told = await walk(place, {destination});
	assert.deepEqual(told.filter(line => line.includes('backups')), ['a/backups destination']);
	assert.ok(told.includes('a/y.log file'));
});

test('only directories that are wanted are entered, in the order of their names as they are listed', async () => {
	await using place = await Place.create();

	for (const name of ['a/1', 'b/2', 'c/d/3', 'c/4']) {
		await place.write(name);
	}

	const asked: string[] = [];
	const told = await walk(place, {
		isWanted({path}) {
			asked.push(path.toString());
			return path.toString() !== 'b';
		},
	});
	assert.deepEqual(asked.toSorted(), ['a', 'b', 'c', 'c/d']);
	assert.ok(told.includes('c/d/3 file') && told.includes('b directory') && told.every(line => !line.startsWith('b/')));
	const entered = told.filter(line => line.endsWith(' finished')).map(line => line.split(' ', 1)[0]);
	const listed = told.filter(line => line.endsWith(' directory') && !line.startsWith('b ')).map(line => line.split(' ', 1)[0]);
	assert.deepEqual(entered.filter(name => !name!.includes('/')), ['.', ...listed.filter(name => !name!.includes('/'))]);
});

test('a directory that cannot be read costs itself; one that goes meanwhile, nothing', async t => {
	await using place = await Place.create();
	await place.write('bad/1');
	await place.write('gone/2');
	await place.write('closed/3');
	await place.write('good/4');
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^readdir bad/v, 'EIO');
	calls.fail(/^open closed/v, 'EACCES');
	const told = await walk(place, {}, async step => {
		if ('entries' in step) {
			await fs.rm(place.at('gone'), {recursive: true, force: true});
		}
	});
	assert.ok(told.includes('bad problem') && told.includes('closed problem') && told.includes('gone finished') && told.includes('good/4 file'));
});

test('a source that cannot be read itself is an error of it', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^readdir/v, 'EIO');
	await assert.rejects(walk(place), {name: 'SourceError', code: 'EIO'});
	calls.end();
	const later = await Calls.watch(t, place.root);
	later.fail(/^stat/v, 'EIO');
	await assert.rejects(walk(place), {name: 'SourceError', code: 'EIO'});
	later.end();
	await assert.rejects(walk(place, {destination: unreachable}), {name: 'DestinationError'});
});

test('a walk can be stopped between directories and within one, and closes what it has opened', async () => {
	await using place = await Place.create();

	for (let index = 0; index < 5; index++) {
		await place.write(`${index}/x`);
	}

	const before = (await fs.readdir('/proc/self/fd')).length;
	const controller = new AbortController();
	const reason = new Error('stopped');
	let steps = 0;
	await assert.rejects(walk(place, {signal: controller.signal}, async () => {
		if (++steps === 4) {
			controller.abort(reason);
		}
	}), reason);
	assert.equal((await fs.readdir('/proc/self/fd')).length, before);
	await assert.rejects(walk(place, {signal: AbortSignal.abort(reason)}), reason);
});

test('a directory that another one has taken the place of, since it was listed, is judged anew', async () => {
	await using place = await Place.create();
	await using backups = await Place.create();
	await fs.mkdir(place.at('a'));
	await backups.write('x.gz');
	let isSwapped = false;
	const told = await walk(place, {destination: backups.directory}, async step => {
		if (!isSwapped && 'entries' in step) {
			isSwapped = true;
			await fs.rmdir(place.at('a'));
			await fs.rename(backups.root, place.at('a'));
		}
	});
	assert.deepEqual(told, ['a directory', '. finished', 'a destination']);
	await fs.rename(place.at('a'), backups.root);
});

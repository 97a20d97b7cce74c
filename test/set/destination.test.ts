/* Whose directory, or whose to write to, the way to the backups may be. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type TestContext, test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import type {ForeseenError} from '../../source/files/errors.ts';
import {destinationProblem, openDestination, openForReading} from '../../source/set/destination.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';

const rules = {source: undefined, create: false};

async function assertOpens(location: string, options: Partial<Parameters<typeof openDestination>[1]> = {}): Promise<void> {
	await using directory = await openDestination(location, {...rules, ...options});
	assert.ok(directory);
	assert.equal((await directory.stat()).ino, (await fs.stat(location, {bigint: true})).ino);
}

async function assertRefused(location: string, options: Partial<Parameters<typeof openDestination>[1]> = {}): Promise<void> {
	await assert.rejects(openDestination(location, {...rules, ...options}), (error: Error) => {
		assert.equal(error.name, 'DestinationError');
		assert.ok(error.message.includes(path.basename(location)) || error.message.includes(path.dirname(location)), error.message);
		return true;
	});
}

async function makeDirectory(location: string, mode: number): Promise<string> {
	await fs.mkdir(location, {recursive: true});
	await fs.chmod(location, mode);
	return location;
}

const isRoot = (t: TestContext): boolean => {
	if (process.geteuid!() !== 0) {
		t.skip('only root can give directories away');
		return false;
	}

	return true;
};

test('the directory itself must be nobody else\'s to write to, with the sticky bit or without', async () => {
	await using place = await Place.create();

	for (const mode of [0o700, 0o755, 0o750, 0o500, 0o1755]) {
		const location = await makeDirectory(place.at(`fine-${mode}`), mode);
		await assertOpens(location);
		assert.equal((await fs.stat(location)).mode & 0o7777, mode, 'as it was');
	}

	for (const mode of [0o720, 0o702, 0o777, 0o1777, 0o1770, 0o2770]) {
		await assertRefused(await makeDirectory(place.at(`wide-${mode}`), mode));
	}
});

test('a directory on the way must be nobody else\'s to write to, unless its sticky bit keeps what is in it in its place', async () => {
	await using place = await Place.create();

	for (const mode of [0o720, 0o702, 0o777, 0o2775]) {
		const outer = await makeDirectory(place.at(`wide-${mode}`), 0o700);
		const inner = await makeDirectory(path.join(outer, 'backups'), 0o700);
		await fs.chmod(outer, mode);
		await assert.rejects(openDestination(inner, rules), {name: 'DestinationError'}, mode.toString(8));
		await fs.chmod(outer, mode | 0o1000);
		await assertOpens(inner);
	}
});

test('the source may be a group\'s to write to and hold the destination, but not be it, nor everybody\'s', async () => {
	await using place = await Place.create();
	const log = await makeDirectory(place.at('log'), 0o775);
	const backups = await makeDirectory(path.join(log, 'backups'), 0o700);
	await using source = await Directory.open(log);
	await assert.rejects(openDestination(backups, rules), {name: 'DestinationError'}, 'where it is not the source');
	await assertOpens(backups, {source});
	await fs.chmod(log, 0o777);
	await assert.rejects(openDestination(backups, {...rules, source}), {name: 'DestinationError'});
	await fs.chmod(log, 0o755);
	await assertRefused(log, {source});
	await fs.chmod(backups, 0o770);
	await assertRefused(backups, {source});
});

test('another owner is refused: of the directory any, on the way all but root', async t => {
	if (!isRoot(t)) {
		return;
	}

	await using place = await Place.create();
	const outer = await makeDirectory(place.at('outer'), 0o755);
	const inner = await makeDirectory(path.join(outer, 'backups'), 0o700);
	await fs.chown(inner, 4711, 0);
	await assertRefused(inner);
	await fs.chown(inner, 0, 4711);
	await assertOpens(inner);
	await fs.chown(outer, 4711, 0);
	await assert.rejects(openDestination(inner, rules), {name: 'DestinationError'});
	// For who is not root, what is root's is as good as their own, but no place to write to.
	await fs.chmod(place.root, 0o755);
	await fs.chown(outer, 0, 0);
	await fs.chown(inner, 4711, 4711);
	process.seteuid!(4711);

	try {
		await assertOpens(inner);
		await assertRefused(outer);
	} finally {
		process.seteuid!(0);
	}
});

test('no link is followed, and what is no directory is none', async () => {
	await using place = await Place.create();
	await makeDirectory(place.at('real/backups'), 0o700);
	await fs.symlink('real', place.at('link'));
	await fs.symlink('nowhere', place.at('dead'));
	await place.write('file');
	await assertRefused(place.at('link'));
	await assertRefused(place.at('dead'));
	await assertRefused(place.at('file'));
	await assertRefused(place.at('link/backups'));
	await assertRefused(place.at('file/backups'));
	await assert.rejects(openDestination(place.at('link'), rules), (error: ForeseenError) => error.remedy?.includes(place.at('real')), 'where it leads is what to name');
});

test('one that is swapped for a link between the look and the opening is not followed', async t => {
	await using place = await Place.create();
	await makeDirectory(place.at('real'), 0o700);
	await makeDirectory(place.at('backups'), 0o700);
	const calls = await Calls.watch(t, place.root);
	calls.before(/^open backups/v, async () => {
		await fs.rmdir(place.at('backups'));
		await fs.symlink('real', place.at('backups'));
	});
	await assertRefused(place.at('backups'));
	assert.ok((await fs.lstat(place.at('backups'))).isSymbolicLink());
});

test('only its last component is made, for its owner alone, and its name made durable', async t => {
	await using place = await Place.create();
	assert.equal(await openDestination(place.at('new'), rules), undefined);
	assert.deepEqual(await place.tree(), []);
	assert.equal(await openDestination(place.at('no/new'), rules), undefined);
	await assert.rejects(openDestination(place.at('no/new'), {...rules, create: true}), {name: 'DestinationError'});
	assert.deepEqual(await place.tree(), []);
	const calls = await Calls.watch(t, place.root);
	await assertOpens(place.at('new'), {create: true});
	const steps = calls.matching(/^(?:mkdir|sync) /v);
	assert.deepEqual(steps, ['mkdir new', 'sync .']);
	assert.equal((await fs.stat(place.at('new'))).mode & 0o777, 0o700);
	// One that stands is not made, and nothing is synced for it.
	await assertOpens(place.at('new'), {create: true});
	assert.equal(calls.matching(/^(?:mkdir|sync) /v).length, 2);
	calls.fail(/^sync/v, 'EIO');
	await assert.rejects(openDestination(place.at('other'), {...rules, create: true}), {name: 'DestinationError', code: 'EIO'});
});

test('one that another run makes just then is looked at as any other', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	calls.before(/^mkdir new/v, async () => fs.mkdir(place.at('new'), {mode: 0o700}));
	await assertOpens(place.at('new'), {create: true});
	calls.before(/^mkdir wide/v, async () => {
		await makeDirectory(place.at('wide'), 0o777);
	});
	await assertRefused(place.at('wide'), {create: true});
	calls.fail(/^mkdir/v, 'EROFS');
	await assert.rejects(openDestination(place.at('none'), {...rules, create: true}), {name: 'DestinationError', code: 'EROFS'});
});

test('all that is opened on the way is closed', async () => {
	await using place = await Place.create();
	const inner = await makeDirectory(place.at('a/b/c'), 0o777);
	const count = async () => (await fs.readdir('/proc/self/fd')).length;
	const before = await count();
	await assertRefused(inner);
	assert.equal(await openDestination(place.at('a/b/x'), rules), undefined);
	await fs.chmod(inner, 0o700);
	await assertOpens(inner);
	assert.equal(await count(), before);
});

test('for reading, any owner and any link will do', async () => {
	await using place = await Place.create();
	await makeDirectory(place.at('real'), 0o777);
	await fs.symlink('real', place.at('link'));
	await using directory = await openForReading(place.at('link'));
	assert.equal((await directory.stat()).ino, (await fs.stat(place.at('real'), {bigint: true})).ino);
	await place.write('file');

	for (const [name, code] of [['nowhere', 'ENOENT'], ['file', 'ENOTDIR']] as const) {
		await assert.rejects(openForReading(place.at(name)), (error: ForeseenError) => {
			assert.deepEqual([error.name, error.code], ['DestinationError', code]);
			assert.ok(error.message.includes(place.at(name)) && error.remedy?.includes('--dest'));
			return true;
		});
	}
});

test('what would keep a run from writing is known before, and nothing is made to find out', async t => {
	await using place = await Place.create();
	const parent = await makeDirectory(place.at('log'), 0o755);
	const backups = path.join(parent, 'backups');
	assert.equal(await destinationProblem(backups, undefined), undefined, 'it can be made');
	assert.deepEqual(await fs.readdir(parent), []);
	const {message, remedy} = (await destinationProblem(path.join(parent, 'no', 'backups'), undefined))!;
	assert.match(`${message} ${remedy}`, /log\/no doesn't exist.*mkdir -p/v);
	await fs.writeFile(backups, '');
	assert.match((await destinationProblem(backups, undefined))!.message, /not a directory/v);
	await fs.rm(backups);
	await makeDirectory(backups, 0o777);
	assert.match((await destinationProblem(backups, undefined))!.message, /others can write to it/v);
	await fs.chmod(backups, 0o700);
	assert.equal(await destinationProblem(backups, undefined), undefined);

	if (!isRoot(t)) {
		return;
	}

	await fs.chown(backups, 12_345, 12_345);
	assert.match((await destinationProblem(backups, undefined))!.message, /does not belong to user 0/v);
});

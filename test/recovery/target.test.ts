import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {openTarget} from '../../source/recovery/open-target.ts';
import type {RestoreTarget} from '../../source/recovery/restore-target.ts';
import {Sandbox} from '../support/sandbox.ts';
import {Calls} from '../support/calls.ts';
import {exists} from '../support/files.ts';
import {run} from '../support/run.ts';

const backups = 'backups';

/** A place with directories of backups, opened. */
async function withBackups(): Promise<{readonly sandbox: Sandbox; readonly at: (name: string) => string; readonly open: (name: string, create?: boolean) => Promise<RestoreTarget | undefined>}> {
	const sandbox = await Sandbox.create();
	const at = (name: string) => path.join(sandbox.root, name);
	await fs.mkdir(at(`${backups}/2026-03-14/deep`), {recursive: true});
	return {
		sandbox,
		at,
		async open(name, create = true) {
			await using destination = await Directory.open(at(backups));
			return await openTarget({
				location: at(name), destination, create, checkSpace: false,
			});
		},
	};
}

/** Writes a file to a target, as a restoration does. */
async function put(target: RestoreTarget, file: string, {replaces = false, content = 'restored'}: {readonly replaces?: boolean; readonly content?: string} = {}): Promise<void> {
	await target.inParent(Buffer.from(file), async parent => {
		const draft = await target.draft(parent);

		try {
			await target.write(draft, Buffer.from(content), 0);
			await target.sync(draft, async () => undefined);
			await target.place(parent, draft, {file: Buffer.from(file), replaces});
		} finally {
			await target.drop(parent, draft);
			await draft.handle.close();
		}
	});
}

const mode = async (file: string) => (await fs.stat(file)).mode & 0o777;

test('directories that a restoration makes are for their owner alone, its own and those in it; one that is there stays as it is', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	const umask = process.umask(0);

	try {
		await fs.mkdir(at('there'), {mode: 0o755});

		for (const name of ['new', 'there']) {
			const target = await open(name);
			await put(target!, 'nginx/deep/access.log');
			await target!.finish();
			assert.deepEqual([await mode(at(`${name}/nginx`)), await mode(at(`${name}/nginx/deep`)), await mode(at(`${name}/nginx/deep/access.log`))], [0o700, 0o700, 0o600]);
		}
	} finally {
		process.umask(umask);
	}

	assert.deepEqual([await mode(at('new')), await mode(at('there'))], [0o700, 0o755]);
});

test('whether nobody else gets to a target is told by its mode', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	await fs.mkdir(at('to'));

	for (const [bits, isClosed] of [[0o700, true], [0o710, false], [0o701, false], [0o755, false]] as const) {
		await fs.chmod(at('to'), bits);
		const target = await open('to');
		assert.equal(target!.isClosed, isClosed);
		await target!.finish();
	}
});

test('nothing is restored into what holds the backups, nor into anything below it, nor by a path that leads there', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;

	for (const name of [backups, `${backups}/2026-03-14`, `${backups}/2026-03-14/deep`, `${backups}/new`, `${backups}/2026-03-14/deep/new`]) {
		await assert.rejects(open(name), {name: 'DestinationError', message: /that is where the backups are/v}, name);
	}

	assert.deepEqual(await fs.readdir(at(backups), {recursive: true}), ['2026-03-14', '2026-03-14/deep']);
	// The directory above it is none of them; but a path may lead into them from there.
	const target = await open('.');
	await assert.rejects(put(target!, `${backups}/x`), {name: 'DestinationError', message: /^backups is where the backups are$/v});
	await assert.rejects(put(target!, `${backups}/2026-03-14/x`), {name: 'DestinationError'});
	await assert.rejects(put(target!, `${backups}/new/x`), {name: 'DestinationError'});
	assert.deepEqual(await target!.look(Buffer.from(`${backups}/x`)), {reason: 'backups is where the backups are', isReplaceable: false});
	await put(target!, 'beside/x');
	await target!.finish();
	assert.equal(await fs.readFile(at('beside/x'), 'utf8'), 'restored');
	assert.deepEqual(await fs.readdir(at(backups), {recursive: true}), ['2026-03-14', '2026-03-14/deep']);
});

test('whatever cannot be looked at on the way to a target is told as what is wrong with the place', async t => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	await fs.mkdir(at('to'));

	/** Lets one call fail on the way to a target, or when it is left again. */
	async function failAt(number: number, name: string): Promise<{readonly isMet: boolean; readonly call: string | undefined; readonly error: unknown}> {
		const calls = await Calls.watch(t, sandbox.root);
		let met = 0;
		calls.fail({test: call => /^(?:open|stat|mkdir|sync) (?!backups$)/v.test(call) && ++met === number}, 'EIO', 1);

		try {
			const target = await open(name);
			const isMet = met >= number;
			await target!.finish();
			return {isMet, call: calls.made.at(-1), error: undefined};
		} catch (error) {
			return {isMet: true, call: calls.made.at(-1), error};
		} finally {
			calls.end();
			await fs.rm(at('new'), {recursive: true, force: true});
		}
	}

	async function failAtEach(name: string): Promise<number> {
		for (let number = 1; ; number++) {
			const {isMet, call, error} = await failAt(number, name);

			if (!isMet) {
				return number - 1;
			}

			assert.equal((error as Error | undefined)?.name, 'DestinationError', call);
		}
	}

	assert.ok(await failAtEach('to') > 5);
	assert.ok(await failAtEach('new') > 5);
});

test('a target that is not there is made if that is asked for, one level only', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	assert.equal(await open('new', false), undefined);
	assert.equal(await exists(at('new')), false);
	await assert.rejects(open('new/deep'), {name: 'DestinationError', remedy: new RegExp(`: mkdir -p ${at('new')}$`, 'v')});
	assert.equal(await exists(at('new')), false);
});

test('what is no directory, or a link to one, is refused, and a link with the place that it leads to', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	await fs.writeFile(at('file'), '');
	await fs.mkdir(at('place'));
	await fs.symlink(at('place'), at('link'));
	await assert.rejects(open('file'), {message: /it is not a directory$/v});
	await assert.rejects(open('file/new'), {message: /it is not a directory$/v});
	await assert.rejects(open('link'), {message: /symbolic link$/v, remedy: new RegExp(`--to ${at('place')}$`, 'v')});
	assert.deepEqual(await fs.readdir(at('place')), []);
});

test('what was made for nothing is gone when it ends; what stood there, or has something in it, stays', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	const made = await open('made');
	await made!.inParent(Buffer.from('a/b/c/x'), async () => undefined);
	await made!.finish();
	assert.equal(await exists(at('made')), false);

	const used = await open('used');
	await used!.inParent(Buffer.from('a/b/c/x'), async () => undefined);
	await used!.inParent(Buffer.from('a/d/x'), async () => undefined);
	await put(used!, 'a/b/y');
	await used!.finish();
	assert.deepEqual((await fs.readdir(at('used'), {recursive: true})).toSorted(), ['a', 'a/b', 'a/b/y']);

	await fs.mkdir(at('there/empty'), {recursive: true});
	const there = await open('there');
	await there!.inParent(Buffer.from('empty/made/x'), async () => undefined);
	await there!.finish();
	assert.deepEqual(await fs.readdir(at('there'), {recursive: true}), ['empty']);

	// Somebody else put something into what was made.
	const shared = await open('shared');
	await shared!.inParent(Buffer.from('a/x'), async () => undefined);
	await fs.writeFile(at('shared/a/of-another'), '');
	await shared!.finish();
	assert.deepEqual((await fs.readdir(at('shared'), {recursive: true})).toSorted(), ['a', 'a/of-another']);
});

test('no link on the way is followed, and what is in the way is named', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	await fs.mkdir(at('to/a'), {recursive: true});
	await fs.mkdir(at('elsewhere'));
	await fs.symlink(at('elsewhere'), at('to/link'));
	await fs.symlink(at('elsewhere'), at('to/a/link'));
	await fs.writeFile(at('to/file'), '');
	const target = await open('to');
	await assert.rejects(put(target!, 'link/x'), {message: /^link is in the way/v});
	await assert.rejects(put(target!, 'a/link/x'), {message: /^a\/link is in the way/v});
	await assert.rejects(put(target!, 'file/x'), {message: /^file is in the way/v});
	assert.equal(await target!.look(Buffer.from('not/there/x')), undefined);
	assert.equal(await target!.look(Buffer.from('a/x')), undefined);
	await target!.finish();
	assert.deepEqual(await fs.readdir(at('elsewhere')), []);
	assert.equal(await exists(at('to/not')), false, 'looking makes nothing');
});

test('only what may be replaced is, and never what was restored just now', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	await fs.mkdir(at('to/directory'), {recursive: true});
	await fs.writeFile(at('to/file'), 'older');
	await fs.writeFile(at('elsewhere'), 'not this one');
	await fs.symlink(at('elsewhere'), at('to/link'));
	assert.equal((await run('mkfifo', [at('to/fifo')])).code, 0);
	const target = await open('to');
	const look = async (name: string) => target!.look(Buffer.from(name));
	assert.deepEqual(await look('file'), {reason: 'already exists', isReplaceable: true});
	assert.deepEqual(await look('link'), {reason: 'a symbolic link is in its place', isReplaceable: true});
	assert.deepEqual(await look('directory'), {reason: 'a directory is in its place', isReplaceable: false});
	assert.deepEqual(await look('fifo'), {reason: 'a pipe, socket or device is in its place', isReplaceable: false});
	await assert.rejects(put(target!, 'file'), {message: 'already exists'});
	assert.equal(await fs.readFile(at('to/file'), 'utf8'), 'older');
	await put(target!, 'file', {replaces: true});
	await put(target!, 'link', {replaces: true});
	await assert.rejects(put(target!, 'file', {replaces: true, content: 'another'}), {message: /takes its name for another one/v});
	await put(target!, 'new', {replaces: true});
	await assert.rejects(put(target!, 'new', {replaces: true, content: 'another'}), {message: /takes its name for another one/v});
	await target!.finish();
	assert.deepEqual(await Promise.all(['file', 'link', 'new'].map(async name => fs.readFile(at(`to/${name}`), 'utf8'))), ['restored', 'restored', 'restored']);
	assert.equal(await fs.readFile(at('elsewhere'), 'utf8'), 'not this one');
	assert.deepEqual((await fs.readdir(at('to'))).toSorted(), ['directory', 'fifo', 'file', 'link', 'new'], 'no draft is left');
});

test('drafts have names of their own, beside what a killed restoration left', async () => {
	const {sandbox, at, open} = await withBackups();
	await using _ = sandbox;
	await fs.mkdir(at('to'));
	await fs.writeFile(at('to/.logbackup-restore-1.tmp'), 'left');
	const target = await open('to');
	await target!.inParent(Buffer.from('x'), async parent => {
		const drafts = [await target!.draft(parent), await target!.draft(parent)];
		assert.deepEqual(drafts.map(({name}) => name), ['.logbackup-restore-2.tmp', '.logbackup-restore-3.tmp']);
		assert.equal(await mode(at('to/.logbackup-restore-2.tmp')), 0o600);

		for (const draft of drafts) {
			await target!.drop(parent, draft);
			await draft.handle.close();
		}
	});
	await target!.finish();
	assert.equal(await fs.readFile(at('to/.logbackup-restore-1.tmp'), 'utf8'), 'left');
});

test('a name that cannot be had costs that file, and says so', async () => {
	const {sandbox, open} = await withBackups();
	await using _ = sandbox;
	const target = await open('to');
	const long = 'n'.repeat(256);
	await assert.rejects(put(target!, long), {name: 'DestinationError', code: 'ENAMETOOLONG', message: /cannot hold its name/v});
	await assert.rejects(put(target!, `${long}/x`), {name: 'DestinationError', code: 'ENAMETOOLONG'});
	await put(target!, 'odd. ');
	await target!.finish();
});

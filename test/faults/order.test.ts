import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	runArgs,
	setOf,
	type Site,
	stagingOf,
} from '../support/site.ts';
import {
	changes,
	isChange,
	isCovered,
	isNaming,
	isRename,
	isSync,
	namesIn,
	show,
	syncs,
	traceCalls,
} from './call-order.ts';
import {type Call, toBytes} from './trace.ts';

async function traceRun(site: Site, args: readonly string[], inject?: readonly string[]): Promise<Call[]> {
	const calls = await traceCalls(site, runArgs(site, args), inject);
	await assertSound(site);
	return calls;
}

/** Checks every call that gives something in the destination a name. Resolves with how many were copies. */
function assertOrder(calls: readonly Call[], site: Site): number {
	const set = toBytes(setOf(site));
	const staging = toBytes(stagingOf(site));
	const destination = toBytes(site.destination);
	const names = calls.filter(call => isRename(call) && call.paths[1]!.startsWith(`${destination}/`));
	const publishing = names.filter(({paths}) => paths[1] === set);
	assert.equal(publishing.length, 1);
	const syncsAll = ({name, descriptors}: Call) => name === 'syncfs' && descriptors.some(location => location === staging || location === destination);

	// The data, before the file gets its final name.
	for (const call of names.filter(named => named !== publishing[0])) {
		const draft = call.paths[0]!;
		const isSynced = isCovered(calls, call, changes(draft), other => syncsAll(other) || syncs(draft)(other));
		assert.ok(isSynced, `not synced before ${show(call)}`);
	}

	// Checksums and manifest, which are written under their own names in a directory that has none yet.
	const [publish] = publishing;

	for (const file of [`${staging}/SHA256SUMS`, `${staging}/manifest.json`]) {
		assert.ok(isCovered(calls, publish!, changes(file), syncs(file)), `${file} not synced before the set is published`);
	}

	// Every directory of the set, after the last name in it was made or removed.
	const directories = new Set([staging, ...names.filter(named => named !== publish).map(({paths}) => path.posix.dirname(paths[1]!))]);

	for (const directory of directories) {
		const isWritten = isCovered(calls, publish!, namesIn(directory), syncs(directory));
		assert.ok(isWritten, `${directory} not synced before the set is published`);
	}

	// And the destination's own name, if this run made it.
	if (calls.some(call => call.name.startsWith('mkdir') && call.paths[0] === destination)) {
		assert.ok(isCovered(calls, publish!, call => isNaming(call) && call.paths[0] === destination, syncs(path.posix.dirname(destination))), 'the name of the destination is not synced');
	}

	const later = calls.filter(call => call.begunAt > publish!.endedAt);
	assert.ok(later.some(call => syncs(destination)(call)), 'the destination is not synced after the set was published');
	const isInside = (location: string) => location.startsWith(`${staging}/`) || location.startsWith(`${set}/`);
	assert.deepEqual(later.filter(call => isChange(call) && call.descriptors.some(location => isInside(location))).map(call => show(call)), [], 'something is written to a set that is published');
	return names.length - 1;
}

test('a file gets its final name only once it is synced, and so does the set; shown by the order of system calls', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await Sandbox.withSampleLogs();
	await fs.mkdir(path.join(sandbox.source, 'nginx/deep'), {recursive: true});
	await sandbox.add('nginx/deep/error.log', 'one\n');
	await sandbox.add(Buffer.from('odd \n\u{1B}[31m\u{E9}'), 'two\n');
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, ['syslog', 'syslog.2.gz', 'boot.log', 'nginx/access.log', 'nginx/deep/error.log', 'odd \n\u{1B}[31m\u{E9}'].map(name => `${name}\0`).join(''));
	const calls = await traceRun(sandbox, ['--jobs=3', `--files-from=${list}`]);
	assert.equal(assertOrder(calls, sandbox), 6);
});

test('many small files are synced together, and each still before it is named', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const count = 400;

	for (let index = 0; index < count; index++) {
		await sandbox.add(`small-${index}.log`, `line ${index}\n`);
	}

	// A slow disk (in microseconds), so that files gather; the trace slows down everything else.
	const calls = await traceRun(sandbox, ['--jobs=4'], ['-e', 'inject=fsync:delay_enter=700000:when=1..2']);
	assert.equal(assertOrder(calls, sandbox), count);
	assert.ok(calls.some(({name}) => name === 'syncfs'));
	const flushes = calls.filter(call => isSync(call) || call.name === 'syncfs').length;
	t.diagnostic(`${count} files took ${flushes} calls of fsync and syncfs`);
	assert.ok(flushes < count, `${flushes} flushes for ${count} files`);
});

test('what --retry adds is synced before the set names it, and the merge is written down before that', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'one\n');
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, ['a.log', 'b.log', 'deep/er/c.log'].map(name => `${name}\0`).join(''));
	await run(process.execPath, runArgs(sandbox, [`--files-from=${list}`]), {env: sandbox.env, code: 3});
	await fs.mkdir(path.join(sandbox.source, 'deep/er'), {recursive: true});
	await sandbox.add('b.log', 'two\n');
	await sandbox.add('deep/er/c.log', 'three\n');
	const calls = await traceRun(sandbox, ['--retry']);
	const set = toBytes(setOf(sandbox));
	const work = `${toBytes(stagingOf(sandbox))}/.logbackup`;
	const links = calls.filter(call => call.name.startsWith('link') && call.paths[1]!.startsWith(`${set}/`));
	const renamedTo = (file: string) => calls.filter(call => call.name.startsWith('rename') && call.paths[1] === file);
	const [manifest] = renamedTo(`${set}/manifest.json`);
	const [decision] = renamedTo(`${work}/merge`);
	assert.equal(links.length, 2);
	assert.equal(renamedTo(`${set}/SHA256SUMS`).length, 2, 'once without the manifest, once with the new one');

	for (const call of links) {
		const naming = calls.find(other => isRename(other) && other.paths[1] === call.paths[0]);
		assert.ok(isCovered(calls, naming!, changes(naming!.paths[0]!), syncs(naming!.paths[0]!)), `not synced before ${show(naming!)}`);
		assert.ok(decision!.endedAt < call.begunAt, `the merge is not written down before ${show(call)}`);
		assert.ok(calls.some(other => syncs(work)(other) && other.begunAt > decision!.endedAt && other.endedAt < call.begunAt), 'the directory of the record is not synced');
	}

	const destination = toBytes(sandbox.destination);
	const [firstLink] = links;
	assert.ok(isCovered(calls, firstLink!, namesIn(destination), syncs(destination)), 'the staging directory, with the record in it, is not synced before the set is touched');

	for (const directory of [set, `${set}/deep`, `${set}/deep/er`]) {
		const isAdding = (call: Call) => /^(?:link|mkdir)/v.test(call.name) && namesIn(directory)(call);
		assert.ok(isCovered(calls, manifest!, isAdding, syncs(directory)), `${directory} not synced before the manifest names what is in it`);
	}

	// Each of the two files is replaced once what was replaced before is durable; and the last, too.
	const replaced = calls.filter(call => call.name.startsWith('rename') && [`${set}/SHA256SUMS`, `${set}/manifest.json`].includes(call.paths[1]!));
	assert.deepEqual(replaced.map(({paths}) => path.posix.basename(paths[1]!)), ['SHA256SUMS', 'manifest.json', 'SHA256SUMS']);

	for (const [index, call] of replaced.entries()) {
		const next = replaced[index + 1]?.begunAt ?? Infinity;
		assert.ok(calls.some(other => syncs(set)(other) && other.begunAt > call.endedAt && other.endedAt < next), `the set is not synced after ${show(call)}`);
		assert.ok(isCovered(calls, call, changes(call.paths[0]!), syncs(call.paths[0]!)), `not synced before ${show(call)}`);
	}

	// What is written down of the merge goes when that is done, and not before.
	const last = Math.max(...calls.filter(call => syncs(set)(call)).map(({endedAt}) => endedAt));
	assert.ok(calls.every(call => !(call.name.startsWith('unlink') && call.paths[0] === `${work}/merge`) || call.begunAt > last), 'the record goes before the set is synced');

	for (const [draft, naming] of [[`${work}/merge.tmp`, decision!], [`${work}/manifest.json`, manifest!]] as const) {
		assert.ok(isCovered(calls, naming, changes(draft), syncs(draft)), `${draft} not synced before it is renamed`);
	}
});

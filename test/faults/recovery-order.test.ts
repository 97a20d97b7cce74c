import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {program} from '../support/run.ts';
import {canDo} from '../support/needs.ts';
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
import {toBytes} from './trace.ts';

/** A set with copies in directories, and one that is older. */
async function withSets(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(300_000, 1));
	await fs.mkdir(path.join(sandbox.source, 'deep/er'), {recursive: true});
	await sandbox.add('deep/b.log', sampleLog(2000, 2));
	await sandbox.add('deep/er/c.log', sampleLog(2000, 3));
	await sandbox.run(['--yes', '--recursive']);
	return sandbox;
}

const files = ['a.log', 'deep/b.log', 'deep/er/c.log'];

/** Into what is restored: which directory of the target is there before, and what goes into it. */
const targets = [
	['is made', undefined, files],
	['is there', '.', files],
	['is there, one file into directories that are made', '.', ['deep/er/c.log']],
	['is there, one file into a directory that is made in one that is there', 'deep', ['deep/er/c.log']],
] as const;

for (const [what, there, chosen] of targets) {
	test(`a restored file gets its name once it is synced, and all names are durable when it ends; into a directory that ${what}`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await withSets();
		const to = path.join(sandbox.root, 'restored');

		if (there !== undefined) {
			await fs.mkdir(path.join(to, there), {recursive: true});
			await fs.writeFile(path.join(to, 'a.log'), 'older');
		}

		const calls = await traceCalls(sandbox, [program, 'restore', 'latest', ...chosen, '--dest', sandbox.destination, '--to', to, '--overwrite']);
		const root = toBytes(to);
		const naming = calls.filter(call => isRename(call) && call.paths[1]!.startsWith(`${root}/`));
		assert.deepEqual(new Set(naming.map(({paths}) => paths[1])), new Set(chosen.map(file => `${root}/${file}`)));

		for (const call of naming) {
			const draft = call.paths[0]!;
			assert.ok(isCovered(calls, call, changes(draft), syncs(draft)), `not synced before ${show(call)}`);
			assert.ok(calls.every(other => !(isChange(other) && other.descriptors.includes(call.paths[1]!))), `written to after ${show(call)}`);
		}

		// What is restored over is never taken away first.
		assert.ok(calls.every(call => !(call.name.startsWith('unlink') && naming.some(({paths}) => paths[1] === call.paths[0]))));

		for (const directory of [root, `${root}/deep`, `${root}/deep/er`]) {
			const last = Math.max(...calls.filter(call => namesIn(directory)(call)).map(({endedAt}) => endedAt));
			assert.ok(last === -Infinity || calls.some(call => syncs(directory)(call) && call.begunAt > last), `${directory} is not synced after the last name in it`);
		}

		const made = calls.find(call => call.name.startsWith('mkdir') && call.paths[0] === root);
		assert.equal(made === undefined, there !== undefined);
		assert.ok(!made || calls.some(call => syncs(path.posix.dirname(root))(call) && call.begunAt > made.endedAt), 'the name of the target is not synced');
		const inSets = (location: string) => location.startsWith(`${toBytes(sandbox.destination)}/`);
		const writes = calls.filter(call => (isChange(call) && call.descriptors.some(location => inSets(location)))
			|| (isNaming(call) && call.paths.some(location => inSets(location))));
		assert.deepEqual(writes.map(call => show(call)), [], 'the sets are written to');
	});
}

test('the dated name of a set that is removed is gone for good before its files go', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await withSets();
	const flags = ['--source', sandbox.source, '--dest', sandbox.destination];
	const calls = await traceCalls(sandbox, [program, ...flags, '--date', '2026-03-15', '--yes', '--recursive', '--keep-last', '1']);
	const destination = toBytes(sandbox.destination);
	const removed = `${destination}/.${someDate}.pruned`;
	const [rename, ...others] = calls.filter(call => call.name.startsWith('rename') && call.paths[0] === sandbox.set);
	assert.ok(rename);
	assert.deepEqual(others, []);
	assert.equal(rename.paths[1], removed);
	const published = calls.find(call => call.name.startsWith('rename') && call.paths[1] === `${destination}/2026-03-15`)!;
	assert.ok(calls.some(call => syncs(destination)(call) && call.begunAt > published.endedAt && call.endedAt < rename.begunAt), 'the new set is not durable before an old one goes');
	const going = calls.filter(call => /^(?:unlink|rmdir)/v.test(call.name) && call.paths.some(location => location === removed || location.startsWith(`${removed}/`)));
	// Three copies, manifest and checksums, and three directories.
	assert.equal(going.length, 8);
	const first = Math.min(...going.map(({begunAt}) => begunAt));
	assert.ok(calls.some(call => isSync(call) && syncs(destination)(call) && call.begunAt > rename.endedAt && call.endedAt < first), 'the rename is not synced before files go');
	assert.ok(calls.every(call => !(/^(?:unlink|rmdir)/v.test(call.name) && call.paths.some(location => location.startsWith(`${sandbox.set}/`)))), 'a file goes under the dated name');
});

/* Files that are added to a set that stands: whatever ends that, the set is as it was, or has all of them. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {heldName, HeldRun} from '../support/held-run.ts';
import {canDo} from '../support/needs.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {snapshot} from '../support/sets.ts';
import {
	assertSound,
	backUp,
	backUpTraced,
	namesIn,
	runArgs,
	setOf,
	type Site,
} from '../support/site.ts';

const first = ['a.log', 'z.log'];
const all = ['a.log', 'm.log', 'sub/n.log', 'z.log'];

/** A set of what was there in the morning; there is more by now. */
async function begun(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(20_000, 1));
	await sandbox.add('z.log', sampleLog(20_000, 2));
	await backUp(sandbox);
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.add('m.log', sampleLog(5000, 3));
	await sandbox.add('sub/n.log', sampleLog(5000, 4));
	return sandbox;
}

/** The set is valid for whoever looks at it; resolves with what it has. */
async function doneIn(site: Site): Promise<readonly string[]> {
	const facts = await assertSound(site);
	const {code, stderr} = await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: setOf(site)});
	assert.equal(code, 0, stderr);
	return facts.sets[someDate]!.done;
}

async function assertAddingCompletes(site: Site): Promise<void> {
	const {code, stderr} = await backUp(site, ['--add', '--recursive']);
	assert.equal(code, 0, stderr);
	assert.deepEqual(await doneIn(site), all);
	assert.deepEqual(await namesIn(site.destination), [someDate]);
}

/** Points of a run that adds: the call at which it is killed, which one of its kind, and whether the set must be untouched then. */
const points = [
	['at its first copy', 'link', 1, true],
	['when its last copy has both its names', 'unlink', 5, true],
	['before the merge is decided', 'rename', 1, true],
	['at the first link into the set', 'link', 4, false],
	['between two links', 'link', 5, false],
	['between checksums and manifest', 'rename', 3, false],
	['between manifest and checksums', 'rename', 4, false],
] as const;

for (const [when, call, count, isUntouched] of points) {
	test(`killed ${when}, --add leaves a valid set${isUntouched ? ' that is as it was' : ''}, and the next one completes it`, async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		await using sandbox = await begun();
		const before = await snapshot(setOf(sandbox));
		await run('strace', [
			'-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${count}`, '--', process.execPath, ...runArgs(sandbox, ['--add', '--recursive', '--jobs=1']),
		], {cwd: sandbox.root, env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'}, code: 'SIGKILL'});
		await doneIn(sandbox);

		if (isUntouched) {
			assert.deepEqual(await snapshot(setOf(sandbox)), before);
		}

		await backUp(sandbox, [], {code: 4});
		await assertAddingCompletes(sandbox);
	});
}

test('stopped while it copies, --add leaves the set as it was, and the next one takes over what is complete', async () => {
	await using sandbox = await begun();
	const before = await snapshot(setOf(sandbox));
	const held = await HeldRun.start(sandbox, ['--add', '--recursive'], {jobs: 2});
	await held.copies(2);
	await held.kill('SIGTERM');
	assert.deepEqual(await snapshot(setOf(sandbox)), before);
	assert.deepEqual(await doneIn(sandbox), first);
	await fs.truncate(path.join(sandbox.source, heldName), 10);
	const next = await backUp(sandbox, ['--add', '--recursive', '--json']);
	assert.equal(next.code, 0, next.stderr);
	assert.match(next.stdout, /"notice":"resumed"/v);
	assert.equal((await doneIn(sandbox)).length, 5);
	assert.deepEqual(await namesIn(sandbox.destination), [someDate]);
});

test('no room for what is added leaves the set as it was, and gives the space back', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await begun();
	const before = await snapshot(setOf(sandbox));
	await backUpTraced(sandbox, ['-e', 'trace=link', '-e', 'inject=link:error=ENOSPC:when=5'], ['--add', '--recursive', '--jobs=1'], {code: 14});
	assert.deepEqual(await snapshot(setOf(sandbox)), before);
	assert.deepEqual(await namesIn(sandbox.destination), [someDate]);
	await assertAddingCompletes(sandbox);
});

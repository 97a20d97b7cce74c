/* Two who push to the same place, and a set that goes while it is pushed: clear, and nothing is lost. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {replaceTree, until} from '../support/files.ts';
import type {Asked, Verdict} from '../support/gate.ts';
import {canDo} from '../support/needs.ts';
import {
	backUpDay,
	host,
	RemoteEngine,
	useRemotes,
} from '../support/remote-engine.ts';
import {RemoteStore} from '../support/remote-store.ts';
import {runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

const day = '2026-03-14';

/** Halts whoever asks for something, until it is let go. */
class Halt {
	isReached = false;
	readonly judge = async (asked: Asked): Promise<'serve'> => {
		if (!this.isReached && this.#isIt(asked)) {
			this.isReached = true;
			await this.#over.promise;
		}

		return 'serve';
	};

	readonly #isIt: (asked: Asked) => boolean;
	readonly #over = Promise.withResolvers<void>();

	constructor(isIt: (asked: Asked) => boolean) {
		this.#isIt = isIt;
	}

	async reached(): Promise<void> {
		await until('the remote to be asked', () => this.isReached);
	}

	end(): void {
		this.#over.resolve();
	}
}

test('of two hosts of one name that push a set of one date to S3 at once, one at most makes a set, and that is whole', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using other = await Sandbox.create();
	await using store = await RemoteStore.open(sandbox, 'S3');
	useRemotes(t, store.fixture);
	const engine = new RemoteEngine('nas:logs');
	await sandbox.add('syslog', sampleLog(40_000, 1));
	await backUpDay(sandbox, day);
	await other.add('syslog', sampleLog(40_000, 2));
	await backUpDay(other, day);
	const halt = new Halt(({method, target}) => method === 'GET' && target.includes('syslog.gz'));
	store.gate.judge = halt.judge;
	const first = engine.push(sandbox.destination);
	await halt.reached();
	// What the first has sent is there, and is just being read back.
	const second = await engine.push(other.destination);
	assert.deepEqual([second.result.pushed, second.result.failed], [0, 1]);
	halt.end();
	const {events, result} = await first;
	assert.equal(result.pushed, 1);
	assert.deepEqual(await store.assertNoFalse(sandbox.destination, [day], 'the first'), [day]);
	// While it was read back, which nobody did yet, half of the work was done.
	const checking = events.filter(event => event.message_type === 'status').filter(({phase}) => phase === 'check');
	assert.ok(checking.length > 0);
	assert.deepEqual([...new Set(checking.map(({percent_done: done, bytes_checked: checked}) => `${done} ${checked}`))].slice(0, 1), ['0.5 0']);
	const again = await engine.push(other.destination);
	assert.deepEqual([again.result.pushed, again.result.failed], [0, 1]);
	assert.deepEqual(await store.assertNoFalse(sandbox.destination, [day], 'the first, later'), [day]);
});

test('of two places that add files to the same set at S3, one at a time does, and what is there is that of one as a whole', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using store = await RemoteStore.open(sandbox, 'S3');
	useRemotes(t, store.fixture);
	const engine = new RemoteEngine('nas:logs');
	const {source, destination: one, root, env} = sandbox;
	const other = path.join(root, 'other');
	await sandbox.add('syslog', sampleLog(40_000, 1));
	await backUpDay(sandbox, day);
	await engine.push(one);
	await replaceTree(other, one);

	for (const [destination, name] of [[one, 'one.log'], [other, 'other.log']] as const) {
		await sandbox.add(name, sampleLog(20_000, name.length));
		await runProgram(['--yes', '--add', '--host', host, '--date', day, '--source', source, '--dest', destination], {env});
		await fs.rm(path.join(source, name));
	}

	const restore = await store.remember();
	const isAdded = ({method, target}: Asked) => method === 'PUT' && target.includes('one.log.gz');
	const outcome = ({result: {pushed, failed}}: Awaited<ReturnType<RemoteEngine['push']>>) => ({pushed, failed});

	// The second comes while the first sends, and again when it has ended.
	const sending = new Halt(isAdded);
	store.gate.judge = sending.judge;
	const first = engine.push(one);
	await sending.reached();
	assert.deepEqual(outcome(await engine.push(other)), {pushed: 0, failed: 1});
	sending.end();
	assert.deepEqual(outcome(await first), {pushed: 1, failed: 0});
	assert.deepEqual(await store.assertNoFalse(one, [day], 'the first'), [day]);
	assert.deepEqual(outcome(await engine.push(other)), {pushed: 0, failed: 1});
	assert.deepEqual(await store.assertNoFalse(one, [day], 'the first, later'), [day]);

	// The second is quicker, after the first has looked at what is there.
	await restore();
	const claiming = new Halt(({method, target}) => method === 'PUT' && target.includes('/.logbackup/'));
	store.gate.judge = claiming.judge;
	const late = engine.push(one);
	await claiming.reached();
	assert.deepEqual(outcome(await engine.push(other)), {pushed: 1, failed: 0});
	claiming.end();
	assert.deepEqual(outcome(await late), {pushed: 0, failed: 1});
	assert.deepEqual(await store.assertNoFalse(other, [day], 'the second'), [day]);

	// The first is stopped: what it has begun is left to it, until it has ended that.
	await restore();
	const controller = new AbortController();
	store.gate.judge = (asked): Verdict => {
		if (isAdded(asked)) {
			controller.abort(new Error('stopped'));
		}

		return 'serve';
	};

	await assert.rejects(engine.push(one, {signal: controller.signal}), /stopped/v);
	store.gate.reset();
	assert.deepEqual(outcome(await engine.push(other)), {pushed: 0, failed: 1});
	assert.deepEqual(outcome(await engine.push(one)), {pushed: 1, failed: 0});
	assert.deepEqual(await store.assertNoFalse(one, [day], 'the first, that was stopped'), [day]);
	const left = await fs.readdir(path.dirname(store.file(`${day}/.logbackup/pushed.json`)));
	assert.deepEqual(left.filter(name => !name.startsWith('pushed.json')), []);
});

test('a set that is removed here while it is pushed to S3 leaves nothing there that is taken for one, or in the way', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using store = await RemoteStore.open(sandbox, 'S3');
	useRemotes(t, store.fixture);
	const engine = new RemoteEngine('nas:logs');
	await sandbox.add('syslog', sampleLog(40_000, 1));
	await backUpDay(sandbox, day);
	const halt = new Halt(({method, target}) => method === 'GET' && target.includes('syslog.gz'));
	store.gate.judge = halt.judge;
	const pushing = engine.push(sandbox.destination);
	await halt.reached();
	await fs.rm(path.join(sandbox.destination, day), {recursive: true});
	halt.end();
	const {events, result} = await pushing;
	assert.deepEqual([result.pushed, result.failed], [0, 0]);
	assert.deepEqual(events.flatMap(event => event.message_type === 'notice' ? [event.notice] : []), ['gone']);
	assert.deepEqual(await engine.list(), {finished: [], unfinished: []});
	await backUpDay(sandbox, day);
	assert.equal((await engine.push(sandbox.destination)).result.pushed, 1);
});

/* Two who push to the same place, and a set that goes while it is pushed: clear, and nothing is lost. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {until} from '../support/files.ts';
import type {Asked} from '../support/gate.ts';
import {canDo} from '../support/needs.ts';
import {backUpDay, RemoteEngine, useRemotes} from '../support/remote-engine.ts';
import {RemoteStore} from '../support/remote-store.ts';
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
	assert.equal((await first).result.pushed, 1);
	assert.deepEqual(await store.assertNoFalse(sandbox.destination, [day], 'the first'), [day]);
	const again = await engine.push(other.destination);
	assert.deepEqual([again.result.pushed, again.result.failed], [0, 1]);
	assert.deepEqual(await store.assertNoFalse(sandbox.destination, [day], 'the first, later'), [day]);
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

/* Pushes whose rclone is killed, and remotes that fail: no half set is taken for one, the next push ends it, and what is fetched is as it was. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test, type TestContext} from 'node:test';
import {setTimeout} from 'node:timers/promises';
import {RemoteError} from '../../source/remote/rclone.ts';
import {exists} from '../support/files.ts';
import type {Asked, Verdict} from '../support/gate.ts';
import {canDo} from '../support/needs.ts';
import {
	backUpDay,
	contentOf,
	RemoteEngine,
	useRemotes,
} from '../support/remote-engine.ts';
import {secret} from '../support/rclone-server.ts';
import {RemoteStore, type StoreKind} from '../support/remote-store.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {sample} from './trials.ts';

const days = ['2026-03-14', '2026-03-15'] as const;

/** So many of the requests are tried at each kind of remote, evenly spread; where LOGBACKUP_ALL_POINTS is set, all. */
const sampled = 3;

/** Two sets, the first of which is at the remote; the second has a file of it, one that was rotated, and new ones. */
class Scene implements AsyncDisposable {
	static async create(t: TestContext, kind: StoreKind): Promise<Scene> {
		const sandbox = await Sandbox.create();
		const store = await RemoteStore.open(sandbox, kind);
		useRemotes(t, store.fixture);
		await sandbox.add('syslog', sampleLog(40_000, 1));
		await sandbox.add('auth.log', sampleLog(30_000, 2));
		await backUpDay(sandbox, days[0]);
		const engine = new RemoteEngine('nas:logs');
		await engine.push(sandbox.destination);
		await fs.rename(path.join(sandbox.source, 'syslog'), path.join(sandbox.source, 'syslog.1'));
		await sandbox.add('syslog', sampleLog(20_000, 3));
		await sandbox.add('kern.log', sampleLog(20_000, 4));
		await sandbox.add(Buffer.from('gr\u{FC}n.log', 'latin1'), sampleLog(2000, 5));
		await backUpDay(sandbox, days[1]);
		return new Scene(sandbox, store, engine, await store.remember());
	}

	readonly sandbox: Sandbox;
	readonly store: RemoteStore;
	readonly engine: RemoteEngine;
	readonly #restore: () => Promise<void>;

	private constructor(sandbox: Sandbox, store: RemoteStore, engine: RemoteEngine, restore: () => Promise<void>) {
		this.sandbox = sandbox;
		this.store = store;
		this.engine = engine;
		this.#restore = restore;
	}

	/** Has the remote as it was before the second day. */
	async restore(): Promise<void> {
		await this.#restore();
	}

	/** Pushes while the remote judges so. Returns what failed. */
	async harm(judge: (asked: Asked) => Verdict | Promise<Verdict>): Promise<readonly string[]> {
		this.store.gate.reset();
		this.store.gate.judge = judge;
		const failed = await this.engine.push(this.sandbox.destination)
			.then(({events}) => events.flatMap(event => event.message_type === 'error' ? [event.error.message] : []))
			.catch((error: unknown) => {
				assert.ok(error instanceof RemoteError, String(error));
				return [error.message];
			});
		this.store.gate.reset();
		assert.ok(failed.every(message => !message.includes(secret)));
		return failed;
	}

	/** Dates of what is called a set there, and is one. */
	async marked(where: string): Promise<readonly string[]> {
		return this.store.assertNoFalse(this.sandbox.destination, days, where);
	}

	/** There is no false set; the next push makes a set of all; and all comes back. */
	async settle(where: string): Promise<void> {
		const {destination, root} = this.sandbox;
		assert.deepEqual((await this.engine.list()).finished, await this.marked(where), where);
		const {result: {pushed, present}, events} = await this.engine.push(destination, {extra: []});
		assert.equal(pushed + present, days.length, `${where}: ${JSON.stringify(events)}`);
		assert.deepEqual(await this.marked(where), days, where);
		const back = path.join(root, 'back');
		await this.engine.fetch(back);

		for (const day of days) {
			assert.deepEqual(await contentOf(path.join(back, day)), await contentOf(path.join(destination, day)), where);
		}

		await fs.rm(back, {recursive: true});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.store[Symbol.asyncDispose]();
		await this.sandbox[Symbol.asyncDispose]();
	}
}

/** Kills whoever asks. */
async function kill({pid}: Asked): Promise<void> {
	process.kill(await pid(), 'SIGKILL');
}

for (const kind of ['S3', 'WebDAV'] as const) {
	test(`rclone killed at any request of a push leaves no false set, and the next push ends it: ${kind}`, async t => {
		if (!await canDo(t, 'rclone')) {
			return;
		}

		await using scene = await Scene.create(t, kind);
		const asked: string[] = [];
		assert.deepEqual(await scene.harm(({method, target}) => {
			asked.push(`${method} ${target}`);
			return 'serve';
		}), []);
		const points = asked.flatMap((what, index) => [{what, number: index + 1, verdict: 'cut' as const}, ...(what.startsWith('PUT') ? [{what, number: index + 1, verdict: 'halve' as const}] : [])]);
		assert.ok(points.length >= 20);
		const chosen = process.env.LOGBACKUP_ALL_POINTS ? points : sample(points, sampled);
		let reached = 0;

		for (const {what, number, verdict} of chosen) {
			let isReached = false;
			await scene.restore();
			await scene.harm(async request => {
				if (request.number !== number) {
					return 'serve';
				}

				isReached = true;
				await kill(request);
				return verdict;
			});
			reached += isReached ? 1 : 0;
			await scene.store.revive();
			await scene.settle(`${verdict} ${number}: ${what}`);
		}

		// Files go side by side: how many requests a push takes is not always the same.
		t.diagnostic(`${reached} of ${points.length} points`);
		assert.ok(reached > chosen.length / 2);
	});
}

test('a remote that refuses, dies, is slow, cuts or swaps what it was sent is never said to have what it has not, and the next push ends it', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using scene = await Scene.create(t, 'S3');
	const {store} = scene;
	const there = (name: string) => store.file(`${days[1]}/${name}`);
	const isPut = ({method, target}: Asked, name: string) => method === 'PUT' && target.includes(`/${days[1]}/${name}`);
	const isGet = ({method, target}: Asked, name: string) => method === 'GET' && target.includes(`/${days[1]}/${name}`);

	for (const [status, name] of [[500, 'kern.log.gz'], [403, 'manifest.json'], [507, '.logbackup/pushed.json']] as const) {
		const failed = await scene.harm(asked => isPut(asked, name) ? {status} : 'serve');
		assert.equal(failed.length, 1, `${status} ${name}`);
		assert.deepEqual(await scene.marked(`${status} ${name}`), [days[0]]);
	}

	await scene.restore();
	let isDead = false;
	const died = await scene.harm(asked => {
		isDead ||= isPut(asked, 'syslog.gz');
		return isDead ? 'cut' : 'serve';
	});
	assert.equal(died.length, 1);
	assert.deepEqual(await scene.marked('dead'), [days[0]]);

	// Each time before it is read back, it is cut, or in the place of another.
	const cut = await scene.harm(async (asked): Promise<Verdict> => {
		if (isGet(asked, 'kern.log.gz')) {
			await fs.truncate(there('kern.log.gz'), 100);
		}

		return 'serve';
	});
	assert.equal(cut.length, 1);
	assert.ok(cut[0]!.includes('kern.log.gz'));
	assert.deepEqual(await scene.marked('cut'), [days[0]]);
	const swapped = await scene.harm(async (asked): Promise<Verdict> => {
		if (isGet(asked, 'kern.log.gz')) {
			await fs.copyFile(there('syslog.gz'), there('kern.log.gz'));
		}

		return 'serve';
	});
	assert.equal(swapped.length, 1);
	assert.deepEqual(await scene.marked('swapped'), [days[0]]);

	// Slow, and what was swapped is sent anew.
	assert.deepEqual(await scene.harm(async (): Promise<Verdict> => {
		await setTimeout(30);
		return 'serve';
	}), []);
	await scene.settle('all of that');
});

test('a byte that is flipped at S3 is found by a push that looks, and by a fetch, which then makes no set of it', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using scene = await Scene.create(t, 'S3');
	const {engine, store, sandbox: {destination, root}} = scene;

	for (const name of ['manifest.json', 'syslog.gz']) {
		const file = store.file(`${days[0]}/${name}`);
		const content = await fs.readFile(file);
		const damaged = Buffer.from(content);
		damaged[content.length >> 1]! ^= 1;
		await fs.writeFile(file, damaged);
		const {events, result: {findings}} = await engine.push(destination, {check: 'download'});
		assert.equal(findings, 1);
		assert.deepEqual(events.flatMap(event => event.message_type === 'finding' ? [event.file] : []), [name]);

		if (name === 'manifest.json') {
			await fs.writeFile(file, content);
		}
	}

	const back = path.join(root, 'back');
	const fetched = await engine.fetch(back);
	assert.deepEqual([fetched.result.fetched, fetched.result.findings], [1, 1]);
	assert.ok(!await exists(path.join(back, days[0])));
});

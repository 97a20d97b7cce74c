/* Pushes and fetches that are stopped or killed while the remote does not answer: rclone goes with them, and the next one ends what they began. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {exists, until} from '../support/files.ts';
import type {Asked, Verdict} from '../support/gate.ts';
import {launch} from '../support/launch.ts';
import {canDo} from '../support/needs.ts';
import {backUpDay, contentOf, host} from '../support/remote-engine.ts';
import {RemoteStore} from '../support/remote-store.ts';
import {program} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

const day = '2026-03-14';

test('Ctrl-C, SIGTERM and SIGKILL in a push or a fetch leave no rclone behind, and the next one goes on', async t => {
	if (!await canDo(t, 'rclone', 'setpriv')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using store = await RemoteStore.open(sandbox, 'S3');
	const {root, source, destination} = sandbox;
	await sandbox.add('syslog', sampleLog(40_000, 1));
	await sandbox.add('auth.log', sampleLog(30_000, 2));
	await backUpDay(sandbox, day);
	const back = path.join(root, 'back');
	const push = ['push', 'nas:logs', '--all', '--source', source, '--dest', destination];
	const fetch = ['fetch', day, '--from', 'nas:logs', '--host', host, '--source', source, '--dest', back];
	// Rclone would notice by what it has to say that nobody listens any more.
	const call = (words: readonly string[]) => launch(process.execPath, [program, ...words, '--', '--stats=0'], {env: store.fixture.env});

	/** Has a call wait for the answer to a request, and ends it. */
	const stopAt = async (words: readonly string[], isIt: (asked: Asked) => boolean, signal: NodeJS.Signals) => {
		let rclone: number | undefined;
		store.gate.reset();
		store.gate.judge = async (asked): Promise<Verdict> => {
			if (isIt(asked)) {
				rclone = await asked.pid();
				await new Promise(() => {}); // eslint-disable-line @typescript-eslint/no-empty-function
			}

			return 'serve';
		};

		const running = call(words);
		await until('the remote to be asked', () => rclone !== undefined);
		process.kill(running.pid, signal);
		await running.end(signal);
		// One that nobody has asked for its end yet is gone, too.
		await until('rclone to be gone', async () => /^\d+ \(.*\) Z/v.test(await fs.readFile(`/proc/${rclone}/stat`, 'utf8').catch(() => '0 () Z')));
		store.gate.reset();
	};

	const isSent = ({method, target}: Asked) => method === 'PUT' && target.includes('syslog.gz');
	const isRead = ({method, target}: Asked) => method === 'GET' && target.includes('syslog.gz');
	await stopAt(push, isSent, 'SIGINT');
	await stopAt(push, isSent, 'SIGTERM');
	await stopAt(push, isSent, 'SIGKILL');
	await stopAt(push, isRead, 'SIGKILL');
	assert.deepEqual(await store.assertNoFalse(destination, [day], 'stopped'), []);
	await call(push).end();
	assert.deepEqual(await store.assertNoFalse(destination, [day], 'pushed'), [day]);
	await stopAt(fetch, isRead, 'SIGINT');
	await stopAt(fetch, isRead, 'SIGTERM');
	await stopAt(fetch, isRead, 'SIGKILL');
	assert.ok(!await exists(path.join(back, host, day)));
	await call(fetch).end();
	assert.deepEqual(await contentOf(path.join(back, host, day)), await contentOf(path.join(destination, day)));
});

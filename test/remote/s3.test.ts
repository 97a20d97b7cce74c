/* Three days of sets on S3, which can copy objects, but has no directories that could be renamed. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {canDo} from '../support/needs.ts';
import {
	backUpDay,
	contentOf,
	host,
	RemoteEngine,
	useRemotes,
} from '../support/remote-engine.ts';
import {RemoteStore} from '../support/remote-store.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

const days = ['2026-03-14', '2026-03-15', '2026-03-16'] as const;

test('over S3 only what is new is sent each day, though logs are rotated; a set is one once its marker stands, and comes back as it was', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using store = await RemoteStore.open(sandbox, 'S3');
	useRemotes(t, store.fixture);
	const engine = new RemoteEngine('nas:logs');
	const {gate} = store;
	const {source, destination} = sandbox;
	const order: string[] = [];
	await sandbox.add('syslog', sampleLog(6_000_000, 1));
	await sandbox.add('auth.log', sampleLog(1_000_000, 2));
	await backUpDay(sandbox, days[0]);
	await engine.push(destination);
	const everything = (await fs.stat(path.join(destination, days[0], 'syslog.gz'))).size;
	assert.ok(gate.bytes > everything);

	for (const [index, day] of days.slice(1).entries()) {
		await fs.rename(path.join(source, 'syslog'), path.join(source, `syslog.${index + 1}`));
		await sandbox.add('syslog', sampleLog(2_000_000, 10 + index));
		await backUpDay(sandbox, day);
		gate.reset();
		order.length = 0;
		gate.judge = ({method, target}) => {
			order.push(`${method} ${target.split('?', 1)[0]}`);
			return 'serve';
		};

		const {result} = await engine.push(destination);
		const fresh = (await fs.stat(path.join(destination, day, 'syslog.gz'))).size;
		t.diagnostic(`${day}: ${gate.bytes} bytes sent, ${fresh} are new`);
		assert.ok(gate.bytes <= 1.05 * fresh, `${gate.bytes} bytes were sent, ${fresh} are new`);
		assert.equal(result.bytesSent <= gate.bytes, true);
		assert.equal(order.findLast(line => line.startsWith('PUT ')), `PUT /logs/${host}/${day}/.logbackup/pushed.json`);
	}

	// For rclone, an empty file and none are the same there.
	assert.equal(await engine.read(`${host}/${days[0]}/none`), undefined);
	const marker = store.file(`${days[1]}/.logbackup/pushed.json`);
	await fs.rename(marker, `${marker}.away`);
	assert.deepEqual(await engine.list(), {finished: [days[0], days[2]], unfinished: [days[1]]});
	const {result: {fetched}} = await engine.fetch(path.join(sandbox.root, 'without'));
	assert.equal(fetched, 2);
	await fs.rename(`${marker}.away`, marker);

	const back = path.join(sandbox.root, 'back');
	await engine.fetch(back);

	for (const day of days) {
		assert.deepEqual(await contentOf(path.join(back, day)), await contentOf(path.join(destination, day)));
	}
});

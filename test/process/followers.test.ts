/* Those who follow a run, at whatever pace they read, or not at all. */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import {createConnection, createServer} from 'node:net';
import path from 'node:path';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {test} from 'node:test';
import type {BackupEvent, StartEvent} from '../../source/backup/events.ts';
import {findEnd} from '../../source/app/find-end.ts';
import {Directory} from '../../source/files/directory.ts';
import {EventLog} from '../../source/process/event-log.ts';
import {EventServer, socketName} from '../../source/process/event-server.ts';
import {parseEvent} from '../../source/process/json-lines.ts';
import {writeLastRun} from '../../source/set/last-run.ts';
import {attachToProcess} from '../../source/process/attached-process.ts';
import {HeldRun} from '../support/held-run.ts';
import {launch} from '../support/launch.ts';
import {runArgs} from '../support/site.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {program} from '../support/run.ts';

const fileEvent = (index: number): BackupEvent => ({
	message_type: 'file', path: `service-with-a-rather-long-name-${index}.log`, outcome: 'done', notes: [], bytes_in: 1, bytes_out: 21, verified: true, resumed: false,
});

const exitError = {
	message_type: 'exit_error', code: 1, message: 'over', files_kept: 0, files_not_done: 0,
} as const;

const linesOf = async (stream: Readable): Promise<string[]> => (await text(stream)).split('\n').slice(0, -1);

/** More files than a socket's buffers have room for their events. */
async function withManyFiles(count: number): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await Promise.all(Array.from({length: count}, async (_, index) => fs.writeFile(path.join(sandbox.source, `${'service-with-a-long-name-'.repeat(8)}${index}.log`), 'x')));
	return sandbox;
}

test('a listener that does not read does not hold the process of a run that is over', async () => {
	await using sandbox = await withManyFiles(2000);
	const run = launch(process.execPath, runArgs(sandbox, ['--quiet']), {cwd: sandbox.root, env: sandbox.env});
	await until('the socket', async () => exists(path.join(sandbox.destination, socketName)));
	const socket = createConnection(path.join(sandbox.destination, socketName));
	await once(socket, 'connect');
	socket.pause();
	assert.equal((await run.end()).code, 0);
	socket.destroy();
});

test('the socket is its owner\'s alone, whatever the umask is', async () => {
	await using sandbox = await Sandbox.create();
	const umask = process.umask(0);
	const held = await HeldRun.start(sandbox);
	process.umask(umask);
	const {mode} = await fs.stat(path.join(sandbox.destination, socketName), {bigint: true});
	assert.equal(Number(mode) & 0o777, 0o600);
	await held.kill('SIGKILL');
});

test('whoever joins late is told all, in order, and of the statuses the last; however much that is', async () => {
	await using sandbox = await Sandbox.create();
	await using place = await Directory.open(sandbox.root);
	const server = await EventServer.listen(place);
	assert.ok(server);
	const count = 30_000;

	for (let index = 0; index < count / 2; index++) {
		server.publish(fileEvent(index));
	}

	const socket = createConnection(path.join(sandbox.root, socketName));
	await once(socket, 'connect');
	const reading = linesOf(socket);

	for (let index = count / 2; index < count; index++) {
		server.publish(fileEvent(index));
	}

	assert.deepEqual((await fs.readdir(sandbox.root)).toSorted(), [socketName, 'log']);
	server.close(exitError);
	const events = (await reading).map(line => parseEvent(line));
	assert.equal(events.length, count + 1);
	assert.ok(events.slice(0, -1).every((event, index) => event?.message_type === 'file' && event.path.endsWith(`-${index}.log`)));
	assert.deepEqual(events.at(-1), exitError);
});

test('a log keeps little in memory, gives every reader all from where it is, and skips what could not be kept', async () => {
	await using sandbox = await Sandbox.create();
	const line = `${'x'.repeat(9999)}\n`;
	const log = new EventLog(Buffer.from(path.join(sandbox.root, 'events')));
	const lost = new EventLog(Buffer.from(path.join(sandbox.root, 'not there', 'events')));

	for (let index = 0; index < 350; index++) {
		log.append(line);
		lost.append(line);
	}

	assert.equal(log.end, 3_500_000);
	assert.deepEqual(await fs.readdir(sandbox.root), ['log']);

	for (const [size, start] of [[4096, 0], [65_536, 0], [1_000_000, 20_000]] as const) {
		let content = '';

		for (let position: number = start; position < log.end;) {
			const {bytes, next} = log.read(position, size);
			assert.ok(bytes.length > 0 && bytes.length <= size && next === position + bytes.length);
			content += bytes.toString();
			position = next;
		}

		assert.equal(content, line.repeat(350 - (start / 10_000)));
	}

	const {bytes, next} = lost.read(0, 10_000);
	assert.equal(bytes.toString(), line);
	assert.ok(next > 10_000 && next % 10_000 === 0);
	assert.ok(lost.loss instanceof Error);
	log.close();
});

test('a run does not wait for the reader of its events, keeps what that has not read on the disk, and ends when all is read', async () => {
	await using sandbox = await withManyFiles(5000);
	const child = spawn(process.execPath, [program, ...sandbox.flags, '--yes', '--json'], {stdio: ['ignore', 'pipe', 'inherit'], env: {...process.env, ...sandbox.env, TMPDIR: sandbox.root}});
	const ended = once(child, 'exit');
	await until('the set', async () => exists(path.join(sandbox.set, 'manifest.json')));
	await until('what has not been read to be on the disk', async () => {
		const links = await Promise.all((await fs.readdir(`/proc/${child.pid}/fd`)).map(async fd => fs.readlink(`/proc/${child.pid}/fd/${fd}`).catch(() => '')));
		return links.some(link => link.startsWith(path.join(sandbox.root, '.logbackup-')));
	});
	const lines = await linesOf(child.stdout);
	const events = lines.map(line => parseEvent(line));
	assert.equal(events.filter(event => event?.message_type === 'file').length, 5000);
	assert.equal(events.at(-1)?.message_type, 'summary');
	assert.deepEqual(await ended, [0, null]);
	assert.deepEqual((await fs.readdir(sandbox.root)).filter(name => name.startsWith('.logbackup-')), []);
});

const startOf = (sandbox: Sandbox, started: string): StartEvent => ({
	message_type: 'start', version: '9', pid: process.pid, host: 'web1', started, date: someDate, source: sandbox.source, set: sandbox.set, total_files: 1, total_bytes: 1,
});

test('who missed the end of a run finds it at the destination', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'x');
	const before = new Date().toISOString();
	assert.equal((await sandbox.run(['--yes'])).code, 0);
	await using destination = await Directory.open(sandbox.destination);
	const whose = {host: 'web1'};
	const summary = await findEnd(destination, startOf(sandbox, before), whose);
	assert.partialDeepStrictEqual(summary, {
		message_type: 'summary', exit_code: 0, set: sandbox.set, files_done: 1, files_verified: 1,
	});
	// Of another run, which came later, and was killed.
	const later = new Date(Date.now() + 1000).toISOString();
	assert.equal(await findEnd(destination, startOf(sandbox, later), whose), undefined);
	await writeLastRun(destination, {ended: new Date(Date.now() + 2000).toISOString(), code: 14, message: 'no space'});
	const error = await findEnd(destination, startOf(sandbox, later), whose);
	assert.partialDeepStrictEqual(error, {message_type: 'exit_error', code: 14, message: 'no space'});
});

test('a screen whose connection is cut looks for the end, and is told of nothing that is garbled or new', async () => {
	await using sandbox = await Sandbox.create();
	const location = path.join(sandbox.root, 's');
	const start = startOf(sandbox, new Date().toISOString());
	const server = createServer(socket => {
		const lines = [
			start,
			{message_type: 'dream', of: 'later versions'},
			{message_type: 'status', current_files: 'elsewhere'},
			{...fileEvent(1), outcome: 'cloned', notes: ['grew', 'dreamt']},
			{
				message_type: 'notice', notice: 'unheard', message: 'of', files: 0,
			},
		];
		socket.end(`${lines.map(line => `${JSON.stringify(line)}\n`).join('')}{"message_type":"fi`);
	});
	server.listen(location);
	await once(server, 'listening');
	const attached = await attachToProcess(location, process.pid, async from => {
		assert.deepEqual(from, start);
		return exitError;
	});
	const told = await text(Readable.from(attached!.events).map(event => `${JSON.stringify(event)}\n`));
	const events = told.split('\n').slice(0, -1).map(line => parseEvent(line));
	assert.deepEqual(events.map(event => event?.message_type), ['start', 'file', 'notice', 'exit_error']);
	assert.partialDeepStrictEqual(events[1], {outcome: 'done', notes: ['grew']});
	assert.equal((await attached!.ended).code, 1);
	server.close();
});

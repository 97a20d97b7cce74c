/* Those who follow a run through its socket: what they are told, in which order, and that nothing they do reaches the run. */
import assert from 'node:assert/strict';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import {test} from 'node:test';
import type {BackupEvent} from '../../source/backup/events.ts';
import {EventServer, socketName} from '../../source/process/event-server.ts';
import {Place} from '../support/set-fixtures.ts';
import {exists, until} from '../support/files.ts';

const notice = (message: string): BackupEvent => ({message_type: 'notice', notice: 'unused', message} as unknown as BackupEvent);
const status = (done: number): BackupEvent => ({message_type: 'status', files_done: done} as unknown as BackupEvent);
const last = {
	message_type: 'exit_error', code: 1, message: 'over', files_kept: 0, files_not_done: 0,
} as const;

/** Somebody who follows; what they were told so far, in short. */
async function follow(place: Place) {
	const socket = net.connect(place.at(socketName));
	let text = '';
	socket.setEncoding('utf8').on('data', (chunk: string) => {
		text += chunk;
	});
	socket.on('error', () => undefined);
	await once(socket, 'connect');
	return {
		socket,
		told: () => text.split('\n').slice(0, -1).map(line => {
			const {message, files_done: done} = JSON.parse(line) as {message?: string; files_done?: number};
			return message ?? done;
		}),
	};
}

async function listen(place: Place): Promise<EventServer> {
	const server = await EventServer.listen(place.directory);
	assert.ok(server);
	return server;
}

test('whoever comes is told all that was said, and of how far it is only the last', async () => {
	await using place = await Place.create();
	const server = await listen(place);
	server.publish(notice('one'));
	server.publish(status(1));
	server.publish(status(2));
	server.publish(notice('two'));
	const follower = await follow(place);
	await until('the last status', () => follower.told().includes(2));
	assert.deepEqual(follower.told(), ['one', 'two', 2]);
	server.publish(notice('three'));
	await until('more', () => follower.told().includes('three'));
	server.publish(status(3));
	await until('how far it is', () => follower.told().includes(3));
	server.close(last);
	await once(follower.socket, 'close');
	assert.deepEqual(follower.told(), ['one', 'two', 2, 'three', 3, 'over']);
	assert.equal(await exists(place.at(socketName)), false);
});

test('after the end nothing more is said, and nobody is let in', async () => {
	await using place = await Place.create();
	const server = await listen(place);
	const follower = await follow(place);
	server.publish(notice('one'));
	server.close(last);
	server.publish(notice('late'));
	server.publish(status(9));
	await once(follower.socket, 'close');
	assert.deepEqual(follower.told(), ['one', 'over']);
});

/** As proc(5) has it: asking for it by `process.umask()` would set it. */
async function umask(): Promise<string | undefined> {
	const text = await fs.readFile('/proc/self/status', 'utf8');
	return /^Umask:\s*(?<mask>\d+)$/mv.exec(text)?.groups?.mask;
}

test('the socket is its owner\'s alone, and the umask of the process is as it was', async () => {
	await using place = await Place.create();
	const before = await umask();
	const server = await listen(place);
	assert.equal(await umask(), before);
	assert.equal((await fs.lstat(place.at(socketName))).mode & 0o177, 0);
	server.close(last);
});

test('what a killed run left is no obstacle; where there can be no socket, the run does without', async () => {
	await using place = await Place.create();
	await place.write(socketName, 'left');
	await place.write('.events', 'left');
	const server = await listen(place);
	assert.equal(await exists(place.at('.events')), false);
	server.close(last);
	await using other = await Place.create();
	await fs.mkdir(other.at(socketName));
	assert.equal(await EventServer.listen(other.directory), undefined);
	await using gone = await Place.create();
	await fs.rmdir(gone.root);
	assert.equal(await EventServer.listen(gone.directory), undefined);
});

test('one that goes, or does not read, keeps nobody else from being told', async () => {
	await using place = await Place.create();
	const server = await listen(place);
	const idle = net.connect(place.at(socketName)).pause();
	idle.on('error', () => undefined);
	await once(idle, 'connect');
	const gone = await follow(place);
	gone.socket.destroy();
	const follower = await follow(place);

	for (let index = 0; index < 300; index++) {
		server.publish(notice(`${index} ${'x'.repeat(5000)}`));
	}

	await until('the last', () => follower.told().length === 300);
	server.close(last);
	await once(follower.socket, 'close');
	assert.equal(follower.told().at(-1), 'over');
	// It is let go after a while, though it never reads.
	await once(idle.resume(), 'close');
});

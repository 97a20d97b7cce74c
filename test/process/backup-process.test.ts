import assert from 'node:assert/strict';
import {Readable} from 'node:stream';
import {test} from 'node:test';
import type {BackupEvent} from '../../source/backup/events.ts';
import {startBackupProcess} from '../../source/process/backup-process.ts';
import {doneEvent} from '../support/screen-fixtures.ts';

/** A child that runs a script instead of a backup. */
const start = (script: string, selection: readonly Buffer[] = []) => startBackupProcess({command: ['--input-type=module', '--eval', script], selection});

const collect = async (events: AsyncIterable<BackupEvent>): Promise<readonly BackupEvent[]> => Readable.from(events).toArray() as Promise<BackupEvent[]>;

test('the selection arrives byte for byte, each path ended by a NUL', async () => {
	const child = start(
		`const bytes = [];
		for await (const chunk of process.stdin) bytes.push(chunk);
		process.stderr.write(Buffer.concat(bytes).toString('hex'));`,
		[Buffer.from('syslog'), Buffer.from([0xFF, 0x0A])],
	);
	assert.deepEqual(await collect(child.events), []);
	const {code, stderr} = await child.ended;
	assert.equal(code, 0);
	assert.equal(stderr, `${Buffer.from('syslog').toString('hex')}00ff0a00`);
});

test('a character that is cut in two by the pipe stays whole', async () => {
	const event = doneEvent('日本語.log');
	const line = Buffer.from(`${JSON.stringify(event)}\n`).toString('hex');
	const child = start(`
		const line = Buffer.from('${line}', 'hex');
		for (const byte of line) {
			process.stdout.write(Buffer.from([byte]));
			await new Promise(resolve => setImmediate(resolve));
		}`);
	assert.deepEqual(await collect(child.events), [event]);
});

test('types of a newer version are passed over, and a line that was cut off is none', async () => {
	const child = start(String.raw`
		process.stdout.write('{"message_type":"weather"}\n${JSON.stringify(doneEvent('a'))}\n{"message_type":"fi');`);
	assert.deepEqual(await collect(child.events), [doneEvent('a')]);
});

test('what is not JSON is an error, and the end of the process is still known', async () => {
	const child = start(String.raw`process.stdout.write("oops\n"); process.exitCode = 7;`);
	await assert.rejects(collect(child.events), SyntaxError);
	assert.equal((await child.ended).code, 7);
});

test('a process that ended by a signal has the code of that signal, and its last words are harmless', async () => {
	const child = start(String.raw`process.stderr.write('bad \u001B[2J\nthing\n'); process.kill(process.pid, 'SIGKILL');`);
	await collect(child.events);
	assert.deepEqual(await child.ended, {code: 137, stderr: 'bad \\x1b[2J\nthing'});
});

test('a process that doesn\'t read its list is not waited for, nor does it break anything', async () => {
	const child = start('process.exit(2);', Array.from({length: 100_000}, () => Buffer.from('a-name-of-some-length.log')));
	await child.handedOver;
	assert.equal((await child.ended).code, 2);
});

test('stop asks, and kill doesn\'t', async () => {
	const stopped = start(String.raw`process.on("SIGINT", () => process.exit(130)); process.stdout.write('{"message_type":"weather"}\n'); setInterval(() => {}, 1000);`);
	setTimeout(stopped.stop, 500);
	assert.equal((await stopped.ended).code, 130);
	const killed = start('process.on("SIGINT", () => {}); setInterval(() => {}, 1000);');
	setTimeout(killed.kill, 300);
	assert.equal((await killed.ended).code, 137);
});

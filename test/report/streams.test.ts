/* What becomes of what is written to streams that are slow, full, or gone. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import {Writable} from 'node:stream';
import {type TestContext, test} from 'node:test';
import {setImmediate} from 'node:timers/promises';
import {settleOutput} from '../../source/app/settle-output.ts';
import {EventLog} from '../../source/process/event-log.ts';
import {isReaderGone, Output} from '../../source/report/output.ts';
import {unwrittenError} from '../../source/report/unwritten.ts';
import {Place} from '../support/set-fixtures.ts';
import {until} from '../support/files.ts';
import {Captured, lacking} from './captured.ts';

const errorOf = (code: string) => Object.assign(new Error(code), {code, errno: -os.constants.errno[code as keyof typeof os.constants.errno]});

/** A stream that fails with that as soon as something is written to it. */
const failing = (code: string, isTTY = false) => Object.assign(new Writable({
	write(_chunk, _encoding, done) {
		done(errorOf(code));
	},
}), {isTTY}) as unknown as NodeJS.WriteStream;

test('a reader that has gone is no failure, and is told once', async () => {
	for (const [code, isTTY, isFine] of [['EPIPE', false, true], ['ECONNRESET', false, true], ['EIO', true, true], ['EIO', false, false], ['ENOSPC', false, false], ['ENOSPC', true, false]] as const) {
		let told = 0;
		const output = new Output(failing(code, isTTY), {
			onBroken() {
				told++;
			},
		});
		assert.equal(output.isBroken, false);
		output.write('words');
		await setImmediate();
		assert.equal(output.isBroken, true, code);
		assert.equal(told, isFine ? 1 : 0, code);
		output.write('more');
		const failure = await output.flush();
		assert.equal(failure === undefined, isFine, code);
		assert.equal(told, isFine ? 1 : 0, code);
		assert.equal(isReaderGone(errorOf(code), failing(code, isTTY)), isFine);
	}
});

test('output that is lost ends a good run otherwise, and is said on standard error; a failed one keeps its code', async () => {
	for (const [code, expected] of [[0, 14], [3, 3], [5, 5]] as const) {
		const error = new Captured();
		const out = new Output(failing('ENOSPC'));
		out.write('words');
		assert.equal(await settleOutput({out, error: error.output}, code, 'the remark'), expected);
		assert.deepEqual(lacking(error.text, 'ENOSPC', 'the remark'), []);
		assert.equal(error.text.trimEnd().split('\n').length, 1);
	}

	const [out, error] = [new Captured(), new Captured()];
	out.output.write('words');
	assert.equal(await settleOutput({out: out.output, error: error.output}, 0), 0);
	assert.deepEqual([out.text, error.text], ['words', '']);
	const gone = new Output(failing('EPIPE'));
	gone.write('words');
	assert.equal(await settleOutput({out: gone, error: error.output}, 0), 0);
	const failure = unwrittenError(errorOf('EIO'));
	assert.deepEqual([failure.name, failure.code], ['DestinationError', 'EIO']);
});

test('columns are those of a terminal that knows how to move', t => {
	assert.equal(new Captured().output.columns, undefined);
	assert.equal(new Captured(33).output.columns, 33);
	const {TERM} = process.env;
	setTerm(t, 'dumb', TERM);
	assert.equal(new Captured(33).output.columns, undefined);
});

function setTerm(t: TestContext, term: string, before: string | undefined): void {
	process.env.TERM = term;
	t.after(() => {
		if (before === undefined) {
			delete process.env.TERM;
		} else {
			process.env.TERM = before;
		}
	});
}

/** A stream whose reader reads when it is told to. */
function slow() {
	let text = '';
	let waiting: (() => void) | undefined;
	let isOpen = false;
	const stream = Object.assign(new Writable({
		highWaterMark: 1024,
		write(chunk: Buffer, _encoding, done) {
			text += chunk.toString();

			if (isOpen) {
				done();
			} else {
				waiting = done;
			}
		},
	}), {isTTY: false}) as unknown as NodeJS.WriteStream;
	return {
		stream,
		text: () => text,
		open() {
			isOpen = true;
			waiting?.();
		},
	};
}

test('what a slow reader has not read waits on the disk, in order, and is all there at the end', async () => {
	const reader = slow();
	const output = new Output(reader.stream, {isSpooled: true});
	const line = `${'x'.repeat(1000)}\n`;
	let expected = '';

	for (let index = 0; index < 2000; index++) {
		output.write(`${index} ${line}`);
		expected += `${index} ${line}`;
	}

	assert.equal(output.isBehind, true);
	assert.ok(reader.stream.writableLength < 400_000, 'little of it in memory');
	assert.deepEqual((await fs.readdir(os.tmpdir())).filter(name => name.startsWith(`.logbackup-${process.pid}-`)), [], 'without a name');
	reader.open();
	assert.equal(await output.flush(), undefined);
	assert.equal(reader.text(), expected);
	assert.equal(output.isBehind, false);
	output.write('after');
	await output.flush();
	assert.equal(reader.text(), `${expected}after`);
});

test('a quick reader is told at once', async () => {
	const reader = slow();
	reader.open();
	const output = new Output(reader.stream, {isSpooled: true});
	output.write('words');
	assert.equal(output.isBehind, false);
	assert.equal(await output.flush(), undefined);
	assert.equal(reader.text(), 'words');
});

test('where it cannot be kept, that something is lost is a failure', async t => {
	await using place = await Place.create();
	setTemporary(t, place.at('nothing'));
	const reader = slow();
	const output = new Output(reader.stream, {isSpooled: true});

	for (let index = 0; index < 2000; index++) {
		output.write('x'.repeat(1000));
	}

	reader.open();
	const failure = await output.flush();
	assert.ok(failure instanceof Error && failure.message.includes('ENOENT'));
});

function setTemporary(t: TestContext, directory: string): void {
	const {TMPDIR} = process.env;
	process.env.TMPDIR = directory;
	t.after(() => {
		if (TMPDIR === undefined) {
			delete process.env.TMPDIR;
		} else {
			process.env.TMPDIR = TMPDIR;
		}
	});
}

test('a reader that goes while something waits for it is no failure', async () => {
	const reader = slow();
	const output = new Output(reader.stream, {isSpooled: true});

	for (let index = 0; index < 1000; index++) {
		output.write('x'.repeat(1000));
	}

	reader.stream.destroy(errorOf('EPIPE'));
	await until('it to be noticed', () => output.isBroken);
	assert.equal(await output.flush(), undefined);
});

test('a log is read from any position, in pieces of any length, from memory and from the disk', async () => {
	await using place = await Place.create();
	const before = (await fs.readdir('/proc/self/fd')).length;
	const log = new EventLog(Buffer.from(place.at('log')));
	let all = '';

	for (let index = 0; index < 30; index++) {
		const line = `${index} ${'y'.repeat(40_000)}\n`;
		log.append(line);
		all += line;
		assert.equal(log.end, all.length);
	}

	assert.deepEqual(await fs.readdir(place.root), []);

	for (const length of [1000, 100_000, 5_000_000]) {
		let read = '';

		for (let position = 0; position < log.end;) {
			const {bytes, next} = log.read(position, length);
			assert.ok(bytes.length > 0 && bytes.length <= length && next === position + bytes.length);
			read += bytes.toString();
			position = next;
		}

		assert.strictEqual(read, all);
	}

	assert.equal(log.read(all.length - 5, 100).bytes.toString(), all.slice(-5));
	assert.equal(log.loss, undefined);
	log.close();
	log.close();
	assert.equal((await fs.readdir('/proc/self/fd')).length, before);
});

test('what is lost of a log is skipped, and the rest begins with a line', async () => {
	await using place = await Place.create();
	const log = new EventLog(Buffer.from(place.at('no/log')));
	const line = `${'z'.repeat(1000)}\n`;

	for (let index = 0; index < 600; index++) {
		log.append(line);
	}

	assert.ok(log.loss instanceof Error);
	const {bytes, next} = log.read(0, 1e9);
	assert.equal(next, log.end);
	assert.ok(bytes.length > 0 && bytes.length % line.length === 0 && bytes.toString().startsWith('zzz'));
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {text} from 'node:stream/consumers';
import {ExportFormatError} from '../../source/journal/export-fields.ts';
import {shortLines} from '../../source/journal/short-lines.ts';
import {
	type Field,
	formatEntry,
	message,
	micros,
} from '../support/journals.ts';

const time = micros('2026-03-14T01:02:03.456Z');

async function * pieces(bytes: Buffer, length: number) {
	for (let position = 0; position < bytes.length; position += length) {
		yield bytes.subarray(position, position + length);
	}
}

const linesOf = async (entries: readonly Buffer[], length = 100) => text(shortLines(pieces(Buffer.concat(entries), length)));

test('entries become lines, whatever pieces they come in, and none of them does anything to a terminal', async () => {
	const entries = [
		message(time, 'started'),
		message(time + 1_000_000, Buffer.from('one\ntwo\n')),
		message(time, Buffer.from('\u{1B}[2J\u{FF}\0', 'latin1')),
		{time, fields: [['_COMM', 'kernel\u{7}'], ['SYSLOG_PID', '7'], ['MESSAGE', '']] as readonly Field[]},
		{time, fields: [] as readonly Field[]},
	].map(entry => formatEntry(entry));
	const expected = [
		'2026-03-14T01:02:03+0000 web1 app[512]: started',
		'2026-03-14T01:02:04+0000 web1 app[512]: one',
		`${' '.repeat('2026-03-14T01:02:04+0000 web1 app[512]: '.length)}two`,
		String.raw`2026-03-14T01:02:03+0000 web1 app[512]: \x1b[2J\xff\x00`,
		String.raw`2026-03-14T01:02:03+0000 - kernel\x07[7]: `,
		'2026-03-14T01:02:03+0000 - unknown: ',
		'',
	].join('\n');

	for (const length of [1, 13, 10_000]) {
		assert.equal(await linesOf(entries, length), expected);
	}
});

test('a message of any length takes little memory: it is cut', async () => {
	const lines = await linesOf([formatEntry(message(time, 'x'.repeat(3_000_000))), formatEntry(message(time, Buffer.alloc(3_000_000, '\0')))], 65_536);
	const [one, other, end] = lines.split('\n', 3);
	assert.deepEqual([one!.replace(/^.*: /v, '').length, other!.replace(/^.*: /v, '').length, end], [65_536, 4 * 65_536, '']);
});

test('what is no export is refused', async () => {
	await assert.rejects(linesOf([Buffer.from('no export\n')]), ExportFormatError);
});

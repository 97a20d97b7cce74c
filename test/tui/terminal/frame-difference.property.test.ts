/*
What is sent for a frame, judged by an emulator: it must show what it would show had the frame been drawn on an empty screen.
*/
import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {frameDifference, readFrame} from '../../../source/tui/terminal/frame-difference.ts';
import {createEmulator, type Emulator, writeTo} from '../../support/emulator.ts';
import {takeSnapshot} from '../../../tools/pictures/picture.ts';

const size = {columns: 24, rows: 5};
const codes = ['1', '2', '3', '7', '22', '23', '27', '31', '32', '33', '39', '44', '49', '90', '38;5;200', '48;2;1;2;3', '0', ''];
const pieces = [
	...codes.map(code => `\u{1B}[${code}m`),
	'a',
	'b',
	'xyz',
	' ',
	' '.repeat(4),
	'12',
	'█',
	'░░',
	'→',
	'·',
	'⠋',
	'日',
	'本語',
	'e\u{301}',
	'👍',
	'é',
	'…',
	'›',
];
const line = fc.array(fc.constantFrom(...pieces), {maxLength: 14}).map(parts => `${parts.join('')}\u{1B}[0m`);
const frame = fc.array(line, {maxLength: size.rows + 1}).map(lines => lines.join('\n'));

async function shownAfter(emulator: Emulator, output: string): Promise<unknown> {
	await writeTo(emulator, output);
	return takeSnapshot(emulator);
}

async function drawn(text: string): Promise<unknown> {
	const {emulator} = createEmulator(size.columns, size.rows);
	const shown = await shownAfter(emulator, frameDifference(undefined, readFrame(text, size)));
	emulator.dispose();
	return shown;
}

test('frames one after the other look as each of them drawn anew', async () => {
	await fc.assert(fc.asyncProperty(fc.array(frame, {minLength: 2, maxLength: 5}), async frames => {
		const {emulator} = createEmulator(size.columns, size.rows);
		let shown: ReturnType<typeof readFrame> | undefined;

		for (const text of frames) {
			const next = readFrame(text, size, shown);
			assert.deepEqual(await shownAfter(emulator, frameDifference(shown, next)), await drawn(text));
			shown = next;
		}

		emulator.dispose();
	}), {numRuns: 100});
});

test('the same frame again sends nothing, and a digit that changes in a coloured row little more than itself', () => {
	const text = (digit: string) => `\u{1B}[1mcopying\u{1B}[22m \u{1B}[32m████\u{1B}[39m\u{1B}[2m░░\u{1B}[22m ${digit}5%  1 of 9`;
	const before = readFrame(text('3'), size);
	assert.equal(frameDifference(before, readFrame(text('3'), size, before)), '');
	assert.equal(frameDifference(before, readFrame(text('4'), size, before)), '\u{1B}[1;16H4');
});

test('behind a character that terminals measure differently, a row is sent to its end', () => {
	const before = readFrame('日本.log 1 kB', size);
	assert.equal(frameDifference(before, readFrame('日本.log 2 kB', size, before)), '\u{1B}[1;1H\u{1B}[K日本.log 2 kB');
});

test('after a change of size everything is sent', () => {
	const before = readFrame('one\ntwo', size);
	assert.equal(frameDifference(before, readFrame('one\ntwo', {...size, rows: 4}, before)), '\u{1B}[m\u{1B}[1;1H\u{1B}[Jone\r\ntwo');
});

test('a frame never has more rows or columns than the terminal', () => {
	const {lines} = readFrame(`${'x'.repeat(23)}日\n2\n3\n4\n5\n6`, size);
	assert.equal(lines.length, 5);
	assert.equal(lines[0]!.cells!.texts.length, 23);
});

import assert from 'node:assert/strict';
import {Readable} from 'node:stream';
import {test} from 'node:test';
import fc from 'fast-check';
import {readInputLines} from '../../../source/tui/plain/input-lines.ts';
import {parseNumbers, type Span} from '../../../source/tui/plain/numbers.ts';
import {parseRequest as parse, reviewWords, setsWords} from '../../../source/tui/plain/requests.ts';

const span = {from: 1, to: 20};

const parseRequest = (line: string, numbers: Span) => parse(line, numbers, reviewWords);

const problemOf = (line: string, numbers = span) => {
	const request = parseRequest(line, numbers);
	return request.kind === 'wrong' ? request.problem : undefined;
};

test('numbers and ranges are turned, marked with + and unmarked with -', () => {
	assert.deepEqual(parseRequest('3,5-9', span), {kind: 'choose', numbers: [3, 5, 6, 7, 8, 9], isMarked: undefined});
	assert.deepEqual(parseRequest(' + 9 3, 3-4 ', span), {kind: 'choose', numbers: [3, 4, 9], isMarked: true});
	assert.deepEqual(parseRequest('-3,5-9', span), {kind: 'choose', numbers: [3, 5, 6, 7, 8, 9], isMarked: false});
	assert.deepEqual(parseRequest('20', span), {kind: 'choose', numbers: [20], isMarked: undefined});
});

test('commands are letters or words', () => {
	for (const [line, kind] of [
		['y', 'start'],
		['Start', 'start'],
		['a', 'all'],
		['i', 'invert'],
		['c', 'command'],
		['l', 'list'],
		['more', 'more'],
		['r', 'rescan'],
		['?', 'help'],
		['q', 'quit'],
		['d', 'measure'],
	] as const) {
		assert.deepEqual(parseRequest(line, span), {kind, numbers: []});
	}

	assert.deepEqual(parseRequest('o 4', span), {kind: 'open', numbers: [4]});
	assert.deepEqual(parseRequest('o4', span), {kind: 'open', numbers: [4]});
	assert.deepEqual(parseRequest('s', span), {kind: 'sort', by: undefined});
	assert.deepEqual(parseRequest('sort Size', span), {kind: 'sort', by: 'size'});
	assert.deepEqual(parseRequest('/a b*', span), {kind: 'filter', text: 'a b*'});
	assert.deepEqual(parseRequest('/', span), {kind: 'filter', text: ''});
});

test('words take as many numbers as they are about', () => {
	const ask = (line: string) => parse(line, span, setsWords);
	assert.deepEqual(ask('c 1 2'), {kind: 'compare', numbers: [1, 2]});
	assert.deepEqual(ask('= 2,1'), {kind: 'compare', numbers: [1, 2]});
	assert.deepEqual(ask('Delete 3'), {kind: 'remove', numbers: [3]});

	for (const line of ['c 1', 'c 2 2', 'c 1-3', 'd', 'd 1 2', 'd 21', 'a 1']) {
		assert.equal(ask(line).kind, 'wrong', line);
	}
});

test('what cannot be meant is answered with its reason', () => {
	assert.match(problemOf('')!, /\? lists/v);
	assert.match(problemOf('0')!, /"0" was not listed; the list has 1 to 20/v);
	assert.match(problemOf('19-21')!, /"21" was not listed/v);
	assert.match(problemOf('1-99999999999999999999999')!, /was not listed/v);
	assert.match(problemOf('9'.repeat(4000))!, /^"9{40}…" was not listed/v);
	assert.match(problemOf('9-5')!, /runs backwards; write 5-9/v);
	assert.match(problemOf('3-')!, /not a number or range/v);
	assert.match(problemOf('+')!, /missing/v);
	assert.match(problemOf(',')!, /missing/v);
	assert.match(problemOf('3x')!, /"3x" is not a number/v);
	assert.match(problemOf('1', {from: 1, to: 0})!, /nothing is listed/v);
	assert.match(problemOf('o')!, /missing/v);
	assert.match(problemOf('o 3-4')!, /o takes one directory: o 4/v);
	assert.match(problemOf('s colour')!, /"colour"/v);
	assert.match(problemOf('q now')!, /q takes nothing/v);
	assert.match(problemOf('frob\u{1B}[2J')!, /"frob\\x1b\[2J" is not a command/v);
});

const anyLine = fc.oneof(
	fc.string({unit: 'binary', maxLength: 60}),
	fc.array(fc.constantFrom('0', '1', '5', '20', '21', '9999999999999999', '-', ',', ' ', '+', 'o', '/', '?', 'y', '\0', '\r', '\u{9B}'), {maxLength: 12}).map(parts => parts.join('')),
);

test('whatever is typed is understood or refused in one harmless line, and names no number that was not listed', () => {
	fc.assert(fc.property(anyLine, fc.nat(30), fc.nat(30), (line, from, length) => {
		const numbers = {from: from + 1, to: from + length};
		const request = parseRequest(line, numbers);

		if (request.kind === 'wrong') {
			assert.match(request.problem, /^\P{Control}+$/v);
		}

		const named = 'numbers' in request ? request.numbers : [];
		assert.ok(named.every(number => Number.isSafeInteger(number) && number >= numbers.from && number <= numbers.to));
		assert.equal(new Set(named).size, named.length);
	}), {numRuns: 2000});
});

test('numbers say exactly what a plain reading of them says', () => {
	fc.assert(fc.property(fc.array(fc.tuple(fc.integer({min: 1, max: 20}), fc.nat(5)), {minLength: 1, maxLength: 6}), ranges => {
		const wanted = new Set(ranges.flatMap(([start, more]) => Array.from({length: more + 1}, (_, index) => Math.min(20, start + index))));
		const text = ranges.map(([start, more]) => more === 0 ? String(start) : `${start}-${Math.min(20, start + more)}`).join(',');
		assert.deepEqual(parseNumbers(text, span), {numbers: [...wanted].toSorted((one, other) => one - other)});
	}));
});

async function linesOf(...chunks: ReadonlyArray<string | Buffer>): Promise<ReadonlyArray<string | undefined>> {
	const lines: Array<string | undefined> = [];
	const reader = readInputLines(Readable.from(chunks.map(chunk => Buffer.from(chunk as string)), {objectMode: true}));

	for (let step = await reader.next(); !step.done; step = await reader.next()) {
		lines.push(step.value);
	}

	return lines;
}

test('lines are whole however they come, and half a line at the end is none', async () => {
	assert.deepEqual(await linesOf('3', ',5\nq\r\n\n', 'y'), ['3,5', 'q', '']);
	assert.deepEqual(await linesOf(Buffer.from([0xC3]), Buffer.from([0xA4, 0x0A])), ['ä']);
});

test('a line that is too long is told from the others, and nothing of it is kept', async () => {
	assert.deepEqual(await linesOf('x'.repeat(5000), 'y'.repeat(5000), '\ny\n'), [undefined, 'y']);
	assert.deepEqual(await linesOf(`${'x'.repeat(5000)}\nq\n`), [undefined, 'q']);
});

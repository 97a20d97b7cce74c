import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {type InputEvent, InputParser} from '../../../source/tui/terminal/input-parser.ts';

const bytes = (...parts: ReadonlyArray<string | Uint8Array | readonly number[]>): Buffer =>
	Buffer.concat(parts.map(part => typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)));

const among = (least: number, most: number, options: {readonly minLength?: number; readonly maxLength: number}): fc.Arbitrary<Buffer> =>
	fc.array(fc.integer({min: least, max: most}), options).map(codes => Buffer.from(codes));

/** An introducer of a sequence: with Escape, as a character of UTF-8, or as the byte that it is in 8-bit terminals. */
const introducer = (character: string): fc.Arbitrary<Buffer> => {
	const code = character.codePointAt(0)! + 0x40;
	return fc.constantFrom(Buffer.from(`\u{1B}${character}`), Buffer.from(String.fromCodePoint(code)), Buffer.from([code]));
};

const numbers = fc.array(fc.integer({min: 1, max: 9999}), {minLength: 1, maxLength: 4}).map(list => list.join(';'));

/** Control sequences that no keyboard sends: private parameters, intermediate characters, or last characters of reports and answers. */
const report: fc.Arbitrary<Buffer> = fc.oneof(
	fc.tuple(introducer('['), fc.constantFrom('<', '=', '>', '?'), among(0x30, 0x3F, {maxLength: 12}), among(0x20, 0x2F, {maxLength: 2}), among(0x40, 0x7E, {minLength: 1, maxLength: 1}))
		.map(parts => bytes(...parts)),
	fc.tuple(introducer('['), numbers, among(0x20, 0x2F, {minLength: 1, maxLength: 2}), among(0x40, 0x7E, {minLength: 1, maxLength: 1}))
		.map(parts => bytes(...parts)),
	fc.tuple(introducer('['), numbers, fc.constantFrom(...'RctnyxMQS')).map(parts => bytes(...parts)),
	introducer('[').chain(start => fc.constantFrom('I', 'O', '[B', '[E', 'E', '12~', '15~', '24~', 'Q').map(rest => bytes(start, rest))),
);

/** Mouse reports of three kinds. */
const mouse: fc.Arbitrary<Buffer> = fc.oneof(
	fc.tuple(introducer('['), among(0x20, 0x7F, {minLength: 3, maxLength: 3})).map(([start, rest]) => bytes(start, 'M', rest)),
	fc.tuple(introducer('['), fc.array(fc.integer({min: 0x20, max: 0x7_FF}).filter(code => code < 0x7F || code >= 0xA0), {minLength: 3, maxLength: 3}))
		.map(([start, rest]) => bytes(start, 'M', String.fromCodePoint(...rest))),
	fc.tuple(fc.nat(255), fc.nat(2000), fc.nat(2000), fc.constantFrom('M', 'm')).map(([button, x, y, final]) => bytes(`\u{1B}[<${button};${x};${y}${final}`)),
	fc.tuple(fc.nat(255), fc.nat(2000), fc.nat(2000)).map(([button, x, y]) => bytes(`\u{1B}[${button};${x};${y}M`)),
);

const text = fc.string({unit: 'grapheme', maxLength: 30}).map(content => content.replaceAll(/[\p{Control}\p{Surrogate}]/gv, ''));

/** Answers to questions: strings with whatever is in them, and either end. */
const answer: fc.Arbitrary<Buffer> = fc.oneof(
	fc.tuple(introducer(']'), text, fc.constantFrom('\u{1B}\\', '\u{7}', '\u{9C}')),
	fc.tuple(fc.oneof(...['P', '_', '^', 'X'].map(character => introducer(character))), text, fc.constantFrom('\u{1B}\\', '\u{9C}')),
).map(parts => bytes(...parts));

const noKey = fc.oneof(report, mouse, answer);

const key: fc.Arbitrary<Buffer> = fc.oneof(
	fc.constantFrom('j', '\r', ' ', 'y', 'q', '\u{3}', '\u{1B}[A', '\u{1B}OB', '\u{1B}[5~', '\u{1B}[97;2u', 'é', '日', '🙂', '\u{1B}\u{1B}[A', '\u{1B}x').map(input => Buffer.from(input)),
	text.map(content => bytes('\u{1B}[200~', content, '\u{1B}[201~')),
);

/** What comes of an input that arrives in pieces. */
function parse(pieces: readonly Uint8Array[]): readonly InputEvent[] {
	const parser = new InputParser();
	return [...pieces.flatMap(piece => parser.push(piece)), ...parser.giveUp()];
}

const inPieces = (input: Buffer, cuts: readonly number[]): Buffer[] => {
	const places = [0, ...cuts.map(cut => cut % (input.length + 1)).toSorted((one, other) => one - other), input.length];
	return places.slice(1).map((place, index) => input.subarray(places[index], place));
};

test('no sequence that is no key ever is one, whatever stands beside it and wherever it is cut', () => {
	fc.assert(fc.property(fc.array(noKey, {maxLength: 8}), fc.array(fc.nat(), {maxLength: 6}), (sequences, cuts) => {
		assert.deepEqual(parse(inPieces(Buffer.concat(sequences), cuts)), []);
	}), {numRuns: 3000});
});

/** X10 as it was before UTF-8: a byte for each number. Two of them may look like one character, and the next byte goes with the report. */
const rawMouse = fc.tuple(fc.integer({min: 0x20, max: 0x7F}), fc.integer({min: 0x20, max: 0xFF}), fc.integer({min: 0x20, max: 0xFF}))
	.map(numbersOfIt => bytes('\u{1B}[M', numbersOfIt));

test('nor is a report of the mouse in bytes', () => {
	fc.assert(fc.property(fc.array(rawMouse, {maxLength: 8}), fc.array(fc.nat(), {maxLength: 6}), (reports, cuts) => {
		assert.deepEqual(parse(inPieces(Buffer.concat(reports), cuts)), []);
	}), {numRuns: 2000});
});

test('keys among them are all heard, and only they', () => {
	fc.assert(fc.property(fc.array(fc.tuple(noKey, key), {maxLength: 6}), fc.array(fc.nat(), {maxLength: 6}), (pairs, cuts) => {
		const heard = parse(inPieces(Buffer.concat(pairs.flat()), cuts));
		assert.deepEqual(heard, pairs.flatMap(([, one]) => parse([one])));
	}), {numRuns: 2000});
});

test('any bytes at all come to the same, wherever they are cut', () => {
	fc.assert(fc.property(fc.array(fc.oneof(fc.uint8Array({maxLength: 12}), noKey, key), {maxLength: 8}), fc.array(fc.nat(), {maxLength: 8}), (parts, cuts) => {
		const input = bytes(...parts);
		assert.deepEqual(parse(inPieces(input, cuts)), parse([input]));
		assert.deepEqual(parse([...input].map(byte => Uint8Array.of(byte))), parse([input]));
	}), {numRuns: 2000});
});

test('after any bytes, silence and a key, that key is heard', () => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 40}), input => {
		const parser = new InputParser();
		parser.push(input);
		parser.giveUp();
		assert.deepEqual(parser.push(Buffer.from('j')), [{kind: 'key', name: 'j'}]);
	}), {numRuns: 2000});
});

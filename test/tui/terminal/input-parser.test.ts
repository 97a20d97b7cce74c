import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type InputEvent, InputParser} from '../../../source/tui/terminal/input-parser.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text);
const key = (name: string): InputEvent => ({kind: 'key', name});

/** What comes of an input without a pause, and what after it. */
function parse(...chunks: ReadonlyArray<string | readonly number[]>): readonly InputEvent[] {
	const parser = new InputParser();
	return [
		...chunks.flatMap(chunk => parser.push(typeof chunk === 'string' ? bytesOf(chunk) : Uint8Array.from(chunk))),
		...parser.giveUp(),
	];
}

const keys: ReadonlyArray<readonly [input: string, name: string]> = [
	['j', 'j'],
	['G', 'G'],
	['日', '日'],
	['🙂', '🙂'],
	['\r', 'enter'],
	['\n', 'enter'],
	['\t', 'tab'],
	[' ', 'space'],
	['\u{7F}', 'backspace'],
	['\b', 'backspace'],
	['\u{3}', 'ctrl-c'],
	['\u{1A}', 'ctrl-z'],
	['\u{1B}', 'escape'],
	['\u{1B}[A', 'up'],
	['\u{1B}OA', 'up'],
	['\u{9B}A', 'up'],
	['\u{8F}A', 'up'],
	['\u{1B}[1;2B', 'down'],
	['\u{1B}[1;5C', 'right'],
	['\u{1B}O5D', 'left'],
	['\u{1B}[a', 'up'],
	['\u{1B}[H', 'home'],
	['\u{1B}[1~', 'home'],
	['\u{1B}[7~', 'home'],
	['\u{1B}[F', 'end'],
	['\u{1B}[4~', 'end'],
	['\u{1B}[5~', 'pageup'],
	['\u{1B}[6;5~', 'pagedown'],
	['\u{1B}[2~', 'insert'],
	['\u{1B}[3~', 'delete'],
	['\u{1B}OP', 'f1'],
	['\u{1B}[[A', 'f1'],
	['\u{1B}[11~', 'f1'],
	['\u{1B}[P', 'f1'],
	['\u{1B}[21~', 'f10'],
	['\u{1B}[Z', 'tab'],
	['\u{1B}OM', 'enter'],
	['\u{1B}Or', '2'],
	['\u{1B}Oo', '/'],
	['\u{1B}[97u', 'a'],
	['\u{1B}[97;2u', 'A'],
	['\u{1B}[97:65;2u', 'A'],
	['\u{1B}[97;1;97u', 'a'],
	['\u{1B}[99;5u', 'ctrl-c'],
	['\u{1B}[27u', 'escape'],
	['\u{1B}[13u', 'enter'],
	['\u{1B}[32u', 'space'],
	['\u{1B}[127u', 'backspace'],
	['\u{1B}[57414u', 'enter'],
	['\u{1B}[57419u', 'up'],
	['\u{1B}[57401u', '2'],
	['\u{1B}[1;1:2A', 'up'],
	['\u{1B}[106;129u', 'j'],
	['\u{1B}[27;5;99~', 'ctrl-c'],
	['\u{1B}[27;2;65~', 'A'],
];

test('each key is known in all the ways in which terminals send it', () => {
	for (const [input, name] of keys) {
		assert.deepEqual(parse(input), [key(name)], JSON.stringify(input));
	}
});

test('keys that come together are keys of their own', () => {
	assert.deepEqual(parse('j\u{1B}[Bj\r日'), ['j', 'down', 'j', 'enter', '日'].map(name => key(name)));
});

test('Escape, and a key right after it, are told as what they may be', () => {
	assert.deepEqual(parse('\u{1B}q'), [{kind: 'alt', names: ['escape', 'q']}]);
	assert.deepEqual(parse('\u{1B}\u{1B}[A'), [{kind: 'alt', names: ['escape', 'up']}]);
	assert.deepEqual(parse('\u{1B}\u{1B}\u{1B}'), [key('escape'), key('escape'), key('escape')]);
});

test('a key that is let go, or has a modifier that makes it another one, is none', () => {
	for (const input of ['\u{1B}[97;1:3u', '\u{1B}[1;1:3A', '\u{1B}[121;3u', '\u{1B}[1;3A', '\u{1B}[27;3;121~', '\u{1B}[121;9u', '\u{1B}[57441u', '\u{1B}[3u', '\u{1B}[13;5u']) {
		assert.deepEqual(parse(input), [], JSON.stringify(input));
	}
});

test('numbers out of any range are no keys, and break nothing', () => {
	for (const input of ['\u{1B}[9999999999999999999u', '\u{1B}[97;1;1114112u', '\u{1B}[97;;65:66u', '\u{1B}[;u', '\u{1B}[u', '\u{1B}[~', '\u{1B}[27;1;55296~', `\u{1B}[${'9'.repeat(5000)}A`]) {
		assert.deepEqual(parse(input, 'j').at(-1), key('j'));
	}
});

test('what is pasted is one text, without control characters', () => {
	assert.deepEqual(parse('\u{1B}[200~/srv/a\r\n\u{1B}[A\u{3}q\u{1B}[201~'), [{kind: 'paste', text: '/srv/a[Aq'}]);
	assert.deepEqual(parse('\u{1B}[200~\r\u{3}\u{1B}[201~j'), [key('j')]);
	const long = parse(`\u{1B}[200~${'x'.repeat(100_000)}\u{1B}[201~j`);
	assert.deepEqual(long.map(({kind}) => kind), ['paste', 'key']);
	const [first] = long;
	assert.ok(first?.kind === 'paste' && first.text.length <= 4096);
	assert.deepEqual(parse('\u{1B}[201~'), [], 'an end without a beginning');
});

test('Ctrl-C is heard in the middle of anything', () => {
	for (const start of ['', '\u{1B}', '\u{1B}[', '\u{1B}[1;', '\u{1B}O', '\u{1B}[M ', '\u{1B}]0;title', '\u{1B}P1$r', '\u{1B}_G', '\u{1B}^x', '\u{1B}Xx', '\u{1B}[200~text', '\u{1B}[200~']) {
		const parser = new InputParser();
		const events = [...parser.push(bytesOf(`${start}\u{3}`)), ...parser.giveUp()];
		assert.deepEqual(events, [key('ctrl-c')], JSON.stringify(start));
		assert.deepEqual(parser.push(bytesOf('j')), [key('j')], JSON.stringify(start));
	}

	assert.deepEqual(parse([0xE6, 3]), [key('ctrl-c')], 'in the middle of a character');
	assert.deepEqual(parse('\u{1B}[200~text\u{1B}[99;5u'), [key('ctrl-c')], 'as kitty sends it');
});

test('whatever has no end is given up, and the keyboard is heard again', () => {
	for (const start of [
		'\u{1B}[', '\u{1B}[1;2', '\u{1B}O', '\u{1B}[M', '\u{1B}[M !', '\u{1B}[T', '\u{1B}]0;title', '\u{1B}P', '\u{1B}_G', '\u{1B}^x', '\u{1B}Xx', '\u{1B}[200~text', '\u{1B}]0;title\u{1B}',
	]) {
		const parser = new InputParser();
		assert.deepEqual(parser.push(bytesOf(start)), [], JSON.stringify(start));
		assert.notEqual(parser.unfinished, undefined);
		assert.deepEqual(parser.giveUp(), [], JSON.stringify(start));
		assert.deepEqual(parser.push(bytesOf('j')), [key('j')], JSON.stringify(start));
	}
});

test('a string ends where another sequence begins', () => {
	assert.deepEqual(parse('\u{1B}]0;title\u{1B}[B'), [key('down')]);
	assert.deepEqual(parse('\u{1B}]0;title\u{18}j'), [key('j')]);
});

test('an X10 report takes its three bytes with it, whatever they are, and no more', () => {
	assert.deepEqual(parse([0x1B, 0x5B, 0x4D, 0x20, 0xE1, 0x85], 'j'), [key('j')]);
	assert.deepEqual(parse([0x1B, 0x5B, 0x4D, 0x20, 0, 0], 'j'), [key('j')]);
	assert.deepEqual(parse([0x1B, 0x5B, 0x4D, 0x20, 0xC4, 0x80, 0x71], 'j'), [key('j')], 'mode 1005');
	assert.deepEqual(parse([0x1B, 0x5B, 0x4D, 0x20, 0xFF], '\u{1B}[A'), [key('up')], 'one that was cut short');
});

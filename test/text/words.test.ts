/* Words for a shell, words that are like others, and figures at the ends of their ranges. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {run} from '../support/run.ts';
import {
	ageOf,
	formatDuration,
	formatMode,
	formatNumber,
} from '../../source/text/format.ts';
import {appendAll, largestOf} from '../../source/text/lists.ts';
import {nearest} from '../../source/text/nearest.ts';
import {quoteList, quoteWord} from '../../source/text/shell.ts';
import {terminalSize} from '../../source/text/terminal-size.ts';
import {compileWildcards, joinTokens, matchTokens} from '../../source/text/wildcards.ts';

test('numbers have commas between groups of three', () => {
	assert.deepEqual([0, 7, 999, 1000, 12_345, 123_456, 1_234_567, 1_000_000_000].map(number => formatNumber(number)), ['0', '7', '999', '1,000', '12,345', '123,456', '1,234,567', '1,000,000,000']);
});

test('modes are written as ls does', () => {
	const modes: Readonly<Record<string, number>> = {
		'---------': 0, 'rw-r-----': 0o640, 'rwxr-xr-x': 0o755, rwxrwxrwx: 0o777, '--------x': 0o001, '-w-------': 0o200, 'rwsr-xr-x': 0o4755, 'rwSr--r--': 0o4644, 'rwxr-sr-x': 0o2755, 'rw-r-Sr--': 0o2644, rwxrwxrwt: 0o1777, 'rw-rw-rwT': 0o1666,
	};

	for (const [text, mode] of Object.entries(modes)) {
		assert.equal(formatMode(mode), text);
	}
});

test('durations at the ends of their units', () => {
	const times: ReadonlyArray<readonly [milliseconds: number, text: string]> = [
		[-5, '0.0 s'], [59_499, '59 s'], [60_000, '1 min 00 s'], [3_599_499, '59 min 59 s'], [3_599_500, '1 h 00 min'], [3_600_000, '1 h 00 min'], [86_369_000, '23 h 59 min'], [86_370_000, '1 d 0 h'], [90_000_000, '1 d 1 h'],
	];

	for (const [milliseconds, text] of times) {
		assert.equal(formatDuration(milliseconds), text, String(milliseconds));
	}
});

test('an age is a whole number of its unit', () => {
	const day = 86_400_000;
	assert.equal(ageOf(0, 999), undefined);
	assert.deepEqual(ageOf(0, 1000), {count: 1, unit: 'second'});
	assert.deepEqual(ageOf(0, 119_999), {count: 1, unit: 'minute'});
	assert.deepEqual(ageOf(0, 7_199_999), {count: 1, unit: 'hour'});
	assert.deepEqual(ageOf(0, (2 * day) - 1), {count: 1, unit: 'day'});
	assert.deepEqual(ageOf(0, 1000 * day), {count: 2, unit: 'year'});
	assert.equal(ageOf(5000, 0), undefined);
});

test('words that are like another are found, the nearest first', () => {
	const words = ['list', 'status', 'restore', 'prune'];
	assert.deepEqual(nearest('statsu', words, 2), ['status']);
	assert.deepEqual(nearest('STATUS', words, 2), ['status']);
	assert.deepEqual(nearest('stor', words, 2), ['restore']);
	assert.deepEqual(nearest('lis', words, 2), ['list']);
	assert.deepEqual(nearest('lisst', words, 2), ['list']);
	assert.deepEqual(nearest('lst', words, 2), ['list']);
	assert.deepEqual(nearest('lxst', words, 2), ['list']);
	assert.deepEqual(nearest('lxxt', words, 2), []);
	assert.deepEqual(nearest('restoreall', words, 2), ['restore']);
	assert.deepEqual(nearest('restorealls', words, 2), []);
	assert.deepEqual(nearest('', words, 2), []);
	assert.deepEqual(nearest('st', words, 2), [], 'two letters are in many words');
	assert.deepEqual(nearest('abcd', ['abxd', 'abcd', 'abdc'], 3), ['abcd', 'abxd', 'abdc']);
	assert.deepEqual(nearest('x'.repeat(100), [`${'x'.repeat(64)}y`], 1), [`${'x'.repeat(64)}y`]);
});

test('a word for a shell is that word to it', async () => {
	assert.deepEqual(['/var/log', 'a-b_c.1', '--x=1,2:3@%+'].map(word => quoteWord(word)), ['/var/log', 'a-b_c.1', '--x=1,2:3@%+']);

	for (const word of ['', 'a b', '$HOME', '*', '\'', 'a\'b', '"', '\\', String.raw`a\b`, '\n', 'a\u{1B}[2J', 'caf\u{E9}', '\u{202E}x', '`id`', '~', '!', 'a\'\n\\b', '\u{7F}']) {
		const {stdout} = await run('bash', ['--norc', '-c', `printf '%s|' ${quoteWord(word)}`]);
		assert.equal(stdout, `${word}|`, JSON.stringify(word));
		assert.doesNotMatch(quoteWord(word), /[\n\u{1B}\u{7F}\u{202E}]/v);
	}
});

test('a list for a shell is those names to printf', async () => {
	const lists = [['a'], ['-rw', 'b'], ['a', '1'], ['a\u{1B}', '7up'], ['%s', '%%', String.raw`a\n`], ['it\'s', 'a b'], ['caf\u{E9}'], ['\n', '0']];

	for (const names of lists) {
		const {stdout} = await run('sh', ['-c', `printf ${quoteList(names.map(name => Buffer.from(name)))}`]);
		assert.equal(stdout, names.map(name => `${name}\0`).join(''), JSON.stringify(names));
	}

	const quoted = quoteList([Buffer.from([0xFF, 0x31]), Buffer.from([0x27, 0x25, 0x5C, 0xFE])]);
	assert.ok([...quoted].every(character => character >= ' ' && character <= '~'));
});

test('a terminal that says nothing of its size is of the usual one', () => {
	assert.deepEqual(terminalSize({columns: 100, rows: 30}), {columns: 100, rows: 30});
	assert.deepEqual(terminalSize({columns: 1, rows: 1}), {columns: 1, rows: 1});
	assert.deepEqual(terminalSize({columns: 0, rows: 30}), {columns: 80, rows: 30});
	assert.deepEqual(terminalSize({columns: 100, rows: 0}), {columns: 100, rows: 24});
	assert.deepEqual(terminalSize({}), {columns: 80, rows: 24});
});

test('a list is added to at its end, and the largest of none is the least', () => {
	const list = [1];
	appendAll(list, [3, 2]);
	assert.deepEqual(list, [1, 3, 2]);
	assert.deepEqual([largestOf([1, 3, 2]), largestOf([1], 2), largestOf([])], [3, 2, -Infinity]);
});

test('stars take any number of characters, and a question mark one', () => {
	const cases: ReadonlyArray<readonly [pattern: string, texts: readonly string[], others: readonly string[]]> = [
		['', [''], ['a']],
		['*', ['', 'a'], []],
		['a*', ['a', 'ab'], ['ba', '']],
		['*a', ['a', 'ba', 'aa'], ['ab']],
		['a*b*c', ['abc', 'axbxc', 'abbcc'], ['acb', 'ab']],
		['?', ['a', '\u{1F600}'], ['', 'aa']],
		['a?', ['ab'], ['a', 'abc']],
		['*?', ['a', 'ab'], ['']],
		['**a', ['a', 'ba'], ['b']],
		['[a]', ['[a]'], ['a']],
		['*aab', ['aaab'], ['aaba']],
		['*??', ['ab', '\u{1F600}a'], ['\u{1F600}', 'a']],
		['*?', ['\u{E000}', '\u{FFFD}a'], []],
		['a*?', ['ab', 'a\u{1F600}'], ['a']],
	];

	for (const [pattern, texts, others] of cases) {
		const matches = compileWildcards(pattern);

		for (const text of texts) {
			assert.equal(matches(text), true, `${pattern} ${text}`);
		}

		for (const text of others) {
			assert.equal(matches(text), false, `${pattern} ${text}`);
		}
	}

	assert.deepEqual(joinTokens(['*', '*', {text: 'a'}, {text: 'b'}, '?', '?']), ['*', {text: 'ab'}, '?', '?']);
	const set = {ranges: [[98, 99]], isNegated: false} as const;
	assert.deepEqual(['a', 'b', 'c', 'd', ''].map(text => matchTokens([set], text)), [false, true, true, false, false]);
	assert.deepEqual(['a', 'b', ''].map(text => matchTokens([{...set, isNegated: true}], text)), [true, false, false]);

	// The half of a character is none: neither the first of its kind nor the last.
	for (const character of ['\u{1F600}', '\u{10000}', '\u{103FF}', '\u{10FFFF}']) {
		const code = character.codePointAt(0)!;
		const other = {ranges: [[code, code]], isNegated: true} as const;
		assert.deepEqual([character, `a${character}`, `${character}a`].map(text => matchTokens(['*', other], text)), [false, false, true]);
	}

	// One alone is.
	assert.ok(matchTokens(['?', '?'], '\u{FFFF}\u{DC00}'));
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {lineDifference} from '../../source/text/line-difference.ts';

const textOf = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('');

/** As a person reads it. */
const told = (before: string, after: string) => lineDifference(before, after).map(({sign, text}) => `${sign}${text}`);

/** The most lines that two texts can have in common, in order. */
function common(before: readonly string[], after: readonly string[]): number {
	if (before.length === 0 || after.length === 0) {
		return 0;
	}

	return before[0] === after[0]
		? 1 + common(before.slice(1), after.slice(1))
		: Math.max(common(before.slice(1), after), common(before, after.slice(1)));
}

test('of two texts, lines are told that are gone, new, and the same', () => {
	assert.deepEqual(told('', ''), []);
	assert.deepEqual(told('', 'a\nb\n'), ['+a', '+b']);
	assert.deepEqual(told('a\nb\n', ''), ['-a', '-b']);
	assert.deepEqual(told('a\nb', 'a\nb\n'), [' a', ' b']);
	assert.deepEqual(told('a\nb\nc\n', 'a\nx\nc\n'), [' a', '-b', '+x', ' c']);
	assert.deepEqual(told('a\na\n', 'a\n'), [' a', '-a']);
	assert.deepEqual(told('b\na\nc\n', 'a\nx\nc\nd\n'), ['-b', ' a', '+x', ' c', '+d']);
	assert.deepEqual(told('a\n\n\nb\n', 'a\n\nb\n'), [' a', ' ', '-', ' b']);
});

test('a difference has all lines of both, in order, and as many in common as there can be', () => {
	const lines = fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 7});
	fc.assert(fc.property(lines, lines, (before, after) => {
		const difference = lineDifference(textOf(before), textOf(after));
		const without = (sign: '+' | '-') => difference.filter(line => line.sign !== sign).map(({text}) => text);
		assert.deepEqual(without('+'), before);
		assert.deepEqual(without('-'), after);
		assert.equal(difference.filter(({sign}) => sign === ' ').length, common(before, after));
	}), {numRuns: 500});
});

test('what differs in very many lines is told as all gone and all new, between what is the same', () => {
	const middle = (name: string) => Array.from({length: 2001}, (_, index) => index === 1000 ? 'shared' : `${name} ${index}`);
	const difference = lineDifference(textOf(['first', ...middle('old'), 'last']), textOf(['first', ...middle('new'), 'last']));
	assert.equal(difference.map(({sign}) => sign).join(''), ` ${'-'.repeat(2001)}${'+'.repeat(2001)} `);
	// A few less, and the line in the middle is found.
	const some = lineDifference(textOf(middle('old').slice(1)), textOf(middle('new').slice(1)));
	assert.deepEqual(some.filter(({sign}) => sign === ' '), [{sign: ' ', text: 'shared'}]);
});

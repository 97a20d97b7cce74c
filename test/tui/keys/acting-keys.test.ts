/* Which keys start, stop or delete something, and where; and that no other key does. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	actionFor,
	isAnswer,
	isLeftByEscape,
	isTyped,
	keyContext,
} from '../../../source/tui/meanings.ts';
import {keyTable} from '../../../source/tui/screens.ts';
import type {KeyContext} from '../../../source/tui/registry.ts';
import type {Command} from '../../../source/tui/actions.ts';
import {filesOf, scanned, type} from '../../support/screen-fixtures.ts';

const contexts = Object.keys(keyTable) as KeyContext[];

/** For each command that does more than move about, each context in which a key asks for it, with the keys. */
const acting: Readonly<Partial<Record<Command, readonly string[]>>> = {
	confirm: ['review w', 'filtered w'],
	start: ['confirm enter y'],
	save: ['save enter y'],
	choose: ['summaryRefused enter escape'],
	retry: ['existsFailed r', 'summaryFailed r'],
	ask: ['run q ctrl-c', 'paused q ctrl-c', 'outcomes q ctrl-c', 'outcomesPaused q ctrl-c', 'outcomesFiltered q ctrl-c', 'work escape q ctrl-c'],
	stop: ['asking y ctrl-c', 'workAsking y ctrl-c'],
	kill: ['stopping ctrl-c'],
	pause: ['run p', 'outcomes p'],
	resume: ['paused p', 'outcomesPaused p'],
	turnPause: ['outcomesFiltered p'],
	leave: ['run d', 'paused d', 'outcomes d', 'outcomesPaused d', 'outcomesFiltered d', 'asking d', 'killing q ctrl-c'],
	remove: ['sets D', 'setsAlone D', 'setsAway D', 'setsAloneAway D'],
	push: ['setsAway P', 'setsAloneAway P'],
	fetch: ['setsAway F', 'setsAloneAway F'],
	restore: ['sets r', 'setsAlone r', 'setsAway r', 'setsAloneAway r', 'set r', 'setFiltered r'],
	accept: ['restoreTo enter', 'restorePlan enter y', 'removal enter', 'transfer enter y'],
	overwrite: ['restorePlan o'],
	verify: ['sets V', 'setsAlone V', 'setsAway V', 'setsAloneAway V', 'set V', 'setFiltered V'],
	verifyAll: ['sets A', 'setsAlone A', 'setsAway A', 'setsAloneAway A'],
	finish: ['summary enter q escape ctrl-c', 'summaryFailed enter q escape ctrl-c', 'summaryOutcomes q enter ctrl-c', 'summaryFiltered q enter ctrl-c', 'summaryRefused q ctrl-c'],
	quit: ['exists q escape enter', 'existsWhole q escape enter', 'existsFailed q escape enter', 'review q f10', 'filtered q f10'],
};

test('what starts, stops or deletes something is asked for by these keys alone', () => {
	for (const [command, expected] of Object.entries(acting)) {
		const found = contexts.flatMap(context => {
			const keys = keyTable[context].filter(binding => binding.command === command).flatMap(binding => binding.keys);
			return keys.length > 0 ? [`${context} ${keys.join(' ')}`] : [];
		});
		assert.deepEqual(found.toSorted(), expected.toSorted(), command);
	}
});

test('a key asks for what the table says, and in a line that is typed for a character', () => {
	for (const context of contexts) {
		for (const {keys, command} of keyTable[context]) {
			for (const key of keys) {
				assert.deepEqual(actionFor(context, key), {type: 'command', command}, `${context} ${key}`);
			}
		}
	}

	for (const context of contexts) {
		const isLine = ['filter', 'setFilter', 'outcomesFilter', 'summaryFilter', 'restoreTo', 'removal'].includes(context);
		assert.equal(isTyped(context), isLine);
		assert.deepEqual(actionFor(context, '\u{E9}'), isLine ? {type: 'text', text: '\u{E9}'} : undefined, context);
		assert.equal(actionFor(context, 'f13'), undefined);
	}

	assert.deepEqual(actionFor('filter', 'space'), {type: 'text', text: ' '});
	assert.equal(actionFor('filter', '\u{1}'), undefined);
});

test('only somebody who has seen the question can answer it, but for Ctrl-C', () => {
	const answers = contexts.flatMap(context => keyTable[context].flatMap(({keys}) => keys.filter(key => isAnswer(context, key)).map(key => `${context} ${key}`)));
	assert.deepEqual(answers.toSorted(), [
		'asking y', 'confirm enter', 'confirm y', 'existsFailed r', 'removal enter', 'restorePlan enter', 'restorePlan o', 'restorePlan y', 'save enter', 'save y', 'summaryFailed r', 'transfer enter', 'transfer y', 'workAsking y',
	].toSorted());
	assert.equal(isAnswer('confirm', 'x'), false);
});

test('Escape leaves the program from its first and last screens alone', () => {
	assert.deepEqual(contexts.filter(context => isLeftByEscape(context)).toSorted(), ['exists', 'existsWhole', 'existsFailed', 'summary', 'summaryFailed'].toSorted());
});

test('a backup is started by Enter twice, or Enter and y, and by no key once', () => {
	const keys = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ?/*+-=', '\r', '\t', '\u{1B}[A', '\u{1B}[B'];

	for (const key of keys) {
		assert.equal(['run', 'summary'].includes(type(scanned(filesOf(2)), key).screen), false, key);
	}

	const asked = type(scanned(filesOf(2)), 'w');
	assert.equal(keyContext(asked), 'confirm');
	const started = keys.filter(key => type(asked, key).screen === 'run');
	assert.deepEqual(started, ['y', '\r']);
});

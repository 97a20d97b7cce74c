import assert from 'node:assert/strict';
import {test} from 'node:test';
import {cellWidth} from '../../../source/tui/kit/columns.ts';
import {footerKeys} from '../../../source/tui/keys/footer-text.ts';
import {bindingOf} from '../../../source/tui/keys/key-bindings.ts';
import {keyTable} from '../../../source/tui/screens.ts';
import {
	filesOf,
	keysIn,
	scanned,
	type,
} from '../../support/screen-fixtures.ts';

test('Escape and what is typed right after it are two keys, although they arrive as one with Alt', () => {
	assert.deepEqual(keysIn('\u{1B}q'), ['escape', 'q']);
	assert.deepEqual(keysIn('\u{1B}\r'), ['escape', 'enter']);
	assert.deepEqual(keysIn('\u{1B}\u{1B}'), ['escape', 'escape']);
	assert.deepEqual(keysIn('\u{1B}\u{1B}[H'), ['escape', 'home']);
});

test('a key with Alt starts no backup', () => {
	assert.equal(type(type(scanned(filesOf(2)), 'w'), '\u{1B}y').screen, 'review');
});

test('no key means two things on one screen', () => {
	for (const [context, bindings] of Object.entries(keyTable)) {
		const keys = bindings.flatMap(binding => binding.keys);
		assert.equal(new Set(keys).size, keys.length, context);
	}
});

test('lists are moved in by the keys of less(1) and vi(1), besides those that keyboards have for it', () => {
	const wanted = {
		up: ['up', 'k'], down: ['down', 'j'], pageUp: ['pageup', 'ctrl-b'], pageDown: ['pagedown', 'ctrl-f'], halfUp: ['ctrl-u'], halfDown: ['ctrl-d'], first: ['home', 'g'], last: ['end', 'G'],
	};

	for (const context of ['review', 'sets', 'set'] as const) {
		for (const [command, keys] of Object.entries(wanted)) {
			assert.deepEqual(keys.map(key => bindingOf(keyTable[context], key)?.command), keys.map(() => command), context);
		}
	}
});

test('Ctrl-C does something on every screen', () => {
	for (const [context, bindings] of Object.entries(keyTable)) {
		assert.ok(bindings.some(({keys}) => keys.includes('ctrl-c')), context);
	}
});

test('footers fit every terminal, and keep what is needed to go on and to get out', () => {
	for (const context of Object.keys(keyTable) as Array<keyof typeof keyTable>) {
		for (const width of [40, 80, 200]) {
			const shown = footerKeys(keyTable[context], width);
			const text = shown.map(({key, text: label}) => ` ${key} ${label} `).join('');
			assert.ok(cellWidth(text) <= width, `${context} at ${width}: ${text}`);
			assert.ok(shown.length > 0);
		}
	}
});

test('at 80 columns the footer of the list says how to start, sort, find and leave', () => {
	const shown = new Set(footerKeys(keyTable.review, 80).map(({key}) => key));
	assert.deepEqual(['w', 'Space', 's', '/', 'a', 'Tab', '?', 'q'].filter(key => !shown.has(key)), []);
});

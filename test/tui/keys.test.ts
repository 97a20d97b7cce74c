import assert from 'node:assert/strict';
import {test} from 'node:test';
import {cellWidth} from '../../source/tui/columns.ts';
import {footerKeys} from '../../source/tui/footer-text.ts';
import {keyNames} from '../../source/tui/key-names.ts';
import {keyTable} from '../../source/tui/key-table.ts';
import {actionFor, keyContext} from '../../source/tui/keys.ts';
import {
	after,
	filesOf,
	scanned,
	type,
} from './fixtures.ts';

test('characters that arrive together are keys of their own', () => {
	assert.deepEqual(keyNames('jj', {}), ['j', 'j']);
	assert.deepEqual(keyNames('j\r', {}), ['j', 'enter']);
	assert.deepEqual(keyNames(' q\u{1A}', {}), ['space', 'q', 'ctrl-z']);
	assert.deepEqual(keyNames('日?', {}), ['日', '?']);
});

test('special keys go by their names', () => {
	assert.deepEqual(keyNames('', {upArrow: true}), ['up']);
	assert.deepEqual(keyNames('', {pageDown: true}), ['pagedown']);
	assert.deepEqual(keyNames('\r', {return: true}), ['enter']);
	assert.deepEqual(keyNames('', {escape: true}), ['escape']);
	assert.deepEqual(keyNames('c', {ctrl: true}), ['ctrl-c']);
	assert.deepEqual(keyNames('G', {shift: true}), ['G']);
});

test('Escape and what is typed right after it are two keys, although they arrive as one with Alt', () => {
	assert.deepEqual(keyNames('q', {meta: true}), ['escape', 'q']);
	assert.deepEqual(keyNames('\r', {meta: true, return: true}), ['escape', 'enter']);
	assert.deepEqual(keyNames('', {meta: true, escape: true}), ['escape', 'escape']);
	assert.deepEqual(keyNames('', {meta: true, home: true}), ['escape', 'home']);
});

test('a key with Alt starts no backup', () => {
	const confirming = type(scanned(filesOf(2)), '\r');
	assert.equal(after(confirming, ...keyNames('y', {meta: true}).map(name => actionFor(keyContext(confirming), name)!)).screen, 'review');
});

test('no key means two things on one screen', () => {
	for (const [context, bindings] of Object.entries(keyTable)) {
		const keys = bindings.flatMap(binding => binding.keys);
		assert.equal(new Set(keys).size, keys.length, context);
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
			const shown = footerKeys(context, width);
			const text = shown.map(({key, text: label}) => ` ${key} ${label} `).join('');
			assert.ok(cellWidth(text) <= width, `${context} at ${width}: ${text}`);
			assert.ok(shown.length > 0);
		}
	}
});

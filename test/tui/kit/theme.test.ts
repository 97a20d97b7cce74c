/* A text that is painted here looks as if Ink had drawn it in that style. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createElement} from 'react';
import {paint, themeFor} from '../../../source/tui/kit/theme.ts';

// As the screens have it (run-terminal.ts), before Ink is loaded.
process.env.FORCE_COLOR = '1';
const {renderToString, Text} = await import('ink');

for (const hasColor of [true, false]) {
	for (const [tone, style] of Object.entries(themeFor(hasColor))) {
		test(`${tone} ${hasColor ? 'in colour' : 'without colour'}`, () => {
			assert.equal(renderToString(createElement(Text, {}, `a${paint('b', style)}c`)), renderToString(createElement(Text, {}, 'a', createElement(Text, style, 'b'), 'c')));
			assert.equal(paint('b', style).includes('\u{1B}'), Object.keys(style).length > 0);
		});
	}
}

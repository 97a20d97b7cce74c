import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {parseOptions} from '../../../source/flags/options.ts';
import {toAscii, toConsole} from '../../../source/tui/terminal/ascii.ts';
import {eighthsBar} from '../../../source/tui/kit/bar.ts';
import {cellWidth} from '../../../source/tui/kit/columns.ts';
import {glyphs} from '../../../source/tui/kit/theme.ts';
import {displayText} from '../../../source/text/display-name.ts';

test('every sign the screens draw has one in ASCII', () => {
	for (const glyph of Object.values(glyphs)) {
		const ascii = toAscii(glyph);
		assert.ok(ascii.length === 1 && ascii > ' ' && ascii !== '?' && ascii <= '~', glyph);
	}
});

test('a share is drawn in eighths, in halves on the console of Linux, and as wide in ASCII', () => {
	assert.deepEqual([0, 0.001, 1 / 3, 0.5, 1, 2].map(share => eighthsBar(share, 3)), ['', '', '▇', '▇▌', '▇▇▇', '▇▇▇']);
	assert.equal(toConsole('▏▎▍▌▋▊▉▇█'), '  ▌▌▌■■■█');

	for (let step = 0; step <= 48; step++) {
		assert.equal(toAscii(eighthsBar(step / 48, 6)).length, Math.ceil(step / 8));
	}
});

test('in ASCII, an open directory does not look like one that is marked in part', () => {
	assert.notEqual(toAscii(glyphs.open), '-');
});

test('whatever the text, its ASCII is as wide, and escape sequences pass', () => {
	fc.assert(fc.property(fc.string({unit: 'grapheme', maxLength: 20}).map(text => displayText(text)), text => {
		const ascii = toAscii(text);
		assert.match(ascii, /^[\0-\u{7F}]*$/v);
		assert.equal(cellWidth(ascii), cellWidth(text));
	}));
	assert.equal(toAscii('\u{1B}[1m日本 → x\u{1B}[0m'), '\u{1B}[1m???? > x\u{1B}[0m');
});

test('the locale decides, by the first of its variables that is set, and the flag', async () => {
	const isAscii = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
		const options = await parseOptions(args, environment, new Date(0));
		return options.isAscii;
	};

	assert.equal(await isAscii({LANG: 'en_US.UTF-8'}), false);
	assert.equal(await isAscii({LANG: 'C.utf8'}), false);
	assert.equal(await isAscii({LANG: 'en_US.UTF-8', LC_ALL: 'C'}), true);
	assert.equal(await isAscii({LC_ALL: '', LC_CTYPE: 'de_DE.UTF-8', LANG: 'C'}), false);
	assert.equal(await isAscii({}), true);
	assert.equal(await isAscii({LANG: 'C.UTF-8'}, '--ascii'), true);
});

/*
Which characters a line may be changed behind: where all terminals give those before them the same width.
*/
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {cellLine} from '../../../source/tui/terminal/frame-cells.ts';
import {eighths, glyphs} from '../../../source/tui/kit/glyphs.ts';

test('all that the screens draw with takes one column on every terminal', () => {
	const drawn = [...Object.values(glyphs), ...eighths].join('');
	const {firstUnsure, cells} = cellLine(`${drawn}x`, 200);
	assert.equal(firstUnsure, Infinity);
	assert.equal(cells?.texts.length, drawn.length + 1);
});

for (const name of ['\u{25FD}', '\u{25FE}', '日', '👍', '\u{301}']) {
	test(`where ${JSON.stringify(name)} stands in a name, nothing behind it is taken to be in its place`, () => {
		assert.equal(cellLine(`ab${name}cd`, 80).firstUnsure, name === '\u{301}' ? 1 : 2);
	});
}

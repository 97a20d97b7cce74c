import assert from 'node:assert/strict';
import {test} from 'node:test';
import {asciiJson, asciiName, asciiText} from '../../source/text/ascii-text.ts';
import {inOneLine, withRemedy} from '../../source/text/with-remedy.ts';

test('a text in ASCII has all that it said, and names stay apart', () => {
	assert.equal(asciiText('caf\u{E9}\u{2026} \u{1F600} \u{7F}'), String.raw`caf\u00e9... \u{1f600} ` + '\u{7F}');
	assert.equal(asciiText('\u{2026}\u{2026}'), '......');
	assert.equal(asciiName('a\u{2026}\u{80}\u{E9}\u{E9}'), String.raw`a\u2026\u0080\u00e9\u00e9`);
	assert.notEqual(asciiName('a\u{2026}'), asciiName('a...'));
});

test('JSON in ASCII means the same', () => {
	for (const value of ['caf\u{E9}', '\u{1F600}\u{2026}', 'a\u{10}\u{FFFF}', '\u{20AC}']) {
		const text = asciiJson(JSON.stringify(value));
		assert.ok([...text].every(character => character >= ' ' && character <= '~'), text);
		assert.equal(JSON.parse(text), value);
	}
});

test('what to do about an error stands on a line of its own, and on a screen after it', () => {
	assert.deepEqual([withRemedy({message: 'no room'}), inOneLine({message: 'no room'})], ['no room', 'no room']);
	const told = {message: 'no room', remedy: 'Make some'};
	assert.deepEqual([withRemedy(told).split('\n'), inOneLine(told)], [['no room', 'Make some'], 'no room. Make some']);
});

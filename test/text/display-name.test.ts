import assert from 'node:assert/strict';
import {test} from 'node:test';
import {displayName, displayText, isLossy} from '../../source/text/display-name.ts';

const cases: ReadonlyArray<readonly [what: string, name: string | number[], shown: string]> = [
	['an ordinary name', 'auth.log.1', 'auth.log.1'],
	['letters of any script, wide ones and emoji', 'журнал-日志-🚀.log', 'журнал-日志-🚀.log'],
	['a newline', 'a\nb', String.raw`a\nb`],
	['an escape sequence', '\u{1B}[31mred\u{1B}[0m', String.raw`\x1b[31mred\x1b[0m`],
	['a hyperlink', '\u{1B}]8;;http://x\u{7}', String.raw`\x1b]8;;http://x\x07`],
	['a control character of the C1 set', '\u{9B}2J', String.raw`\u009b2J`],
	['a bidirectional override', 'a\u{202E}gpj.exe', String.raw`a\u202egpj.exe`],
	['a zero-width space', 'a\u{200B}b', String.raw`a\u200bb`],
	['a character beyond the basic plane', 'a\u{E0041}b', String.raw`a\u{e0041}b`],
	['a space that is not one', 'a\u{A0}b', String.raw`a\u00a0b`],
	['a backslash', String.raw`a\b`, String.raw`a\\b`],
	['a combining mark with nothing to combine with', '\u{301}a', String.raw`\u0301a`],
	['a joiner that is not drawn', 'sys\u{34F}log', String.raw`sys\u034flog`],
	['a variation selector', 'sys\u{FE0F}log', String.raw`sys\ufe0flog`],
	['one of the supplement', 'sys\u{E0100}log', String.raw`sys\u{e0100}log`],
	['fillers of Hangul', 'a\u{3164}\u{115F}\u{1160}\u{FFA0}', String.raw`a\u3164\u115f\u1160\uffa0`],
	['vowels of Khmer that are not drawn', 'a\u{17B4}\u{17B5}', String.raw`a\u17b4\u17b5`],
	['Braille without dots, which looks like a space', 'a\u{2800}b\u{2801}', String.raw`a\u2800b` + '\u{2801}'],
	['marks as scripts have them', 'e\u{302}\u{323} \u{5E9}\u{5BC}\u{5C1}\u{5B8}\u{591}', 'e\u{302}\u{323} \u{5E9}\u{5BC}\u{5C1}\u{5B8}\u{591}'],
	['a pile of marks', `e${'\u{301}'.repeat(6)}`, `e${'\u{301}'.repeat(4)}${String.raw`\u0301\u0301`}`],
	['a byte that is not UTF-8', [0x61, 0xFF, 0x62], String.raw`a\xffb`],
	['a sequence that is cut short', [0xC3, 0xA9, 0xC3], String.raw`é\xc3`],
	['an overlong encoding', [0xC0, 0xAF], String.raw`\xc0\xaf`],
	['a surrogate in UTF-8', [0xED, 0xA0, 0x80], String.raw`\xed\xa0\x80`],
];

for (const [what, name, shown] of cases) {
	test(`shows ${what} harmlessly`, () => {
		const bytes = Buffer.from(name as string);
		assert.equal(displayName(bytes), shown);
		assert.equal(isLossy(bytes), shown !== bytes.toString());
	});
}

test('text of others is made harmless by the same rules', () => {
	assert.equal(displayText('cannot open \u{1B}[2J'), String.raw`cannot open \x1b[2J`);
});

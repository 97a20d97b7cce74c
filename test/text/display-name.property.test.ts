import assert from 'node:assert/strict';
import {isUtf8} from 'node:buffer';
import {test} from 'node:test';
import fc from 'fast-check';
import {displayName, displayText, isLossy} from '../../source/text/display-name.ts';

/** Text that means trouble in a terminal, beside any bytes. */
const troublesome = fc.constantFrom(
	'\u{1B}[31m',
	'\u{1B}]52;c;AAAA\u{7}',
	'\r\n\t\b\0\u{7F}',
	'\u{9B}2J',
	'\u{202E}\u{2066}\u{2069}',
	'\u{200B}\u{FEFF}',
	'\u{E0041}',
	'\u{2028}\u{2029}',
	'\u{301}',
	'\u{A0}\u{3000}',
	'\u{E000}',
	'\\',
	String.raw`\x1b`,
	String.raw`\u202e`,
	'日志🚀é',
	' ',
);

const anyName: fc.Arbitrary<Buffer> = fc.array(fc.oneof(
	troublesome.map(text => Buffer.from(text)),
	fc.string({unit: 'binary'}).map(text => Buffer.from(text)),
	fc.uint8Array({maxLength: 8}).map(bytes => Buffer.from(bytes)),
), {maxLength: 12}).map(parts => Buffer.concat(parts));

/** What `displayName` must be the inverse of, told by its description alone: how a person would read its escapes. */
function readBack(shown: string): Buffer {
	const parts = shown.match(/\\u\{[\da-f]+\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\[\\nrt]|[^\\]+/gv) ?? [];
	assert.equal(parts.join(''), shown, 'every backslash begins an escape');
	const simple = new Map([
		[String.raw`\n`, '\n'],
		[String.raw`\r`, '\r'],
		[String.raw`\t`, '\t'],
		[String.raw`\\`, '\\'],
	]);
	return Buffer.concat(parts.map(part => {
		if (part.startsWith(String.raw`\x`)) {
			return Buffer.of(Number.parseInt(part.slice(2), 16));
		}

		return Buffer.from(part.startsWith(String.raw`\u`)
			? String.fromCodePoint(Number.parseInt(part.replaceAll(/[^\da-f]/gv, ''), 16))
			: simple.get(part) ?? part);
	}));
}

/** Written otherwise than in the source: by code points, and by the categories of Unicode. */
const harmful = [
	/[\0-\u{1F}\u{7F}-\u{A0}\u{AD}\u{61C}\u{180E}\u{2000}-\u{200F}\u{2028}-\u{202F}\u{205F}-\u{206F}\u{3000}\u{FEFF}\u{FFF9}-\u{FFFB}\u{E0000}-\u{E007F}]/v,
	/[\p{Control}\p{Format}\p{Private_Use}\p{Surrogate}\p{Unassigned}]/v,
] as const;

const isHarmless = (shown: string) => harmful.every(pattern => !pattern.test(shown));

test('property: whatever a name is made of, nothing of what is shown can act on a terminal', () => {
	fc.assert(fc.property(anyName, name => {
		const shown = displayName(name);
		assert.ok(isHarmless(shown), JSON.stringify(shown));
		assert.doesNotMatch(shown, /^\p{Mark}/v, 'a mark would join what stands before it');
	}), {numRuns: 3000});
});

test('property: what is shown can be read back, so that no two names look the same', () => {
	fc.assert(fc.property(anyName, name => {
		assert.deepEqual(readBack(displayName(name)), name);
	}), {numRuns: 3000});
});

test('property: a name that is shown as it is, and only such a one, is not called lossy', () => {
	fc.assert(fc.property(anyName, name => {
		assert.equal(isLossy(name), !(isUtf8(name) && displayName(name) === name.toString()));
	}), {numRuns: 1000});
});

test('property: text of others gets the same treatment, and what was treated is not harmed again but for its backslashes', () => {
	fc.assert(fc.property(fc.string({unit: 'binary'}), text => {
		const shown = displayText(text);
		assert.ok(isHarmless(shown), JSON.stringify(shown));
		assert.equal(displayText(shown), shown.replaceAll('\\', String.raw`\\`));
	}), {numRuns: 2000});
});

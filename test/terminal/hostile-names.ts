import {Buffer} from 'node:buffer';

const escape = '\u{1B}';

/** Each would do something to a terminal, or to the eye of the reader, if it came through. */
export const hostileNames: ReadonlyArray<readonly [what: string, name: Buffer]> = [
	['title', Buffer.from(`${escape}]0;evil\u{7}.log`)],
	['clipboard', Buffer.from(`${escape}]52;c;ZXZpbA==\u{7}.log`)],
	['palette', Buffer.from(String.raw`${escape}]4;1;#000000${escape}\.log`)],
	['link', Buffer.from(String.raw`${escape}]8;;evil:x${escape}\click${escape}]8;;${escape}\.log`)],
	['colours', Buffer.from(`${escape}[34;44mblue.log`)],
	['clear', Buffer.from(`${escape}[2J${escape}[H.log`)],
	['conceal', Buffer.from(`${escape}[8mhidden.log`)],
	['reset', Buffer.from(`${escape}c.log`)],
	['query', Buffer.from(`${escape}[6n${escape}[c.log`)],
	['charset', Buffer.from(`${escape}(0\u{E}lines.log`)],
	['modes', Buffer.from(`${escape}[?1002h${escape}[?2004h${escape}[?25l.log`)],
	['device control', Buffer.from(String.raw`${escape}P0;1|17%41${escape}\.log`)],
	['one-character CSI', Buffer.from('\u{9B}2J.log')],
	['one-byte CSI', Buffer.from([0x9B, 0x32, 0x4A, 0x2E, 0x6C, 0x6F, 0x67])],
	['carriage return', Buffer.from('innocent.log\rmalware.log')],
	['newline', Buffer.from('two\nlines.log')],
	['tab, bell, backspace, delete', Buffer.from('a\tb\u{7}c\u{8}d\u{7F}.log')],
	['reordering', Buffer.from('gol.\u{202E}cod.log')],
	['zero width', Buffer.from('a\u{200B}b\u{FEFF}c\u{2060}.log')],
	['tag characters', Buffer.from('x\u{E0041}\u{E0042}.log')],
	['invalid UTF-8', Buffer.from([0xFF, 0xFE, 0xC3, 0x28, 0x2E, 0x6C, 0x6F, 0x67])],
	['wide', Buffer.from('日本語のログ😀.log')],
	['combining', Buffer.from('e\u{301}\u{302}\u{303}x.log')],
	['backslash', Buffer.from(String.raw`\x1b[31m.log`)],
	['option', Buffer.from('--yes')],
	['spaces', Buffer.from('  a  b  ')],
	['long', Buffer.from(`${escape}[5m${'x'.repeat(240)}.log`)],
];

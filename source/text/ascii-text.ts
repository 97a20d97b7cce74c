import {escapeCharacter} from './display-name.ts';

/** A text in ASCII for people: names stay tellable apart. */
export const asciiText = (text: string): string => text.replaceAll('…', '...').replaceAll(/[^\0-\u{7F}]/gv, character => escapeCharacter(character));

/** A name, or another text that is shown as it is, in ASCII. */
export const asciiName = (name: string): string => name.replaceAll(/[^\0-\u{7F}]/gv, character => escapeCharacter(character));

const unitBytes = 2;

/** JSON in ASCII, which means the same: units of UTF-16, one or two for a character (RFC 8259, section 7). */
export const asciiJson = (text: string): string => text.replaceAll(/[^\0-\u{7F}]/gv, character => {
	const units = Buffer.from(character, 'utf16le');
	return Array.from({length: units.length / unitBytes}, (_, index) => String.raw`\u${units.readUInt16LE(index * unitBytes).toString(16).padStart(4, '0')}`).join('');
});

import {isUtf8} from 'node:buffer';

/*
Characters that must not reach a terminal as they are: controls (C0, DEL, C1), format characters (bidirectional overrides, zero-width
characters, tags), line and paragraph separators, private-use and unassigned code points, and every space but the plain one,
which would be mistaken for it. Nor what leaves no trace there, and so makes two names look the same: what Unicode lets a
terminal ignore (joiners, fillers, variation selectors), blank symbols (of Braille, of music), and marks upon more marks than any script
piles up, which also hide the lines around. The backslash is escaped too, so that what is shown can be read back without doubt.
*/
const unsafe = /[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Private_Use}\p{Surrogate}\p{Unassigned}\\\u{2800}\u{1D159}[\p{Space_Separator}-- ]]|^\p{Mark}|(?<=\p{Mark}{4})\p{Mark}/gv;

const shortEscapes: Readonly<Record<string, string>> = {
	'\\': String.raw`\\`,
	'\n': String.raw`\n`,
	'\r': String.raw`\r`,
	'\t': String.raw`\t`,
};

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** A character as people read it who must not be sent it. */
export function escapeCharacter(character: string): string {
	const code = character.codePointAt(0)!;

	if (code <= 0x7F) {
		return shortEscapes[character] ?? String.raw`\x${hex(code, 2)}`;
	}

	return code <= 0xFF_FF ? String.raw`\u${hex(code, 4)}` : String.raw`\u{${hex(code, 1)}}`;
}

/**
Makes any text harmless to print on one line of a terminal: what could move the cursor, change colours, reorder or hide
characters becomes a visible escape (`\n`, `\x1b`, `\u202e`).
*/
export const displayText = (text: string): string => text.replaceAll(unsafe, character => escapeCharacter(character));

/** Length in bytes of the valid UTF-8 sequence that starts at `start`, or 0 if there is none. */
function sequenceLength(bytes: Uint8Array, start: number): number {
	const lead = bytes[start]!;
	const length = 1 + Number(lead >= 0x80) + Number(lead >= 0xE0) + Number(lead >= 0xF0);
	const end = start + length;
	return end <= bytes.length && isUtf8(bytes.subarray(start, end)) ? length : 0;
}

function decodeMixed(bytes: Buffer): string {
	let text = '';
	let validFrom = 0;
	let position = 0;

	const flushValid = () => {
		text += displayText(bytes.toString('utf8', validFrom, position));
	};

	while (position < bytes.length) {
		const length = sequenceLength(bytes, position);

		if (length > 0) {
			position += length;
			continue;
		}

		flushValid();
		text += String.raw`\x${hex(bytes[position]!, 2)}`;
		position++;
		validFrom = position;
	}

	flushValid();
	return text;
}

/**
The one way from a file name (bytes) to text for a person: UTF-8 where it is valid, `\xff` for each byte that is not, and
`displayText` for the rest. It is the only text form of a name that lists, messages and JSON carry.
*/
export const displayName = (name: Buffer): string => isUtf8(name) ? displayText(name.toString('utf8')) : decodeMixed(name);

/** Whether `displayName` had to change something, so that the text alone does not give the name back. */
export const isLossy = (name: Buffer): boolean => !isUtf8(name) || displayName(name) !== name.toString('utf8');

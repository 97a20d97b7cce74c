import {displayText} from './display-name.ts';

const escapeByte = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;

const isHarmless = (text: string) => displayText(text).replaceAll('\\\\', '\\') === text;

/** A text as one word of a shell. What a terminal would not show as it is becomes `$'…'`, which bash, zsh and the younger POSIX shells read. */
export function quoteWord(text: string): string {
	if (/^[\w%+,\-.\/:=@]+$/v.test(text)) {
		return text;
	}

	if (isHarmless(text)) {
		return `'${text.replaceAll('\'', String.raw`'\''`)}'`;
	}

	const bytes = new TextEncoder().encode(text);
	return `$'${Array.from(bytes, byte => byte >= 0x20 && byte < 0x7F && byte !== 0x27 && byte !== 0x5C ? String.fromCodePoint(byte) : escapeByte(byte)).join('')}'`;
}

/** Names, each ended by a NUL, as the one argument that makes `printf` of any POSIX shell print them. */
export function quoteList(names: readonly Buffer[]): string {
	const parts = names.map(name => {
		const text = name.toString('utf8');
		const isPlain = name.equals(new TextEncoder().encode(text)) && isHarmless(text);
		const escaped = isPlain
			? text.replaceAll('\\', String.raw`\\`).replaceAll('%', '%%').replaceAll('\'', String.raw`'\''`)
			: Array.from(name, byte => byte >= 0x20 && byte < 0x7F && ![0x25, 0x27, 0x5C].includes(byte) ? String.fromCodePoint(byte) : escapeByte(byte)).join('');
		return escaped;
	});
	// Octal escapes take up to three digits: one before a digit must have them all.
	const text = parts.map((part, index) => part + (/^\d/v.test(parts[index + 1] ?? '') ? String.raw`\000` : String.raw`\0`)).join('');
	// `printf` would take what begins with a dash for an option.
	return `${parts[0]?.startsWith('-') ? '-- ' : ''}'${text}'`;
}

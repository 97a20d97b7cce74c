/*
What a program sends to a terminal, cut into text and control sequences, independently of the emulator: so that a test can say which
sequences it allows and be shown every other one, also those the emulator happens to ignore.
*/

export type SequenceKind = 'text' | 'control' | 'escape' | 'csi' | 'osc' | 'dcs' | 'string';

export type Sequence = {
	readonly kind: SequenceKind;
	readonly text: string;
};

const codes = {
	bell: 0x07, cancel: 0x18, substitute: 0x1A, escape: 0x1B, stringTerminator: 0x9C,
} as const;

/** What begins a sequence of some length after ESC, and as one character from U+0080 on: terminals take that in UTF-8 as well. */
const introducers: Readonly<Record<string, SequenceKind>> = {
	']': 'osc',
	P: 'dcs',
	X: 'string',
	'^': 'string',
	_: 'string',
	'[': 'csi',
};

const isControl = (code: number) => code < 0x20 || (code >= 0x7F && code < 0xA0);

function endOfText(output: string, start: number): number {
	let end = start;

	while (end < output.length && !isControl(output.codePointAt(end)!)) {
		end++;
	}

	return end;
}

/** The end of a sequence of bytes up to U+003F and one final one, or where something else interrupts it. */
function endOfFinal(output: string, start: number, lastParameter: number): number {
	let end = start;

	while (end < output.length && output.codePointAt(end)! >= 0x20 && output.codePointAt(end)! <= lastParameter) {
		end++;
	}

	const final = output.codePointAt(end);
	return final !== undefined && final > lastParameter && final < 0x7F ? end + 1 : end;
}

/** The end of a string that ends in ST or, for an operating system command, in BEL; one that never ends takes all the rest. */
function endOfString(output: string, start: number, kind: SequenceKind): number {
	for (let end = start; end < output.length; end++) {
		const code = output.codePointAt(end);

		if (code === codes.escape) {
			return output[end + 1] === '\\' ? end + 2 : end;
		}

		if (
			code === codes.cancel || code === codes.substitute || code === codes.stringTerminator
			|| (code === codes.bell && kind === 'osc')
		) {
			return end + 1;
		}
	}

	return output.length;
}

function sequenceAt(output: string, start: number): {readonly kind: SequenceKind; readonly end: number} {
	const code = output.codePointAt(start)!;

	if (!isControl(code)) {
		return {kind: 'text', end: endOfText(output, start)};
	}

	const isEscape = code === codes.escape;
	const introducer = isEscape ? output[start + 1] : (code >= 0x80 ? String.fromCodePoint(code - 0x40) : undefined);
	const kind = introducers[introducer ?? ''];

	if (kind === undefined) {
		return isEscape ? {kind: 'escape', end: endOfFinal(output, start + 1, 0x2F)} : {kind: 'control', end: start + 1};
	}

	const body = start + (isEscape ? 2 : 1);
	return {kind, end: kind === 'csi' ? endOfFinal(output, body, 0x3F) : endOfString(output, body, kind)};
}

/** Cuts output into its sequences, as a terminal's parser would; joined, their texts give the output back. */
export function splitSequences(output: string): Sequence[] {
	const sequences: Sequence[] = [];

	for (let start = 0; start < output.length;) {
		const {kind, end} = sequenceAt(output, start);
		sequences.push({kind, text: output.slice(start, end)});
		start = end;
	}

	return sequences;
}

/** Moving the cursor, erasing, inserting and deleting lines and characters, scrolling: without prefix or intermediate. */
const ordinaryMotion = /^\u{1B}\[[\d;]*[@A-HJ-MPSTXZ`adef]$/v;
const ordinaryColour = /^\u{1B}\[[\d:;]*m$/v;
/** Wrapping, cursor, alternate screen, the wheel on that, bracketed paste, synchronized output: what a full-screen program switches and must switch back. */
const ordinaryMode = /^\u{1B}\[\?(?:7|25|1007|1049|2004|2026)[hl]$|^\u{1B}\[\?1007[rs]$/v;
/** Blinking and concealed text: never in good faith in a list of names. */
const shadyColour = /(?:^|[;\[])[568](?=[;m])/v;
const extendedColour = /[34]8[:;](?:5[:;]\d+|2[:;]\d+[:;]\d+[:;]\d+)/gv;
const invisible = /[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Private_Use}\p{Surrogate}\p{Unassigned}]/v;

function isOrdinary({kind, text}: Sequence): boolean {
	if (kind === 'text') {
		return !invisible.test(text);
	}

	if (kind === 'control') {
		return text === '\r' || text === '\n';
	}

	if (kind !== 'csi') {
		return false;
	}

	return ordinaryColour.test(text) ? !shadyColour.test(text.replaceAll(extendedColour, '')) : ordinaryMotion.test(text) || ordinaryMode.test(text);
}

/**
Every sequence that a well-behaved full-screen program has no use for, as JSON text: titles, clipboard, palette, links, bells, mouse,
queries, resets, character sets, concealed text, invisible and bidirectional characters.
*/
export const findDisturbances = (output: string): string[] =>
	splitSequences(output).filter(sequence => !isOrdinary(sequence)).map(({text}) => JSON.stringify(text));

/*
Which control sequences of a terminal are keys. Whatever is not in here (reports of the mouse, of focus, answers to questions, most function
keys) is none.
*/

const control = 4;
/** Shift, Control, and the two locks, which are no part of a key here. Any other modifier makes it another key. */
const harmless = 1 + control + 64 + 128;

const arrows: Readonly<Record<string, string>> = {
	A: 'up', B: 'down', C: 'right', D: 'left', H: 'home', F: 'end',
};

/** Those keys, and the one function key that is sent like them. */
const singles: Readonly<Record<string, string>> = {...arrows, P: 'f1'};

/** Sequences of rxvt, with Shift (after CSI) or Control (after SS3). */
const modifiedArrows: Readonly<Record<string, string>> = {
	a: 'up', b: 'down', c: 'right', d: 'left',
};

const numbered: Readonly<Record<string, string>> = {
	1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end', 11: 'f1', 21: 'f10',
};

/** Keys of the keypad, as the kitty protocol numbers them. */
const keypad: ReadonlyMap<number, string> = new Map([
	...Array.from('0123456789./*-+', (character, index) => [57_399 + index, character] as const),
	...['enter', '=', ',', 'left', 'right', 'up', 'down', 'pageup', 'pagedown', 'home', 'end', '', 'delete'].map((name, index) => [57_414 + index, name] as const),
]);

const characterNames: Readonly<Record<string, string>> = {
	'\r': 'enter', '\n': 'enter', '\t': 'tab', ' ': 'space', '\u{7F}': 'backspace', '\b': 'backspace', '\u{1B}': 'escape',
};

/** The key that sends a character: its name; `undefined` if none does that is one here. */
export function characterKey(code: number): string | undefined {
	const character = String.fromCodePoint(code);
	const name = characterNames[character];

	if (name !== undefined || code >= 0x20) {
		return name ?? (code >= 0x80 && code < 0xA0 ? undefined : character);
	}

	return code > 0 && code <= 26 ? `ctrl-${String.fromCodePoint(code + 96)}` : undefined;
}

/** The modifiers held down with a key, as bits; `undefined` for the release of a key, which is no key press. */
function readModifiers(text = ''): number | undefined {
	const [modifiers = '', event = ''] = text.split(':', 2);
	return event === '3' ? undefined : Math.max(1, Number(modifiers)) - 1;
}

/** The only keys whose own codes are below those of characters: Backspace, Tab, Enter, Escape. */
const codedControls: ReadonlySet<number> = new Set([8, 9, 13, 27]);

const isCharacter = (code: number): boolean => Number.isSafeInteger(code) && code >= 0x20 && code <= 0x10_FF_FF;

/** A key named by its code point, as kitty (CSI u) and xterm (modifyOtherKeys) send it. `typed`: the character it has with Shift, as far as is told. */
function codedKey(code: number, modifiers: number, typed?: number): string | undefined {
	const isFunctional = code >= 57_344 && code <= 63_743;
	const name = keypad.get(code) ?? (!isFunctional && (isCharacter(code) || codedControls.has(code)) ? characterKey(code) : undefined);

	if (name === undefined || name === '') {
		return undefined;
	}

	if ((modifiers & control) > 0) {
		return /^[a-z]$/iv.test(name) ? `ctrl-${name.toLowerCase()}` : undefined;
	}

	// Keys that have a name of their own have the same one with Shift.
	if (isFunctional || name !== String.fromCodePoint(code) || (typed === undefined && (modifiers & 1) === 0)) {
		return name;
	}

	return typed === undefined ? name.toUpperCase() : (isCharacter(typed) ? characterKey(typed) : undefined);
}

const numberOf = (text: string | undefined): number | undefined => text === undefined || text === '' ? undefined : Number(text);

/**
The key that a control sequence (CSI) stands for.

@param parameters What stands before its last character.
@returns Its name, as the key table has it; `undefined` if it is none.
*/
export function controlKey(parameters: string, final: string): string | undefined {
	// The console of Linux has its first function keys so.
	if (parameters === '[') {
		return final === 'A' ? 'f1' : undefined;
	}

	// Parameters that begin with one of `<=>?`, and sequences with intermediate characters, are answers and reports.
	if (!/^[\d:;]*$/v.test(parameters)) {
		return undefined;
	}

	const [first = '', second, third] = parameters.split(';', 3);
	const modifiers = readModifiers(second);

	if (modifiers === undefined || (modifiers | harmless) !== harmless) {
		return undefined;
	}

	if (final === 'u') {
		const [code, shifted] = first.split(':', 2);
		return codedKey(Number(code), modifiers, numberOf(third) ?? ((modifiers & 1) > 0 ? numberOf(shifted) : undefined));
	}

	if (final === '~') {
		return first === '27' && third !== undefined ? codedKey(Number(third), modifiers) : numbered[first];
	}

	if (final === 'Z') {
		return parameters === '' ? 'tab' : undefined;
	}

	// Before the modifiers of an arrow there is a 1, or nothing.
	return first === '' || first === '1' ? singles[final] ?? (parameters === '' ? modifiedArrows[final] : undefined) : undefined;
}

/** The key of a sequence that begins with SS3: an arrow, or a key of the keypad. `parameters` is what some terminals tell modifiers by. */
export function singleKey(parameters: string, final: string): string | undefined {
	const modifiers = readModifiers(parameters.split(';').at(-1));

	if (modifiers === undefined || (modifiers | harmless) !== harmless) {
		return undefined;
	}

	// The keypad sends its own characters, 64 further on.
	const isKeypad = /^[IMXj-y]$/v.test(final);
	return singles[final] ?? modifiedArrows[final] ?? (final === 'X' ? '=' : (isKeypad ? characterKey(final.codePointAt(0)! - 64) : undefined));
}

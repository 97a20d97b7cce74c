import type {Key} from 'ink';

type SpecialKey = {readonly [Name in keyof Key]?: Key[Name]};

const specialKeys = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['escape', 'escape'],
	['backspace', 'backspace'],
	['delete', 'delete'],
	['tab', 'tab'],
] as const;

const characterNames: Readonly<Record<string, string>> = {
	'\r': 'enter', '\n': 'enter', '\t': 'tab', ' ': 'space', '\u{7F}': 'backspace', '\b': 'backspace',
};

function characterName(character: string): string {
	const code = character.codePointAt(0)!;
	return characterNames[character] ?? (code > 0 && code <= 26 ? `ctrl-${String.fromCodePoint(code + 96)}` : character);
}

/**
The keys in one input event of Ink's, by the names that the key table uses. A fast hand or a slow link delivers several characters in one
event, control characters among them, and with none of `key`'s flags set.
*/
export function keyNames(input: string, key: SpecialKey): readonly string[] {
	const special = specialKeys.find(([flag]) => key[flag]);

	// Escape and the key after it, which a slow link delivers in one piece, look like that key with Alt, of which nothing else is made here.
	if (special) {
		return key.meta ? ['escape', special[1]] : [special[1]];
	}

	if (key.meta) {
		return ['escape', ...Array.from(input, character => characterName(character))];
	}

	if (key.ctrl) {
		return input === '' ? [] : [`ctrl-${input}`];
	}

	return Array.from(input, character => characterName(character));
}

const labels: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	escape: 'Esc',
	enter: 'Enter',
	space: 'Space',
	tab: 'Tab',
	'ctrl-c': 'Ctrl-C',
	'ctrl-l': 'Ctrl-L',
	'ctrl-z': 'Ctrl-Z',
};

/** A key's name as a person knows it. */
export const keyLabel = (name: string): string => labels[name] ?? name;

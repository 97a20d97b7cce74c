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

/** Of one byte, so that with an Escape before them they look like themselves with Alt. */
const afterEscape: ReadonlySet<string> = new Set(['escape', 'tab', 'backspace']);

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

	if (special) {
		return key.meta && afterEscape.has(special[1]) ? ['escape', special[1]] : [special[1]];
	}

	// Escape and the key after it, which a slow link delivers in one piece, look like that key with Alt. Of Alt nothing is made here, and after
	// Escape no key starts what was not asked for.
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
	'ctrl-z': 'Ctrl-Z',
};

/** A key's name as a person knows it. */
export const keyLabel = (name: string): string => labels[name] ?? name;

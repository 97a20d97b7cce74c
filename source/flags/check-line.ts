import {isUtf8} from 'node:buffer';
import {nearest} from '../text/nearest.ts';
import {UsageError} from './usage-error.ts';
import {argumentBytes} from './argument-bytes.ts';
import {
	type Flag,
	type FlagTable,
	oppositeName,
	spellFlag,
	takesValue,
	type ValueFlag,
} from './flag.ts';

/*
Finds mistakes that the parser would let pass or misread, by the table: an unknown flag, `--no-` before any name, a switch with a value, a flag without one, or with another flag for it, the word
`true` after a switch, a lone dash. What is left of the line is spelled such that there is one way to read it.
*/

export type Positional = {
	readonly text: string;
	/** The bytes as given: names need not be valid text. */
	readonly bytes: Buffer;
};

/** A command line in which there is nothing to be refused. */
export type CheckedLine = {
	/** Each as `--name` or `--name=value`. */
	readonly flags: readonly string[];
	/** The names of those that are given, in the table. */
	readonly given: ReadonlySet<string>;
	readonly words: readonly Positional[];
	/** How many of the words stand after a `--`. */
	readonly separated: number;
};

/** The switch whose opposite a name is, if a configuration may have turned it on: else there is nothing to turn off. */
const findOpposite = (table: FlagTable, name: string): string | undefined =>
	Object.keys(table).find(other => table[other]!.isConfigurable && !takesValue(table[other]!) && oppositeName(other) === name);

const findByLetter = (table: FlagTable, letter: string): string | undefined => Object.keys(table).find(name => table[name]!.short === letter);

function unknownFlag(given: string, table: FlagTable): UsageError {
	const name = given.replace(/^-+/v, '');
	const [guess] = given.startsWith('--') ? nearest(name, Object.keys(table).filter(other => table[other]!.isInternal === undefined), 1) : [];
	return new UsageError(`unknown flag: ${given}${guess === undefined ? '' : `; did you mean --${guess}?`}`);
}

/** A flag as it was given, and the arguments that may be its value. */
type Given = {
	readonly shown: string;
	readonly name: string;
	readonly inline: string | undefined;
	readonly next: string | undefined;
	/** Whether the value is UTF-8. */
	readonly isUtf8: boolean;
};

function refuseValue({shown, inline}: Given): void {
	if (inline !== undefined) {
		throw new UsageError(`${shown} takes no value`);
	}
}

/** The text of a flag's value. */
function valueOf({shown, inline, next, isUtf8: isValid}: Given, {takes, isText}: ValueFlag): string {
	const value = inline ?? next;

	if (value === undefined || value === '' || (isText && !isValid)) {
		throw new UsageError(`${shown} takes ${takes}`);
	}

	if (inline === undefined && value.startsWith('-') && value !== '-') {
		throw new UsageError(`${shown} takes ${takes}; one that begins with - is written ${shown}=${value}`);
	}

	return value;
}

class LineReader {
	readonly #table: FlagTable;
	readonly #bytes: readonly Buffer[];
	readonly #seen = new Set<string>();
	readonly #flags: string[] = [];
	readonly #words: Positional[] = [];

	constructor(table: FlagTable, bytes: readonly Buffer[]) {
		this.#table = table;
		this.#bytes = bytes;
	}

	read(arguments_: readonly string[]): CheckedLine {
		const end = arguments_.indexOf('--');
		const last = end === -1 ? arguments_.length : end;

		for (let index = 0; index < last; index++) {
			const argument = arguments_[index]!;
			const next = index + 1 < last ? arguments_[index + 1] : undefined;

			if (argument.startsWith('--')) {
				index += this.#takeLong(argument, next, index) ? 1 : 0;
			} else if (argument.startsWith('-') && argument !== '-') {
				index += this.#takeShort(argument.slice(1), next, index) ? 1 : 0;
			} else {
				this.#words.push({text: argument, bytes: this.#bytes[index]!});
			}
		}

		for (const [offset, text] of arguments_.slice(last + 1).entries()) {
			this.#words.push({text, bytes: this.#bytes[last + 1 + offset]!});
		}

		return {
			flags: this.#flags, given: this.#seen, words: this.#words, separated: end === -1 ? 0 : arguments_.length - last - 1,
		};
	}

	/** Takes a flag by its name. Returns whether the next argument is its value. */
	#takeLong(argument: string, next: string | undefined, index: number): boolean {
		const equals = argument.indexOf('=');
		const shown = equals === -1 ? argument : argument.slice(0, equals);
		const inline = equals === -1 ? undefined : argument.slice(equals + 1);
		const name = shown.slice(2);
		const flag = Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
		const given = {
			shown, name, inline, next, isUtf8: isUtf8(this.#bytes[inline === undefined ? index + 1 : index] ?? Buffer.alloc(0)),
		};

		return flag ? this.#take(flag, given) : this.#takeOpposite(given);
	}

	/** Takes flags by their letters, of which only the last may have a value. Returns whether the next argument is that. */
	#takeShort(letters: string, next: string | undefined, index: number): boolean {
		let hasTaken = false;

		for (const [place, letter] of [...letters].entries()) {
			const name = findByLetter(this.#table, letter);

			if (name === undefined) {
				throw unknownFlag(`-${letter}`, this.#table);
			}

			hasTaken = this.#take(this.#table[name]!, {
				shown: `-${letter}`, name, inline: undefined, next: place === letters.length - 1 ? next : undefined, isUtf8: isUtf8(this.#bytes[index + 1] ?? Buffer.alloc(0)),
			});
		}

		return hasTaken;
	}

	/** Takes what turns off a switch. Returns that no argument is its value. */
	#takeOpposite(given: Given): false {
		const name = findOpposite(this.#table, given.name);

		if (name === undefined) {
			throw unknownFlag(given.shown, this.#table);
		}

		refuseValue(given);
		this.#seen.add(name);
		this.#flags.push(spellFlag(given.name));
		return false;
	}

	#take(flag: Flag, given: Given): boolean {
		const {name, shown} = given;

		if (!takesValue(flag)) {
			refuseValue(given);
			this.#seen.add(name);
			this.#flags.push(spellFlag(name));
			return false;
		}

		if (flag.isMultiple === undefined && this.#seen.has(name)) {
			throw new UsageError(`${shown} can be given only once`);
		}

		this.#seen.add(name);
		this.#flags.push(spellFlag(name, valueOf(given, flag)));
		return given.inline === undefined;
	}
}

/**
Checks a command line against a table of flags.

@throws {UsageError} For a flag that is not in the table, or not so: naming it, and what it takes.
*/
export const checkLine = (arguments_: readonly string[], table: FlagTable): CheckedLine => new LineReader(table, argumentBytes(arguments_)).read(arguments_);

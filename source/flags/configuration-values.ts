import {isUtf8} from 'node:buffer';
import path from 'node:path';
import {parse, TomlError} from 'smol-toml';
import {errorReason} from '../files/errors.ts';
import {displayText} from '../text/display-name.ts';
import {nearest} from '../text/nearest.ts';
import {ConfigurationError} from './configuration-error.ts';
import {
	type Flag,
	type FlagTable,
	takesValue,
	type ValueFlag,
} from './flag.ts';
import {findStatements, type Statement} from './toml-statements.ts';

/*
A text of TOML by the table of flags: its keys are their long names, and nothing else. Loaded only where there is a configuration.
*/

/** A value of a flag, parsed, and where it stands. */
export type ConfiguredValue = {
	readonly value: unknown;
	readonly file: string;
	/** From 1. */
	readonly line: number;
};

/** The most of a value that a message repeats, in characters. */
const longestShown = 60;

/** Place of a statement, for messages. */
type Place = {
	readonly file: string;
	readonly text: string;
	readonly statement: Statement;
};

const at = (file: string, line: number) => `${displayText(file)}:${line}`;

const refuse = ({file, statement}: Place, message: string) => new ConfigurationError(`${at(file, statement.line)}: ${displayText(message)}`);

/** The value as it is written, in one line. */
function shownValue({text, statement}: Place): string {
	const written = text.slice(statement.value, statement.end).replaceAll(/\s+/gv, ' ');
	return written.length > longestShown ? `${written.slice(0, longestShown)}…` : written;
}

const refuseValue = (place: Place, takes: string, {reason = '', isConfidential = false} = {}) =>
	refuse(place, `${place.statement.key} takes ${takes}${isConfidential ? '' : `, not ${shownValue(place)}`}${reason}`);

/** Description of the values that a flag takes, as they are to be written. */
function takesText({takes, isMultiple, isPath, placeholder}: ValueFlag): string {
	const one = isPath ? `${takes.split(',', 1)[0]!} by its absolute path` : takes;
	return isMultiple ? `a list ["${placeholder}", …], each ${one}` : one;
}

/** The text that would stand on a command line; `undefined` for a value of another type. */
function toText(value: unknown, {written, isPath}: ValueFlag): string | undefined {
	if (typeof value === 'bigint') {
		return written === undefined ? undefined : String(value);
	}

	// A number in quotes is a mistake where a number is meant, and only there.
	const isWanted = typeof value === 'string' && value !== '' && written !== 'integer' && !(written === 'integer or string' && /^\d+$/v.test(value));
	return isWanted && !value.includes('\0') && (!isPath || path.isAbsolute(value)) ? value : undefined;
}

function readOne(value: unknown, flag: ValueFlag, place: Place): unknown {
	const text = toText(value, flag);
	let reason = '';

	try {
		const parsed = text === undefined ? undefined : flag.parse(text);

		if (parsed !== undefined) {
			return parsed;
		}
	} catch (error) {
		reason = `: ${errorReason(error)}`;
	}

	throw refuseValue(place, takesText(flag), {reason, isConfidential: flag.isConfidential ?? false});
}

function readValue(value: unknown, flag: Flag, place: Place): unknown {
	if (!takesValue(flag)) {
		if (typeof value !== 'boolean') {
			throw refuseValue(place, 'true or false');
		}

		return value;
	}

	if (!flag.isMultiple) {
		return readOne(value, flag, place);
	}

	if (!Array.isArray(value)) {
		throw refuseValue(place, takesText(flag));
	}

	return value.map(one => readOne(one, flag, place));
}

/** @throws {ConfigurationError} If there is no such flag, or it says what one call is about. */
function flagFor(key: string, table: FlagTable, place: Place): Flag {
	const flag = Object.hasOwn(table, key) ? table[key]! : undefined;

	if (flag?.isConfigurable) {
		return flag;
	}

	if (flag) {
		throw refuse(place, `${key} is for the command line only: it says what one call does`);
	}

	const [guess] = nearest(key.replace(/^-+/v, '').replaceAll('_', '-'), Object.keys(table).filter(name => table[name]!.isConfigurable), 1);
	throw refuse(place, `unknown key: ${key}${guess === undefined ? '' : `; did you mean ${guess}?`}`);
}

/** @throws {ConfigurationError} With the line, if it is no text. */
function decode(bytes: Buffer, file: string): string {
	const lines = bytes.toString('latin1').split('\n');
	const wrong = lines.findIndex(line => line.includes('\0') || !isUtf8(Buffer.from(line, 'latin1')));

	if (wrong !== -1) {
		throw new ConfigurationError(`${at(file, wrong + 1)}: ${lines[wrong]!.includes('\0') ? 'there is a NUL byte in it' : 'it is not UTF-8'}; a configuration is a text`);
	}

	return bytes.toString('utf8');
}

function parseText(text: string, file: string): Readonly<Record<string, unknown>> {
	try {
		return parse(text, {integersAsBigInt: true});
	} catch (error) {
		if (!(error instanceof TomlError)) {
			throw error;
		}

		const [message = ''] = error.message.replace(/^Invalid TOML document: /v, '').split('\n', 1);
		throw new ConfigurationError(`${at(file, error.line)}: column ${error.column}: ${displayText(message)}`);
	}
}

/**
Reads the values in a configuration, by the names of flags.

@param bytes Its content.
@param file Its name, for messages.
@param table The flags there are.
@throws {ConfigurationError} For what is no TOML, a key that is not there or not for a configuration, and a value that makes no sense: with the line, the key, the value, and what it takes.
*/
export function readValues(bytes: Buffer, file: string, table: FlagTable): ReadonlyMap<string, ConfiguredValue> {
	const text = decode(bytes, file);
	const parsed = parseText(text, file);
	const statements = new Map(findStatements(text).map(statement => [statement.key, statement]));
	return new Map(Object.entries(parsed).map(([key, value]) => {
		const statement = statements.get(key) ?? {
			key, line: 1, start: 0, end: 0, value: 0,
		};
		const place = {file, text, statement};
		return [key, {value: readValue(value, flagFor(key, table, place), place), file, line: statement.line}];
	}));
}

import {errorReason} from '../files/errors.ts';
import {UsageError} from './usage-error.ts';
import {
	type Flag,
	type FlagTable,
	type FlagValues,
	isNegation,
	optionName,
	takesValue,
	type ValueFlag,
} from './flag.ts';
import type {CheckedLine} from './check-line.ts';

function parseValue(name: string, flag: ValueFlag, text: string): unknown {
	let reason = '';

	try {
		const value = flag.parse(text);

		if (value !== undefined) {
			return value;
		}
	} catch (error) {
		reason = `: ${errorReason(error)}`;
	}

	throw new UsageError(`--${name} takes ${flag.takes}, not ${text}${reason}`);
}

/** The value of an option, from what was read of its flag. */
function valueOf(name: string, flag: ValueFlag, read: unknown, now: Date): unknown {
	if (flag.isMultiple) {
		return (read as readonly string[] | undefined ?? []).map(text => parseValue(name, flag, text));
	}

	return read === undefined ? flag.initial?.(now) : parseValue(name, flag, read as string);
}

/**
Reads the flags of a command line.

@param line As `checkLine` left it, with the same table.
@param now Where values come from that depend on the time.
@throws {UsageError} If a value makes no sense.
*/
export async function readFlags<const Table extends FlagTable>(line: CheckedLine, table: Table, now: Date): Promise<FlagValues<Table>> {
	// Loading the parser takes as long as a third of what the program takes to start: where there are no flags, there is nothing to parse.
	const read = line.flags.length === 0 ? {} : (await import('./parser.ts')).parseLine(line, table);
	return Object.fromEntries(Object.entries<Flag>(table).map(([name, flag]) => {
		const option = optionName(name);
		return [option, takesValue(flag) ? valueOf(name, flag, read[option], now) : read[option] ?? isNegation(name)];
	})) as FlagValues<Table>;
}

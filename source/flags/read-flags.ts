import {errorReason} from '../files/errors.ts';
import {UsageError} from './usage-error.ts';
import {type Configuration, noConfiguration} from './configuration.ts';
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

	throw new UsageError(`--${name} takes ${flag.takes}${flag.isConfidential ? '' : `, not ${text}`}${reason}`);
}

/** The value of an option, from what was read of its flag. */
function valueOf(name: string, flag: Flag, read: unknown): unknown {
	if (!takesValue(flag)) {
		return read;
	}

	return flag.isMultiple ? (read as readonly string[]).map(text => parseValue(name, flag, text)) : parseValue(name, flag, read as string);
}

/** The value of an option that the line does not set. `configured`: what a configuration says of its flag, if it does. */
function valueWithout(name: string, flag: Flag, configured: unknown, now: Date): unknown {
	if (!takesValue(flag)) {
		return configured === true ? !isNegation(name) : isNegation(name);
	}

	return configured ?? (flag.isMultiple ? [] : flag.initial?.(now));
}

/**
Reads the flags of a command line.

@param line As `checkLine` left it, with the same table.
@param now Where values come from that depend on the time.
@param configuration What holds where the line says nothing; a flag of the line replaces it whole.
@throws {UsageError} If a value makes no sense.
*/
export async function readFlags<const Table extends FlagTable>(line: CheckedLine, table: Table, now: Date, configuration: Configuration = noConfiguration): Promise<FlagValues<Table>> {
	// Loading the parser takes as long as a third of what the program takes to start: where there are no flags, there is nothing to parse.
	const parser = line.flags.length === 0 ? undefined : await import('./parser.ts');
	const read = parser?.parseLine(line, table) ?? {};
	return Object.fromEntries(Object.entries<Flag>(table).map(([name, flag]) => {
		const option = optionName(name);

		const configured = flag.isConfigurable ? configuration.values.get(name)?.value : undefined;
		return [option, line.given.has(name) ? valueOf(name, flag, read[option]) : valueWithout(name, flag, configured, now)];
	})) as FlagValues<Table>;
}

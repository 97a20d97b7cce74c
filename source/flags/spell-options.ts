import {
	type FlagTable,
	isNegation,
	optionName,
	spellFlag,
	takesValue,
	type ValueFlag,
} from './flag.ts';

type OptionValues = Readonly<Record<string, unknown>>;

/** A value as the text that means it. */
export const spellValue = ({spell}: ValueFlag, value: unknown): string => spell ? (spell as (value: unknown) => string)(value) : String(value);

/** The flags that set one option again. */
function spellOption(name: string, table: FlagTable, options: OptionValues, now: Date): readonly string[] {
	const flag = table[name]!;
	const value = options[optionName(name)];

	if (!takesValue(flag)) {
		return value === !isNegation(name) ? [spellFlag(name)] : [];
	}

	if (flag.isMultiple) {
		return (value as readonly unknown[]).map(one => spellFlag(name, spellValue(flag, one)));
	}

	return value === undefined || value === flag.initial?.(now) ? [] : [spellFlag(name, spellValue(flag, value))];
}

/**
The flags of a table that bring options about again, those left out that would be so without them.

@param options By the names that the table gives them.
@param isWanted Which of its flags.
*/
export const spellOptions = (table: FlagTable, options: OptionValues, isWanted: (name: string) => boolean, now: Date): readonly string[] =>
	Object.keys(table).filter(name => isWanted(name)).flatMap(name => spellOption(name, table, options, now));

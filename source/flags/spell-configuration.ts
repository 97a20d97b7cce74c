import {
	type Flag,
	type FlagTable,
	isNegation,
	optionName,
	takesValue,
} from './flag.ts';
import {spellValue} from './spell-options.ts';

/*
Options as TOML: what `configuration-values.ts` reads.
*/

/** A string of TOML: that of JSON, which leaves one control character as it is. */
const quote = (text: string) => JSON.stringify(text).replaceAll('\u{7F}', String.raw`\u007F`);

/** Longest line, in characters; a longer list stands on several lines. */
const longestLine = 100;

function spellList(items: readonly string[]): string {
	const line = `[${items.join(', ')}]`;
	return line.length <= longestLine ? line : `[\n${items.map(item => `  ${item},\n`).join('')}]`;
}

/** The value of an option as it stands after its key; `undefined` if it has none. */
export function spellSetting(name: string, flag: Flag, value: unknown): string | undefined {
	if (!takesValue(flag)) {
		return String(value === !isNegation(name));
	}

	if (flag.isMultiple) {
		return spellList((value as readonly unknown[]).map(one => quote(spellValue(flag, one))));
	}

	if (value === undefined) {
		return undefined;
	}

	const text = spellValue(flag, value);
	return flag.written !== undefined && /^\d+$/v.test(text) ? text : quote(text);
}

/** The flags that a configuration may have, with their names. */
export const configurableFlags = (table: FlagTable): ReadonlyArray<readonly [name: string, flag: Flag]> => Object.entries(table).filter(([, {isConfigurable}]) => isConfigurable);

/**
A configuration that brings options about again, those left out that would be so without it.

@param options By the names that the table gives them.
@param now Where values come from that depend on the time.
*/
export function spellConfiguration(table: FlagTable, options: Readonly<Record<string, unknown>>, now: Date): string {
	return configurableFlags(table).flatMap(([name, flag]) => {
		const value = options[optionName(name)];
		const text = spellSetting(name, flag, value);
		const usual = spellSetting(name, flag, takesValue(flag) ? (flag.isMultiple ? [] : flag.initial?.(now)) : isNegation(name));
		return text === undefined || text === usual ? [] : [`${name} = ${text}\n`];
	}).join('');
}

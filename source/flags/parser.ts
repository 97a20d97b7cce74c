import meow from 'meow';
import {version} from './version.ts';
import {
	type FlagTable,
	isNegation,
	optionName,
	takesValue,
} from './flag.ts';
import type {CheckedLine} from './check-line.ts';

/** A flag as meow wants to be told of it. */
const described = (name: string, table: FlagTable) => {
	const flag = table[name]!;
	return {
		...(takesValue(flag) ? {type: 'string' as const, isMultiple: flag.isMultiple ?? false} : {type: 'boolean' as const, default: isNegation(name)}),
		...(flag.short !== undefined && {shortFlag: flag.short}),
	};
};

/** Values of options on a command line, as text. */
export function parseLine({flags, words}: CheckedLine, table: FlagTable): Readonly<Record<string, unknown>> {
	const names = Object.keys(table);
	return meow({
		importMeta: import.meta,
		pkg: {name: 'logbackup-tui', version, bin: 'logbackup-tui'},
		description: false,
		autoHelp: false,
		autoVersion: false,
		argv: [...flags, '--', ...words.map(({text}) => text)],
		flags: Object.fromEntries(names.map(name => [optionName(name), described(name, table)])),
	}).flags;
}

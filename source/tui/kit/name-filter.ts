import {compileWildcards} from '../../text/wildcards.ts';

/** A filter of a list, and whether it is being typed. */
export type Filter = {
	/** Text that names must contain to be shown; empty for all. */
	readonly filter: string;
	/** While it is typed, how many of its characters are before the cursor. */
	readonly caret: number;
	readonly isTyping: boolean;
};

/** Whether a filter is for the whole of a name, and not for a part of it. */
export const isPattern = (filter: string): boolean => /[*?]/v.test(filter);

/** Whether a name answers to a filter: letters of either case anywhere in it, or a glob for all of it. `label`: its last part, which counts unless the filter has a slash. */
export function compileNameFilter(filter: string): (name: string, label?: string) => boolean {
	const wanted = filter.toLowerCase();
	const textOf = (name: string, label = name) => (wanted.includes('/') ? name : label).toLowerCase();

	if (isPattern(wanted)) {
		const matches = compileWildcards(wanted);
		return (name, label) => matches(textOf(name, label));
	}

	return (name, label) => textOf(name, label).includes(wanted);
}

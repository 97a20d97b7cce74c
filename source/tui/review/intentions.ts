/*
Intentions behind marking or unmarking files by a filter, as globs: those of the list know `*` and `?` alone, and letters of either case.
*/
import {escapeGlob, type Intention} from '../../origin/derive-rules.ts';
import {compileWildcards} from '../../text/wildcards.ts';
import {compileNameFilter, isPattern} from '../kit/name-filter.ts';
import type {Row} from '../tree/tree-row.ts';
import type {ReviewState} from './review-state.ts';

/** A filter as it is written in names, where these have it all in the same case. */
function writtenIn(names: readonly string[], filter: string): string {
	const wanted = filter.toLowerCase();
	const [first = filter] = names;
	const start = first.toLowerCase().indexOf(wanted);
	const written = start === -1 ? filter : first.slice(start, start + filter.length);
	return names.every(name => name.includes(written)) ? written : filter;
}

/** The narrowest glob for what a filter shows: `*.gz` for the filter `.gz`, where all that has it in its name has it at its end. */
function globOf(filter: string, rows: readonly Row[]): string {
	const answers = compileNameFilter(filter);
	const names = rows.filter(row => row.isRegular && answers(row.name, row.label)).map(({label}) => label);

	if (isPattern(filter)) {
		const cases = [filter, filter.toLowerCase(), filter.toUpperCase()];
		const asWritten = cases.find(pattern => names.every(name => compileWildcards(pattern)(name))) ?? filter;
		return asWritten.split(/(?<wildcard>[*?])/v).map(part => part === '*' || part === '?' ? part : escapeGlob(part)).join('');
	}

	const written = writtenIn(names, filter);
	const text = escapeGlob(written);
	const isEnd = names.length > 0 && names.every(name => name.endsWith(written));
	const isStart = names.length > 0 && names.every(name => name.startsWith(written));
	return `${isStart ? '' : '*'}${text}${isEnd ? '' : '*'}`;
}

/** The globs of what was marked by filters, in that order. A filter for paths is none of names, and left to these. */
export const intentionsOf = ({filterMarks, rows}: Pick<ReviewState, 'filterMarks' | 'rows'>): readonly Intention[] => filterMarks
	.filter(({filter}) => !filter.includes('/'))
	.map(({filter, isMarked}) => ({glob: globOf(filter, rows), isMarked}));

import type {SetOverview} from '../set/catalog.ts';
import {newestOfEach} from '../set/latest.ts';
import {describeOrigin, isSameOrigin} from '../set/names/provenance.ts';
import type {SpaceTaken} from '../set/space-taken.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatCount} from '../text/format.ts';
import {type SetColumn, setColumns} from './words/set-columns.ts';
import {stateTexts} from './words/states.ts';

const columns: readonly SetColumn[] = Object.values(setColumns);

const formatRow = (textOf: (column: SetColumn) => string): string => columns
	.map(column => column.isRight ? textOf(column).padStart(column.width) : textOf(column).padEnd(column.width))
	.join('  ')
	.trimEnd();

const rowOf = ({overview, found, bytesNew}: SpaceTaken): string => formatRow(({text}) => text({...overview, found, bytesNew}) ?? '-');

/** Bytes that all sets take on disk together. */
const totalNew = (sets: readonly SpaceTaken[]): number => sets.reduce((sum, {bytesNew}) => sum + (bytesNew ?? 0), 0);

/** Host and source of the sets, if not the same for all. */
function originLines(sets: readonly SpaceTaken[]): string[] {
	const origins = newestOfEach(sets.toReversed().map(({overview}) => overview)).map(({origin}) => origin);
	return origins.length < 2
		? []
		: origins.map(origin => `${describeOrigin(origin)}: ${sets.filter(({overview}) => overview.origin && isSameOrigin(overview.origin, origin)).map(({overview}) => overview.date).join(', ')}`);
}

/**
The list of sets as lines of 79 columns, oldest first, so that the newest are next to the prompt; then why sets are not complete, which are dated in the future, their hosts and sources if they differ, and a total.

@param sets Oldest first.
@param today The local date.
*/
export function listLines(sets: readonly SpaceTaken[], today: string): string[] {
	const unfit = sets.filter(({overview}) => overview.state === 'damaged' || overview.state === 'empty');
	return [
		formatRow(({title}) => title),
		...sets.map(set => rowOf(set)),
		...unfit.map(({overview: {date, state, problem}}) => `${date} is ${stateTexts[state].verdict}: ${problem ?? stateTexts[state].meaning}`),
		...sets.filter(({overview: {date, isStaging}}) => !isStaging && date > today).map(({overview: {date}}) => `${date} is of a day to come: a wrong clock, then or now; it is never the latest`),
		...originLines(sets),
		`${formatCount(sets.length, 'set')}, ${formatBytes(totalNew(sets))} on disk`,
	];
}

const seconds = (from: Date, to: Date): number => Number(((to.getTime() - from.getTime()) / 1000).toFixed(2));

/** Overview of a set as JSON. */
export const setJson = ({date, state, head, problem}: SetOverview): Record<string, unknown> => ({
	message_type: 'set',
	date,
	state,
	...(head && {
		started: head.started.toISOString(),
		finished: head.finished.toISOString(),
		seconds_elapsed: seconds(head.started, head.finished),
		host: displayText(head.host),
		source: displayText(head.source),
		version: displayText(head.version),
		files_done: head.filesDone,
		files_failed: head.filesFailed,
		files_vanished: head.filesVanished,
		bytes_in: head.bytesIn,
		bytes_out: head.bytesOut,
	}),
	...(problem !== undefined && {problem}),
});

/** The list as JSON: a `set` for each, and a `list` at the end. */
export const listJson = (sets: readonly SpaceTaken[]): object[] => [
	...sets.map(({overview, found, bytesNew}) => ({
		...setJson(overview),
		...(found && {files_found: found.files, bytes_out: found.bytes}),
		...(bytesNew !== undefined && {bytes_new: bytesNew}),
	})),
	{message_type: 'list', total_sets: sets.length, bytes_new: totalNew(sets)},
];

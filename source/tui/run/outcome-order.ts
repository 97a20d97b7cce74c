/*
Which files the list of a run shows, and in which order: all in turn, or those that a filter finds, or by what became of them, where files that failed
for one reason stand together.
*/
import type {ErrorEvent} from '../../backup/events.ts';
import {groupFailures} from '../../report/words/failures.ts';
import {compileNameFilter} from '../kit/name-filter.ts';
import {type OutcomeRow, fileCount, fileRow} from './outcome-row.ts';
import type {RunState} from './run-state.ts';

/** A row of the list: a file, by its number; or the head of those that failed for one reason. */
export type OutcomeItem =
	| {readonly number: number; readonly isGrouped: boolean}
	| {readonly reason: string; readonly count: number};

type Word = (OutcomeRow & {readonly name: string})['outcome']['word'];

/** Outcomes as they are sorted: those looked for first stand first. */
const order: readonly Word[] = ['failed', 'vanished', 'not done', 'copying', 'checking', 'waiting', 'done', 'reused'];

type Failed = ErrorEvent & {readonly number: number};

/** Those that failed, each reason's after a head where there are several, the most frequent reason first. */
function listFailed(numbers: readonly number[], rows: ReadonlyMap<number, OutcomeRow>): readonly OutcomeItem[] {
	const failed = numbers.flatMap((number): readonly Failed[] => {
		const row = rows.get(number)!;
		return row.name === undefined || row.outcome.word !== 'failed'
			? []
			: [{
				message_type: 'error', path: row.name, error: {message: row.outcome.reason}, number,
			}];
	});
	return groupFailures(failed).flatMap(({reason, files}) => files.length === 1
		? [{number: files[0]!.number, isGrouped: false}]
		: [{reason, count: files.length}, ...files.map(({number}) => ({number, isGrouped: true}))]);
}

function makeItems(run: RunState): readonly OutcomeItem[] {
	const {filter, isByOutcome} = run.list;
	const isKept = compileNameFilter(filter);
	const rows = new Map(Array.from({length: fileCount(run)}, (_, number) => [number, fileRow(run, number)] as const)
		.filter(([, {name}]) => filter === '' || (name !== undefined && isKept(name, name.slice(name.lastIndexOf('/') + 1)))));

	if (!isByOutcome) {
		return Array.from(rows.keys(), number => ({number, isGrouped: false}));
	}

	const byWord = Map.groupBy(rows.keys(), number => {
		const row = rows.get(number)!;
		return row.name === undefined ? 'waiting' : row.outcome.word;
	});
	return order.flatMap(word => word === 'failed'
		? listFailed(byWord.get(word) ?? [], rows)
		: (byWord.get(word) ?? []).map(number => ({number, isGrouped: false})));
}

/** The list is asked for several times for each frame. */
const made = new WeakMap<RunState, readonly OutcomeItem[]>();

/** The rows of the list; `undefined` where these are all files in turn, of which there may be very many. */
export function outcomeItems(run: RunState): readonly OutcomeItem[] | undefined {
	if (run.list.filter === '' && !run.list.isByOutcome) {
		return undefined;
	}

	const known = made.get(run) ?? makeItems(run);
	made.set(run, known);
	return known;
}

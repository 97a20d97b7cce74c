/*
Notices about the list before anything is started: why nothing could be written, what can't be read, what is not included.
*/
import {formatCount, formatNumber, formatSeconds} from '../../text/format.ts';
import type {Facts, Heading} from '../kit/facts.ts';
import {headerHeight} from '../kit/layout.ts';
import type {Tone} from '../kit/theme.ts';
import type {Totals} from '../tree/tree-state.ts';
import type {ReviewView} from './review-state.ts';

type Unreadable = Pick<Totals, 'files' | 'unreadable'>;

const unreadableRemedy = ({user}: Pick<Facts, 'user'>) => user === 'root' ? '' : ': run with sudo';

/** How many of the marked files can't be read, by whom, and what can be done about it. */
export function unreadableText({files, unreadable}: Unreadable, facts: Pick<Facts, 'user'>): string {
	const who = facts.user === undefined ? '' : ` by ${facts.user}`;
	return `${formatNumber(unreadable)} of ${formatCount(files, 'marked file')} can't be read${who}${unreadableRemedy(facts)}`;
}

/** Ways to say so below the list. */
const unreadableWays = (totals: Unreadable, facts: Pick<Facts, 'user'>) => [
	unreadableText(totals, facts),
	`${formatNumber(totals.unreadable)} of ${formatNumber(totals.files)} can't be read${unreadableRemedy(facts)}`,
	`${formatNumber(totals.unreadable)} unreadable`,
];

export type Notice = {
	/** Ways to say it, the fullest first. */
	readonly ways: readonly string[];
	readonly tone: Tone;
};

/** Ways to say that reading the source waits for an answer. */
function silenceWays(silence: number, {source}: Pick<Facts, 'source'>): readonly string[] {
	const time = formatSeconds(silence);
	return [`Waiting for ${source}: no answer for ${time}; q quits`, `Waiting for the source: no answer for ${time}`, `no answer for ${time}`];
}

type Warned = Pick<ReviewView, 'destinationProblem' | 'facts' | 'review' | 'isAddition' | 'size'>;

/** The remark in the head of the list: what is being added to, else why nothing could be written, else how the last run ended. */
export function headRemark({destinationProblem, facts, isAddition}: Pick<Warned, 'destinationProblem' | 'facts' | 'isAddition'>): Pick<Heading, 'remark' | 'isBad'> {
	if (isAddition) {
		return {remark: `What is marked is added to the backup of ${facts.date}.`};
	}

	return destinationProblem ? {remark: `Nothing can be written: ${destinationProblem.message}`, isBad: true} : {remark: facts.lastRun};
}

/** Problems that the head does not tell of, the worst first; empty where there are none. */
export function warningNotices({destinationProblem, facts, review: {totals, silence}, isAddition, size}: Warned): readonly Notice[] {
	const isSaid = headerHeight(size) > 2 && !isAddition;
	const blocked = 'Nothing can be written';
	return [
		...(destinationProblem === undefined || isSaid ? [] : [{ways: [`${blocked}: ${destinationProblem.message}`, `${blocked}: w says why`, blocked], tone: 'bad'} as const]),
		...(silence === 0 ? [] : [{ways: silenceWays(silence, facts), tone: 'bad'} as const]),
		...(totals.unreadable === 0 ? [] : [{ways: unreadableWays(totals, facts), tone: 'warning'} as const]),
	];
}

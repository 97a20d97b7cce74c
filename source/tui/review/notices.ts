/*
What is to be known of the list before anything is started: why nothing could be written, what can't be read, what is not included.
*/
import {formatCount, formatNumber} from '../../text/format.ts';
import type {Facts} from '../kit/facts.ts';
import type {Tone} from '../kit/theme.ts';
import type {Totals} from '../tree/tree-state.ts';
import type {ReviewView} from './review-state.ts';

/** How many of the marked files can't be read, by whom, and what can be done about it. */
export function unreadableText({files, unreadable}: Pick<Totals, 'files' | 'unreadable'>, {user}: Pick<Facts, 'user'>): string {
	const which = unreadable === files ? (files === 1 ? 'The marked file' : `None of the ${formatCount(files, 'marked file')}`) : `${formatNumber(unreadable)} of ${formatCount(files, 'marked file')}`;
	const isNone = unreadable === files && files > 1;
	const who = user === undefined ? '' : ` by ${user}`;
	return `${which} ${isNone ? 'can' : 'can\'t'} be read${who}${user === 'root' ? '' : ': run with sudo'}`;
}

export type Notice = {
	/** Ways to say it, the fullest first. */
	readonly ways: readonly string[];
	readonly tone: Tone;
};

/** What is wrong, the worst first; nothing where nothing is. */
export function warningNotices({destinationProblem, facts, review: {totals}}: Pick<ReviewView, 'destinationProblem' | 'facts' | 'review'>): readonly Notice[] {
	const {message, remedy} = destinationProblem ?? {};
	return [
		...(message === undefined
			? []
			: [{ways: [...(remedy === undefined ? [] : [`Nothing can be written: ${message}. ${remedy}`]), `Nothing can be written: ${message}`, 'Nothing can be written: w says why'], tone: 'bad'} as const]),
		...(totals.unreadable === 0
			? []
			: [{ways: [unreadableText(totals, facts), `${formatNumber(totals.unreadable)} can't be read: run with sudo`], tone: 'warning'} as const]),
	];
}

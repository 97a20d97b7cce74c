/*
What is said back to the operator, from the state alone.
*/
import {displayText} from '../../text/display-name.ts';
import {formatCount, formatNumber} from '../../text/format.ts';
import {confirmLines} from '../review/confirm-page.ts';
import type {PageLine} from '../kit/page-lines.ts';
import {markSign, refusalText} from '../tree/tree-marks.ts';
import type {ReviewState} from '../review/review-state.ts';
import {folderOf} from '../tree/tree-state.ts';
import type {State} from '../state.ts';
import {totalsText} from '../review/totals-text.ts';

/** A page of the screens, read out: without its blank lines and margins. */
export const readOut = (lines: readonly PageLine[]): readonly string[] => lines.map(({text}) => text).filter(text => text !== '');

/** The first line of all. */
export const headerLines = ({facts: {version, host, source, set, lastRun}}: State): readonly string[] => [
	`logbackup-tui ${version} on ${host}: ${source} to ${set}`,
	...(lastRun === undefined ? [] : [lastRun]),
];

export const choicePrompt = ({review}: State): string => `${totalsText(review)}. Command: `;

/** The page that asks, with the question at its end. */
export const confirmText = (state: State): readonly string[] => readOut(confirmLines(state));

export const confirmPrompt = 'Start? y or n: ';

/** What became of the marks of some rows. */
export function choiceAnswer(before: ReviewState, after: ReviewState, numbers: readonly number[]): string {
	const refused = numbers.filter(number => markSign(before, number) === 'never');
	const refusal = refused.length === 0 ? '' : `${refusalText(before.rows[refused[0]!]!)}${refused.length > 1 ? `, nor can ${refused.length - 1} more` : ''}.`;
	const [only] = numbers;

	if (numbers.length === 1 && only !== undefined && refusal === '') {
		const row = after.rows[only]!;
		const folder = folderOf(after, row);
		return folder
			? `${row.name}: ${formatNumber(folder.marked)} of ${formatCount(folder.files, 'file')} marked${folder.isRead ? '' : ', and more may be found'}.`
			: `${row.name}: ${after.marks[only] === 1 ? 'marked' : 'unmarked'}.`;
	}

	const turned = (isMarked: boolean) => after.marks.filter((mark, number) => mark !== before.marks[number] && (mark === 1) === isMarked).length;
	const counts = [['marked', turned(true)], ['unmarked', turned(false)]] as const;
	const changes = counts.filter(([, count]) => count > 0).map(([word, count]) => `${formatCount(count, 'file')} ${word}`).join(', ');
	return [changes === '' ? (refusal === '' ? 'Nothing changed.' : '') : `${changes}.`, refusal].filter(part => part !== '').join(' ');
}

/** What stands below a list: how much of it was printed, and how to see the rest. */
export function listingEnd({rows, filter}: ReviewState, printed: number, all: number): readonly string[] {
	const shown = filter === '' ? '' : ` with "${displayText(filter)}", of ${formatNumber(rows.length)}; / alone lists all`;

	if (all === 0) {
		return [filter === '' ? 'There is nothing in it.' : `No name has "${displayText(filter)}" in it; / alone lists all.`];
	}

	return printed < all
		? [`1 to ${formatNumber(printed)} of ${formatCount(all, 'row')}${shown}. m lists more.`]
		: (filter === '' ? [] : [`${formatCount(all, 'row')}${shown}.`]);
}

/** How the list is sorted. */
export function sortAnswer({sort: {by, isReversed}}: ReviewState): string {
	const ways = {
		name: ['from a to z', 'from z to a'], size: ['largest first', 'smallest first'], age: ['newest first', 'oldest first'],
	} as const;
	return `By ${by}, ${ways[by][isReversed ? 1 : 0]}.`;
}

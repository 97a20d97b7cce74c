/*
The screens for a screen reader, which reads out all that is written. So only little is: the row of the cursor instead of the list, a percentage in
steps of ten instead of a bar; and nothing that changes by itself, unless it is news.
*/
import {ageOf, formatBytes, formatCount} from '../text/format.ts';
import {spokenBrowse} from './sets/sets-spoken.ts';
import {detailLines} from './review/detail-lines.ts';
import {footerKeys} from './keys/footer-text.ts';
import {keyContext} from './meanings.ts';
import {outcomesHeight} from './run/run-layout.ts';
import {listWindow, rowAt, rowCount} from './run/outcome-list.ts';
import {outcomeDetail} from './run/outcome-text.ts';
import {pageLines} from './pages.ts';
import {markSign, type MarkSign} from './tree/tree-marks.ts';
import {rangeOf} from './tree/tree-reducer.ts';
import {currentRow, folderOf} from './tree/tree-state.ts';
import {rowNote} from './tree/tree-text.ts';
import {pastRemark} from './review/past.ts';
import type {ReviewState} from './review/review-state.ts';
import {runPhase} from './run/run-phase.ts';
import {keyTable} from './screens.ts';
import type {RunState} from './run/run-state.ts';
import {runFraction} from './run/run-view.ts';
import type {State} from './state.ts';
import {totalsText} from './review/totals-text.ts';

/** Something to be read out, with the role and the states that Ink puts before it in words. */
export type SpokenItem = {
	readonly text: string;
	readonly role?: 'checkbox' | 'listitem' | 'progressbar' | 'textbox';
	readonly state?: {readonly checked?: boolean; readonly expanded?: boolean; readonly busy?: boolean};
};

/** Wide enough for any sentence: a reader needs no lines of its own making. */
const endless = 2000;

/** Rows of details: facts, and a few lines of what is in the file. */
const detailRows = 14;

/** The last failures; all of them stand in the summary. */
const mostFailures = 3;

const markWords: Readonly<Record<MarkSign, readonly string[]>> = {
	all: [], some: ['partly marked'], none: ['not marked'], never: ['can\'t be marked'],
};

function spokenAge(modified: number, now: number): string {
	const age = ageOf(modified, now);
	return age === undefined ? 'just now' : `${formatCount(age.count, age.unit)} old`;
}

const join = (parts: readonly string[]) => parts.filter(part => part !== '').join(', ');

function spokenRow(review: ReviewState): readonly SpokenItem[] {
	const row = currentRow(review);
	const number = review.order[review.cursor];

	if (!row || number === undefined) {
		return [{text: review.isScanning ? 'Reading the directory.' : (review.filter === '' ? 'Nothing in this directory.' : 'Nothing has that in its name.')}];
	}

	const folder = folderOf(review, row);
	const sign = markSign(review, number);
	const bytes = folder?.bytes ?? row.bytes;
	const position = `${(review.cursor + 1).toLocaleString('en-US')} of ${review.order.length.toLocaleString('en-US')}`;
	return [{
		role: sign === 'never' ? 'listitem' : 'checkbox',
		state: {checked: sign === 'all', expanded: folder?.isOpen ?? false},
		text: join([
			row.name,
			...markWords[sign],
			bytes === undefined ? '' : formatBytes(bytes),
			spokenAge(row.modified, review.now),
			rowNote({row, folder, ...pastRemark(review, row)}),
			position,
		]),
	}];
}

function spokenReview({review, facts}: State): readonly SpokenItem[] {
	const {filter, isTyping, message, anchor, order, isScanning, unread, hasMoved, isDetailed} = review;
	const range = anchor === undefined ? [] : [{text: `Range of ${formatCount(rangeOf(review).length, 'row')}.`}];
	const details = isDetailed ? detailLines(review, facts.source, {width: endless, height: detailRows}) : [];

	return [
		...(isTyping || filter !== '' ? [{role: 'textbox' as const, text: `find ${filter}, ${formatCount(order.length, 'row')}`}] : []),
		...(message === undefined ? [] : [{text: message}]),
		...spokenRow(review),
		...range,
		...details.map(({text}) => ({text})),
		// What grows by itself would be read out again and again.
		...(isScanning || unread > 0 ? [] : [{text: `${totalsText(review)}.`}]),
		...(hasMoved || isTyping ? [] : [{text: `From ${facts.source} to ${facts.set}. Up and down move, Space marks, Enter goes on, question mark lists all keys, q quits.`}]),
	];
}

function spokenPhase(run: RunState): string {
	const phase = runPhase(run);
	const texts = {
		starting: 'Starting', copying: 'Backing up', finishing: 'Finishing', paused: 'Paused', stopping: 'Stopping, keeping what is complete',
	} as const;
	return texts[phase];
}

function spokenRun({run}: State): readonly SpokenItem[] {
	const percent = Math.floor(runFraction(run) * 10) * 10;
	return [
		...(run.stop === 'asking' ? [{text: 'Stop the backup? It goes on meanwhile.'}] : []),
		{role: 'progressbar', state: {busy: runPhase(run) === 'finishing'}, text: `${spokenPhase(run)}, ${percent} percent of ${formatCount(run.start?.total_files ?? 0, 'file')}`},
		...run.failures.slice(-mostFailures).map(({path, error}) => ({role: 'listitem' as const, text: `failed: ${path}: ${error.message}`})),
	];
}

/** The row of the cursor in the list of all files. */
function spokenOutcomes({run, size}: State): readonly SpokenItem[] {
	const count = rowCount(run);

	if (count === 0) {
		return [{text: 'Nothing yet.'}];
	}

	const {cursor} = listWindow(run, outcomesHeight(size));
	const row = rowAt(run, cursor);
	const word = row.name === undefined ? 'waiting' : row.outcome.word;
	return [{role: 'listitem', text: `${word}: ${outcomeDetail(row)}; ${cursor + 1} of ${count}`}];
}

/** What the keys do here, in words. */
function spokenKeys(state: State): SpokenItem {
	return {text: footerKeys(keyTable[keyContext(state)], endless).map(({key, text}) => `${key} ${text}`).join(', ')};
}

/** All that is to be read out of the present screen, in this order. */
export function spoken(state: State): readonly SpokenItem[] {
	if (state.run.list.isOpen && !state.isHelpOpen) {
		return [...spokenOutcomes(state), spokenKeys(state)];
	}

	const browsed = state.isHelpOpen ? [] : spokenBrowse(state);

	if (browsed.length > 0) {
		return [...browsed, spokenKeys(state)];
	}

	const page = pageLines(state).filter(({text}) => text.trim() !== '').map(({text}) => ({text: text.trim().replaceAll(/ +/gv, ' ')}));

	if (page.length > 0) {
		return [...page, spokenKeys(state)];
	}

	return state.screen === 'run' ? [...spokenRun(state), spokenKeys(state)] : spokenReview(state);
}

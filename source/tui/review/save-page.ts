/*
The page that shows what would be saved as the configuration, before it is.
*/
import type {Reason} from '../../files/errors.ts';
import type {DerivedRules} from '../../origin/derive-rules.ts';
import type {Entry} from '../../origin/entry.ts';
import {displayName} from '../../text/display-name.ts';
import {formatCount, formatNumber} from '../../text/format.ts';
import {
	back,
	everywhere,
	help,
	interrupt,
	moves,
} from '../keys/key-bindings.ts';
import {ask, type Screen} from '../keys/screen.ts';
import {cellWidth, wrapWords} from '../kit/columns.ts';
import {routeHeading} from '../kit/facts.ts';
import {glyphs} from '../kit/glyphs.ts';
import {
	blank,
	paragraph,
	type PageLine,
} from '../kit/page-lines.ts';
import {isUncertain} from '../tree/tree-state.ts';
import {rulesForSaving} from './command-line.ts';
import type {ReviewSlice, ReviewView} from './review-state.ts';
import {backToList, putAside, withReview} from './review-steps.ts';
import type {SavePlan, Saving} from './saving.ts';

/** Goes to the page, once it is known what is marked; from the list, or from the summary of a run. */
export function askSaving(state: ReviewSlice, base: Saving['base'] = 'review'): ReviewSlice {
	const {review, command, canSave, isAddition} = state;

	if (isAddition) {
		return withReview(state, {...review, message: 'What is added to a set is no selection for every day.'});
	}

	if (!canSave || !command) {
		return withReview(state, {...review, message: 'There is nothing to save it in.'});
	}

	if (review.isScanning || isUncertain(review)) {
		return withReview(state, {...review, message: 'Still reading what is marked: S again when that is done.'});
	}

	const found = rulesForSaving(review, command.rules);
	return found
		? ask({
			...state, screen: 'save', pageTop: 0, review: putAside(review), saving: {found, base},
		}, {type: 'planSaving', rules: found.rules})
		: withReview(state, {...review, message: 'Nothing is marked, so there is nothing to save.'});
}

/** So many names are told of what the rules treat otherwise. */
const mostNames = 8;

function otherwiseLines(entries: readonly Entry[], what: string, width: number): readonly PageLine[] {
	if (entries.length === 0) {
		return [];
	}

	const names = entries.slice(0, mostNames).map(({path}) => displayName(path));
	const rest = entries.length - names.length;
	return [blank, ...paragraph(`${formatCount(entries.length, 'file')} ${what}: ${names.join(', ')}${rest > 0 ? ` and ${formatNumber(rest)} more` : ''}`, width, 'warning')];
}

/** What names of single files mean on another day, when there are others. */
function namedLines({named, rules: {include}}: DerivedRules, width: number): readonly PageLine[] {
	if (named === 0) {
		return [];
	}

	const subject = named === 1 ? 'One of the rules names a single file or directory' : `${formatNumber(named)} of the rules name single files or directories`;
	const isOpen = include.length === 0 || include.includes('*');
	return [blank, ...paragraph(`${subject}: what comes later under other names is ${isOpen ? 'taken' : 'left out'}.`, width)];
}

const tones = {'+': 'good', '-': 'bad', ' ': 'plain'} as const;

/** So many lines around a change are shown that are not changed. */
const context = 2;

/** The changed lines, with those around them. */
function differenceLines(difference: SavePlan['difference'], width: number): readonly PageLine[] {
	const isNear = (number: number) => difference.slice(Math.max(0, number - context), number + context + 1).some(({sign}) => sign !== ' ');
	const shown = [...difference.entries()].filter(([number]) => isNear(number));
	return shown.flatMap(([number, {sign, text}], index) => [
		...(number > (shown[index - 1]?.[0] ?? -1) + 1 ? [{text: glyphs.more, indent: 3, tone: 'faint'} as const] : []),
		// All of it is to be read before it is saved.
		...(cellWidth(text) > width - 4 ? wrapWords(text, width - 4) : [text]).map((part, line) => ({text: `${line === 0 ? sign : ' '} ${part}`, indent: 1, tone: tones[sign]})),
	]);
}

/** The page in `size.columns` cells. */
export function saveLines({saving, size: {columns: width}}: Pick<ReviewView, 'saving' | 'size'>): readonly PageLine[] {
	const {found, plan, problem, isWriting = false, isSaved = false} = saving ?? {};

	if (problem) {
		return [...paragraph(problem.message, width, 'bad'), ...(problem.remedy === undefined ? [] : [blank, ...paragraph(problem.remedy, width)]), blank, ...paragraph('Nothing was saved.', width)];
	}

	if (!plan || !found) {
		return paragraph('Looking at what there is.', width);
	}

	if (isSaved) {
		return [...paragraph(`Saved in ${plan.shownFile}.`, width, 'good'), blank, ...paragraph('logbackup-tui timer on has it backed up each night; logbackup-tui config shows it.', width)];
	}

	const {isSame} = plan;
	return [
		...paragraph(isSame ? `${plan.shownFile} says that already` : `Save what is marked in ${plan.shownFile}?`, width, 'strong'),
		blank,
		...(isSame ? paragraph('What is marked is what a backup without further flags would take.', width) : differenceLines(plan.difference, width)),
		...(isSame ? [] : namedLines(found, width)),
		...otherwiseLines(found.omitted, 'marked here would be left out by these rules', width),
		...otherwiseLines(found.added, 'not marked here would be taken by these rules', width),
		...(isSame ? [] : [blank, ...paragraph(isWriting ? 'Saving.' : 'It holds for every run after that: for the timer, for --yes, and for this list at the next start.', width, 'faint')]),
	];
}

const leave = (state: ReviewSlice): ReviewSlice => ({...backToList(state), screen: state.saving?.base ?? 'review', saving: undefined});

/** Whether it is still to be answered, or to be asked, if it is to be saved. */
const isOpen = (saving: Saving): boolean => !saving.problem && !saving.isSaved && !saving.plan?.isSame;

/** Saves; where there is nothing to save, or it cannot be, goes back. */
function save(state: ReviewSlice): ReviewSlice {
	const {saving} = state;

	if (!saving || !isOpen(saving)) {
		return leave(state);
	}

	return saving.plan && !saving.isWriting ? ask({...state, saving: {...saving, isWriting: true}}, {type: 'save', plan: saving.plan}) : state;
}

/** What it would change is known, or why it cannot be. */
export function noteSavePlan(state: ReviewSlice, changes: Pick<Saving, 'plan' | 'problem'>): ReviewSlice {
	return state.saving ? {...state, saving: {...state.saving, ...changes}} : state;
}

/** It is written, or could not be. */
export function noteSaved(state: ReviewSlice, problem: Reason | undefined): ReviewSlice {
	const {saving} = state;

	if (!saving?.plan) {
		return state;
	}

	return problem
		? {...state, pageTop: 0, saving: {...saving, isWriting: false, problem}}
		: {
			...state, pageTop: 0, saving: {...saving, isWriting: false, isSaved: true}, savedIn: saving.plan.shownFile,
		};
}

export const saveScreen = {
	title: 'Before it is saved',
	phase: 'choosing',
	keys: {
		save: [
			{
				keys: ['enter', 'y'], command: 'save', help: 'save it', footer: 'save', isEssential: true, isAnswer: true,
			},
			back(['escape', 'n', 'q'], 'to the list'),
			...moves,
			help,
			interrupt,
			...everywhere,
		],
	},
	context: () => 'save',
	footers: ({saving}) => saving && isOpen(saving) ? {} : {save: ''},
	commands: {save, back: leave},
	question: ({saving}) => [saving?.plan],
	heading: ({facts}) => routeHeading(facts),
	lines: saveLines,
} as const satisfies Screen<ReviewSlice, 'save' | 'back', 'save'>;

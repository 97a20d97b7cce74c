import {likelyText} from '../../backup/estimate.ts';
import type {Reason} from '../../files/errors.ts';
import {describeInodes} from '../../set/space.ts';
import {displayText} from '../../text/display-name.ts';
import {
	capitalize,
	formatBytes,
	formatCount,
	formatNumber,
} from '../../text/format.ts';
import {
	back,
	everywhere,
	help,
	interrupt,
	moves,
} from '../keys/key-bindings.ts';
import {aboutRun} from '../keys/help-lines.ts';
import {ask, type Screen} from '../keys/screen.ts';
import {routeHeading} from '../kit/facts.ts';
import {
	blank,
	labelled,
	paragraph,
	type PageLine,
} from '../kit/page-lines.ts';
import {foresee, nextSample, shortage} from './forecast.ts';
import {notIncluded, notIncludedText} from './not-included.ts';
import {countUnchanged} from './past.ts';
import type {ReviewSlice, ReviewView} from './review-state.ts';
import {unreadableText} from './notices.ts';
import {bytesText} from './totals-text.ts';
import {backToList} from './review-steps.ts';

type ConfirmView = Pick<ReviewView, 'facts' | 'review' | 'space' | 'size' | 'command' | 'isAddition' | 'destinationProblem'>;

function warnings({facts, review, space}: ConfirmView): readonly string[] {
	const {lastRun} = facts;
	const {totals, unused} = review;
	const others = totals.unreadable === totals.files ? '' : '; the others are backed up';
	const unreadable = totals.unreadable === 0 ? [] : [`${unreadableText(totals, facts)}. ${totals.unreadable === 1 ? 'It' : 'They'} will fail${others}.`];

	const most = foresee(review)?.most ?? 0;
	const usable = space === undefined ? Infinity : Math.max(0, space.free - space.reserve);
	const room = most > usable && nextSample(review) !== undefined
		? [`The copies take at most ${formatBytes(most)}, more than the ${formatBytes(usable)} that may be used; compressed they may fit. Samples of them are looked at before the start.`]
		: [];
	const {inodes} = space ?? {};
	const crowd = inodes && totals.files > inodes.free - inodes.reserve
		? [`The destination cannot hold so many files: ${describeInodes(inodes)}.`]
		: [];
	const idle = unused.map(flag => `${displayText(flag)} matches nothing.`);
	return [...(lastRun === undefined ? [] : [lastRun]), ...idle, ...unreadable, ...room, ...crowd];
}

/** Lines where nothing can be written, in place of the question. */
function blockedLines({message, remedy}: Reason, {facts, size: {columns: width}}: ConfirmView): readonly PageLine[] {
	return [
		...paragraph(`No backup can be written to ${facts.set}.`, width, 'bad'),
		blank,
		...paragraph(`${capitalize(message)}.`, width),
		...(remedy === undefined ? [] : [blank, ...paragraph(remedy, width)]),
		blank,
		...paragraph('Nothing is written, and the marks stay. Enter looks again.', width, 'faint'),
	];
}

/** The page that asks before anything is written. */
export function confirmLines(state: ConfirmView): readonly PageLine[] {
	if (state.destinationProblem) {
		return blockedLines(state.destinationProblem, state);
	}

	const {facts, review: {totals}, space, command, size: {columns: width}} = state;
	const expected = foresee(state.review);
	const copied = expected?.likely;
	const lack = shortage(state.review, space, expected);
	const margin = expected === undefined ? '' : `, at most ${formatBytes(expected.most)}`;
	const unchanged = countUnchanged(state.review);
	const after = copied === undefined ? '' : `, ${likelyText(copied)}${margin} after`;
	const {date = 'before'} = state.review.past;
	const leftOut = notIncludedText(notIncluded(state.review));
	const isHollow = totals.allocated * 2 < totals.bytes;
	const rules = command?.keepRules ?? [];
	const rows: ReadonlyArray<readonly [label: string, text: string]> = [
		['From', `${facts.source} on ${facts.host}`],
		['To', facts.set],
		...(facts.configuration === undefined ? [] : [['Config', facts.configuration] as const]),
		['Files', formatNumber(totals.files)
		+ (unchanged === 0 ? '' : `; ${formatNumber(unchanged)} unchanged since ${date}`)],
		...(leftOut === '' ? [] : [['Left out', leftOut] as const]),
		...(totals.estimated > 0 ? [['Journal', `${formatCount(totals.estimated, 'day')} among them, whose sizes are estimates`] as const] : []),
		['Size', `${bytesText({totals, isOnDisk: false})} before compression${unchanged === 0 ? after : ''}${isHollow ? `, ${formatBytes(totals.allocated)} on disk` : ''}`],
		...(unchanged === 0 || copied === undefined ? [] : [['New', `${likelyText(copied)} on disk${margin}`] as const]),
		['Free', space === undefined ? 'unknown' : `${formatBytes(space.free)} at the destination (${formatBytes(space.reserve)} is kept in reserve)`],
		...(rules.length > 0 ? [['Then', `remove old sets that no rule keeps: ${rules.join(' ')}`] as const] : []),
	];

	return [
		...paragraph(state.isAddition ? `Add ${formatCount(totals.files, 'file')} to the backup of ${facts.date}?` : `Back up ${formatCount(totals.files, 'file')}?`, width, 'strong'),
		blank,
		// Before the rest, which takes all of a small screen.
		...(lack === 0
			? []
			: [
				...paragraph([
					'It may not fit: it is not started unless there is room for the most that it can take.',
					`${formatBytes(lack)} are lacking; --no-space-check tries all the same.`,
				].join(' '), width, 'bad'),
				blank,
			]),
		...rows.flatMap(([label, text]) => labelled(label, text, {width, indent: 10})),
		...warnings(state).flatMap(text => [blank, ...paragraph(`Note: ${text}`, width, 'warning')]),
	];
}

export const confirmScreen = {
	title: 'Before the start',
	phase: 'choosing',
	keys: {
		confirm: [
			{
				keys: ['enter', 'y'], command: 'start', help: 'start the backup', footer: 'start', isEssential: true, isAnswer: true,
			},
			back(['escape', 'n', 'q'], 'to the list'),
			...moves,
			help,
			interrupt,
			...everywhere,
		],
		confirmBlocked: [
			{
				keys: ['enter', 'r'], command: 'check', help: 'look again whether it can be written', footer: 'look again', isEssential: true,
			},
			back(['escape', 'n', 'q'], 'to the list'),
			...moves,
			help,
			interrupt,
			...everywhere,
		],
	},
	context: ({destinationProblem}) => destinationProblem ? 'confirmBlocked' : 'confirm',
	commands: {
		back: state => ask(backToList(state), {type: 'unforesee'}),
		check: state => ask({...state, pageTop: 0}, {type: 'readSpace'}),
	},
	heading: ({facts}) => routeHeading(facts),
	lines: confirmLines,
	about: width => paragraph(aboutRun, width),
} as const satisfies Screen<ReviewSlice, 'back' | 'check', 'confirm' | 'confirmBlocked', 'start'>;

import type {Earlier} from '../../backup/growth.ts';
import type {MostBytes} from '../../backup/estimate.ts';
import type {Inspection} from '../../backup/inspect.ts';
import type {Reason} from '../../files/errors.ts';
import {identityKey} from '../../files/identity.ts';
import {type Entry, hasContent} from '../../origin/entry.ts';
import type {Rules} from '../../origin/derive-rules.ts';
import type {Choice} from '../../origin/selection.ts';
import {briefRecordsText} from '../../report/words/day-words.ts';
import type {Space} from '../../set/space.ts';
import type {Asking, Shell} from '../keys/screen.ts';
import type {Size} from '../kit/layout.ts';
import type {Row, TreeItem} from '../tree/tree-row.ts';
import {emptyTree, type TreeState} from '../tree/tree-state.ts';
import type {CommandBase} from './command-base.ts';
import type {ExistingSet} from './existing-set.ts';
import type {SavePlan, Saving} from './saving.ts';

/** An entry of the source in the list: as it was found, and what the rules make of it. */
export type ReviewItem = TreeItem & Pick<Choice, 'entry' | 'skip' | 'isCopied' | 'coveredBy'>;

export type ReviewRow = Row<ReviewItem>;

const bytesOf = ({kind, size, target}: Entry, isSelectable: boolean): number | undefined =>
	hasContent({kind}) ? size : (kind === 'symlink' && isSelectable ? target?.size : undefined);

/** What there is to say of a row beside its figures; `undefined` if there is nothing. */
function aboutOf({entry: {records}, coveredBy, isPartial}: Choice): string | undefined {
	if (coveredBy !== undefined) {
		return `as in ${coveredBy}`;
	}

	return isPartial ? 'no permission to read all' : records && briefRecordsText(records);
}

export function reviewItemOf(choice: Choice): ReviewItem {
	const {entry, isSelectable} = choice;
	const {path, kind, modified, isReadable, allocated, hasOtherNames, identity, group} = entry;
	// Of a stream that is not to be had, and of what could not be looked at, nothing else is known.
	const isUnknown = !isReadable && !identity;
	const bytes = isUnknown ? undefined : bytesOf(entry, isSelectable);
	const about = aboutOf(choice);
	return {
		...choice, path, kind, modified, isReadable, bytes, group, disk: hasContent(entry) ? allocated : bytes,
		...(about !== undefined && {about}),
		...(isUnknown && {isAgeless: true}),
		...(entry.from !== undefined && {isEstimated: true, unit: 'day'}),
		...(hasOtherNames && identity && {sharedAs: identityKey(identity)}),
	};
}

/** The files of the list as the newest set has them. */
export type Past = {
	/** The date of that set; missing until it is known, or where there is none. */
	readonly date: string | undefined;
	/** By the key of their path. */
	readonly files: ReadonlyMap<string, Earlier>;
};

export const noPast: Past = {date: undefined, files: new Map()};

/** Facts read about one row, for the pane beside the list. */
export type Details = {
	readonly key: string;
	/** The row's number, unless the list has been read anew since. */
	readonly number: number;
	/** Missing while it is being read. */
	readonly inspection: Inspection | undefined;
};

export type ReviewState = TreeState<ReviewItem> & {
	/** The compressed size as a part of the size, 0–1, of each sampled file, by the key of its path. */
	readonly ratios: ReadonlyMap<string, number>;
	/** The most that so many bytes become in the format of the copies. */
	readonly mostBytes: MostBytes;
	readonly past: Past;
	/** The row the cursor was on when it last stood still for a moment. */
	readonly details: Details | undefined;
	/** Enter was pressed while scanning: goes on when that is done. */
	readonly isWaiting: boolean;
	/** Marks are to be as in the newest set, once that has been looked up. */
	readonly isRecalling: boolean;
	/** Flags that matched nothing, with their globs; known once everything is read. */
	readonly unused: readonly string[];
	/** For so many seconds nothing has come of what is being read; 0 where that is nothing to tell of. */
	readonly silence: number;
};

/** An empty list, being scanned. */
export const emptyReview = (size: Size): ReviewState => ({
	...emptyTree(size), ratios: new Map(), mostBytes: bytes => bytes, past: noPast, details: undefined, isWaiting: false, isRecalling: false, unused: [], silence: 0,
});

/** The entries marked, in the order they were found. */
export const markedEntries = ({rows, marks}: Pick<ReviewState, 'rows' | 'marks'>): readonly Entry[] =>
	rows.filter((_, number) => marks[number] === 1).map(({entry}) => entry);

/** The effects of choosing files. */
export type ReviewEffect =
	/** Reads the source, from its beginning if it is being read. */
	{readonly type: 'scan'}
	| {readonly type: 'readSpace'}
	/** Prepares a run with these marks, which is likely to be started soon. */
	| {readonly type: 'foresee'}
	/** Drops that preparation. */
	| {readonly type: 'unforesee'}
	/** Looks up what was selected for the newest set. */
	| {readonly type: 'recall'}
	/** Finds out what saving these rules would change. */
	| {readonly type: 'planSaving'; readonly rules: Rules}
	| {readonly type: 'save'; readonly plan: SavePlan};

/** The slice of the state that belongs to the screens before the start. */
export type ReviewView = Shell & {
	readonly review: ReviewState;
	/** Today's set, where there is one already. */
	readonly existing: ExistingSet | undefined;
	/** The marked files are added to that set. */
	readonly isAddition: boolean;
	/** Free space at the destination; missing until known, or where it can't be read. */
	readonly space: Space | undefined;
	/** Why no backup could be written, as far as that shows before. */
	readonly destinationProblem: Reason | undefined;
	/** The file shown in the pager, which has the terminal. */
	readonly paged: Entry | undefined;
	/** Selections can be saved as a configuration. */
	readonly canSave: boolean;
	/** A selection that is being saved. */
	readonly saving: Saving | undefined;
	/** The file in which one has been saved. */
	readonly savedIn: string | undefined;
	/** The parts of the command line for a selection. */
	readonly command: CommandBase | undefined;
};

export type ReviewSlice = ReviewView & Asking<ReviewEffect>;

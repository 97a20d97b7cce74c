import type {Earlier} from '../../backup/growth.ts';
import type {MostBytes} from '../../backup/estimate.ts';
import type {Inspection} from '../../backup/inspect.ts';
import type {Entry} from '../../origin/entry.ts';
import type {Choice} from '../../origin/selection.ts';
import type {Space} from '../../set/space.ts';
import type {Asking, Shell} from '../keys/screen.ts';
import type {Size} from '../kit/layout.ts';
import type {Row, TreeItem} from '../tree/tree-row.ts';
import {emptyTree, type TreeState} from '../tree/tree-state.ts';
import type {CommandBase} from './command-base.ts';
import type {ExistingSet} from './existing-set.ts';

/** An entry of the source in the list: as it was found, and what the rules make of it. */
export type ReviewItem = TreeItem & Pick<Choice, 'entry' | 'skip'>;

export type ReviewRow = Row<ReviewItem>;

const bytesOf = ({kind, size, target}: Entry, isSelectable: boolean): number | undefined =>
	kind === 'file' ? size : (kind === 'symlink' && isSelectable ? target?.size : undefined);

export function itemOf(choice: Choice): ReviewItem {
	const {entry, isSelectable} = choice;
	const {path, kind, modified, isReadable, allocated} = entry;
	const bytes = bytesOf(entry, isSelectable);
	return {
		...choice, path, kind, modified, isReadable, bytes, disk: kind === 'file' ? allocated : bytes,
	};
}

/** What the newest set has of the files in the list. */
export type Past = {
	/** The date of that set; missing until it is known, or where there is none. */
	readonly date: string | undefined;
	/** By the key of their path. */
	readonly files: ReadonlyMap<string, Earlier>;
};

export const noPast: Past = {date: undefined, files: new Map()};

/** What has been read of one row, for the pane beside the list. */
export type Details = {
	readonly key: string;
	/** Its number, unless the list has been read anew since. */
	readonly number: number;
	/** Missing while it is being read. */
	readonly inspection: Inspection | undefined;
};

export type ReviewState = TreeState<ReviewItem> & {
	/** How much of its size compression leaves of a sampled file, 0–1, by the key of its path. */
	readonly ratios: ReadonlyMap<string, number>;
	/** The most that so many bytes become in the format of the copies. */
	readonly mostBytes: MostBytes;
	readonly past: Past;
	/** The row the cursor was on when it last stood still for a moment. */
	readonly details: Details | undefined;
	/** Enter was pressed while scanning: goes on when that is done. */
	readonly isWaiting: boolean;
	/** Flags that matched nothing, with their globs; known once all is read. */
	readonly unused: readonly string[];
};

/** An empty list, being scanned. */
export const emptyReview = (size: Size): ReviewState => ({
	...emptyTree(size), ratios: new Map(), mostBytes: bytes => bytes, past: noPast, details: undefined, isWaiting: false, unused: [],
});

/** The entries marked, in the order they were found. */
export const markedEntries = ({rows, marks}: Pick<ReviewState, 'rows' | 'marks'>): readonly Entry[] =>
	rows.filter((_, number) => marks[number] === 1).map(({entry}) => entry);

/** What is asked for while one chooses. */
export type ReviewEffect =
	/** The source is read, from its beginning if it is being read. */
	{readonly type: 'scan'}
	| {readonly type: 'readSpace'}
	/** This backup may be wanted soon, and what it takes can be made ready. */
	| {readonly type: 'foresee'}
	/** It will not be. */
	| {readonly type: 'unforesee'};

/** What the screens before the start have to do with. */
export type ReviewView = Shell & {
	readonly review: ReviewState;
	/** Today's set, where there is one already. */
	readonly existing: ExistingSet | undefined;
	/** What is free at the destination; missing until known, or where it can't be told. */
	readonly space: Space | undefined;
	/** What the command for a selection is made from. */
	readonly command: CommandBase | undefined;
};

export type ReviewSlice = ReviewView & Asking<ReviewEffect>;

import type {SetName} from '../../set/names/set-names.ts';
import {listHeight, type Size} from '../kit/layout.ts';
import type {Asking, Shell} from '../keys/screen.ts';
import {fitTree} from '../tree/tree-fill.ts';
import type {TreeState} from '../tree/tree-state.ts';
import {fitWindow} from '../kit/list-window.ts';
import type {
	SetComparison,
	RestoreOrder,
	RestorePreview,
	SetItem,
	SetRow,
} from './browser.ts';
import type {SetsRequest, TransferRequest} from './request.ts';
import type {TaskState} from './task.ts';

/** The set that is opened. */
export type OpenedState = {
	readonly name: SetName;
	/** By the key of the path; what is no directory. */
	readonly items: ReadonlyMap<string, SetItem>;
	readonly files: TreeState;
	readonly problems: readonly string[];
	/** The list of sets is still being read. */
	readonly isReading: boolean;
};

/** An input field for a directory or a date. */
export type Editor = {
	readonly text: string;
	/** Why what was typed will not do. */
	readonly problem: string | undefined;
	/** Its text is being checked. */
	readonly isBusy: boolean;
};

/** The screens from which the sets are opened; `none` if they are all there is. */
export type OpenedFrom = 'review' | 'exists' | 'none';

/** What is known of the sets at the remote. */
export type AwayState = {
	/** Newest first; those that are here, too. */
	readonly rows: readonly SetRow[];
	readonly isListing: boolean;
	/** They could not be listed. */
	readonly isUnknown: boolean;
};

export type BrowseState = {
	/** There is a directory to look for sets in. */
	readonly isThere: boolean;
	/** The directory in which files are restored, if nobody says otherwise. */
	readonly home: string;
	readonly origin: OpenedFrom;
	/** Newest first; among them those that are only at the remote. */
	readonly sets: readonly SetRow[];
	readonly isListing: boolean;
	/** Where sets are pushed (`REMOTE:PATH`), if they are. */
	readonly remote: string | undefined;
	readonly away: AwayState;
	/** The push or the fetch that is asked about. */
	readonly transfer: TransferRequest | undefined;
	/** When the next run is due and how the last one ended: ways to say it, the fullest first. */
	readonly schedule: readonly string[];
	/** Why the sets cannot be listed. */
	readonly problem: string | undefined;
	/** The set the cursor is on, and the first one shown; positions. */
	readonly cursor: number;
	readonly top: number;
	/** Answer to the last key, where it needs one. */
	readonly message: string | undefined;
	/** A set that is to be compared with another, which is being chosen. */
	readonly partner: SetName | undefined;
	readonly opened: OpenedState | undefined;
	/** A file is shown in the pager, which has the terminal. */
	readonly isPaging: boolean;
	readonly comparison: SetComparison | undefined;
	readonly editor: Editor;
	/** The restoration that was asked for, and its preview. */
	readonly order: RestoreOrder | undefined;
	readonly preview: RestorePreview | undefined;
	readonly task: TaskState | undefined;
	/** Bytes that deleting the set that is asked about frees; missing until it is known, or where it cannot be. */
	readonly freed: number | undefined;
	/** The screen to go back to from long work, or from what asks before it. */
	readonly base: 'sets' | 'set';
	/** The last one; `undefined` once its answer is no longer wanted. */
	readonly request: SetsRequest | undefined;
	/** By date, how many problems the last verification of a set found. */
	readonly verdicts: ReadonlyMap<string, number>;
	/** By date, what it found wrong with files: by their names in the set. */
	readonly damages: ReadonlyMap<string, ReadonlyMap<string, string>>;
	/** Counts removed sets: everything derived from the sets before is derived anew. */
	readonly removals: number;
	/** The local date when the sets were listed; missing before. */
	readonly today: string | undefined;
	/** The changes made to files so far: a line each, for the end. */
	readonly deeds: readonly string[];
};

export const emptyEditor: Editor = {text: '', problem: undefined, isBusy: false};

/** Nothing has been looked at. */
export const emptyBrowse: BrowseState = {
	isThere: false,
	home: '/',
	origin: 'none',
	sets: [],
	isListing: false,
	remote: undefined,
	away: {rows: [], isListing: false, isUnknown: false},
	transfer: undefined,
	schedule: [],
	problem: undefined,
	cursor: 0,
	top: 0,
	message: undefined,
	partner: undefined,
	opened: undefined,
	isPaging: false,
	comparison: undefined,
	editor: emptyEditor,
	order: undefined,
	preview: undefined,
	task: undefined,
	freed: undefined,
	base: 'sets',
	request: undefined,
	verdicts: new Map(),
	damages: new Map(),
	removals: 0,
	today: undefined,
	deeds: [],
};

/** The effects of the screens about sets. */
export type SetsEffect =
	{readonly type: 'request'; readonly request: SetsRequest}
	/** Long work is to stop. */
	| {readonly type: 'stopWork'};

/** The slice of the state that belongs to them. */
export type SetsView = Shell & {
	readonly browse: BrowseState;
};

export type SetsSlice = SetsView & Asking<SetsEffect>;

/** Adapts the lists to what a terminal of this size has room for. */
export function fitBrowse(browse: BrowseState, size: Size): BrowseState {
	const {opened} = browse;
	return {
		...browse,
		...fitWindow(browse, {count: browse.sets.length, height: listHeight(size)}),
		...(opened && {opened: {...opened, files: fitTree(opened.files, size)}}),
	};
}

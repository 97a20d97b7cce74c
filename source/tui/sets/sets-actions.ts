import type {
	Comparison,
	ListStep,
	RestorePreview,
	SetContent,
	WorkEvent,
} from './browser.ts';
import type {LongKind, Request} from './sets-state.ts';

/** What keys ask for on the screens of the sets, beside what they ask for on others. */
export type BrowseCommand =
	'sets' | 'openSet' | 'page' | 'restore' | 'verify' | 'verifyAll' | 'compare' | 'remove' | 'relist' | 'accept' | 'clearLine' | 'overwrite';

type Asked<Kind extends Request['kind']> = {readonly request: Request & {readonly kind: Kind}};

/**
What has become of a request. Answers name theirs: one that is no longer wanted is dropped. `now` in milliseconds since the epoch, `today` the local
date.
*/
export type BrowseEvent =
	{readonly kind: 'listed'; readonly step: ListStep; readonly today?: string}
	| {readonly kind: 'listEnded'; readonly problem?: string}
	| {readonly kind: 'opened'; readonly content: SetContent; readonly now: number} & Asked<'open'>
	| {readonly kind: 'paged'; readonly problem: string | undefined}
	| {readonly kind: 'compared'; readonly comparison: Comparison} & Asked<'compare'>
	| {readonly kind: 'previewed'; readonly preview: RestorePreview} & Asked<'preview'>
	/** A set could not be opened or compared, or the files cannot be restored there. */
	| {readonly kind: 'refused'; readonly problem: string} & Asked<'open' | 'compare' | 'preview'>
	| {readonly kind: 'worked'; readonly events: readonly WorkEvent[]} & Asked<LongKind>
	| {readonly kind: 'workEnded'; readonly problem: string | undefined} & Asked<LongKind>;

import type {SetName} from '../../set/set-names.ts';
import type {
	Comparison,
	ListStep,
	RestoreOrder,
	RestorePreview,
	SetContent,
	WorkEvent,
} from './browser.ts';

/** What keys ask for on the screens of the sets, beside what they ask for on others. */
export type BrowseCommand =
	'sets' | 'openSet' | 'page' | 'restore' | 'verify' | 'verifyAll' | 'compare' | 'remove' | 'relist' | 'accept' | 'clearLine' | 'overwrite';

/** What has become of a request. `now` in milliseconds since the epoch. */
export type BrowseEvent =
	{readonly kind: 'listed'; readonly step: ListStep}
	| {readonly kind: 'listEnded'; readonly problem?: string}
	| {readonly kind: 'opened'; readonly name: SetName; readonly content: SetContent; readonly now: number}
	| {readonly kind: 'paged'; readonly problem: string | undefined}
	| {readonly kind: 'compared'; readonly comparison: Comparison}
	| {readonly kind: 'previewed'; readonly order: RestoreOrder; readonly preview: RestorePreview}
	/** A set could not be opened or compared, or the files cannot be restored there. */
	| {readonly kind: 'refused'; readonly problem: string}
	| {readonly kind: 'worked'; readonly events: readonly WorkEvent[]}
	| {readonly kind: 'workEnded'; readonly problem: string | undefined};

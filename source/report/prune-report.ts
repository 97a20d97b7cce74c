import type {PrunePlan, RemovableSet} from '../set/prune.ts';
import {formatBytes, formatCount} from '../text/format.ts';

/** What sets take that go. */
export const sumFreed = (sets: readonly RemovableSet[]): number => sets.reduce((sum, {bytesFreed}) => sum + bytesFreed, 0);

/** `3 sets, 1.21 GB`. */
export const describeRemovable = (sets: readonly RemovableSet[]): string => `${formatCount(sets.length, 'set')}, ${formatBytes(sumFreed(sets))}`;

/** The plan for a person, oldest first, like the list of sets. */
export function planLines({kept, removed}: PrunePlan): string[] {
	const keptLines = kept.toReversed().map(({overview: {date, state}, reasons}) => `  ${date}  ${state.padEnd(8)}  ${reasons.join(', ')}`);
	const removedLines = removed.toReversed().map(({overview: {date, state}, bytesFreed}) => `  ${date}  ${state.padEnd(8)}  ${formatBytes(bytesFreed).padStart(7)}`);
	return [
		...(kept.length > 0 ? [`Keep ${formatCount(kept.length, 'set')}:`, ...keptLines] : []),
		...(removed.length > 0 ? [`Remove ${formatCount(removed.length, 'set')}:`, ...removedLines] : []),
	];
}

/** The plan as JSON: a `prune_set` for each set, newest first. */
export const planJson = ({kept, removed}: PrunePlan): object[] => [
	...kept.map(({overview: {date, state}, reasons}) => ({
		message_type: 'prune_set', date, state, action: 'keep', reasons,
	})),
	...removed.map(({overview: {date, state}, bytesFreed}) => ({
		message_type: 'prune_set', date, state, action: 'remove', bytes_freed: bytesFreed,
	})),
].toSorted((one, other) => other.date.localeCompare(one.date));

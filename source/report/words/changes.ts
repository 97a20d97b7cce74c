/*
How the files of two sets differ.
*/
import type {Change, ChangeKind} from '../../set/set-differences.ts';
import {displayName} from '../../text/display-name.ts';
import {formatBytes, formatCount, formatNumber} from '../../text/format.ts';

/** Each kind of difference in a word. */
export const changeWords: Readonly<Record<ChangeKind, string>> = {
	added: 'added', gone: 'gone', grown: 'grown', changed: 'changed', rotated: 'renamed', unchanged: 'unchanged',
};

/** In the order in which they are counted. */
const changeKinds = Object.keys(changeWords) as readonly ChangeKind[];

/** Number of changes of each kind. */
export function countChanges(changes: readonly Change[]): ReadonlyMap<ChangeKind, number> {
	const byKind = Map.groupBy(changes, ({kind}) => kind);
	return new Map(changeKinds.map(kind => [kind, byKind.get(kind)?.length ?? 0]));
}

/** All counts in one line. */
export const changeCountsText = (changes: readonly Change[]): string => Array.from(countChanges(changes), ([kind, count]) => `${formatNumber(count)} ${changeWords[kind]}`).join(', ');

/** The size of a file that changed, or by how much it grew; nothing where that is not known. */
export function changedSize({kind, before, after}: Change): string | undefined {
	const size = (after ?? before)?.bytesIn;
	return size === undefined ? undefined : (kind === 'grown' ? `+${formatBytes(size - (before?.bytesIn ?? 0))}` : formatBytes(size));
}

/** How many entries a day of the journal has, or has more. */
function changedRecords({kind, before, after}: Change): string {
	const records = (after ?? before)?.records;
	const isGrown = kind === 'grown' && before?.records !== undefined;
	return records === undefined ? '' : ` (${isGrown ? '+' : ''}${formatCount(records - (isGrown ? before.records : 0), 'entry', 'entries')})`;
}

/** The name of a file that changed; of one that was renamed, both. `arrow` stands between them. */
export function changedName(change: Change, arrow: string): string {
	const {kind, before, after} = change;
	const name = displayName((after ?? before!).path) + changedRecords(change);
	return kind === 'rotated' ? `${displayName(before!.path)} ${arrow} ${name}` : name;
}

/*
The files of a set as a list of the kind that the source has: directories that open and close, a filter, an order, marks.
*/
import {pathKey} from '../../files/path-key.ts';
import {parentPaths} from '../../files/directory.ts';
import type {Entry} from '../../origin/entry.ts';
import type {Choice} from '../../origin/selection.ts';
import {displayText} from '../../text/display-name.ts';
import {formatBytes} from '../../text/format.ts';
import {glyphs} from '../kit/glyphs.ts';
import {type Row} from '../tree/tree-row.ts';
import {addChoices, finishFolders, fitReview} from '../tree/tree-fill.ts';
import {currentRow, emptyReview, type ReviewState} from '../tree/tree-state.ts';
import type {RowView} from '../tree/tree-text.ts';
import type {SetItem} from './browser.ts';
import type {OpenedState} from './sets-state.ts';

const pathOf = (item: SetItem): Buffer => item.kind === 'copy' ? item.file.path : item.missing.path;

/** Milliseconds since the epoch at which the file was last written to, as far as is known. */
const modified = (item: SetItem): number => item.kind === 'copy' && item.file.record ? Number(BigInt(item.file.record.source.mtime_ns) / 1_000_000n) : 0;

/** What became of an entry of which there is no copy. */
export const missingText = ({missing: {outcome, error}}: SetItem & {readonly kind: 'missing'}): string =>
	outcome === 'failed' ? `failed${error ? `: ${error.message}` : ''}` : 'vanished before its turn';

const entryOf = (path: Buffer, kind: Entry['kind'], size: number, time: number): Entry => ({
	path, kind, size, allocated: size, modified: time, isReadable: true,
});

function choiceOf(item: SetItem): Choice {
	const size = item.kind === 'copy' ? item.facts.bytesIn ?? item.facts.bytesOut ?? 0 : 0;
	return {
		entry: entryOf(pathOf(item), 'file', size, modified(item)), isSelected: false, isSelectable: item.kind === 'copy', ...(item.kind === 'missing' && {reason: missingText(item)}),
	};
}

/** The directories that some files are in, outer ones first. */
function directoriesOf(items: readonly SetItem[]): Choice[] {
	const found = new Map<string, {readonly path: Buffer; time: number}>();

	for (const item of items) {
		for (const path of parentPaths(pathOf(item))) {
			const known = found.get(pathKey(path));

			if (known) {
				known.time = Math.max(known.time, modified(item));
			} else {
				found.set(pathKey(path), {path, time: modified(item)});
			}
		}
	}

	return [...found.values()].toSorted((one, other) => one.path.length - other.path.length)
		.map(({path, time}) => ({entry: entryOf(path, 'directory', 0, time), isSelected: false, isSelectable: true}));
}

/** The list of all that a set holds, nothing marked. `now` in milliseconds since the epoch. */
export function listFiles(items: readonly SetItem[], size: {readonly columns: number; readonly rows: number}, now: number): ReviewState {
	const directories = directoriesOf(items);
	const review = addChoices(emptyReview(size), [...directories, ...items.map(item => choiceOf(item))], now);
	const read = finishFolders(review, [Buffer.alloc(0), ...directories.map(({entry}) => entry.path)].map(path => ({path})));
	return fitReview({...read, isScanning: false}, size);
}

export const itemsByKey = (items: readonly SetItem[]): ReadonlyMap<string, SetItem> => new Map(items.map(item => [pathKey(pathOf(item)), item]));

export const itemOf = ({items}: Pick<OpenedState, 'items'>, row: Row): SetItem | undefined => row.choice.entry.kind === 'directory' ? undefined : items.get(row.key);

/** What stands beside a copy: how large it is, and whatever is not as usual. */
function copyRemarks({file: {record, stored}, facts: {bytesOut}}: SetItem & {readonly kind: 'copy'}): readonly string[] {
	return [
		bytesOut === undefined ? 'the copy is missing' : `${glyphs.arrow} ${formatBytes(bytesOut)}`,
		...record?.notes.map(note => displayText(note)) ?? [],
		...(stored === 'as-is' && record ? ['compressed already'] : []),
		...(record?.extents ? [`sparse, ${formatBytes(record.source.size)} long`] : []),
		...(record?.reusedFrom === undefined ? [] : ['linked']),
	];
}

/** What the list says of a row beside its size. */
export function itemRemark(opened: Pick<OpenedState, 'items'>, row: Row): Pick<RowView, 'remark' | 'isRemarkable'> {
	const item = itemOf(opened, row);

	if (!item) {
		return {};
	}

	return item.kind === 'missing' ? {isRemarkable: true} : {remark: copyRemarks(item).join(', '), isRemarkable: item.facts.bytesOut === undefined};
}

/** Paths of the copies that are marked; where none is, those of the row of the cursor, as far as they are shown. */
export function chosenPaths({files, items}: Pick<OpenedState, 'files' | 'items'>): readonly Buffer[] {
	const marked = files.rows.filter((_, number) => files.marks[number] === 1).map(({choice}) => choice.entry.path);
	const row = currentRow(files);

	if (marked.length > 0 || !row) {
		return marked;
	}

	const {path} = row.choice.entry;
	const shown = files.filter === '' ? files.rows : files.order.map(number => files.rows[number]!);
	const pathsIn = (rows: readonly Row[]) => rows.filter(({key}) => key.startsWith(`${row.key}/`)).map(({choice}) => choice.entry.path);
	// What a filter hides is not meant; but a directory of which it shows nothing else is meant as a whole.
	const below = pathsIn(shown);
	const paths = row.folder === undefined ? [path] : (below.length > 0 ? below : pathsIn(files.rows));
	return paths.filter(inner => items.get(pathKey(inner))?.kind === 'copy');
}

/*
The files of a set as a list of the kind that the source has: directories that open and close, a filter, an order, marks.
*/
import {pathKey} from '../../files/path-key.ts';
import {parentPaths} from '../../files/directory.ts';
import {missingText, outcomeWords} from '../../report/words/outcomes.ts';
import {displayName, displayText} from '../../text/display-name.ts';
import {formatBytes} from '../../text/format.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {Size} from '../kit/layout.ts';
import {addItems, finishFolders, fitTree} from '../tree/tree-fill.ts';
import {type Row, type TreeItem} from '../tree/tree-row.ts';
import {
	currentRow,
	emptyTree,
	markedRows,
	type TreeState,
} from '../tree/tree-state.ts';
import type {RowView} from '../tree/tree-text.ts';
import type {SetItem} from './browser.ts';
import type {OpenedState} from './sets-state.ts';

const pathOf = (item: SetItem): Buffer => item.kind === 'copy' ? item.file.path : item.missing.path;

/** Milliseconds since the epoch at which the file was last written to, as far as is known. */
const modified = (item: SetItem): number => item.kind === 'copy' && item.file.record ? Number(BigInt(item.file.record.source.mtime_ns) / 1_000_000n) : 0;

function treeItemOf(item: SetItem): TreeItem {
	const bytes = item.kind === 'copy' ? item.facts.bytesIn ?? item.facts.bytesOut ?? 0 : undefined;
	return {
		path: pathOf(item), kind: 'file', bytes, disk: bytes, modified: modified(item), isReadable: true, isSelected: false, isSelectable: item.kind === 'copy',
		...(!(item.kind === 'copy' && item.file.record) && {isAgeless: true}),
		...(item.kind === 'missing' && {reason: missingText(item.missing)}),
	};
}

const directoryItem = (path: Buffer, time: number): TreeItem => ({
	path, kind: 'directory', bytes: undefined, disk: undefined, modified: time, isReadable: true, isSelected: false, isSelectable: true,
});

/** The directories that some files are in, outer ones first. */
function directoriesOf(items: readonly SetItem[]): readonly TreeItem[] {
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
		.map(({path, time}) => directoryItem(path, time));
}

/** The list of all that a set holds, nothing marked. `now` in milliseconds since the epoch. */
export function listFiles(items: readonly SetItem[], size: Size, now: number): TreeState {
	const directories = directoriesOf(items);
	const tree = addItems<TreeState>(emptyTree(size), [...directories, ...items.map(item => treeItemOf(item))], now);
	const read = finishFolders(tree, [Buffer.alloc(0), ...directories.map(({path}) => path)].map(path => ({path})));
	return fitTree({...read, isScanning: false}, size);
}

export const itemsByKey = (items: readonly SetItem[]): ReadonlyMap<string, SetItem> => new Map(items.map(item => [pathKey(pathOf(item)), item]));

export const setItemOf = ({items}: Pick<OpenedState, 'items'>, row: Row): SetItem | undefined => row.kind === 'directory' ? undefined : items.get(row.key);

/** The remarks beside a copy: its size, and anything unusual. */
function copyRemarks({file: {record, stored}, facts: {bytesOut}}: SetItem & {readonly kind: 'copy'}): readonly string[] {
	return [
		bytesOut === undefined ? 'the copy is missing' : `${glyphs.arrow} ${formatBytes(bytesOut)}`,
		...record?.notes.map(note => displayText(note)) ?? [],
		...(stored === 'as-is' && record ? ['stored as is'] : []),
		...(record?.extents ? [`sparse, ${formatBytes(record.source.size)} long`] : []),
		...(record?.reusedFrom === undefined ? [] : [outcomeWords.reused]),
	];
}

/** A row's remark beside its size. */
export function itemRemark(opened: Pick<OpenedState, 'items'>, row: Row, damages?: ReadonlyMap<string, string>): Pick<RowView, 'remark' | 'isRemarkable' | 'isBad'> {
	const item = setItemOf(opened, row);
	const damage = item?.kind === 'copy' ? damages?.get(displayName(item.file.file)) : undefined;

	if (damage !== undefined) {
		return {remark: `damaged: ${damage}`, isRemarkable: true, isBad: true};
	}

	if (!item) {
		return {};
	}

	if (item.kind === 'missing') {
		return {isRemarkable: true, isBad: item.missing.outcome === 'failed'};
	}

	const isLost = item.facts.bytesOut === undefined;
	return {remark: copyRemarks(item).join(', '), isRemarkable: isLost, isBad: isLost};
}

/** Paths of the copies that are marked; where none is, those of the row of the cursor, as far as they are shown. */
export function chosenPaths({files, items}: Pick<OpenedState, 'files' | 'items'>): readonly Buffer[] {
	const marked = markedRows(files).map(({path}) => path);
	const row = currentRow(files);

	if (marked.length > 0 || !row) {
		return marked;
	}

	const shown = files.filter === '' ? files.rows : files.order.map(number => files.rows[number]!);
	const pathsIn = (rows: readonly Row[]) => rows.filter(({key}) => key.startsWith(`${row.key}/`)).map(({path}) => path);
	// Marking does not reach files that a filter hides; but a directory of which it shows nothing else is meant as a whole.
	const below = pathsIn(shown);
	const paths = row.folder === undefined ? [row.path] : (below.length > 0 ? below : pathsIn(files.rows));
	return paths.filter(inner => items.get(pathKey(inner))?.kind === 'copy');
}

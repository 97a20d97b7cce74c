import {memo} from 'react';
import {
	glyphs,
	paint,
	type Tone,
	useTheme,
} from '../kit/theme.ts';
import {DrawnLines} from '../kit/line.tsx';
import {rowText, type TreeColumns} from './tree-columns.ts';
import type {MarkSign} from './tree-marks.ts';
import type {Row, TreeItem} from './tree-row.ts';
import type {Folder} from './tree-state.ts';

type Props<Item extends TreeItem> = {
	readonly row: Row<Item>;
	readonly folder: Folder | undefined;
	readonly mark: MarkSign;
	readonly isOpen: boolean;
	readonly isOnDisk: boolean;
	/** The row's part of the size of everything that was found: 0–1. */
	readonly share: number;
	/** A remark beside the figures, and whether it deserves a second look. */
	readonly remark?: string;
	readonly isRemarkable?: boolean;
	/** The remark tells that something is wrong with it. */
	readonly isBad?: boolean;
	readonly isCurrent: boolean;
	/** Rows that are not marked are drawn faint. */
	readonly isUnmarkedFaint: boolean;
	/** It is in the range being chosen. */
	readonly isInRange: boolean;
	readonly columns: TreeColumns<Item>;
	/** Milliseconds since the epoch. */
	readonly now: number;
};

function DrawnRow<Item extends TreeItem>({
	isCurrent, isInRange, isUnmarkedFaint, columns, now, ...view
}: Props<Item>) {
	const {row} = view;
	const theme = useTheme();
	const {parts, main, note} = rowText({...view, isCurrent}, {columns, now});

	if (isCurrent) {
		return <DrawnLines lines={[paint(`${glyphs.cursor}${main}${note}`, theme.cursor)]}/>;
	}

	const isAlarming = (!row.isReadable && row.isSelectable) || view.isBad;
	const noteTone: Tone = isAlarming ? 'bad' : (view.isRemarkable ? 'warning' : 'faint');
	// Rows that are left out are faint; directories stand out.
	const isLeftOut = !row.isSelectable || (isUnmarkedFaint && view.mark === 'none' && row.folder === undefined);
	const mainTone: Tone | undefined = isInRange ? 'strong' : (isLeftOut ? 'faint' : undefined);
	const pieces = mainTone === undefined ? [{text: ' ', tone: undefined}, ...parts] : [{text: `${isInRange ? glyphs.range : ' '}${main}`, tone: mainTone}];
	// Ink takes each character apart: blanks that end a row would only cost time.
	const all = [...pieces, {text: note.trimEnd(), tone: noteTone}];
	return <DrawnLines lines={[all.map(({text, tone}) => text === '' || tone === undefined ? text : paint(text, theme[tone])).join('')]}/>;
}

/** One row. That of the cursor is inverse, and starts with a sign for terminals that can't show that. */
export const TreeRow = memo(DrawnRow) as typeof DrawnRow;

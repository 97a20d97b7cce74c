import {memo} from 'react';
import type {ReviewColumns} from '../kit/layout.ts';
import {glyphs} from '../kit/theme.ts';
import {Line} from '../kit/line.tsx';
import type {MarkSign} from './tree-marks.ts';
import type {Row} from './tree-row.ts';
import type {Folder} from './tree-state.ts';
import {rowText} from './tree-text.ts';

type Props = {
	readonly row: Row;
	readonly folder: Folder | undefined;
	readonly mark: MarkSign;
	readonly isOpen: boolean;
	readonly isOnDisk: boolean;
	/** What its size is of that of all that was found: 0–1. */
	readonly share: number;
	/** What the newest set has to say of it, and whether that is worth a second look. */
	readonly remark?: string;
	readonly isRemarkable?: boolean;
	readonly isCurrent: boolean;
	/** In the range being chosen. */
	readonly isInRange: boolean;
	readonly columns: ReviewColumns;
	/** Milliseconds since the epoch. */
	readonly now: number;
};

/** One entry. The row of the cursor is inverse, and starts with a sign for terminals that can't show that. */
export const ReviewRow = memo(({isCurrent, isInRange, columns, now, ...view}: Props) => {
	const {row} = view;
	const {main, note} = rowText(view, {columns, now});

	if (isCurrent) {
		return <Line tone='cursor'>{`${glyphs.cursor}${main}${note}`}</Line>;
	}

	const isAlarming = !row.choice.entry.isReadable && row.choice.isSelectable;
	const noteTone = isAlarming ? 'bad' : (view.isRemarkable ? 'warning' : 'faint');
	return (
		<Line tone={isInRange ? 'strong' : (row.choice.isSelectable ? 'plain' : 'faint')}>
			{`${isInRange ? glyphs.range : ' '}${main}`}<Line tone={noteTone}>{note}</Line>
		</Line>
	);
});

ReviewRow.displayName = 'ReviewRow';

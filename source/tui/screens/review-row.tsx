import {memo} from 'react';
import type {ReviewColumns} from '../layout.ts';
import type {Row} from '../review-state.ts';
import {rowText} from '../review-text.ts';
import {glyphs} from '../theme.ts';
import {Line} from './line.tsx';

type Props = {
	readonly row: Row;
	readonly isMarked: boolean;
	readonly isCurrent: boolean;
	readonly columns: ReviewColumns;
	/** Milliseconds since the epoch. */
	readonly now: number;
};

/** One entry. The row of the cursor is inverse, and starts with a sign for terminals that can't show that. */
export const ReviewRow = memo(({row, isMarked, isCurrent, columns, now}: Props) => {
	const {main, note} = rowText(row, {isMarked, columns, now});

	if (isCurrent) {
		return <Line tone='cursor'>{`${glyphs.cursor}${main}${note}`}</Line>;
	}

	const isAlarming = !row.choice.entry.isReadable && row.choice.isSelectable;
	return (
		<Line tone={row.choice.isSelectable ? 'plain' : 'faint'}>
			{` ${main}`}<Line tone={isAlarming ? 'bad' : 'faint'}>{note}</Line>
		</Line>
	);
});

ReviewRow.displayName = 'ReviewRow';

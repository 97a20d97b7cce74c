import type {Space} from '../set/space.ts';
import {formatBytes, formatCount} from '../text/format.ts';
import {cellWidth, spread} from './columns.ts';
import {glyphs} from './glyphs.ts';
import type {ReviewState} from './review-state.ts';

/** Count and bytes of what is marked. */
export const totalsText = ({totals, isOnDisk}: ReviewState): string =>
	`${formatCount(totals.files, 'file')} marked, ${formatBytes(isOnDisk ? totals.allocated : totals.bytes)}${isOnDisk ? ' on disk' : ''}`;

type Outlook = {
	readonly space: Space | undefined;
	/** Bytes that the copies will take, where that can be told. */
	readonly copied: number | undefined;
};

/** The line below the list, in exactly `width` cells: what is marked, what that will take, and what is free before and after. */
export function totalsLine(review: ReviewState, {space, copied}: Outlook, width: number): string {
	const marked = totalsText(review);
	const found = `reading the directory: ${review.rows.length.toLocaleString('en-US')} ${glyphs.dot} `;
	const left = [
		...(copied === undefined ? [] : [`${marked} ${glyphs.arrow} about ${formatBytes(copied)}`]),
		...(review.isScanning ? [found + marked] : []),
		marked,
	];
	const right = space === undefined
		? ['']
		: [
			...(copied === undefined ? [] : [`${formatBytes(space.free)} free ${glyphs.arrow} ${formatBytes(Math.max(0, space.free - copied))}`]),
			`${formatBytes(space.free)} free`,
			'',
		];
	const pairs = right.flatMap(end => left.map(start => [start, end] as const));
	// What will be taken is more telling than what would be free then.
	const order = pairs.toSorted((one, other) => left.indexOf(one[0]) - left.indexOf(other[0]));
	const [start, end] = order.find(pair => cellWidth(pair[0]) + 2 + cellWidth(pair[1]) <= width) ?? [marked, ''];
	return spread(start, end, width);
}

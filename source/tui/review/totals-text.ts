import {estimateText, likelyText} from '../../backup/estimate.ts';
import type {Space} from '../../set/space.ts';
import {formatBytes, formatCount, formatNumber} from '../../text/format.ts';
import {cellWidth, spread} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {ReviewState} from './review-state.ts';

/** Bytes of what is marked; with a sign before, where a part of it is an estimate. */
export const bytesText = ({totals: {estimated, allocated, bytes}, isOnDisk}: Pick<ReviewState, 'totals' | 'isOnDisk'>): string =>
	`${estimated > 0 ? '~' : ''}${formatBytes(isOnDisk ? allocated : bytes)}`;

/** Count and bytes of what is marked. */
export const totalsText = (review: ReviewState): string => `${formatCount(review.totals.files, 'file')} marked, ${bytesText(review)}${review.isOnDisk ? ' on disk' : ''}`;

type Forecast = {
	readonly space: Space | undefined;
	/** Bytes that the copies will take, where that can be told. */
	readonly copied: number | undefined;
	/** The most that they may take. */
	readonly most?: number | undefined;
	/** The bytes that are missing for them at the destination. */
	readonly lack?: number;
	/** The number of marked files that have not changed since the newest set. */
	readonly unchanged?: number;
};

/** A way to say what is marked. */
type LeftText = {
	readonly text: string;
	/** Whether it says all that is known of what the copies will take. */
	readonly isTelling: boolean;
};

/** Ways to say what is marked and what it will take, the fullest first. */
function leftTexts(review: ReviewState, {copied, most = copied, unchanged = 0, lack = 0}: Forecast): readonly LeftText[] {
	const {totals, past, isScanning} = review;
	const marked = totalsText(review);
	const after = copied === undefined ? '' : ` ${glyphs.arrow} ${likelyText(copied)}`;
	const margin = copied === undefined || most === undefined ? '' : ` ${glyphs.arrow} ${estimateText({likely: copied, most})}`;
	const same = `${marked}; ${formatNumber(unchanged)} unchanged`;

	const telling = [
		...(unchanged > 0 && past.date !== undefined ? [`${same} since ${past.date}${margin}`, `${same} since ${past.date}${after}`] : []),
		...(unchanged > 0 ? [same + margin, same + after] : []),
		...(after === '' ? [] : [marked + margin, marked + after, `${formatCount(totals.files, 'file')}, ${bytesText(review)}${after}`]),
	];
	const others = [
		...(isScanning ? [`reading the directory: ${formatNumber(review.rows.length)} ${glyphs.dot} ${marked}`] : []),
		marked,
		...(lack > 0 ? [formatCount(totals.files, 'file')] : []),
	];
	return [...telling.map(text => ({text, isTelling: true})), ...others.map(text => ({text, isTelling: copied === undefined}))];
}

/** Ways to give the free space, or how much is lacking, the fullest first. */
const rightTexts = ({space, copied, lack = 0}: Forecast): readonly string[] => space === undefined
	? ['']
	: (lack > 0
		? [`${formatBytes(space.free)} free, ${formatBytes(lack)} too little`, `${formatBytes(lack)} too little`]
		: [
			...(copied === undefined ? [] : [`${formatBytes(space.free)} free ${glyphs.arrow} ${formatBytes(Math.max(0, space.free - copied))}`]),
			`${formatBytes(space.free)} free`,
		]);

/** The line below the list, in exactly `width` cells: what is marked, what that will take, and what is free before and after. */
export function totalsLine(review: ReviewState, forecast: Forecast, width: number): string {
	const left = leftTexts(review, forecast);
	const right = rightTexts(forecast);
	// Some word of the free space is worth more than the fullest one of the files; but what will be taken is worth more than what is free.
	const pairs = [...left.flatMap(start => right.map(end => [start, end] as const)), ...left.map(start => [start, ''] as const)]
		.filter(([{text}, end]) => cellWidth(text) + (end === '' ? 0 : 2 + cellWidth(end)) <= width);
	const isShort = (forecast.lack ?? 0) > 0;
	// A lack of space is said in any case.
	const [start, end] = pairs.find(([{isTelling}, room]) => isTelling && !(isShort && room === '')) ?? pairs.find(([, room]) => isShort && room !== '') ?? pairs[0] ?? [left.at(-1)!, ''];
	return spread(start.text, end, width);
}

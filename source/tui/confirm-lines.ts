import {formatBytes, formatCount} from '../text/format.ts';
import {
	blank,
	labelled,
	paragraph,
	type PageLine,
} from './page-lines.ts';
import type {State} from './state.ts';

function warnings({review: {totals}, freeBytes}: State): readonly string[] {
	const unreadable = totals.unreadable === 0
		? []
		: [`${formatCount(totals.unreadable, 'file')} can't be read by this user and will fail; the others are backed up.`];

	// Logs shrink to a tenth or so, but nobody can know it beforehand.
	const room = freeBytes !== undefined && totals.allocated > freeBytes
		? [`The files hold ${formatBytes(totals.allocated)}, more than the ${formatBytes(freeBytes)} that are free. Compressed they may fit, which can't be known `
			+ 'beforehand. Should space run short, the backup stops before the disk is full.']
		: [];
	return [...unreadable, ...room];
}

/** The page that asks before anything is written. */
export function confirmLines(state: State): readonly PageLine[] {
	const {facts, review: {totals}, freeBytes, size: {columns: width}} = state;
	const isHollow = totals.allocated * 2 < totals.bytes;
	const rows: ReadonlyArray<readonly [label: string, text: string]> = [
		['From', `${facts.source} on ${facts.host}`],
		['To', facts.set],
		['Files', totals.files.toLocaleString('en-US')],
		['Size', `${formatBytes(totals.bytes)} before compression${isHollow ? `, ${formatBytes(totals.allocated)} on disk` : ''}`],
		['Free', freeBytes === undefined ? 'unknown' : `${formatBytes(freeBytes)} at the destination`],
	];

	return [
		...paragraph(`Back up ${formatCount(totals.files, 'file')}?`, width, 'strong'),
		blank,
		...rows.flatMap(([label, text]) => labelled(label, text, {width, indent: 7})),
		...warnings(state).flatMap(text => [blank, ...paragraph(`Note: ${text}`, width, 'warning')]),
	];
}

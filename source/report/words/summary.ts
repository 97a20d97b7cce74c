/*
How work ended: a run, a verification, a restoration. Texts have no full stop at their end.
*/
import type {SummaryEvent} from '../../backup/events.ts';
import type {RestoreEvent} from '../../recovery/restore-events.ts';
import type {VerifyEvent} from '../../recovery/verify-events.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatNumber,
	formatPart,
} from '../../text/format.ts';

/** Whether a run made or completed a set, and where that is. */
export function headlineOf({set, files_tried: tried, files_added: added = 0}: SummaryEvent): string {
	if (set === undefined) {
		return 'Nothing was backed up: not one of the files could be copied';
	}

	return tried === undefined ? `Backup completed in ${set}` : `${formatNumber(added)} of ${formatCount(tried, 'file')} added to ${set}`;
}

/** Counts of a run's files by outcome, except those copied anew: the worst first, without zeros. */
export const remarkableCounts = ({files_failed: failed, files_vanished: vanished, files_reused: reused, files_resumed: resumed}: SummaryEvent): readonly string[] => [
	...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
	...(vanished > 0 ? [`${formatNumber(vanished)} vanished`] : []),
	...(reused > 0 ? [`${formatNumber(reused)} unchanged and linked`] : []),
	...(resumed > 0 ? [`${formatNumber(resumed)} taken over from an interrupted run`] : []),
];

/** By how much the files became smaller, with a space before it; empty where they didn't. */
export const ratioText = ({bytes_in: bytesIn, bytes_out: bytesOut}: SummaryEvent): string =>
	bytesOut > 0 && bytesIn > bytesOut ? ` (${(bytesIn / bytesOut).toFixed(1)} to 1)` : '';

/** Bytes of source that a run read: what has not changed since an earlier set is not read. */
export const bytesRead = ({bytes_in: bytesIn, bytes_reused: bytesReused = 0}: SummaryEvent): number => bytesIn - bytesReused;

type FileCounts = {
	readonly done: number;
	readonly failed: number;
	readonly total: number;
};

/** How far the files of a run are: those that failed are not among those done. */
export const countsText = ({done, failed, total}: FileCounts): string => failed === 0
	? `${formatNumber(done)} of ${formatCount(total, 'file')}`
	: `${formatNumber(done)} done, ${formatNumber(failed)} failed, of ${formatCount(total, 'file')}`;

type SetVerified = Extract<VerifyEvent, {message_type: 'set_verified'}>;

const problems = (count: number) => count === 0 ? 'no problem' : formatCount(count, 'problem');

/** A set that was verified. */
export function verifiedText({date, state, files, bytes, findings, files_unchecked: unchecked}: SetVerified): string {
	const kind = state === 'complete' ? '' : `${state}, `;
	const verdict = findings === 0 && state === 'foreign' ? 'all unpack; no checksums to compare with' : problems(findings);
	const rest = unchecked > 0 ? `; ${formatCount(unchecked, 'other file')} cannot be checked without a manifest` : '';
	return `${date}: ${kind}${formatCount(files, 'file')}, ${formatBytes(bytes)}: ${verdict}${rest}`;
}

/** All sets that were verified. */
export const verificationText = ({sets, files, bytes, findings, seconds_elapsed: seconds}: Extract<VerifyEvent, {message_type: 'verify_summary'}>): string =>
	`Verified ${formatCount(sets, 'set')}, ${formatCount(files, 'file')}, ${formatBytes(bytes)} in ${formatDuration(seconds * 1000)}: ${problems(findings)}`;

/** A restoration. */
export function restorationText(summary: Extract<RestoreEvent, {message_type: 'restore_summary'}>): string {
	const {total_files: total, files_restored: restored, files_failed: failed, bytes_restored: bytes, to, seconds_elapsed: seconds} = summary;
	return `Restored ${formatPart(restored, total, 'file')}, ${formatBytes(bytes)}, to ${to} in ${formatDuration(seconds * 1000)}${failed > 0 ? `; ${formatNumber(failed)} failed` : ''}`;
}

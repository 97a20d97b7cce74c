/*
How work ended: a run, a verification, a restoration. Texts have no full stop at their end.
*/
import type {SummaryEvent} from '../../backup/events.ts';
import {exitCodes} from '../../exit/exit-codes.ts';
import type {RestoreEvent} from '../../recovery/restore-events.ts';
import type {VerifyEvent} from '../../recovery/verify-events.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatNumber,
	formatPart,
	formatRatio,
} from '../../text/format.ts';
import {linkedText, outcomeWords} from './outcomes.ts';

/** Whether a run made or completed a set, and where that is. */
export function headlineOf({set, files_tried: tried, files_added: added = 0}: SummaryEvent): string {
	if (set === undefined) {
		return 'Nothing was backed up: not one of the files could be copied';
	}

	return tried === undefined ? `Backup completed in ${set}` : `${formatNumber(added)} of ${formatCount(tried, 'file')} added to ${set}`;
}

/** How files came to be in a backup: marked on a screen, or selected by rules and lists. */
export type SelectionKind = 'marked' | 'selected';

/** Of how many of the files that were to be backed up there is a copy. */
export function backedUpText({files_done: done, total_files: total}: SummaryEvent, chosen: SelectionKind): string {
	if (done < total) {
		return `${formatNumber(done)} of ${formatNumber(total)} ${chosen} files ${done === 1 ? 'is' : 'are'} backed up`;
	}

	return total === 1 ? `The ${chosen} file is backed up` : `All ${formatNumber(total)} ${chosen} files are backed up`;
}

/** The copies that a set has now, after some were added. */
const completedText = ({files_tried: tried = 0, files_added: added = 0, files_done: done, total_files: total}: SummaryEvent): string =>
	`${formatNumber(added)} of ${formatCount(tried, 'file')} added; the backup has ${formatPart(done, total, 'file')} now`;

const lossText = (count: number, text: string): readonly string[] => count > 0 ? [`${formatNumber(count)} ${text}`] : [];

/**
Verdict on a run, as a sentence without a full stop, which claims no more than is true.

@param cut How many copies hold only what was left of their file.
*/
export function verdictText(summary: SummaryEvent, chosen: SelectionKind, cut = 0): string {
	const {set, files_failed: failed, files_vanished: vanished, files_tried: tried, exit_code: code} = summary;

	if (set === undefined) {
		return headlineOf(summary);
	}

	return [
		tried === undefined ? backedUpText(summary, chosen) : completedText(summary),
		...(failed > 0 ? [`${formatCount(failed, 'file')} could not be copied`] : []),
		...lossText(vanished, `vanished before ${vanished === 1 ? 'its' : 'their'} turn`),
		...(cut > 0 ? [`of ${formatNumber(cut)} only what was left`] : []),
		...(code === exitCodes.someFailed && failed === 0 ? ['old backups could not be removed'] : []),
	].join('; ');
}

/** `57 unchanged (linked from 2026-11-21)`: of how many files there are links only. */
const unchangedText = ({files_reused: reused, reused_from: dates = []}: SummaryEvent): string =>
	`${formatNumber(reused)} ${outcomeWords.reused} (${linkedText(dates.length === 1 ? dates[0] : undefined)})`;

/** Counts of a run's files by outcome, except those copied anew: the worst first, without zeros. */
export const remarkableCounts = (summary: SummaryEvent): readonly string[] => [
	...lossText(summary.files_failed, outcomeWords.failed),
	...lossText(summary.files_vanished, outcomeWords.vanished),
	...(summary.files_reused > 0 ? [unchangedText(summary)] : []),
	...lossText(summary.files_resumed, 'taken over from an interrupted run'),
];

/** By how much the files became smaller, with a space before it; empty where they didn't. */
export const ratioText = ({bytes_in: bytesIn, bytes_out: bytesOut}: SummaryEvent): string => {
	const ratio = formatRatio(bytesIn, bytesOut);
	return ratio === '' ? '' : ` (${ratio})`;
};

/** Bytes of source that a run read: what has not changed since an earlier set is not read, nor is what an interrupted run has copied. */
export const bytesRead = ({bytes_in: bytesIn, bytes_reused: bytesReused = 0, bytes_resumed: bytesResumed = 0}: SummaryEvent): number => bytesIn - bytesReused - bytesResumed;

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

import {contentLeftOut, countLeftOut, type LeftOut} from '../files/left-out.ts';
import type {Entry} from '../origin/entry.ts';
import {
	type CopyTotals,
	countFields,
	type Manifest,
	type MissingRecord,
} from '../set/manifest/manifest.ts';
import {encodeLeftOut} from '../set/manifest/left-out-fields.ts';
import type {Occupied} from '../set/names/names.ts';
import type {StagedSet} from '../set/staging/staged-set.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import type {SummaryEvent} from './events.ts';

/** Facts about a run for the manifest. */
export type RunFacts = Omit<Manifest, 'copies' | 'missing' | 'left_out'>;

/** Content of the set after the run. */
export type Settled = {
	readonly copies: CopyTotals;
	readonly missing: readonly MissingRecord[];
	/** Entries not selected; `undefined` if unknown. */
	readonly leftOut: LeftOut | undefined;
	/** Whether there is a set. */
	readonly isThere: boolean;
	/** Only of a run that retried: what it did to the set. */
	readonly added?: Required<Pick<SummaryEvent, 'files_tried' | 'files_added' | 'bytes_added'>>;
};

/** Entries to copy, and where the copies go. */
export type Goal = {
	readonly entries: readonly Entry[];
	/** Wanted, and not to be had. */
	readonly missing: readonly MissingRecord[];
	/** There and not selected; `undefined` where it is not known, or adds to what a set says of it. */
	readonly leftOut?: LeftOut | undefined;
	/** Whether the run takes over what interrupted runs of other dates left. */
	readonly adopts: boolean;
	readonly occupied?: Occupied;
	readonly mustBeThere?: (path: Buffer) => boolean;
	/** Makes the staged copies a set, or part of one. */
	readonly settle: (staged: StagedSet, missing: readonly MissingRecord[], facts: RunFacts) => Promise<Settled>;
};

/** A set of its own; none if there is not one copy. */
export const newSet = (entries: readonly Entry[], missing: readonly MissingRecord[], leftOut: LeftOut | undefined): Goal => ({
	entries,
	missing,
	leftOut,
	adopts: true,
	async settle(staged, missed, facts) {
		const {copies} = staged.staging;
		await (copies.totals.count > 0 ? staged.publish({...facts, ...(leftOut && {left_out: encodeLeftOut(leftOut)}), missing: missed}) : staged.discard());
		return {
			copies: copies.totals, missing: missed, leftOut, isThere: copies.totals.count > 0,
		};
	},
});

/** The numbers of a summary that are about the files. */
export function countSettled({copies, missing, leftOut, isThere, added}: Settled) {
	const counts = countFields(copies, missing);
	const leftOutContent = leftOut && contentLeftOut(leftOut);
	return {
		exit_code: isThere ? (counts.files_failed > 0 ? exitCodes.someFailed : exitCodes.done) : exitCodes.couldNotRun,
		total_files: copies.count + missing.length,
		files_done: counts.files_done,
		files_failed: counts.files_failed,
		files_vanished: counts.files_vanished,
		files_reused: counts.files_reused,
		files_verified: copies.verified,
		bytes_in: counts.bytes_in,
		bytes_reused: copies.bytesInReused,
		...(counts.reused_from.length > 0 && {reused_from: counts.reused_from}),
		bytes_out: counts.bytes_out,
		bytes_new: counts.bytes_new,
		...(leftOut && {left_out: countLeftOut(leftOut)}),
		...(leftOutContent && {left_out_content: leftOutContent}),
		...added,
	} as const;
}

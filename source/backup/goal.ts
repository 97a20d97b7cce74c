import type {Entry} from '../scan/entry.ts';
import type {CopyRecord, Manifest, MissingRecord} from '../set/manifest.ts';
import type {Occupied} from '../set/names.ts';
import type {StagedSet} from '../set/staged-set.ts';
import type {SummaryEvent} from './events.ts';
import {exitCodes} from './exit-codes.ts';

/** What a run says of itself in a manifest. */
export type RunFacts = Omit<Manifest, 'copies' | 'missing'>;

/** What the set holds once the run is over. */
export type Settled = {
	readonly copies: readonly CopyRecord[];
	readonly missing: readonly MissingRecord[];
	/** Whether there is a set. */
	readonly isThere: boolean;
	/** Only of a run that retried: what it did to the set. */
	readonly added?: Required<Pick<SummaryEvent, 'files_tried' | 'files_added' | 'bytes_added'>>;
};

/** What is to be copied, and what becomes of the copies. */
export type Goal = {
	readonly entries: readonly Entry[];
	/** Wanted, and not to be had. */
	readonly missing: readonly MissingRecord[];
	/** Whether the run takes over what interrupted runs of other dates left. */
	readonly adopts: boolean;
	readonly occupied?: Occupied;
	readonly mustBeThere?: (path: Buffer) => boolean;
	/** Makes the staged copies a set, or part of one. */
	readonly settle: (staged: StagedSet, missing: readonly MissingRecord[], facts: RunFacts) => Promise<Settled>;
};

/** A set of its own; none if there is not one copy. */
export const newSet = (entries: readonly Entry[], missing: readonly MissingRecord[]): Goal => ({
	entries,
	missing,
	adopts: true,
	async settle(staged, missed, facts) {
		const {copies} = staged.staging;
		await (copies.length > 0 ? staged.publish({...facts, missing: missed}) : staged.discard());
		return {copies, missing: missed, isThere: copies.length > 0};
	},
});

/** The numbers of a summary that are about the files. */
export function countSettled({copies, missing, isThere, added}: Settled) {
	const filesFailed = missing.filter(({outcome}) => outcome === 'failed').length;
	return {
		exit_code: isThere ? (filesFailed > 0 ? exitCodes.someFailed : exitCodes.done) : exitCodes.couldNotRun,
		total_files: copies.length + missing.length,
		files_done: copies.length,
		files_failed: filesFailed,
		files_vanished: missing.length - filesFailed,
		files_reused: copies.filter(copy => copy.reusedFrom !== undefined).length,
		files_verified: copies.filter(copy => copy.isVerified).length,
		bytes_in: copies.reduce((sum, copy) => sum + copy.bytesIn, 0),
		bytes_out: copies.reduce((sum, copy) => sum + copy.bytesOut, 0),
		bytes_new: copies.reduce((sum, copy) => sum + (copy.reusedFrom === undefined ? copy.bytesOut : 0), 0),
		...added,
	} as const;
}

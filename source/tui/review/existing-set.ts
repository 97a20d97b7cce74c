import type {Reason} from '../../files/errors.ts';
import type {FailedFile} from '../../report/words/failures.ts';

/** Today's set, where there is one already. */
export type ExistingSet = {
	/** Text for a person. */
	readonly directory: string;
	readonly finished?: Date;
	readonly files?: number;
	readonly failed?: number;
	/** The files that failed, by name, as far as the set tells. */
	readonly failures?: readonly FailedFile[];
	/** Bytes of the copies. */
	readonly bytesOut?: number;
	/** Why it is not a backup of this host and source, so that there is none today. */
	readonly problem?: Reason;
	/** Not made by this program: it has no manifest of ours. */
	readonly isForeign: boolean;
};

import {nameFields} from '../set/manifest/manifest.ts';
import {fractionDone, StatusClock} from '../text/status-clock.ts';
import type {Transfer} from './rclone.ts';
import {type PaceFields, TransferPace} from './transfer-pace.ts';

/** A file on its way, as events have it, by its name at the remote. */
export type MovingFile = {readonly file: string; readonly file_b64?: string; readonly bytes_done: number; readonly total_bytes: number};

/** How far a push or a fetch is, as an event. */
export type TransferStatus<Phase extends string> = PaceFields & {
	readonly message_type: 'status';
	readonly seconds_elapsed: number;
	/** 0–1. */
	readonly percent_done: number;
	readonly date: string;
	readonly phase: Phase;
	readonly total_sets: number;
	readonly sets_done: number;
	readonly total_bytes: number;
	readonly bytes_done: number;
	readonly current: readonly MovingFile[];
};

const movingFiles = (current: Transfer['current']): readonly MovingFile[] =>
	current.map(({name, bytes: bytesDone, size}) => ({...nameFields('file', Buffer.from(name)), bytes_done: bytesDone, total_bytes: size}));

/** Tells how far a push or a fetch is, set after set, in bytes of copies. */
export class TransferProgress<Phase extends string> {
	readonly #report: (status: TransferStatus<Phase>) => void;
	readonly #moving: Phase;
	readonly #clock = new StatusClock();
	readonly #pace = new TransferPace();
	#totalSets = 0;
	#totalBytes = 0;
	#setsDone = 0;
	#bytesDone = 0;

	/** @param moving The phase in which bytes go over the line. */
	constructor(report: (status: TransferStatus<Phase>) => void, moving: Phase) {
		this.#report = report;
		this.#moving = moving;
	}

	/** Since this was made. */
	get seconds(): number {
		return this.#clock.seconds;
	}

	/** Takes note of the bytes of each set that there is to do. Returns those of all of them. */
	begin(sizes: readonly number[]): number {
		this.#totalSets = sizes.length;
		this.#totalBytes = sizes.reduce((sum, bytes) => sum + bytes, 0);
		return this.#totalBytes;
	}

	/** A set is done with, whatever came of it. */
	endSet(bytes: number): void {
		this.#setsDone++;
		this.#bytesDone += bytes;
	}

	/**
	Tells how far the set under way is, unless it did so just now.

	@param done Its bytes that are there.
	*/
	tell(date: string, phase: Phase, done: number, current: Transfer['current']): void {
		this.#clock.throttle(() => {
			const bytes = this.#bytesDone + done;
			const {seconds} = this.#clock;
			this.#report({
				message_type: 'status',
				seconds_elapsed: seconds,
				...this.#pace.note(phase === this.#moving ? date : undefined, {bytes, totalBytes: this.#totalBytes, seconds}),
				percent_done: fractionDone(bytes, this.#totalBytes),
				date,
				phase,
				total_sets: this.#totalSets,
				sets_done: this.#setsDone,
				total_bytes: this.#totalBytes,
				bytes_done: bytes,
				current: movingFiles(current),
			});
		});
	}
}

import {nameFields} from '../set/manifest/manifest.ts';
import {fractionDone, StatusClock} from '../text/status-clock.ts';
import type {Transfer} from './rclone.ts';
import {type PaceFields, TransferPace} from './transfer-pace.ts';

/** A file on its way, as events have it. */
export type MovingFile = {readonly file: string; readonly file_b64?: string; readonly bytes_done: number; readonly total_bytes: number};

/** How far a push or a fetch is, as an event. */
export type TransferStatus<Phase extends string> = PaceFields & {
	readonly message_type: 'status';
	readonly seconds_elapsed: number;
	/** 0–1, of all that is moved and of all that is read to be checked; below 1 until the end. */
	readonly percent_done: number;
	readonly date: string;
	readonly phase: Phase;
	readonly total_sets: number;
	readonly sets_done: number;
	readonly total_bytes: number;
	readonly bytes_done: number;
	/** Bytes of copies that were read, to be checked, since they are where they have to be; missing where none are read. */
	readonly bytes_checked?: number;
	readonly current: readonly MovingFile[];
};

/** What there is to do for a set. */
export type SetWork = {
	/** Of its copies. */
	readonly bytes: number;
	/** Whether they have to come where they are to be: with one that is only looked at, they are there. */
	readonly isMoved: boolean;
	/** Whether they are read there, to be checked. */
	readonly isRead: boolean;
};

/** How far a set is, in bytes of its copies. */
export type SetProgress = {
	/** Where they are to be. */
	readonly there: number;
	readonly checked: number;
};

const movingFiles = (current: Transfer['current']): readonly MovingFile[] =>
	current.map(({name, bytes: bytesDone, size}) => ({...nameFields('file', Buffer.from(name)), bytes_done: bytesDone, total_bytes: size}));

/** Before the end, nothing is done with as a whole: what is looked at by the remote's own checksums gives no bytes to count. */
const mostUnderWay = 0.999;

/** Tells how far a push or a fetch is, set after set. */
export class TransferProgress<Phase extends string> {
	readonly #report: (status: TransferStatus<Phase>) => void;
	readonly #moving: Phase;
	readonly #readingBack: Phase | undefined;
	readonly #clock = new StatusClock();
	readonly #pace = new TransferPace();
	#sets: readonly SetWork[] = [];
	#setsDone = 0;

	/**
	@param phases.moving The one in which bytes go over the line.
	@param phases.readingBack The one in which what is read to be checked comes over the line, too; missing where it is read here.
	*/
	constructor(report: (status: TransferStatus<Phase>) => void, {moving, readingBack}: {readonly moving: Phase; readonly readingBack?: Phase}) {
		this.#report = report;
		this.#moving = moving;
		this.#readingBack = readingBack;
	}

	/** Since this was made. */
	get seconds(): number {
		return this.#clock.seconds;
	}

	/** Takes note of what there is to do. Returns the bytes of all sets. */
	begin(sets: readonly SetWork[]): number {
		this.#sets = sets;
		return sum(sets, ({bytes}) => bytes);
	}

	/** A set is done with, whatever came of it. */
	endSet(): void {
		this.#setsDone++;
	}

	/** Tells how far the set under way is, unless it did so just now. */
	tell(date: string, phase: Phase, progress: SetProgress, current: Transfer['current']): void {
		this.#clock.throttle(() => {
			const before = this.#sets.slice(0, this.#setsDone);
			const {seconds} = this.#clock;
			const [done, total] = this.#count(this.#sets, progress, toWork);
			this.#report({
				message_type: 'status',
				seconds_elapsed: seconds,
				...this.#notePace(date, phase, progress),
				percent_done: Math.min(mostUnderWay, fractionDone(done, total)),
				date,
				phase,
				total_sets: this.#sets.length,
				sets_done: this.#setsDone,
				total_bytes: sum(this.#sets, ({bytes}) => bytes),
				bytes_done: sum(before, ({bytes}) => bytes) + progress.there,
				...(this.#sets.some(({isRead}) => isRead) && {bytes_checked: sum(before, ({bytes, isRead}) => isRead ? bytes : 0) + progress.checked}),
				current: movingFiles(current),
			});
		});
	}

	/** What is done and what there is to do, of all sets. */
	#count(sets: readonly SetWork[], progress: SetProgress, count: (set: SetWork) => number): readonly [done: number, total: number] {
		const current = sets[this.#setsDone];
		return [sum(sets.slice(0, this.#setsDone), count) + (current ? passes(current, progress) : 0), sum(sets, count)];
	}

	/** The same of what comes over the line. */
	#notePace(date: string, phase: Phase, progress: SetProgress): PaceFields {
		const sets = this.#readingBack === undefined ? this.#sets.map(set => ({...set, isRead: false})) : this.#sets;
		const isOnLine = phase === this.#moving || (phase === this.#readingBack && sets[this.#setsDone]?.isRead === true);
		const [bytes, totalBytes] = this.#count(sets, progress, toPasses);
		return this.#pace.note(isOnLine ? `${date} ${phase}` : undefined, {bytes, totalBytes, seconds: this.#clock.seconds});
	}
}

const sum = <Item>(items: readonly Item[], count: (item: Item) => number): number => items.reduce((total, item) => total + count(item), 0);

/** Bytes that were moved, and those that were read. */
const passes = ({isMoved, isRead}: SetWork, {there, checked}: SetProgress): number => (isMoved ? there : 0) + (isRead ? checked : 0);

const toPasses = (set: SetWork): number => passes(set, {there: set.bytes, checked: set.bytes});

/** The same; of a set that is neither moved nor read, nothing is known until it is done with as a whole. */
const toWork = (set: SetWork): number => set.isMoved || set.isRead ? toPasses(set) : set.bytes;

/*
How long a run still takes. Bytes cost time, and so do files, however small: which of the two costs how much is learnt from the run itself, as it
has phases that are mostly of the one and of the other.
*/

/** A moment of a run: seconds it has taken, and what has been read and finished by then. */
export type Moment = {
	readonly seconds: number;
	readonly bytes: number;
	readonly files: number;
};

/** Seconds that a file is taken to cost beside its bytes, until the run has shown otherwise; and how many files in a second outweigh that. */
const usualCost = 0.0005;
const usualWeight = 100 ** 2;

/** Seconds that are looked at together in learning what a file costs: what is finished is told of in groups. */
const learnt = 1;

/** Seconds after which what was done counts for a third of what is done now. */
const memory = 20;

/** The part of the time that files alone can have taken at most. */
const mostOfFiles = 0.9;

const start: Moment = {seconds: 0, bytes: 0, files: 0};

const between = (from: Moment, to: Moment): Moment => ({seconds: to.seconds - from.seconds, bytes: to.bytes - from.bytes, files: to.files - from.files});

/** Least squares: seconds as a sum of so much for each byte and so much for each file. */
class FileCost {
	#bytesBytes = 0;
	#bytesFiles = 0;
	#filesFiles = usualWeight;
	#bytesSeconds = 0;
	#filesSeconds = usualWeight * usualCost;

	/** Seconds for a file beside its bytes. */
	get seconds(): number {
		const determinant = (this.#bytesBytes * this.#filesFiles) - (this.#bytesFiles ** 2);
		const ofByte = (this.#bytesSeconds * this.#filesFiles) - (this.#bytesFiles * this.#filesSeconds);
		// Bytes cannot give time back.
		return determinant > 0 && ofByte > 0
			? Math.max(0, ((this.#bytesBytes * this.#filesSeconds) - (this.#bytesFiles * this.#bytesSeconds)) / determinant)
			: this.#filesSeconds / this.#filesFiles;
	}

	note({seconds, bytes, files}: Moment): void {
		this.#bytesBytes += bytes ** 2;
		this.#bytesFiles += bytes * files;
		this.#filesFiles += files ** 2;
		this.#bytesSeconds += bytes * seconds;
		this.#filesSeconds += files * seconds;
	}
}

/** Foretells the time that is left from the moments of a run, which come in order. */
export class TimeLeft {
	readonly #cost = new FileCost();
	#last = start;
	#learntTo = start;
	/** Sums that forget. */
	#recent = start;

	note(moment: Moment): void {
		const step = between(this.#last, moment);

		if (step.seconds <= 0) {
			return;
		}

		const kept = Math.exp(-step.seconds / memory);
		this.#recent = {
			seconds: (this.#recent.seconds * kept) + step.seconds, bytes: (this.#recent.bytes * kept) + step.bytes, files: (this.#recent.files * kept) + step.files,
		};
		this.#last = moment;
		const unlearnt = between(this.#learntTo, moment);

		if (unlearnt.seconds >= learnt) {
			this.#cost.note(unlearnt);
			this.#learntTo = moment;
		}
	}

	/** Seconds for so many bytes and files more; `undefined` until something was read to tell it by. */
	tell(bytes: number, files: number): number | undefined {
		const {seconds, bytes: read, files: finished} = this.#recent;

		if (!(seconds > 0) || (read <= 0 && (bytes > 0 || finished <= 0))) {
			return undefined;
		}

		const perFile = Math.min(this.#cost.seconds, finished > 0 ? mostOfFiles * seconds / finished : Infinity);
		const perByte = read > 0 ? (seconds - (perFile * finished)) / read : 0;
		return (Math.max(0, bytes) * perByte) + (Math.max(0, files) * perFile);
	}
}

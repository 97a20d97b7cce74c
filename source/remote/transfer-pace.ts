/** Seconds that a rate is made of. */
const span = 5;

/** Less, in seconds, tells nothing. */
const leastSpan = 1;

/** How fast bytes go over the line, as statuses have it; nothing while that cannot be told. */
export type PaceFields = {
	/** Of the last seconds. */
	readonly bytes_per_second?: number;
	/** For all that is left, at that rate. */
	readonly seconds_remaining?: number;
};

type Sample = {readonly at: number; readonly bytes: number};

/** Tells how fast bytes go over the line, from how many there are now and then. */
export class TransferPace {
	#stretch: string | undefined;
	#samples: readonly Sample[] = [];

	/**
	Takes note of how many bytes there are.

	@param stretch Names what is going on: between two that differ, bytes may leap without having been sent. `undefined` while nothing is sent.
	@param options.seconds The time, in seconds.
	*/
	note(stretch: string | undefined, {bytes, totalBytes, seconds}: {readonly bytes: number; readonly totalBytes: number; readonly seconds: number}): PaceFields {
		const known = stretch === this.#stretch ? this.#samples : [];
		this.#stretch = stretch;
		// One that is older stays, so that there is always a span to measure.
		const oldest = Math.max(0, known.findLastIndex(({at}) => at <= seconds - span));
		this.#samples = stretch === undefined ? [] : [...known.slice(oldest), {at: seconds, bytes}];
		const [first] = this.#samples;

		if (!first || seconds - first.at < leastSpan) {
			return {};
		}

		const rate = Math.max(0, bytes - first.bytes) / (seconds - first.at);
		return {bytes_per_second: Math.round(rate), ...(rate > 0 && {seconds_remaining: Math.round(Math.max(0, totalBytes - bytes) / rate)})};
	}
}

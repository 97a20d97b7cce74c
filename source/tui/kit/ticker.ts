/** Milliseconds between updates of the screen while something goes on by itself; nothing ticks otherwise. */
const interval = 250;
const slowInterval = 2000;

/** How often, in milliseconds, the screen is updated while something goes on by itself. */
export const intervalOf = (isSlow: boolean): number => isSlow ? slowInterval : interval;

/** The one tick: of all that goes on by itself. */
export class Ticker {
	readonly #interval: number;
	readonly #tick: () => void;
	#timer: NodeJS.Timeout | undefined;

	constructor(tick: () => void, isSlow: boolean) {
		this.#tick = tick;
		this.#interval = intervalOf(isSlow);
	}

	start(): void {
		this.#timer ??= setInterval(this.#tick, this.#interval);
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
}

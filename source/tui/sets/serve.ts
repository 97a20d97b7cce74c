/*
Does what the screens of the sets ask for, and answers with events.
*/
import {setTimeout} from 'node:timers/promises';
import {remedyOf} from '../../files/errors.ts';
import {localDate} from '../../text/format.ts';
import {inOneLine} from '../../text/with-remedy.ts';
import {intervalOf} from '../kit/ticker.ts';
import type {SetBrowser, Work, WorkEvent} from './browser.ts';
import type {SetsEvent} from './sets-events.ts';
import type {LongKind, LongRequest, SetsRequest} from './request.ts';

const messageOf = (error: unknown) => inOneLine({message: error instanceof Error ? error.message : String(error), remedy: remedyOf(error)});

/** Whether an error says only that the work was stopped, and not what went wrong meanwhile. */
const isOfStop = (error: unknown, signal: AbortSignal) => signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));

type Short = SetsRequest & {readonly kind: 'open' | 'compare' | 'preview'};

/** What is said of work that was stopped. */
const stopped: Readonly<Record<LongKind, string>> = {
	verify: 'Stopped.', restore: 'Stopped.', remove: 'Stopped.', push: 'Stopped. The next push goes on.', fetch: 'Stopped. The next fetch goes on.',
};

/** The longest to wait for what is known of the next run, in milliseconds. */
const schedulePatience = 1000;

/** Serves the requests of the screens about sets, and reports their results. */
export class SetsServer {
	readonly #browser: SetBrowser;
	readonly #tell: (event: SetsEvent) => void;
	readonly #interval: number;
	#listing = new AbortController();
	#working: {readonly controller: AbortController; readonly ended: Promise<void>} | undefined;

	constructor(browser: SetBrowser, tell: (event: SetsEvent) => void, isSlow: boolean) {
		this.#browser = browser;
		this.#tell = tell;
		this.#interval = intervalOf(isSlow);
	}

	serve(request: SetsRequest): void {
		switch (request.kind) {
			case 'list': {
				void this.#list();
				break;
			}

			case 'open': {
				void this.#answer(request, async () => ({
					kind: 'opened', request, content: await this.#browser.open(request.name), now: Date.now(),
				}));
				break;
			}

			case 'compare': {
				void this.#answer(request, async () => ({kind: 'compared', request, comparison: await this.#browser.compare(request.one, request.other)}));
				break;
			}

			case 'preview': {
				void this.#answer(request, async () => ({kind: 'previewed', request, preview: await this.#browser.preview(request.order)}));
				break;
			}

			case 'weigh': {
				void this.#weigh(request);
				break;
			}

			case 'page': {
				// The terminal belongs to the pager now.
				break;
			}

			case 'verify':
			case 'restore':
			case 'push':
			case 'fetch':
			case 'remove': {
				const controller = new AbortController();
				this.#working = {controller, ended: this.#work(request, controller.signal)};
				break;
			}
		}
	}

	/** Stops long work. */
	stop(): void {
		this.#working?.controller.abort();
	}

	/** Ends everything; resolves when nothing is under way any more. */
	async close(): Promise<void> {
		this.#listing.abort();
		this.stop();
		await this.#working?.ended;
	}

	async #answer(request: Short, find: () => Promise<SetsEvent>): Promise<void> {
		try {
			this.#tell(await find());
		} catch (error) {
			this.#tell({kind: 'refused', request, problem: messageOf(error)});
		}
	}

	/** If the space that removing frees can't be told, the removal is still offered. */
	async #weigh(request: SetsRequest & {readonly kind: 'weigh'}): Promise<void> {
		this.#tell({kind: 'weighed', request, freed: await this.#browser.weigh?.(request.name).catch(() => undefined)});
	}

	/** Tells of the next run and the last one; nothing where that cannot be known. */
	async #schedule(signal: AbortSignal): Promise<void> {
		const texts = await this.#browser.schedule?.().catch(() => undefined);

		if (texts && !signal.aborted) {
			this.#tell({kind: 'scheduled', texts});
		}
	}

	/** Tells what is at the remote. It may be far away, and nothing waits for it. */
	async #listAway(signal: AbortSignal): Promise<void> {
		try {
			const sets = await this.#browser.away?.list(signal);

			if (sets && !signal.aborted) {
				this.#tell({kind: 'awayListed', sets});
			}
		} catch (error) {
			if (!signal.aborted) {
				this.#tell({kind: 'awayUnknown', problem: messageOf(error)});
			}
		}
	}

	async #list(): Promise<void> {
		this.#listing.abort();
		this.#listing = new AbortController();
		const {signal} = this.#listing;
		// A busy systemd is no reason to wait for it.
		const scheduled = Promise.race([this.#schedule(signal), setTimeout(schedulePatience, undefined, {ref: false})]);

		try {
			for await (const step of this.#browser.list(signal)) {
				if (signal.aborted) {
					return;
				}

				this.#tell({kind: 'listed', step, today: localDate(new Date())});
			}

			await scheduled;

			if (!signal.aborted) {
				this.#tell({kind: 'listEnded'});
				await this.#listAway(signal);
			}
		} catch (error) {
			if (!signal.aborted) {
				this.#tell({kind: 'listEnded', problem: messageOf(error)});
			}
		}
	}

	async #work(request: LongRequest, signal: AbortSignal): Promise<void> {
		let pending: WorkEvent[] = [];

		const flush = () => {
			if (pending.length > 0) {
				this.#tell({kind: 'worked', request, events: pending});
				pending = [];
			}
		};

		const ticking = setInterval(flush, this.#interval);
		let problem: string | undefined;

		try {
			await this.#do(request, {
				report(event) {
					pending.push(event);
				},
				signal,
			});
		} catch (error) {
			problem = isOfStop(error, signal) ? stopped[request.kind] : messageOf(error);
		}

		clearInterval(ticking);
		flush();
		this.#tell({kind: 'workEnded', request, problem});
	}

	async #do(request: LongRequest, work: Work): Promise<void> {
		switch (request.kind) {
			case 'verify': {
				await this.#browser.verify(request.names, work);
				break;
			}

			case 'restore': {
				await this.#browser.restore(request.order, work);
				break;
			}

			case 'remove': {
				await this.#browser.remove(request.name);
				break;
			}

			case 'push': {
				await this.#browser.away?.push(work);
				break;
			}

			case 'fetch': {
				await this.#browser.away?.fetch(request.name, work);
				break;
			}
		}
	}
}

import {setImmediate} from 'node:timers/promises';
import type {BackupEvent, ExitErrorEvent, SummaryEvent} from '../backup/events.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import type {RunObserver} from '../backup/run-options.ts';
import type {Directory} from '../files/directory.ts';
import {EventServer} from '../process/event-server.ts';
import {logOutcome} from '../report/syslog.ts';
import {exitErrorText, summaryLine} from '../report/text.ts';
import {writeLastRun} from '../set/last-run.ts';
import type {Origin} from '../set/names/provenance.ts';

/** One line that says how a run ended. */
export function outcomeLine(last: SummaryEvent | ExitErrorEvent): string {
	if (last.message_type === 'exit_error') {
		return exitErrorText(last).replaceAll('\n', '. ');
	}

	return last.set === undefined ? 'nothing was backed up: no file could be copied' : `backup completed in ${last.set}: ${summaryLine(last)}`;
}

/** Those who are told of a run beside whoever started it: screens that attach to it, the next start of a screen, and the system log. */
export class Audience implements RunObserver {
	readonly #origin: Origin;
	#server: EventServer | undefined;

	/** @param origin Whose run it is. */
	constructor(origin: Origin) {
		this.#origin = origin;
	}

	/** Passes an event on to the screens that have attached. */
	tell(event: BackupEvent): void {
		this.#server?.publish(event);
	}

	async started(destination: Directory): Promise<void> {
		// Should this run be killed, what the one before it left must not be taken for its end.
		await writeLastRun(destination, undefined);
		this.#server = await EventServer.listen(destination);
	}

	async ended(destination: Directory, last: SummaryEvent | ExitErrorEvent): Promise<void> {
		// Earlier events come first, for attached listeners as well.
		await setImmediate();
		this.#server?.close(last);
		const isPublished = last.message_type === 'summary' && last.set !== undefined;
		await writeLastRun(destination, isPublished
			? undefined
			: {
				ended: new Date().toISOString(),
				code: last.message_type === 'exit_error' ? last.code : exitCodes.couldNotRun,
				message: last.message_type === 'exit_error' ? last.message : outcomeLine(last),
				origin: this.#origin,
			});
	}

	/** Tells the system log, for a run whose end nobody may have seen. */
	async log(last: SummaryEvent | ExitErrorEvent): Promise<void> {
		await logOutcome(outcomeLine(last), last.message_type === 'exit_error' || last.exit_code !== exitCodes.done);
	}
}

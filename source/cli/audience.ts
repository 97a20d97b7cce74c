import type {BackupEvent} from '../backup/events.ts';
import {exitCodes} from '../backup/exit-codes.ts';
import {Directory} from '../files/directory.ts';
import {EventServer} from '../report/event-server.ts';
import {logOutcome} from '../report/syslog.ts';
import {exitErrorText, summaryLine} from '../report/text.ts';
import {openDestination} from '../set/destination.ts';
import {writeLastRun} from '../set/last-run.ts';
import type {Options} from './options.ts';

/** One line that says how a run ended, for the system log. */
function outcomeLine(last: BackupEvent): string {
	if (last.message_type === 'summary') {
		return last.set === undefined ? 'nothing was backed up: no file could be copied' : `backup completed in ${last.set}: ${summaryLine(last)}`;
	}

	return last.message_type === 'exit_error' ? exitErrorText(last).replaceAll('\n', '. ') : 'ended without a result';
}

/** Those who are told of a run beside whoever started it: screens that attach to it, the next start of a screen, and the system log. */
export class Audience {
	readonly #options: Options;
	#destination: Directory | undefined;
	#server: EventServer | undefined;

	constructor(options: Options) {
		this.#options = options;
	}

	/** From the start on, for only then is the lock held, and the destination there. */
	async tell(event: BackupEvent): Promise<void> {
		if (event.message_type === 'start') {
			await this.#open();
		}

		this.#server?.publish(event);
	}

	/** @param isUnwatched Whether nobody may have seen the end of the output. */
	async close(last: BackupEvent | undefined, isUnwatched: boolean): Promise<void> {
		this.#server?.close();

		if (this.#destination) {
			const isPublished = last?.message_type === 'summary' && last.set !== undefined;
			await writeLastRun(this.#destination, isPublished || !last
				? undefined
				: {
					ended: new Date().toISOString(),
					code: last.message_type === 'exit_error' ? last.code : exitCodes.couldNotRun,
					message: outcomeLine(last),
				});
			await this.#destination.close();
		}

		if (isUnwatched && last) {
			await logOutcome(outcomeLine(last), last.message_type !== 'summary' || last.exit_code !== exitCodes.done);
		}
	}

	async #open(): Promise<void> {
		try {
			await using source = await Directory.open(this.#options.source);
			this.#destination = await openDestination(this.#options.destination, {source, create: false});
			this.#server = this.#destination && await EventServer.listen(this.#destination);
		} catch {
			// The run itself says what is wrong with its destination.
		}
	}
}

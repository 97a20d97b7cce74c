import path from 'node:path';
import {setFlagsFromString} from 'node:v8';
import type {
	BackupEvent,
	ExitErrorEvent,
	StatusEvent,
	SummaryEvent,
} from '../backup/events.ts';
import {exitCodeFor, failureMessage, Interruption} from '../backup/failure.ts';
import {runBackup, type RunObserver} from '../backup/run.ts';
import {printDryRun, printDryRunJson} from '../report/dry-run.ts';
import {formatEvent} from '../report/json-lines.ts';
import {Output} from '../report/output.ts';
import {createTextReport, progressLine} from '../report/text.ts';
import {displayText} from '../text/display-name.ts';
import {exitCodes} from '../backup/exit-codes.ts';
import type {Unavailable} from '../scan/files-list.ts';
import {Audience} from './audience.ts';
import {UsageError} from './flags.ts';
import type {Options} from './options.ts';
import {prepare, refuseExisting, select} from './prepare.ts';
import {abortOnSignals} from './signals.ts';
import {version} from './version.ts';

const toMissing = ({path: name, isMissing, message, code}: Unavailable, ignoreMissing: boolean) => isMissing && ignoreMissing
	? {path: name, outcome: 'vanished' as const}
	: {path: name, outcome: 'failed' as const, error: {message, ...(code !== undefined && {code})}};

/** The whole way from options to the last event. What prevents a run is an `exit_error` like what ends one. */
async function * backUp(options: Options, observer: RunObserver, signal: AbortSignal): AsyncGenerator<BackupEvent> {
	try {
		const prepared = await prepare(options);
		refuseExisting(options, prepared);
		const {choices, unavailable} = await select(options, prepared);
		await prepared.destination?.close();
		yield * runBackup({
			version,
			source: prepared.source,
			sourcePath: options.source,
			destinationPath: options.destination,
			date: options.date,
			entries: choices.filter(({isSelected}) => isSelected).map(({entry}) => entry),
			missing: unavailable.map(entry => toMissing(entry, options.ignoreMissing)),
			full: options.full,
			engine: options.engine,
			isVerbose: options.verbose,
			level: options.level,
			jobs: options.jobs,
			verify: options.verify,
			checkSpace: options.checkSpace,
			reserve: options.reserve,
			observer,
			lockWait: options.lockWait,
		}, signal);
		await prepared.source.close();
	} catch (error) {
		if (error instanceof UsageError) {
			throw error;
		}

		yield {
			message_type: 'exit_error', code: exitCodeFor(error), message: failureMessage(error), files_kept: 0, files_not_done: 0,
		};
	}
}

/** `--json --quiet`: failures only, here too. */
const isFailure = (event: BackupEvent) => event.message_type === 'error' || event.message_type === 'exit_error'
	|| (event.message_type === 'summary' && event.exit_code !== exitCodes.done);

/*
A run makes short-lived objects at a steady pace and keeps hardly any. Left alone, V8 answers by doubling its young generation again and again,
which buys nothing here: kept at its first size, CPU time is the same, and memory stays within some 20 MB of where it starts. With very many files,
whose records do stay, the old generation would grow to twice what is in it, were it not told to prefer size.
*/
const keepHeapSmall = () => {
	setFlagsFromString('--semi-space-growth-factor=1');
	setFlagsFromString('--optimize-for-size');
};

/** `--yes`: one run without questions. Resolves with the exit code. */
export async function runUnattended(options: Options): Promise<number> {
	keepHeapSmall();
	const controller = new AbortController();
	let wasHungUp = false;
	abortOnSignals(controller, () => {
		wasHungUp = true;
	});
	const out = new Output(process.stdout, () => {
		// Events that nobody reads any more: as any filter would, end. Text is for a log or a terminal that may be gone; the backup is not.
		if (options.json && !options.unattended) {
			controller.abort(new Interruption('SIGPIPE'));
		}
	});
	const error = new Output(process.stderr);
	const report = options.json
		? (event: BackupEvent) => {
			if (!options.quiet || isFailure(event)) {
				out.write(formatEvent(event));
			}
		}
		: createTextReport(out, error, options.quiet);
	const audience = new Audience();
	let last: SummaryEvent | ExitErrorEvent | undefined;
	let status: StatusEvent | undefined;

	process.on('SIGUSR1', () => {
		error.write(`${status ? progressLine(status) : 'starting'}\n`);
	});

	for await (const event of backUp(options, audience, controller.signal)) {
		report(event);
		audience.tell(event);
		last = event.message_type === 'summary' || event.message_type === 'exit_error' ? event : last;
		status = event.message_type === 'status' ? event : status;
	}

	if (!last) {
		return exitCodes.couldNotRun;
	}

	if (options.unattended || wasHungUp || out.isBroken || error.isBroken) {
		await audience.log(last);
	}

	return last.message_type === 'summary' ? last.exit_code : last.code;
}

/** `--dry-run`: what a run would do. Resolves with the exit code. */
export async function runDry(options: Options): Promise<number> {
	const out = new Output(process.stdout);
	const error = new Output(process.stderr);

	try {
		const prepared = await prepare(options);
		refuseExisting(options, prepared);
		const {choices, unavailable} = await select(options, prepared);
		const plan = {
			choices: choices.toSorted((one, other) => one.entry.path.compare(other.entry.path)),
			unavailable: options.ignoreMissing ? unavailable.filter(({isMissing}) => !isMissing) : unavailable,
			set: displayText(path.join(options.destination, options.date)),
		};

		if (options.json) {
			printDryRunJson(plan, out);
		} else {
			printDryRun(plan, {out, error, isQuiet: options.quiet});
		}

		return plan.unavailable.length > 0 ? exitCodes.someFailed : exitCodes.done;
	} catch (error_) {
		if (error_ instanceof UsageError) {
			throw error_;
		}

		const code = exitCodeFor(error_);

		if (options.json) {
			out.write(formatEvent({
				message_type: 'exit_error', code, message: failureMessage(error_), files_kept: 0, files_not_done: 0,
			}));
		} else {
			error.write(`${failureMessage(error_)}\n`);
		}

		return code;
	}
}

import path from 'node:path';
import {setFlagsFromString} from 'node:v8';
import {Comparison} from '../backup/compare.ts';
import {totalBytes} from '../backup/copier.ts';
import type {
	BackupEvent,
	ExitErrorEvent,
	StatusEvent,
	SummaryEvent,
} from '../backup/events.ts';
import {
	describeFailure,
	exitCodeFor,
	failureText,
	Interruption,
} from '../exit/failure.ts';
import {openStandingSet, readRetried} from '../backup/retried-set.ts';
import {runBackup} from '../backup/run.ts';
import type {RunObserver} from '../backup/run-options.ts';
import {type DryRun, printDryRun, printDryRunJson} from '../report/dry-run.ts';
import {formatEvent} from '../process/json-lines.ts';
import {Output} from '../report/output.ts';
import {formatRemotePath} from '../remote/remote-path.ts';
import {createTextReport, progressLine} from '../report/text.ts';
import {displayText} from '../text/display-name.ts';
import {localDate} from '../text/format.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import type {Entry} from '../origin/entry.ts';
import type {Choice} from '../origin/selection.ts';
import {PreviousSet} from '../set/previous.ts';
import {outputForm} from '../flags/output-form.ts';
import {UsageError} from '../flags/usage-error.ts';
import {stepBack} from '../files/step-back.ts';
import {levelOf, type Options} from '../flags/options.ts';
import {version} from '../flags/version.ts';
import {Audience, outcomeLine} from './audience.ts';
import {
	completes,
	nothingSelected,
	prepare,
	type Prepared,
	refuseExisting,
	select,
	type Selection,
} from './prepare.ts';
import type {pushAfterRun} from './push-after.ts';
import {selectRetry, toMissing, toRetrySelection} from './select-retry.ts';
import {settleOutput} from './settle-output.ts';
import {abortOnSignals, setEnding} from './signals.ts';
import {writeTextfile} from './textfile.ts';

/*
A run makes short-lived objects at a steady pace and keeps hardly any. Left alone, V8 answers by doubling its young generation again and again,
which buys nothing here: kept at its first size, CPU time is the same, and memory stays within some 20 MB of where it starts.
*/
const keepHeapSmall = () => {
	setFlagsFromString('--semi-space-growth-factor=1');
};

/** From so many files on, their records fill the heap; from so many bytes on, what each block of a file leaves behind until all is collected. */
const manyFiles = 4096;
const manyBytes = 1e9;

/** In a long run the old generation would grow to twice what is in it. In a short one, preferring size only means two collections more. */
const fitHeapTo = (entries: readonly Entry[]) => {
	if (entries.length >= manyFiles || totalBytes(entries) >= manyBytes) {
		setFlagsFromString('--optimize-for-size');
	}
};

/** With `--retry` alone and a set that stands, the rules do not matter; only a list adds to it. */
async function selectAtFirst(options: Options, prepared: Prepared): Promise<Selection> {
	return prepared.existing && options.filesFrom === undefined && !options.add ? nothingSelected : select(options, prepared);
}

/** The selection, where an existing set is to get the entries of it that it lacks; `undefined` where the rules only said what to retry. */
const offered = ({filesFrom, add}: Options, selection: Selection): Selection | undefined => filesFrom === undefined && !add ? undefined : selection;

/** What a run needs of a selection: while it goes on, the choices that were made are not kept unless they are needed again. */
const toRun = (options: Options, selection: Selection) => ({
	entries: selection.choices.filter(({isSelected}) => isSelected).map(({entry}) => entry),
	unavailable: selection.unavailable,
	leftOut: selection.leftOut,
	unused: selection.unused,
	listed: completes(options) ? offered(options, selection) : undefined,
});

/** The whole way from options to the last event. What prevents a run is an `exit_error` like what ends one. */
async function * backUp(options: Options, observer: RunObserver, signal: AbortSignal): AsyncGenerator<BackupEvent> {
	try {
		const prepared = await prepare(options, {signal});
		await using source = prepared.source;
		await using destination = prepared.destination;
		refuseExisting(options, prepared);
		const {entries, unavailable, leftOut, unused, listed} = toRun(options, await selectAtFirst(options, prepared));
		fitHeapTo(entries);
		await destination?.close();
		yield * runBackup({
			version,
			source,
			streams: prepared.streams,
			origin: options.origin,
			own: options.own,
			destinationPath: options.destination,
			date: options.date,
			entries,
			listedSince: options.filesListed ?? performance.timeOrigin,
			missing: unavailable.map(entry => toMissing(entry, options.ignoreMissing)),
			leftOut,
			unused,
			isAddition: options.add,
			selectRetry: completes(options)
				? async (manifest, opened) =>
					toRetrySelection(await selectRetry(options, {source, streams: prepared.streams, destination: opened}, manifest, listed), options.ignoreMissing)
				: undefined,
			full: options.full,
			format: options.format,
			engine: options.engine,
			isVerbose: options.verbose,
			level: levelOf(options),
			jobs: options.jobs,
			verify: options.verify,
			checkSpace: options.spaceCheck,
			reserve: options.reserve,
			observer,
			keep: options.keep,
			pushTo: options.pushTo && formatRemotePath(options.pushTo),
			lockWait: options.lockWait,
		}, signal);
	} catch (error) {
		if (error instanceof UsageError) {
			throw error;
		}

		yield {
			message_type: 'exit_error', code: exitCodeFor(error), ...describeFailure(error), files_kept: 0, files_not_done: 0,
		};
	}
}

/** `--json --quiet`: failures only, here too. */
const isFailure = (event: BackupEvent) => event.message_type === 'error' || event.message_type === 'exit_error'
	|| (event.message_type === 'pruned' && event.failed.length > 0) || (event.message_type === 'summary' && event.exit_code !== exitCodes.done);

/** Loaded only where a run pushes. */
const pushAfter: typeof pushAfterRun = async (options, code, outputs) => {
	const {pushAfterRun: pushNow} = await import('./push-after.ts');
	return pushNow(options, code, outputs);
};

/** `--yes`: one run without questions. Resolves with the exit code. */
export async function runUnattended(options: Options): Promise<number> {
	keepHeapSmall();

	if (options.nice > 0) {
		stepBack(options.nice);
	}

	const controller = new AbortController();
	let wasHungUp = false;
	abortOnSignals(controller, () => {
		wasHungUp = true;
	});
	const out = new Output(process.stdout, {
		...outputForm(options),
		isSpooled: true,
		onBroken() {
			// Events that nobody reads any more: as any filter would, end. Text is for a log or a terminal that may be gone; the backup is not.
			if (options.json && !options.unattended) {
				controller.abort(new Interruption('SIGPIPE'));
			}
		},
	});
	const error = new Output(process.stderr, {isSpooled: true, ...outputForm({ascii: options.ascii, json: false})});
	const report = options.json
		? (event: BackupEvent) => {
			// A reader who is behind gets a later status instead.
			const isStale = event.message_type === 'status' && out.isBehind;

			if (!isStale && (!options.quiet || isFailure(event))) {
				out.write(formatEvent(event));
			}
		}
		: createTextReport(out, error, options.quiet);
	const audience = new Audience(options.origin);
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

	const {pushTo} = options;
	const isMade = last.message_type === 'summary';
	const runCode = last.message_type === 'summary' ? last.exit_code : last.code;
	const code = isMade && options.push && pushTo ? await pushAfter({...options, pushTo}, runCode, {out, error, signal: controller.signal}) : runCode;
	setEnding(code);

	if (options.textfile !== undefined) {
		const problem = await writeTextfile(options.textfile, last, options.origin);

		if (problem !== undefined) {
			error.write(`Note: ${problem}\n`);
		}
	}

	if (options.unattended || wasHungUp || out.isBroken || error.isBroken) {
		await audience.log(last);
	}

	return settleOutput({out, error}, code, outcomeLine(last));
}

async function selectDry(options: Options, prepared: Prepared): Promise<Selection> {
	const {source, streams, destination, existing} = prepared;
	const selection = await selectAtFirst(options, prepared);

	if (!existing || !destination) {
		return selection;
	}

	await using set = await openStandingSet(destination, options.date);
	const manifest = await readRetried(set, options.date, options);
	return await selectRetry(options, {source, streams, destination}, manifest, offered(options, selection));
}

/** Entries of a selection that have not changed since the newest set. `undefined` where nothing would be linked, or nobody is told. */
async function findUnchanged({date, own, full, quiet, json}: Options, {source, streams, destination}: Prepared, choices: readonly Choice[]): Promise<DryRun['unchanged']> {
	await using previous = full || !destination || (quiet && !json) ? undefined : await PreviousSet.openNewest(destination, {date, own, today: localDate(new Date())});

	if (!previous) {
		return undefined;
	}

	const selected = choices.filter(({isSelected}) => isSelected).map(({entry}) => entry);
	const found = await new Comparison(previous, streams).compare(source, selected);
	return {date: previous.date, entries: new Set(selected.filter((_, index) => found[index]?.isUnchanged))};
}

/** `--dry-run`: what a run would do. Resolves with the exit code. */
export async function runDry(options: Options): Promise<number> {
	const out = new Output(process.stdout, outputForm(options));
	const error = new Output(process.stderr, outputForm({ascii: options.ascii, json: false}));

	try {
		const prepared = await prepare(options);
		await using _source = prepared.source;
		await using _destination = prepared.destination;
		refuseExisting(options, prepared);
		const {choices, unavailable, leftOut, unused} = await selectDry(options, prepared);
		const unchanged = await findUnchanged(options, prepared, choices);
		const plan = {
			...(unchanged && {unchanged}),
			choices: choices.toSorted((one, other) => one.entry.path.compare(other.entry.path)),
			leftOut,
			unused,
			unavailable: options.ignoreMissing ? unavailable.filter(({isMissing}) => !isMissing) : unavailable,
			configurations: options.configurations.map(file => displayText(file)),
			set: displayText(path.join(options.destination, options.date)),
		};

		if (options.json) {
			printDryRunJson(plan, out);
		} else {
			printDryRun(plan, {out, error, isQuiet: options.quiet});
		}

		return await settleOutput({out, error}, plan.unavailable.length > 0 ? exitCodes.someFailed : exitCodes.done);
	} catch (error_) {
		if (error_ instanceof UsageError) {
			throw error_;
		}

		const code = exitCodeFor(error_);

		if (options.json) {
			out.write(formatEvent({
				message_type: 'exit_error', code, ...describeFailure(error_), files_kept: 0, files_not_done: 0,
			}));
		} else {
			error.write(`${failureText(error_)}\n`);
		}

		return settleOutput({out, error}, code);
	}
}

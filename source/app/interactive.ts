import path from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {Comparison} from '../backup/compare.ts';
import {sampleRatio} from '../backup/sample.ts';
import {inspect} from '../backup/inspect.ts';
import {exitCodeFor, explainTaken, failureText} from '../exit/failure.ts';
import {type BackupProcess, BackupStarter} from '../process/backup-process.ts';
import {formatOf} from '../formats/formats.ts';
import {formatRemotePath} from '../remote/remote-path.ts';
import {Output} from '../report/output.ts';
import {socketName} from '../process/event-server.ts';
import {attachToProcess} from '../process/attached-process.ts';
import type {MarkedFiles, TerminalContext} from '../tui/context.ts';
import type {FailedFile} from '../report/words/failures.ts';
import type {Previous} from '../tui/review/comparer.ts';
import type {ScanStep} from '../tui/review/scanner.ts';
import {groupKey} from '../tui/tree/tree-row.ts';
import {Accounts} from '../files/accounts.ts';
import type {Directory} from '../files/directory.ts';
import {toReason} from '../files/errors.ts';
import {pathKey} from '../files/path-key.ts';
import {destinationProblem} from '../set/destination.ts';
import {readEarlierSelection} from '../set/earlier-selection.ts';
import {type LastRun, readLastRun} from '../set/last-run.ts';
import {describeHolder, isHere} from '../set/lock/holder.ts';
import {Lock, LockedError} from '../set/lock/lock.ts';
import type {Whose} from '../set/names/provenance.ts';
import {PreviousSet} from '../set/previous.ts';
import {localDate, localTime} from '../text/format.ts';
import {formatListed} from '../origin/handed-list.ts';
import {type Choice, giveUp, Selector} from '../origin/selection.ts';
import {besideStreams, streamChoices} from '../origin/stream-choices.ts';
import {isStream} from '../origin/stream-source.ts';
import type {SetOverview} from '../set/catalog.ts';
import {readManifest} from '../set/existing.ts';
import {decodeCopies, decodeFailures} from '../set/manifest/manifest-text.ts';
import {displayText} from '../text/display-name.ts';
import {spellFlag} from '../flags/flag.ts';
import {leftOut as leftOutValue} from '../flags/values.ts';
import {
	copyFlags,
	type FlagName,
	keepRuleFlags,
	lastingFlags,
	levelOf,
	type Options,
	selectFlags,
} from '../flags/options.ts';
import {version} from '../flags/version.ts';
import {describeConfiguration} from './describe-configuration.ts';
import {pageSource, pageStream} from './page-source.ts';
import {createConfigurationKeeper} from './save-configuration.ts';
import {createSetBrowser} from './set-browser.ts';
import {
	chooseEntries,
	prepare,
	type OpenedPlaces,
	readDestinationSpace,
	standpointOf,
} from './prepare.ts';
import {findEnd} from './find-end.ts';
import {isPlainWanted} from './plain-wanted.ts';

/** A flag of this program's, so that the compiler tells of one that is none. */
const flag = (name: FlagName, value?: string | number) => spellFlag(name, value);

/** The command line of the process that does the backup: this program, without a terminal. */
const childCommand = (options: Options, {date, followSymlinks}: Pick<Options, 'date' | 'followSymlinks'>, flags: readonly string[]): string[] => [
	process.argv[1]!,
	// Values of a configuration are among the flags, as they were when it was read.
	flag('no-config'),
	flag('yes'),
	flag('json'),
	flag('unattended'),
	flag('ignore-missing'),
	flag('source', options.source),
	flag('dest', options.destination),
	...(options.host === undefined ? [] : [flag('host', options.host)]),
	flag('date', date),
	...flags,
	...copyFlags(options),
	...(followSymlinks ? [flag('follow-symlinks')] : []),
];

/** Told exactly what was confirmed. */
const backupCommand = (options: Options, {entries, leftOut, isAddition}: MarkedFiles, listed: number): string[] =>
	childCommand(
		options,
		{date: options.date, followSymlinks: entries.some(({kind}) => kind === 'symlink')},
		[
			flag('files-from', '-'),
			flag('files-count', entries.length),
			flag('files-listed', listed),
			flag('left-out', leftOutValue.spell(leftOut)),
			...(isAddition ? [flag('add')] : []),
		],
	);

/** For another attempt at what failed in the set of a date. */
const retryCommand = (options: Options, date: string): string[] =>
	childCommand(options, {date, followSymlinks: options.followSymlinks}, [flag('retry'), ...selectFlags(options)]);

/** Keys of the paths that a set has copies of, by its manifest. */
async function readCopied(destination: Directory | undefined, date: string): Promise<ReadonlySet<string>> {
	await using set = await destination?.openDirectory(date);
	const text = set && await readManifest(set);
	return new Set(text === undefined ? [] : Array.from(decodeCopies(text), ({path: name}) => pathKey(name)));
}

/** Failed files of a set, from its manifest. */
async function readFailures(destination: Directory, date: string): Promise<readonly FailedFile[]> {
	await using set = await destination.openDirectory(date);
	const text = await readManifest(set);
	return text === undefined ? [] : decodeFailures(text).map(({path: name, message}) => ({path: name, error: {message: displayText(message)}}));
}

async function describeExisting(existing: SetOverview, options: Options, destination: Directory): Promise<NonNullable<TerminalContext['existing']>> {
	const {date, head} = existing;
	const directory = displayText(path.join(options.destination, date));
	const taken = explainTaken(existing, standpointOf(options));

	if (taken) {
		return {directory, problem: toReason(taken), isForeign: false};
	}

	return head
		? {
			directory,
			...(head.filesFailed > 0 && {failures: await readFailures(destination, date)}),
			finished: head.finished,
			files: head.filesDone,
			failed: head.filesFailed,
			bytesOut: head.bytesOut,
			isForeign: false,
		}
		: {directory, isForeign: true};
}

/** A run that has just taken the lock listens a moment later. Milliseconds between attempts to follow it, and how many. */
const attachPause = 200;
const attachAttempts = 10;

/**
Follows the run that is under way.

@returns `undefined` if there is none (any more).
@throws {LockedError} If it cannot be followed: on another host, or in another container, where its pid is that of something else.
*/
async function attach(destination: Directory, own: Whose): Promise<BackupProcess | undefined> {
	for (let attempt = 1; ; attempt++) {
		const holder = await Lock.holder(destination);

		if (!holder) {
			return undefined;
		}

		const known = holder === 'unknown' ? undefined : holder;
		const isReachable = known !== undefined && await isHere(known);
		const running = isReachable ? await attachToProcess(destination.at(socketName).toString(), known.pid, async start => findEnd(destination, start, own)) : undefined;

		if (running) {
			return running;
		}

		if (attempt === attachAttempts || (known && !isReachable)) {
			throw new LockedError(`another run is under way: ${describeHolder(known)}; it cannot be watched from here`, {
				remedy: 'Start again when it has ended, or wait for it with --yes --lock-wait SECONDS',
			});
		}

		await setTimeout(attachPause);
	}
}

const describeLastRun = ({ended, message}: LastRun) => `The last run, ${localTime(new Date(ended))}, made no backup: ${displayText(message)}`;

/** Lists the source. `isAddition`: the files are for the set that stands, and those that it has a copy of cannot be chosen. */
async function * scanSteps(options: Options, places: OpenedPlaces, {signal, isAddition}: {
	readonly signal: AbortSignal;
	readonly isAddition: boolean;
}): AsyncGenerator<ScanStep> {
	const selector = new Selector(options);
	const copied = isAddition ? await readCopied(places.destination, options.date) : new Set<string>();

	const streams = await places.streams.list();
	const beside = besideStreams(streams);
	const settle = (choice: Choice) => copied.has(pathKey(choice.entry.path)) && choice.entry.kind !== 'directory' ? giveUp(choice) : choice;
	const listed = streamChoices(streams, entry => selector.judge(entry)).map(choice => settle(choice));

	if (listed.length > 0) {
		yield {choices: listed};
	}

	for (const {source} of streams.groups) {
		yield {finished: {path: Buffer.from(groupKey(source.group))}};
	}

	for await (const step of chooseEntries(options, places, {signal, selector})) {
		yield 'choices' in step
			? {choices: step.choices.map(choice => settle(beside(choice)))}
			: {finished: {path: step.finished, ...(step.problem !== undefined && {problem: step.problem})}};
	}

	yield {unused: selector.unused};
}

/** The newest set, to hold the files of the source against. With `--full` nothing will be linked from it. */
async function openPrevious({date, own, full}: Options, {source, streams, destination}: OpenedPlaces): Promise<Previous | undefined> {
	await using previous = destination && await PreviousSet.openNewest(destination, {date, own, today: localDate(new Date())});

	if (!previous) {
		return undefined;
	}

	const comparison = new Comparison(previous, streams);
	return {
		date: comparison.date,
		async compare(entries) {
			const found = await comparison.compare(source, entries);
			return full ? found.map(earlier => earlier && {...earlier, isUnchanged: false}) : found;
		},
	};
}

const withoutTerminal = 'Run it with --yes to back up without questions, --dry-run to see what would be done, or --plain to answer from a script';

/** The bare command: review, confirm, watch. Resolves with the exit code. */
export async function runInteractive(options: Options): Promise<number> {
	const isPlain = isPlainWanted(options, withoutTerminal);

	try {
		// Lines are told of a destination that is refused at once: a script that talks in them could not start anything.
		const {source, streams, destination, existing, refusal} = await prepare(options, {mayBeRefused: !isPlain});
		await using _source = source;
		await using _destination = destination;
		const running = destination && await attach(destination, options.own);
		const lastRun = destination && await readLastRun(destination, options.own);
		const accounts = new Accounts();
		const checkDestination = async () => destinationProblem(options.destination, source);
		const starter = new BackupStarter();
		let listed = Date.now();
		const {runTerminal} = await (isPlain ? import('../tui/plain/run-dialogue.ts') : import('../tui/run-terminal.ts'));
		return await runTerminal({
			version,
			host: displayText(options.origin.host),
			user: displayText(await accounts.user(process.geteuid!())),
			source: displayText(options.source),
			destination: displayText(options.destination),
			date: options.date,
			hasColor: options.hasColor,
			isAscii: options.isAscii,
			isSlow: options.isSlow,
			scan(signal, isAddition) {
				listed = Date.now();
				return scanSteps(options, {source, streams, destination}, {signal, isAddition});
			},
			sample: async entry => sampleRatio(source, entry, {format: options.format, level: levelOf(options)}),
			openPrevious: async () => openPrevious(options, {source, streams, destination}),
			mostBytes: formatOf(options.format).mostBytes,
			pageSource: async (entry, show) => isStream(entry) ? pageStream(streams, entry, show) : pageSource(source, entry, show),
			readEarlier: async () => destination && readEarlierSelection(destination, {own: options.own, today: localDate(new Date())}),
			inspect: async (entry, signal) => inspect(source, entry, {accounts, signal}),
			readSpace: async () => readDestinationSpace(options),
			...(!isPlain && {checkDestination, destinationProblem: refusal ?? await checkDestination()}),
			command: {flags: lastingFlags(options), keepRules: keepRuleFlags(options), rules: options},
			...(options.pushTo && {remote: formatRemotePath(options.pushTo)}),
			...(destination && {browser: createSetBrowser(destination, {source: options.source, destination: options.destination}, options.pushTo && {to: options.pushTo, whose: options.own})}),
			...(running && {running}),
			...(lastRun && {lastRun: describeLastRun(lastRun)}),
			...describeConfiguration(options.configurations),
			keeper: createConfigurationKeeper(options),
			...(existing && destination && {
				existing: await describeExisting(existing, options, destination),
			}),
			foreseeBackup(selection) {
				starter.foresee(selection && backupCommand(options, selection, listed));
			},
			startBackup: selection => starter.start({
				command: backupCommand(options, selection, listed),
				selection: selection.entries.map(entry => formatListed(entry)),
			}),
			startRetry: ({date}) => starter.start({command: retryCommand(options, date), selection: []}),
		});
	} catch (error) {
		new Output(process.stderr).write(`${failureText(error)}\n`);
		return exitCodeFor(error);
	}
}

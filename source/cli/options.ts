import {availableParallelism} from 'node:os';
import meow from 'meow';
import type {KeepPolicy} from '../set/keep-policy.ts';
import type {Reserve} from '../set/space.ts';
import {type EngineName, engineNames} from '../gzip/choose-engine.ts';
import {localDate} from '../text/format.ts';
import {checkFlags, parseNumber, UsageError} from './flags.ts';
import {helpText} from './help.ts';
import {keepFlags, parseKeepFlags} from './keep-flags.ts';
import {
	defaultDestination,
	defaultSource,
	parseDate,
	resolvePlaces,
} from './places.ts';
import {version} from './version.ts';

export type Options = {
	/** Absolute paths. */
	readonly source: string;
	readonly destination: string;
	readonly include: readonly string[];
	readonly exclude: readonly string[];
	readonly recursive: boolean;
	readonly crossFileSystems: boolean;
	readonly followSymlinks: boolean;
	/** A file with NUL-separated paths relative to the source, or `-`. */
	readonly filesFrom?: string;
	/** How many paths that list must have. */
	readonly filesCount: number | undefined;
	readonly ignoreMissing: boolean;
	/** `undefined` for the best there is. */
	readonly engine: EngineName | undefined;
	readonly verbose: boolean;
	/** Whether a set that stands is completed. */
	readonly retry: boolean;
	readonly full: boolean;
	/** 1–9. */
	readonly level: number;
	readonly jobs: number;
	readonly verify: boolean;
	/** `undefined` for the default. */
	readonly reserve: Reserve | undefined;
	readonly checkSpace: boolean;
	/** Which sets to keep after success; `undefined` keeps all. */
	readonly keep: KeepPolicy | undefined;
	/** Milliseconds. */
	readonly lockWait: number;
	/** `YYYY-MM-DD`. */
	readonly date: string;
	readonly dryRun: boolean;
	readonly yes: boolean;
	readonly json: boolean;
	readonly quiet: boolean;
	readonly unattended: boolean;
	readonly hasColor: boolean;
	/** Lines and prompts in place of screens, whatever the terminal can do. */
	readonly isPlain: boolean;
	readonly isAscii: boolean;
	/** The terminal is at the end of a slow line. */
	readonly isSlow: boolean;
	/** For a screen reader. */
	readonly isSpoken: boolean;
};

const defaultLevel = 6;

function parseEngine(text: string | undefined): EngineName | undefined {
	const name = engineNames.find(engine => engine === text);

	if (text !== undefined && !name) {
		throw new UsageError(`--engine takes ${engineNames.join(' or ')}, not ${text}`);
	}

	return name;
}

const sizeUnits: Readonly<Record<string, number>> = {
	'': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, KI: 2 ** 10, MI: 2 ** 20, GI: 2 ** 30, TI: 2 ** 40,
};

function parseReserve(text: string | undefined): Reserve | undefined {
	if (text === undefined) {
		return undefined;
	}

	const {number, unit} = /^(?<number>\d+(?:\.\d+)?)(?<unit>%|(?:[gkmt]i?)?b?)$/iv.exec(text)?.groups ?? {};
	const value = Number(number);

	if (number === undefined || unit === undefined || (unit === '%' && value >= 100)) {
		throw new UsageError(`--reserve takes a size (500M, 2G) or a share of the file system (5%), not ${text}`);
	}

	return unit === '%' ? {fraction: value / 100} : {bytes: value * sizeUnits[unit.toUpperCase().replace('B', '')]!};
}

const setFlags = (flags: ReadonlyArray<readonly [flag: string, isSet: boolean]>): string[] => flags.filter(([, isSet]) => isSet).map(([flag]) => flag);

/** The flags that say how to copy, wherever they are not the default. */
export function copyFlags({level, jobs, engine, full, verbose, verify, reserve, checkSpace, lockWait, keep}: Options): readonly string[] {
	return [...setFlags([
		[`--level=${level}`, level !== defaultLevel],
		[`--jobs=${jobs}`, jobs !== availableParallelism()],
		[`--engine=${engine}`, engine !== undefined],
		['--full', full],
		['--verbose', verbose],
		['--no-verify', !verify],
		[`--reserve=${reserve && ('bytes' in reserve ? reserve.bytes : `${reserve.fraction * 100}%`)}`, reserve !== undefined],
		['--no-space-check', !checkSpace],
		[`--lock-wait=${lockWait / 1000}`, lockWait > 0],
	]), ...(keep ? keepFlags(keep) : [])];
}

/** The flags that bring options about again, but those that select files, and those that say how to run. */
export function lastingFlags(options: Options): readonly string[] {
	const {source, destination, date, crossFileSystems} = options;
	return [
		...setFlags([
			[`--source=${source}`, source !== defaultSource],
			[`--dest=${destination}`, destination !== defaultDestination(source)],
			['--cross-file-systems', crossFileSystems],
		]),
		...copyFlags(options),
		...setFlags([[`--date=${date}`, date !== localDate(new Date())]]),
	];
}

/** Whether the terminal is said to take UTF-8, by the first of the variables that is set, as in locale(7). */
const isUtf8Locale = ({LC_ALL: all, LC_CTYPE: type, LANG: lang}: NodeJS.ProcessEnv): boolean =>
	/utf-?8/iv.test([all, type, lang].find(value => value !== undefined && value !== '') ?? '');

function checkCombinations(options: Options): void {
	const {yes, dryRun, filesFrom, retry} = options;

	if (filesFrom !== undefined && (options.recursive || options.include.length + options.exclude.length > 0)) {
		throw new UsageError('--files-from names exactly the files to copy; --include, --exclude and --recursive cannot go with it');
	}

	if (filesFrom === undefined && options.filesCount !== undefined) {
		throw new UsageError('--files-count goes with --files-from');
	}

	if (filesFrom === undefined && !retry && options.ignoreMissing) {
		throw new UsageError('--ignore-missing goes with --files-from or --retry');
	}

	const needsNoQuestions = [
		['--files-from', filesFrom !== undefined],
		['--retry', retry],
		['--json', options.json],
		['--quiet', options.quiet],
	].find(([, isGiven]) => isGiven)?.[0];

	if (needsNoQuestions && !yes && !dryRun) {
		throw new UsageError(`${needsNoQuestions} goes with --yes or --dry-run`);
	}
}

/**
Reads the command line. `--help` and `--version` print and end the process with 0.

@param arguments_
@param environment
@param now Where the date of the set comes from.
@throws {UsageError} If it cannot be understood.
*/
export function parseOptions(arguments_: readonly string[], environment: NodeJS.ProcessEnv, now: Date): Options {
	const {flags} = meow(helpText, {
		importMeta: import.meta,
		pkg: {name: 'logbackup-tui', version, bin: 'logbackup-tui'},
		description: false,
		version,
		argv: checkFlags(arguments_),
		flags: {
			source: {type: 'string'},
			dest: {type: 'string'},
			include: {type: 'string', isMultiple: true},
			exclude: {type: 'string', isMultiple: true},
			recursive: {type: 'boolean'},
			crossFileSystems: {type: 'boolean'},
			followSymlinks: {type: 'boolean'},
			filesFrom: {type: 'string'},
			filesCount: {type: 'string'},
			ignoreMissing: {type: 'boolean'},
			engine: {type: 'string'},
			verbose: {type: 'boolean'},
			retry: {type: 'boolean'},
			full: {type: 'boolean'},
			level: {type: 'string'},
			jobs: {type: 'string'},
			verify: {type: 'boolean', default: true},
			reserve: {type: 'string'},
			spaceCheck: {type: 'boolean', default: true},
			lockWait: {type: 'string'},
			keepLast: {type: 'string'},
			keepDaily: {type: 'string'},
			keepWeekly: {type: 'string'},
			keepMonthly: {type: 'string'},
			keepYearly: {type: 'string'},
			keepWithin: {type: 'string'},
			date: {type: 'string'},
			dryRun: {type: 'boolean'},
			yes: {type: 'boolean'},
			json: {type: 'boolean'},
			quiet: {type: 'boolean'},
			unattended: {type: 'boolean'},
			plain: {type: 'boolean'},
			ascii: {type: 'boolean'},
			slow: {type: 'boolean'},
			screenReader: {type: 'boolean'},
			color: {type: 'boolean', default: true},
		},
	});
	const options: Options = {
		...resolvePlaces(flags.source, flags.dest),
		include: flags.include ?? [],
		exclude: flags.exclude ?? [],
		recursive: flags.recursive ?? false,
		crossFileSystems: flags.crossFileSystems ?? false,
		followSymlinks: flags.followSymlinks ?? false,
		...(flags.filesFrom !== undefined && {filesFrom: flags.filesFrom}),
		filesCount: parseNumber('files-count', flags.filesCount, [0, 1e9]),
		ignoreMissing: flags.ignoreMissing ?? false,
		engine: parseEngine(flags.engine),
		verbose: flags.verbose ?? false,
		retry: flags.retry ?? false,
		full: flags.full ?? false,
		level: parseNumber('level', flags.level, [1, 9]) ?? defaultLevel,
		jobs: parseNumber('jobs', flags.jobs, [1, 256]) ?? availableParallelism(),
		verify: flags.verify,
		reserve: parseReserve(flags.reserve),
		checkSpace: flags.spaceCheck,
		keep: parseKeepFlags(flag => ({
			'keep-last': flags.keepLast,
			'keep-daily': flags.keepDaily,
			'keep-weekly': flags.keepWeekly,
			'keep-monthly': flags.keepMonthly,
			'keep-yearly': flags.keepYearly,
			'keep-within': flags.keepWithin,
		})[flag]),
		lockWait: (parseNumber('lock-wait', flags.lockWait, [0, 604_800]) ?? 0) * 1000,
		date: parseDate(flags.date) ?? localDate(now),
		dryRun: flags.dryRun ?? false,
		yes: flags.yes ?? false,
		json: flags.json ?? false,
		quiet: flags.quiet ?? false,
		unattended: flags.unattended ?? false,
		// https://no-color.org: set and not empty. sudo drops it, hence the flag.
		hasColor: flags.color && !environment.NO_COLOR,
		isSlow: flags.slow ?? false,
		isPlain: flags.plain ?? false,
		// The variable that programs made with Ink heed. sudo drops it, hence the flag.
		isSpoken: Boolean(flags.screenReader) || environment.INK_SCREEN_READER === 'true',
		isAscii: Boolean(flags.ascii) || !isUtf8Locale(environment),
	};
	checkCombinations(options);
	return options;
}

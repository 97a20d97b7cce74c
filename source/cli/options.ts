import {isUtf8} from 'node:buffer';
import {readFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import meow from 'meow';
import type {KeepPolicy} from '../set/keep-policy.ts';
import type {Reserve} from '../set/space.ts';
import type {EngineName} from '../gzip/choose-engine.ts';
import {compileGlob} from '../scan/glob.ts';
import type {LeftOut} from '../files/left-out.ts';
import {errorReason} from '../files/errors.ts';
import {localDate} from '../text/format.ts';
import {chooseDrawing, type Drawing} from './drawing.ts';
import {checkFlags, parseNumber, UsageError} from './flags.ts';
import {parseKeepFlags} from './keep-flags.ts';
import {parseEngine, parseLeftOut, parseReserve} from './option-values.ts';
import {parseDate, type Places, resolvePlaces} from './places.ts';
import {version} from './version.ts';

export type Options = Places & {
	/** The value of `--host`. */
	readonly host: string | undefined;
	readonly include: readonly string[];
	readonly exclude: readonly string[];
	readonly recursive: boolean;
	readonly crossFileSystems: boolean;
	readonly followSymlinks: boolean;
	/** A file with NUL-separated paths relative to the source, or `-`. */
	readonly filesFrom?: string;
	/** How many paths that list must have. */
	readonly filesCount: number | undefined;
	/** When the files of the list were listed, in milliseconds since the epoch; only if the list tells which they were. */
	readonly filesListed: number | undefined;
	/** What that list leaves out, by whoever made it. */
	readonly leftOut: LeftOut | undefined;
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
	/** Lines and prompts in place of screens, whatever the terminal can do. */
	readonly isPlain: boolean;
} & Drawing;

export const defaultLevel = 6;

/** Globs are compiled where they are held against names; what is wrong with them is told at once. */
function checkGlobs({include, exclude}: Options): void {
	for (const [flag, globs] of [['--include', include], ['--exclude', exclude]] as const) {
		for (const glob of globs) {
			try {
				compileGlob(glob);
			} catch (error) {
				throw new UsageError(`${flag} takes a glob, and not ${glob}: ${errorReason(error)}`);
			}
		}
	}
}

/** What Node makes of bytes that are no text is another glob; and such bytes could not be handed on to another process. */
function refuseBytes(arguments_: readonly string[]): void {
	const glob = arguments_.find(argument => argument.includes('\u{FFFD}') && /^--(?:include|exclude)/v.test(argument));

	if (glob !== undefined && !isUtf8(readFileSync('/proc/self/cmdline'))) {
		throw new UsageError(`${glob} is no text in UTF-8; in a glob, ? stands for any byte of a name that is none`);
	}
}

function checkCombinations(options: Options): void {
	const {yes, dryRun, filesFrom, retry} = options;

	if (filesFrom !== undefined && (options.recursive || options.include.length + options.exclude.length > 0)) {
		throw new UsageError('--files-from names exactly the files to copy; --include, --exclude and --recursive cannot go with it');
	}

	const needsList = ([
		['--files-count', options.filesCount],
		['--files-listed', options.filesListed],
		['--left-out', options.leftOut],
	] as const).find(([, value]) => value !== undefined)?.[0];

	if (filesFrom === undefined && needsList !== undefined) {
		throw new UsageError(`${needsList} goes with --files-from`);
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

// Kinds of flags, as meow has them.
const text = {type: 'string'} as const;
const texts = {type: 'string' as const, isMultiple: true as const, default: [] as string[]};
const on = {type: 'boolean', default: true} as const;
const off = {type: 'boolean', default: false} as const;

/**
Reads the command line; what it may ask to print (`whatToPrint`) is the caller's to see to.

@param now Where the date of the set comes from.
@throws {UsageError} If it cannot be understood.
*/
export function parseOptions(arguments_: readonly string[], environment: NodeJS.ProcessEnv, now: Date): Options {
	const given = checkFlags(arguments_);
	// Meow gives the process another title, which takes the place of its arguments.
	refuseBytes(given);
	const {flags} = meow({
		importMeta: import.meta,
		pkg: {name: 'logbackup-tui', version, bin: 'logbackup-tui'},
		description: false,
		autoHelp: false,
		autoVersion: false,
		argv: given,
		flags: {
			source: text,
			dest: text,
			host: text,
			include: texts,
			exclude: texts,
			recursive: off,
			crossFileSystems: off,
			followSymlinks: off,
			filesFrom: text,
			filesCount: text,
			filesListed: text,
			leftOut: text,
			ignoreMissing: off,
			engine: text,
			verbose: off,
			retry: off,
			full: off,
			level: text,
			jobs: text,
			verify: on,
			reserve: text,
			spaceCheck: on,
			lockWait: text,
			keepLast: text,
			keepDaily: text,
			keepWeekly: text,
			keepMonthly: text,
			keepYearly: text,
			keepWithin: text,
			date: text,
			dryRun: off,
			yes: off,
			json: off,
			quiet: off,
			unattended: off,
			plain: off,
			ascii: off,
			slow: off,
			screenReader: off,
			color: on,
		},
	});
	const options: Options = {
		...resolvePlaces(flags),
		host: flags.host,
		include: flags.include,
		exclude: flags.exclude,
		recursive: flags.recursive,
		crossFileSystems: flags.crossFileSystems,
		followSymlinks: flags.followSymlinks,
		...(flags.filesFrom !== undefined && {filesFrom: flags.filesFrom}),
		filesCount: parseNumber('files-count', flags.filesCount, [0, 1e9]),
		filesListed: parseNumber('files-listed', flags.filesListed, [0, Number.MAX_SAFE_INTEGER]),
		leftOut: parseLeftOut(flags.leftOut),
		ignoreMissing: flags.ignoreMissing,
		engine: parseEngine(flags.engine),
		verbose: flags.verbose,
		retry: flags.retry,
		full: flags.full,
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
		dryRun: flags.dryRun,
		yes: flags.yes,
		json: flags.json,
		quiet: flags.quiet,
		unattended: flags.unattended,
		isPlain: flags.plain,
		...chooseDrawing({
			hasColor: flags.color, isAscii: flags.ascii, isSpoken: flags.screenReader, isSlow: flags.slow,
		}, environment),
	};
	checkCombinations(options);
	checkGlobs(options);
	return options;
}

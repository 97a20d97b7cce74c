import {formatOf} from '../formats/formats.ts';
import type {KeepPolicy} from '../set/keep-policy.ts';
import {displayText} from '../text/display-name.ts';
import {chooseDrawing, type Drawing} from './drawing.ts';
import {keepFlags} from './common-flags.ts';
import {type Configuration, loadConfiguration} from './configuration.ts';
import {ConfigurationError} from './configuration-error.ts';
import {type BackupFlags, backupFlags, lineFlags} from './backup-flags.ts';
import {spellFlag, type FlagTable} from './flag.ts';
import {type CheckedLine, checkLine} from './check-line.ts';
import {readFlags} from './read-flags.ts';
import {spellOptions} from './spell-options.ts';
import {readKeepPolicy} from './keep-policy-flags.ts';
import {
	defaultDestination,
	defaultSource,
	type Places,
	resolvePlaces,
} from './places.ts';
import {UsageError} from './usage-error.ts';
import {absolutePath} from './working-directory.ts';

/** Options of the bare command: its flags, and what follows from several of them together. */
export type Options = Omit<BackupFlags, 'source' | 'dest'> & Places & Drawing & {
	/** Which sets to keep after success; `undefined` keeps all. */
	readonly keep: KeepPolicy | undefined;
	/** The configurations that were read. */
	readonly configurations: readonly string[];
};

export type FlagName = keyof typeof lineFlags;

/** The first of some flags that is given. */
const given = (flags: ReadonlyArray<readonly [name: FlagName, isGiven: boolean]>) => flags.find(([, isGiven]) => isGiven)?.[0];

/** Refuses what the format of the copies does not have. */
function checkFormat({format, level, engine}: Pick<Options, 'format' | 'level' | 'engine'>, line: CheckedLine, {values}: Configuration): void {
	const {levels: {minimum, maximum}, engines, obstacle} = formatOf(format);
	const refuse = (name: 'format' | 'level' | 'engine', takes: string) => {
		const configured = line.given.has(name) ? undefined : values.get(name);
		return configured ? new ConfigurationError(`${displayText(configured.file)}:${configured.line}: ${name} ${takes}`) : new UsageError(`--${name} ${takes}`);
	};

	if (obstacle !== undefined) {
		throw refuse('format', `${format} cannot be had: ${obstacle}`);
	}

	if (level !== undefined && (level < minimum || level > maximum)) {
		throw refuse('level', `takes a number from ${minimum} to ${maximum} for ${format}, not ${level}`);
	}

	if (engine !== undefined && !engines.includes(engine)) {
		throw refuse('engine', `takes ${engines.join(' or ')} for ${format}, not ${engine}`);
	}
}

/** Refuses flags that need others beside them, or cannot have them. */
function checkCombinations(options: Options): void {
	const {yes, dryRun, filesFrom, retry} = options;
	if (filesFrom !== undefined && (options.recursive || options.include.length + options.exclude.length > 0)) {
		throw new UsageError('--files-from names exactly the files to copy; --include, --exclude and --recursive cannot go with it');
	}

	const needsList = given([
		['files-count', options.filesCount !== undefined],
		['files-listed', options.filesListed !== undefined],
		['left-out', options.leftOut !== undefined],
	]);

	if (filesFrom === undefined && needsList) {
		throw new UsageError(`--${needsList} goes with --files-from`);
	}

	if (filesFrom === undefined && !retry && options.ignoreMissing) {
		throw new UsageError('--ignore-missing goes with --files-from or --retry');
	}

	if (options.push && !options.pushTo) {
		throw new UsageError('--push goes with --push-to, which says where');
	}

	const needsNoQuestions = given([
		['files-from', filesFrom !== undefined],
		['retry', retry],
		['add', options.add],
		['json', options.json],
		['quiet', options.quiet],
	]);

	if (needsNoQuestions && !yes && !dryRun) {
		throw new UsageError(`--${needsNoQuestions} goes with --yes or --dry-run`);
	}
}

const lasts = (kind: 'copying' | 'selecting') => (name: string) => (backupFlags as FlagTable)[name]?.lasts === kind;

/** Without the rules that select files, where a list does. */
function withoutRules({files, values}: Configuration): Configuration {
	const isRule = lasts('selecting');
	return {files, values: new Map([...values].filter(([name]) => !isRule(name)))};
}

/**
The options of a line and a configuration.

@param line Checked.
@param now Where the date of the set comes from.
@throws {UsageError} If flags or values make no sense together.
*/
export async function readOptions(line: CheckedLine, configuration: Configuration, environment: NodeJS.ProcessEnv, now: Date): Promise<Options> {
	const flags = await readFlags(line, backupFlags, now, line.given.has('files-from') ? withoutRules(configuration) : configuration);
	const options = {
		...flags,
		...await resolvePlaces(flags),
		...chooseDrawing(flags, environment),
		journalDir: flags.journalDir === undefined ? undefined : absolutePath(flags.journalDir),
		keep: readKeepPolicy(flags),
		configurations: configuration.files,
	};
	checkCombinations(options);
	checkFormat(options, line, configuration);
	return options;
}

/**
Reads the command line of the bare command, and the configuration.

@param now Where the date of the set comes from.
@throws {UsageError} If it cannot be understood.
*/
export async function parseOptions(arguments_: readonly string[], environment: NodeJS.ProcessEnv, now: Date): Promise<Options> {
	const line = checkLine(arguments_, lineFlags);

	if (line.words[0]) {
		throw new UsageError(`unexpected argument: ${line.words[0].text}; a command comes before its flags`);
	}

	return readOptions(line, await loadConfiguration(line, lineFlags, environment), environment, now);
}

/** How hard a run with these options compresses: one of the levels of its format. */
export const levelOf = ({format, level}: Pick<Options, 'format' | 'level'>): number => level ?? formatOf(format).levels.usual;

/** The flags that say how to copy, wherever they are not the default. */
export const copyFlags = (options: Options): readonly string[] => spellOptions(backupFlags, options, lasts('copying'), new Date());

/** The flags that select files in directories. */
export const selectFlags = (options: Options): readonly string[] => spellOptions(backupFlags, options, lasts('selecting'), new Date());

/** The flags that say which sets to keep. */
export const keepRuleFlags = (options: Options): readonly string[] => spellOptions(backupFlags, options, name => Object.hasOwn(keepFlags, name), new Date());

/** The flags that bring options about again, but those that select files, and those that say how to run. */
export function lastingFlags(options: Options): readonly string[] {
	const {source, destination} = options;
	const spell = (...names: FlagName[]) => spellOptions(backupFlags, options, name => (names as readonly string[]).includes(name), new Date());
	return [
		// All that one says is among the flags.
		...(options.configurations.length > 0 ? [spellFlag('no-config' satisfies keyof typeof lineFlags)] : []),
		...(source === defaultSource ? [] : [spellFlag('source', source)]),
		...(destination === defaultDestination(source) ? [] : [spellFlag('dest', destination)]),
		...spell('host', 'cross-file-systems'),
		...copyFlags(options),
		...spell('date'),
	];
}

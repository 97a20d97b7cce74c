import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {Directory} from '../files/directory.ts';
import {errorReason, ForeseenError} from '../files/errors.ts';
import {privateDirectoryMode} from '../files/modes.ts';
import {replaceFile} from '../files/replace-file.ts';
import {refuseUntrusted, readTrustedFile} from '../files/trusted-file.ts';
import {backupFlags, lineFlags} from '../flags/backup-flags.ts';
import {
	type Configuration,
	maximumBytes,
	noConfiguration,
	readConfiguration,
	systemConfiguration,
	usualConfigurations,
} from '../flags/configuration.ts';
import {
	type Flag,
	type FlagGroup,
	isNegation,
	optionName,
	takesValue,
} from '../flags/flag.ts';
import type {KeyChange} from '../flags/edit-configuration.ts';
import type {Options} from '../flags/options.ts';
import {defaultDestination, defaultSource} from '../flags/places.ts';
import {configurableFlags, spellSetting} from '../flags/spell-configuration.ts';
import type {Rules} from '../origin/derive-rules.ts';
import {displayText} from '../text/display-name.ts';
import {lineDifference} from '../text/line-difference.ts';
import type {ConfigurationKeeper, SavePlan} from '../tui/review/saving.ts';

/** What says how backups are made here; how a terminal is drawn on is for each to say. */
const savedGroups: ReadonlySet<FlagGroup | undefined> = new Set(['selection', 'place', 'keep', 'unattended']);

const fileMode = 0o644;

/** The first lines of a configuration that was not there. */
const heading = '# What logbackup-tui does here: see logbackup-tui(8), CONFIGURATION.\n';

class SaveError extends ForeseenError {}

/** The file that is changed: the one that was named, or the last of the usual ones. */
function targetOf({configurations}: Options): string {
	const usual = usualConfigurations(process.env);
	return configurations.find(file => !usual.includes(file)) ?? usual.at(-1)!;
}

/** What holds of a configuration below the target: that of the machine, for a user's own. */
async function readBelow(target: string): Promise<Configuration> {
	const isUsers = target !== systemConfiguration && usualConfigurations(process.env).includes(target);
	return isUsers ? await readConfiguration(systemConfiguration, lineFlags) ?? noConfiguration : noConfiguration;
}

/** Values by flag: as options have them, and as they are by default. */
function valuesOf(options: Options, rules: Rules): {readonly present: Readonly<Record<string, unknown>>; readonly usual: Readonly<Record<string, unknown>>} {
	const {include, exclude, recursive, followSymlinks, journal = options.journal} = rules;
	return {
		present: {
			...options, include, exclude, recursive, followSymlinks, journal, source: options.source, dest: options.destination,
		},
		usual: {source: defaultSource, dest: defaultDestination(options.source)},
	};
}

const defaultOf = (name: string, flag: Flag, usual: Readonly<Record<string, unknown>>) => usual[name] ?? (takesValue(flag) ? (flag.isMultiple ? [] : flag.initial?.(new Date())) : isNegation(name));

/** The changes of keys that make a configuration say what holds now, and no more than it must. */
function changesOf(options: Options, rules: Rules, {own, below}: {readonly own: Configuration; readonly below: Configuration}): readonly KeyChange[] {
	const {present, usual} = valuesOf(options, rules);
	return configurableFlags(backupFlags).filter(([, {group}]) => savedGroups.has(group)).flatMap(([name, flag]): readonly KeyChange[] => {
		const spell = (value: unknown) => spellSetting(name, flag, value);
		// A configuration has switches as they are called, options as they are meant.
		const configured = ({values}: Configuration) => {
			const found = values.get(name)?.value;
			return found === undefined ? undefined : spell(takesValue(flag) ? found : found === !isNegation(name));
		};

		const without = configured(below) ?? spell(defaultOf(name, flag, usual));
		const wanted = spell(present[optionName(name)]);
		const isSaid = (configured(own) ?? without) === wanted;
		return isSaid ? [] : [[name, wanted === without ? undefined : wanted]];
	});
}

async function plan(options: Options, rules: Rules): Promise<SavePlan> {
	const file = targetOf(options);
	const before = readTrustedFile(file, maximumBytes)?.toString('utf8');
	const own = await readConfiguration(file, lineFlags) ?? noConfiguration;
	const {editConfiguration} = await import('../flags/edit-configuration.ts');
	const changes = changesOf(options, rules, {own, below: await readBelow(file)});
	const after = changes.length === 0 ? before ?? '' : editConfiguration(before ?? heading, changes);
	return {
		file,
		shownFile: displayText(file),
		before,
		after,
		isSame: changes.length === 0,
		difference: lineDifference(before ?? '', after).map(({sign, text}) => ({sign, text: displayText(text)})),
	};
}

/** Puts a text in the place of a file, whole, if that is still as it was looked at. */
async function write({file, before, after}: SavePlan): Promise<void> {
	const parent = path.dirname(file);
	await mkdir(parent, {recursive: true, mode: privateDirectoryMode});
	refuseUntrusted(parent);

	if (readTrustedFile(file, maximumBytes)?.toString('utf8') !== before) {
		throw new SaveError(`${displayText(file)} has changed since`, {remedy: 'Look at the difference again'});
	}

	const name = path.basename(file);
	await using directory = await Directory.open(parent);
	const old = before === undefined ? undefined : await directory.lstat(name);
	await replaceFile(directory, name, after, {
		mode: old ? Number(old.mode & 0o777n) : fileMode,
		owner: old && process.geteuid!() === 0 ? {uid: Number(old.uid), gid: Number(old.gid)} : undefined,
	});
}

/** Saves options, with other rules, as the configuration; errors say what was tried. */
export function createConfigurationKeeper(options: Options): ConfigurationKeeper {
	return {
		plan: async rules => plan(options, rules),
		async save(plan_) {
			try {
				await write(plan_);
			} catch (error) {
				throw error instanceof ForeseenError ? error : new SaveError(`cannot write ${plan_.shownFile}: ${errorReason(error)}`);
			}
		},
	};
}

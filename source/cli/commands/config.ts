import {exitCodes} from '../../exit/exit-codes.ts';
import {backupFlags, lineFlags} from '../../flags/backup-flags.ts';
import {quietFlag} from '../../flags/common-flags.ts';
import {
	type Configuration,
	loadConfiguration,
	readNamedConfiguration,
	usualConfigurations,
} from '../../flags/configuration.ts';
import {
	type Flag,
	type FlagTable,
	optionName,
	takesValue,
} from '../../flags/flag.ts';
import {checkLine} from '../../flags/check-line.ts';
import {readOptions} from '../../flags/options.ts';
import {configurableFlags, spellSetting} from '../../flags/spell-configuration.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {absolutePath} from '../../flags/working-directory.ts';
import {displayText} from '../../text/display-name.ts';
import {formatCount} from '../../text/format.ts';
import {defineCommand, type Invocation} from '../command/command.ts';

const flags = {...quietFlag, json: {isConfigurable: false, help: 'print a line of JSON for each key'}} as const satisfies FlagTable;

type ConfigInvocation = Invocation<typeof flags>;

/** Where a value comes from. */
type Origin = 'default' | 'command line' | {readonly file: string; readonly line: number};

type Setting = {
	readonly key: string;
	readonly flag: Flag;
	/** As TOML. */
	readonly value: string | undefined;
	readonly from: Origin;
};

/** Settings that a backup without further flags would be made with. */
async function settingsOf({configuration, flags: given, given: names, source, destination, origin, now}: ConfigInvocation): Promise<readonly Setting[]> {
	const options: Readonly<Record<string, unknown>> = {
		...await readOptions(checkLine([], lineFlags), configuration, process.env, now), ...given, source, dest: destination, host: origin.host,
	};
	return configurableFlags(backupFlags).map(([key, flag]) => {
		const configured = configuration.values.get(key);
		return {
			key, flag, value: spellSetting(key, flag, options[optionName(key)]), from: names.has(key) ? 'command line' : (configured ?? 'default'),
		};
	});
}

const originText = (from: Origin) => typeof from === 'string' ? from : `${displayText(from.file)}:${from.line}`;

/** Columns for keys and values, before the comment. */
const column = 38;

/** The settings as a configuration with comments. */
function settingLines(settings: readonly Setting[]): readonly string[] {
	return settings.map(({key, flag, value, from}) => {
		if (value === undefined) {
			return `# ${key} is not set${takesValue(flag) && flag.otherwise !== undefined ? `: ${flag.otherwise.replaceAll('`', '')}` : ''}`;
		}

		// A value that nobody has set is a comment: written down, the number of cores and the name of the host would hold for ever.
		const [first = '', ...rest] = `${from === 'default' ? '# ' : ''}${key} = ${value}`.split('\n');
		return [`${first.padEnd(column)}  # ${originText(from)}`, ...rest].join('\n');
	});
}

function readLines({files}: Configuration, given: ReadonlySet<string>): readonly string[] {
	const shown = (names: readonly string[]) => names.map(file => displayText(file)).join(', ');
	const missing = given.has('no-config') ? '# No configuration was read.' : `# There is no configuration: ${shown(usualConfigurations(process.env))}`;
	return [files.length > 0 ? `# Read: ${shown(files)}` : missing];
}

async function show(invocation: ConfigInvocation): Promise<number> {
	const {flags: {json, quiet}, configuration, given, out} = invocation;
	const settings = await settingsOf(invocation);

	if (quiet) {
		return exitCodes.done;
	}

	const lines = json
		? settings.map(({key, value, from}) => JSON.stringify({
			message_type: 'setting', key, ...(value !== undefined && {toml: value}), from: typeof from === 'string' ? from.replace(' ', '_') : {file: displayText(from.file), line: from.line},
		}))
		: [...readLines(configuration, given), ...settingLines(settings)];
	out.write(lines.map(line => `${line}\n`).join(''));
	return exitCodes.done;
}

/** Looks at a configuration as a run would; without a name, at what it would read. */
async function check({words, flags: {json, quiet}, now, out}: ConfigInvocation): Promise<number> {
	const word = words[1];
	const line = checkLine([], lineFlags);
	const configuration = word === undefined ? await loadConfiguration(line, lineFlags, process.env) : await readNamedConfiguration(absolutePath(word), lineFlags);
	await readOptions(line, configuration, process.env, now);

	if (!quiet && json) {
		out.write(`${JSON.stringify({message_type: 'configuration', files: configuration.files.map(file => displayText(file)), keys: [...configuration.values.keys()]})}\n`);
	} else if (!quiet) {
		const files = configuration.files.map(file => displayText(file)).join(', ');
		out.write(files === '' ? 'There is no configuration.\n' : `${files}: ${formatCount(configuration.values.size, 'key')}, all well\n`);
	}

	return exitCodes.done;
}

async function run(invocation: ConfigInvocation): Promise<number> {
	const [word, extra] = invocation.words;

	if (word === 'check') {
		return check(invocation);
	}

	if (word === undefined && extra === undefined) {
		return show(invocation);
	}

	throw new UsageError(`unexpected argument: ${word!}; config takes check, or nothing`);
}

export const configCommand = defineCommand({
	description: [
		'Print what holds for a backup without further flags, and where each value comes from: the command line, a configuration, or the program. It is a configuration itself.',
		'With check, tell whether a configuration can be read; nothing else is looked at.',
	],
	usage: ['config', 'config check [FILE]'],
	details: [
		'A configuration is TOML whose keys are the long names of flags: exclude = ["*.gz"]. '
		+ '/etc/logbackup-tui.toml is read if it is there; for whoever is not root, $XDG_CONFIG_HOME/logbackup-tui.toml on top of it. '
		+ 'A flag on the command line replaces a key whole.',
	],
	flags,
	examples: ['config', 'config check /root/new.toml', 'config --config /root/new.toml'],
	exitCodes: {0: 'printed, or all well', 2: 'wrong usage, or a wrong configuration'},
	words: {minimum: 0, maximum: 2, complete: [['check'], 'file']},
	isUnconfigured: ([word]) => word === 'check',
	run,
});

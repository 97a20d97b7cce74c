import {accessSync, constants} from 'node:fs';
import {homedir} from 'node:os';
import path from 'node:path';
import {errorCode} from '../files/errors.ts';
import {readTrustedFile, UntrustedError} from '../files/trusted-file.ts';
import {displayText} from '../text/display-name.ts';
import {ConfigurationError} from './configuration-error.ts';
import type {ConfiguredValue} from './configuration-values.ts';
import type {FlagTable} from './flag.ts';
import type {CheckedLine} from './check-line.ts';
import {UsageError} from './usage-error.ts';
import {absolutePath} from './working-directory.ts';

/** Where the machine's configuration is. */
export const systemConfiguration = '/etc/logbackup-tui.toml';

/** The largest configuration that is read. It has rules, and never lists of names: what is larger is something else. */
export const maximumBytes = 256 * 1024;

export type Configuration = {
	/** The files that were read. */
	readonly files: readonly string[];
	/** By the names of flags. */
	readonly values: ReadonlyMap<string, ConfiguredValue>;
};

export const noConfiguration: Configuration = {files: [], values: new Map()};

/** The configuration of whoever is not root: see the XDG Base Directory Specification. */
function userConfiguration({XDG_CONFIG_HOME: given, HOME: home = homedir()}: NodeJS.ProcessEnv): string {
	return path.join(given !== undefined && path.isAbsolute(given) ? given : path.join(home, '.config'), 'logbackup-tui.toml');
}

/** Whether this user may look for something in a directory. setpriv(1) leaves the home of the user before in the environment, which is often closed to others. */
function isOpen(directory: string): boolean {
	try {
		accessSync(directory, constants.X_OK);
		return true;
	} catch (error) {
		return errorCode(error) !== 'EACCES';
	}
}

/** The files that are read without a flag, where they are there; the later ones count more. Root reads none that its environment names: sudo may leave it another user's. */
export function usualConfigurations(environment: NodeJS.ProcessEnv): readonly string[] {
	if (process.geteuid!() === 0) {
		return [systemConfiguration];
	}

	const own = userConfiguration(environment);
	return isOpen(path.dirname(own)) ? [systemConfiguration, own] : [systemConfiguration];
}

/** The bytes of a file; `undefined` if it is not there. */
function readFile(file: string): Buffer | undefined {
	try {
		return readTrustedFile(file, maximumBytes);
	} catch (error) {
		throw error instanceof UntrustedError ? new ConfigurationError(`the configuration is refused: ${error.message}`, {remedy: error.remedy ?? '--no-config goes without it'}) : error;
	}
}

/**
Reads one configuration.

@returns `undefined` if it is not there.
@throws {ConfigurationError}
*/
export async function readConfiguration(file: string, table: FlagTable): Promise<Configuration | undefined> {
	const bytes = readFile(file);

	if (bytes === undefined) {
		return undefined;
	}

	// Only here is the parser loaded.
	const {readValues} = await import('./configuration-values.ts');
	return {files: [file], values: readValues(bytes, file, table)};
}

/** @throws {ConfigurationError} If it is not there, too. */
export async function readNamedConfiguration(file: string, table: FlagTable): Promise<Configuration> {
	const configuration = await readConfiguration(file, table);

	if (!configuration) {
		throw new ConfigurationError(`there is no configuration ${displayText(file)}`);
	}

	return configuration;
}

/**
Reads the configuration that holds for a line.

@param line As `checkLine` left it.
@param table The flags that a configuration may have: all of them, whatever the command.
@throws {ConfigurationError}
*/
export async function loadConfiguration({flags}: CheckedLine, table: FlagTable, environment: NodeJS.ProcessEnv): Promise<Configuration> {
	const prefix = '--config=';
	const named = flags.find(flag => flag.startsWith(prefix))?.slice(prefix.length);
	const isUnwanted = flags.includes('--no-config');

	if (named !== undefined && isUnwanted) {
		throw new UsageError('--config and --no-config cannot go together');
	}

	if (isUnwanted) {
		return noConfiguration;
	}

	if (named !== undefined) {
		return readNamedConfiguration(absolutePath(named), table);
	}

	let all = noConfiguration;

	for (const file of usualConfigurations(environment)) {
		const {files, values} = await readConfiguration(file, table) ?? noConfiguration;
		all = {files: [...all.files, ...files], values: new Map([...all.values, ...values])};
	}

	return all;
}

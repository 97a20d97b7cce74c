import {realpathSync} from 'node:fs';
import path from 'node:path';
import {isDate} from '../set/set-names.ts';
import {UsageError} from './flags.ts';

export const defaultSource = '/var/log';

/** Where the sets of a source are unless somebody says otherwise. */
export const defaultDestination = (source: string): string => path.join(source, 'backups');

/** The place itself, so that the default destination is no way through a link; the path as given if it leads nowhere (opening it says why). */
function resolveSource(source: string): string {
	try {
		return realpathSync(source);
	} catch {
		return path.resolve(source);
	}
}

/** Source and destination as absolute paths, from the values of `--source` and `--dest`; and the source under all its names. */
export function resolvePlaces(source = defaultSource, destination?: string): {readonly source: string; readonly destination: string; readonly roots: readonly string[]} {
	const resolved = resolveSource(source);
	return {source: resolved, destination: path.resolve(destination ?? defaultDestination(resolved)), roots: [...new Set([resolved, path.resolve(source)])]};
}

/** @throws {UsageError} If the value of `--date` is not the date of a day in the calendar. */
export function parseDate(text: string | undefined): string | undefined {
	if (text !== undefined && !isDate(text)) {
		throw new UsageError(`--date takes a date as YYYY-MM-DD, not ${text}`);
	}

	return text;
}

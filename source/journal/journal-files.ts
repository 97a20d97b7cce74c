/*
Where journal files are: those that journalctl would read, found in the same places.
*/
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {errorCode} from '../files/errors.ts';

/** Where journald keeps the journals of a system: for good, and until the next start. */
export const systemRoots = ['/var/log/journal', '/run/log/journal'] as const;

/** Which journals are meant. */
export type JournalPlace = {
	/** Absolute paths of directories, of which some may not be there. */
	readonly roots: readonly string[];
	/** Only those of this machine, 32 hexadecimal digits; missing: of any, as with `journalctl --directory`. */
	readonly machine?: string | undefined;
};

/** The number of this machine; `undefined` where it has none. */
function readMachineId(): string | undefined {
	try {
		const id = readFileSync('/etc/machine-id', 'latin1').trim();
		return /^[\da-f]{32}$/v.test(id) ? id : undefined;
	} catch {
		return undefined;
	}
}

/** The journals of this system. Without a machine id there are none that journald would have written. */
export const systemPlace = (): JournalPlace => ({roots: systemRoots, machine: readMachineId() ?? 'none'});

/** Names of journal files: also of those that were not closed, and put aside. */
const fileName = /\.journal~?$/v;

/** Directories of a machine: its number, after which may come the name of a namespace. */
const machineName = /^(?<machine>[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?:\..+)?$/v;

export type FoundFiles = {
	/** Absolute paths of regular files. */
	readonly files: readonly string[];
	/** Directories that this user cannot list, and files whose names are no text, which no program can be told. */
	readonly hidden: readonly string[];
};

/** Names in a directory, those that are no UTF-8 with a replacement character; none if it is not there. */
function listNames(directory: string, hidden: string[]): ReadonlyArray<{readonly name: string; readonly isFile: boolean; readonly isDirectory: boolean}> {
	try {
		return readdirSync(directory, {withFileTypes: true}).map(entry => ({
			name: entry.name, isFile: entry.isFile(), isDirectory: entry.isDirectory() || entry.isSymbolicLink(),
		}));
	} catch (error) {
		if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
			hidden.push(directory);
		}

		return [];
	}
}

/** Whether a machine's directory is meant. */
const isOfMachine = (name: string, machine: string | undefined): boolean => {
	const owner = machineName.exec(name)?.groups?.machine;
	return owner !== undefined && (machine === undefined || owner.replaceAll('-', '') === machine);
};

/** Whether a root holds anything else than what is found there: journals of other machines, or what is no journal. */
export const hasOthers = ({machine}: JournalPlace, root: string): boolean =>
	listNames(root, []).some(({name, isFile, isDirectory}) => !(isFile && fileName.test(name)) && !(isDirectory && isOfMachine(name, machine)));

/** Finds journal files: those directly in a root, and those in a directory there that is called after a machine. A symbolic link is followed to a directory alone. */
export function findJournalFiles({roots, machine}: JournalPlace): FoundFiles {
	const files: string[] = [];
	const hidden: string[] = [];

	const take = (directory: string, isRoot: boolean) => {
		for (const {name, isFile, isDirectory} of listNames(directory, hidden)) {
			const location = path.join(directory, name);

			if (isFile && fileName.test(name)) {
				(name.includes('\u{FFFD}') ? hidden : files).push(location);
			} else if (isRoot && isDirectory && isOfMachine(name, machine)) {
				take(location, false);
			}
		}
	};

	for (const root of roots) {
		take(root, true);
	}

	return {files: files.toSorted(), hidden};
}

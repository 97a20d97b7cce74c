/*
Journalctl(1), which alone reads what is in a journal. Nothing depends on a sentence of it.
*/
import {accessSync, constants, statSync} from 'node:fs';
import path from 'node:path';
import {RunningProgram, runBriefly} from '../files/program.ts';
import {dayLength} from './days.ts';

const program = 'journalctl';

/** Whether it is installed. */
export function isJournalctlThere(): boolean {
	return (process.env.PATH ?? '/usr/bin:/bin').split(':').some(directory => {
		const location = path.join(directory, program);

		try {
			accessSync(location, constants.X_OK);
			return statSync(location, {bigint: true}).isFile();
		} catch {
			return false;
		}
	});
}

/** `--file` takes a pattern, of glob(7) with braces. */
const asPattern = (file: string) => file.replaceAll(/[*?\[\\\]\{\}]/gv, String.raw`\$&`);

/** Milliseconds for opening a file. */
const longestOpening = 10_000;

/** The first of some files that journalctl cannot open. Never rejects. */
export async function findUnopenable(files: readonly string[]): Promise<string | undefined> {
	for (const file of files) {
		if (!await runBriefly(program, ['--quiet', '--no-pager', '--lines=0', `--file=${asPattern(file)}`], longestOpening)) {
			return file;
		}
	}

	return undefined;
}

/** Milliseconds: a disk that takes longer to write down a journal has other troubles. */
const longestSync = 30_000;

/** Has journald write down what it has received, where it runs and this user may ask it. Never rejects. */
export const syncJournal = async (): Promise<boolean> => runBriefly(program, ['--sync'], longestSync);

/** A time as an argument. The second, which is whole, says all of the beginning of a day. */
const asArgument = (time: number, fraction: string) => `${new Date(time / 1000).toISOString().slice(0, 19).replace('T', ' ')}${fraction} UTC`;

/**
Starts to export entries, with all their fields, in the journal's order.

@param files Absolute paths.
@param start Only those from the beginning of this day on, in microseconds since the epoch.
@param isBounded Only those before the end of this day, as far as it can be told by going through them in order: where the clock was set back, some are left out.
@throws {ForeseenError} If journalctl is not there, or cannot be started.
*/
export const startExport = async (files: readonly string[], start: number, isBounded: boolean): Promise<RunningProgram> => RunningProgram.start(program, [
	'--output=export',
	'--all',
	'--no-pager',
	'--quiet',
	`--since=${asArgument(start, '')}`,
	// The end is part of the range.
	...(isBounded ? [`--until=${asArgument(start + dayLength - 1, '.999999')}`] : []),
	...files.map(file => `--file=${asPattern(file)}`),
]);

/*
How systemd-journal-remote(8) is run, which makes journal files of exports.
*/
import {accessSync, constants} from 'node:fs';
import type {Directory} from '../files/directory.ts';
import {ForeseenError} from '../files/errors.ts';
import {describeEnd, RunningProgram} from '../files/program.ts';

/** Where distributions have it: in no directory that programs are looked for in. */
const places = ['/usr/lib/systemd/systemd-journal-remote', '/lib/systemd/systemd-journal-remote'] as const;

/** Path of the program; `undefined` if it is not installed. */
export function findJournalRemote(): string | undefined {
	return places.find(place => {
		try {
			accessSync(place, constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

/**
Makes journal files of an export: `STEM.journal`, and others of which the name begins with `STEM@` where that would be too large.

@param program Its path.
@param directory They are made here, where nothing else may be. They hold what could be written, which is for the caller to count: the program ends with 0 whatever it loses.
@throws {ForeseenError} If it ends with an error.
@throws What the content throws.
*/
export async function makeJournal(program: string, {directory, stem, content}: {readonly directory: Directory; readonly stem: string; readonly content: AsyncIterable<Buffer>}): Promise<void> {
	const running = await RunningProgram.start(program, [`--output=./${stem}.journal`, '-'], {hasInput: true, directory});

	try {
		const ended = running.drain();
		await running.feed(content);
		const end = await ended;

		if (end.code !== 0) {
			throw new ForeseenError(`systemd-journal-remote ${describeEnd(end)}${running.complaints === '' ? '' : `: ${running.complaints}`}`);
		}
	} finally {
		await running.close();
	}
}

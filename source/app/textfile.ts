import {open, realpath} from 'node:fs/promises';
import path from 'node:path';
import type {ExitErrorEvent, SummaryEvent} from '../backup/events.ts';
import {Directory} from '../files/directory.ts';
import {errorReason} from '../files/errors.ts';
import {readingFlags} from '../files/open-flags.ts';
import {replaceFile} from '../files/replace-file.ts';
import {absolutePath} from '../flags/working-directory.ts';
import {runMetrics} from '../report/run-metrics.ts';
import type {Origin} from '../set/names/provenance.ts';
import {displayText} from '../text/display-name.ts';

/** More than any run writes. */
const maximumBytes = 64 * 1024;

/** Whatever the umask is: another user reads it. */
const mode = 0o644;

/** The text that the run before it wrote; empty if it cannot be read. */
async function readEarlier(directory: Directory, name: string): Promise<string> {
	try {
		await using handle = await open(directory.at(name), readingFlags);
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(maximumBytes), 0, maximumBytes, 0);
		return buffer.toString('utf8', 0, bytesRead);
	} catch {
		return '';
	}
}

/**
Writes the metrics of a run for Prometheus (`--textfile`).

@returns Why that could not be done, for a person; nothing if it was. A backup is none the worse for it.
*/
export async function writeTextfile(file: string, last: SummaryEvent | ExitErrorEvent, origin: Origin): Promise<string | undefined> {
	try {
		const location = absolutePath(file);
		await using directory = await Directory.open(await realpath(path.dirname(location)));
		const name = path.basename(location);
		await replaceFile(directory, name, runMetrics(last, {origin, now: new Date(), earlier: await readEarlier(directory, name)}), {mode});
		return undefined;
	} catch (error) {
		return `cannot write ${displayText(file)}: ${errorReason(error)}`;
	}
}

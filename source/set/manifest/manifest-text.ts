import {displayName} from '../../text/display-name.ts';
import {
	isCount,
	isObject,
	isTotal,
	parseJson,
} from './json.ts';
import {manifestEntriesOf} from './manifest-layout.ts';
import type {CopyRecord} from './manifest.ts';
import {decodeCopy, decodeName} from './manifest-entries.ts';

export type ManifestSummary = {
	readonly finished: Date;
	readonly filesDone: number;
	readonly filesFailed: number;
	readonly bytesIn: number;
	readonly bytesOut: number;
};

/** Reads the totals from the text of a manifest; `undefined` if it is not one. */
export function summarizeManifest(text: string): ManifestSummary | undefined {
	const json = parseJson(text);

	if (!isObject(json) || !isCount(json.manifest_version) || typeof json.finished !== 'string') {
		return undefined;
	}

	const finished = new Date(json.finished);
	const {
		files_done: filesDone, files_failed: filesFailed, bytes_in: bytesIn, bytes_out: bytesOut,
	} = json;
	return !Number.isNaN(finished.getTime()) && isCount(filesDone) && isCount(filesFailed) && isTotal(bytesIn) && isTotal(bytesOut)
		? {
			finished, filesDone, filesFailed, bytesIn, bytesOut,
		}
		: undefined;
}

/** Failed files in the text of a manifest, as text for a person; none if it is not one. */
export const decodeFailures = (text: string): ReadonlyArray<{readonly path: string; readonly message: string}> => [...manifestEntriesOf(text)].flatMap(entry => {
	const path = isObject(entry) && entry.outcome === 'failed' ? decodeName(entry, 'path') : undefined;
	const error = isObject(entry) && isObject(entry.error) ? entry.error.message : undefined;
	return path === undefined ? [] : [{path: displayName(path), message: typeof error === 'string' ? error : 'unknown'}];
});

/** Reads the copies from the text of a manifest one by one, as far as they are whole; none if it is not one. */
export function * decodeCopies(text: string): Generator<CopyRecord> {
	for (const entry of manifestEntriesOf(text)) {
		const copy = decodeCopy(entry);

		if (copy) {
			yield copy;
		}
	}
}

/** The paths of all that was selected, in the text of a manifest, as they were when they were listed; none if it is not one. */
export function * selectedPaths(text: string): Generator<Buffer> {
	for (const entry of manifestEntriesOf(text)) {
		const path = isObject(entry) ? decodeName(entry, 'listed_as') ?? decodeName(entry, 'path') : undefined;

		if (path) {
			yield path;
		}
	}
}

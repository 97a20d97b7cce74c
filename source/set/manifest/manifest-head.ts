import type {Origin} from '../names/provenance.ts';
import {datePattern} from '../names/set-names.ts';
import {
	isCount,
	isObject,
	isTotal,
	type Json,
	parseJson,
} from './json.ts';
import {isReadVersion, manifestVersion} from './manifest.ts';
import {cutBeginning} from './manifest-layout.ts';

/** Manifest header. Texts are as they were found: unsafe to print. */
export type ManifestHead = {
	readonly version: string;
	readonly host: string;
	/** Missing in manifests of before it was noted, and where nothing told. */
	readonly machine?: string;
	readonly source: string;
	readonly engine: string;
	readonly started: Date;
	readonly finished: Date;
	readonly filesDone: number;
	readonly filesFailed: number;
	readonly filesVanished: number;
	/** Bytes. */
	readonly bytesIn: number;
	readonly bytesOut: number;
	/** Copies linked from earlier sets; missing in manifests older than this field. */
	readonly reuse?: {
		readonly files: number;
		/** Bytes of the copies that were not linked. */
		readonly bytesNew: number;
		/** Dates of the sets that were linked from. */
		readonly from: readonly string[];
	};
};

const isDates = (value: unknown): value is string[] => Array.isArray(value) && value.every(date => typeof date === 'string' && datePattern.test(date));

function decodeReuse({files_reused: files, bytes_new: bytesNew, reused_from: from}: Json): ManifestHead['reuse'] {
	return isCount(files) && isTotal(bytesNew) && isDates(from) ? {files, bytesNew, from} : undefined;
}

/** Where a set comes from, by the top of its manifest. */
export const originOf = ({host, machine, source}: ManifestHead): Origin => ({host, source, ...(machine !== undefined && {machine})});

export type DecodedHead =
	{readonly head: ManifestHead}
	/** `isNewer`: it was written by a later version, in a way this one may misunderstand. Whose set it is may be told all the same. */
	| {readonly problem: string; readonly isNewer?: boolean; readonly origin?: Origin};

/** Reads where a set comes from. `undefined` if nothing tells. */
export function decodeOrigin({host, machine, source}: Json): Origin | undefined {
	return typeof host === 'string' && typeof source === 'string' ? {host, source, ...(typeof machine === 'string' && {machine})} : undefined;
}

/** Reads the totals and times from the fields of a manifest. */
export function decodeHead(json: unknown): DecodedHead {
	if (!isObject(json)) {
		return {problem: 'its beginning is no JSON'};
	}

	const {manifest_version: format} = json;
	const origin = decodeOrigin(json);

	if (isCount(format) && format > manifestVersion) {
		return {problem: `it is of version ${format}; this program knows up to ${manifestVersion}`, isNewer: true, ...(origin && {origin})};
	}

	const head = isReadVersion(format) ? decodeTotals(json) : undefined;

	if (!head) {
		return {problem: 'a field at its beginning is missing or makes no sense', ...(origin && {origin})};
	}

	const reuse = decodeReuse(json);
	return {head: {...head, ...(reuse && {reuse})}};
}

/** Where a set comes from, its times and totals; the fields that `decodeTotals` reads. */
export const encodeTotals = ({started, finished, filesDone, filesFailed, filesVanished, bytesIn, bytesOut, reuse: _reuse, ...others}: ManifestHead): Json => ({
	...others,
	started: started.toISOString(),
	finished: finished.toISOString(),
	files_done: filesDone,
	files_failed: filesFailed,
	files_vanished: filesVanished,
	bytes_in: bytesIn,
	bytes_out: bytesOut,
});

/** Reads them. `undefined` if one is missing or makes no sense. */
export function decodeTotals(json: Json): ManifestHead | undefined {
	const {version, engine} = json;
	const origin = decodeOrigin(json);
	const counts = ['files_done', 'files_failed', 'files_vanished', 'bytes_in', 'bytes_out'].map(name => json[name]);
	const times = [json.started, json.finished].map(time => new Date(typeof time === 'string' ? time : NaN));

	if (
		typeof version !== 'string' || !origin || typeof engine !== 'string'
		|| counts.some(count => !isTotal(count)) || times.some(time => Number.isNaN(time.getTime()))
	) {
		return undefined;
	}

	const [filesDone, filesFailed, filesVanished, bytesIn, bytesOut] = counts as [number, number, number, number, number];
	const [started, finished] = times as [Date, Date];
	return {
		version, ...origin, engine, started, finished, filesDone, filesFailed, filesVanished, bytesIn, bytesOut,
	};
}

/** Reads the beginning of a manifest, up to where its entries begin. `undefined` if it ends before, or is laid out otherwise. */
export function decodeBeginning(text: string): DecodedHead | undefined {
	const beginning = cutBeginning(text);
	return beginning === undefined ? undefined : decodeHead(parseJson(beginning));
}

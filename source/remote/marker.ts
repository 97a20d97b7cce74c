import {isObject, parseJson} from '../set/manifest/json.ts';
import {decodeTotals, encodeTotals, type ManifestHead} from '../set/manifest/manifest-head.ts';
import {workName} from '../set/names/names.ts';
import {isDate} from '../set/names/set-names.ts';

/** The object that makes a directory at a remote a set, sent last; relative to that. */
export const markerName = `${workName}/pushed.json`;

/** Says that a set is being removed, so that a removal that was interrupted is taken up again; relative to the set. */
export const removalName = `${workName}/pruned.json`;

/** How a set was checked at the remote, once it was there: read back; by checksums of the remote; by sizes alone. */
export type FarCheck = 'download' | 'sha256' | 'sha1' | 'md5' | 'size';

/** What is said at a remote of a set there. Texts are as they were found: unsafe to print. */
export type Marker = {
	/** The host's directory. */
	readonly host: string;
	readonly date: string;
	readonly head: ManifestHead;
	/** SHA-256 of the two files that describe the set. */
	readonly manifestSum: string;
	readonly checksumsSum: string;
	readonly pushed: Date;
	readonly checked: FarCheck;
};

const markerVersion = 1;

/** Begins and ends with a newline: many are read one after the other. */
export const encodeMarker = ({host, date, head, manifestSum, checksumsSum, pushed, checked}: Marker): string => `\n${JSON.stringify({
	pushed_version: markerVersion,
	directory: host,
	date,
	...encodeTotals(head),
	manifest_sha256: manifestSum,
	checksums_sha256: checksumsSum,
	pushed,
	checked,
})}\n`;

const isSum = (value: unknown): value is string => typeof value === 'string' && /^[\da-f]{64}$/v.test(value);

const checks: ReadonlySet<unknown> = new Set<FarCheck>(['download', 'sha256', 'sha1', 'md5', 'size']);

const isCheck = (value: unknown): value is FarCheck => checks.has(value);

/** Whether a text can be the name of a host's directory at a remote: it leads nowhere else, and every remote keeps it. */
export const isHostDirectory = (host: string): boolean => /^[\w\-][\w\-.]*$/v.test(host) && host.length <= 100 && !host.endsWith('.');

function decodeMarker(json: unknown): Marker | undefined {
	if (!isObject(json) || json.pushed_version !== markerVersion) {
		return undefined;
	}

	const {
		directory: host, date, manifest_sha256: manifestSum, checksums_sha256: checksumsSum, checked,
	} = json;
	const pushed = new Date(typeof json.pushed === 'string' ? json.pushed : NaN);
	const head = decodeTotals(json);
	const isWhole = typeof host === 'string' && isHostDirectory(host) && typeof date === 'string' && isDate(date)
		&& isSum(manifestSum) && isSum(checksumsSum) && !Number.isNaN(pushed.getTime()) && isCheck(checked);
	return isWhole && head
		? {
			host, date, head, manifestSum, checksumsSum, pushed, checked,
		}
		: undefined;
}

/** Reads markers that stand one after the other. Whatever is none is left out. */
export const decodeMarkers = (text: string): Marker[] => text.split('\n').filter(line => line !== '').map(line => decodeMarker(parseJson(line))).filter(marker => marker !== undefined);

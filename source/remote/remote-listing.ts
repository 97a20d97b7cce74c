import type {SetOverview} from '../set/catalog.ts';
import {originOf} from '../set/manifest/manifest-head.ts';
import {isDate} from '../set/names/set-names.ts';
import {
	decodeMarkers,
	isHostDirectory,
	type Marker,
	markerName,
} from './marker.ts';
import type {Rclone} from './rclone.ts';

/** A set at a remote, or what is there of one. */
export type RemoteSet = {
	/** The host's directory. */
	readonly host: string;
	readonly date: string;
	/** Missing where it is not finished: a push is under way, was interrupted, or it is being removed. */
	readonly marker?: Marker;
};

export type FinishedRemoteSet = RemoteSet & {readonly marker: Marker};

export const isFinished = (set: RemoteSet): set is FinishedRemoteSet => set.marker !== undefined;

const byDate = (one: RemoteSet, other: RemoteSet) => one.host.localeCompare(other.host) || one.date.localeCompare(other.date);

/** Directories that are a set's by their names, with the markers that were read. */
function match(places: ReadonlyArray<{readonly host: string; readonly date: string}>, markers: readonly Marker[]): RemoteSet[] {
	const byPlace = new Map(markers.map(marker => [`${marker.host}/${marker.date}`, marker]));
	return places.map(place => {
		const marker = byPlace.get(`${place.host}/${place.date}`);
		return {...place, ...(marker && {marker})};
	}).toSorted(byDate);
}

/**
The sets of all hosts, by host, the oldest first. Names that no push makes are left out, whatever they are.

@throws {RemoteError}
*/
export async function listHosts(rclone: Rclone): Promise<readonly RemoteSet[]> {
	const [files, markers] = await Promise.all([rclone.list('', 2), rclone.readAll('', `/*/*/${markerName}`)]);
	const places = files.filter(({isDirectory}) => isDirectory).map(({path}) => path.split('/')).filter(parts => parts.length === 2)
		.map(([host, date]) => ({host: host!, date: date!})).filter(({host, date}) => isHostDirectory(host) && isDate(date));
	return match(places, decodeMarkers(markers.toString()));
}

/** What a host has at a remote. */
export type HostListing = {
	/** The oldest first. */
	readonly sets: readonly RemoteSet[];
	/** The names of all its directories. */
	readonly directories: ReadonlySet<string>;
};

/** @throws {RemoteError} */
export async function listHost(rclone: Rclone, host: string): Promise<HostListing> {
	const [files, markers] = await Promise.all([rclone.list(host, 1), rclone.readAll(host, `/*/${markerName}`)]);
	const directories = files.filter(({isDirectory}) => isDirectory).map(({path}) => path);
	const places = directories.filter(name => isDate(name)).map(date => ({host, date}));
	return {sets: match(places, decodeMarkers(markers.toString()).filter(marker => marker.host === host)), directories: new Set(directories)};
}

/** What is remembered of the sets of a host: the SHA-256 of their manifests, by date. */
export const manifestSums = (sets: readonly RemoteSet[]): ReadonlyMap<string, string> => new Map(sets.filter(set => isFinished(set)).map(({date, marker}) => [date, marker.manifestSum]));

/** A finished set as the list of sets has it. */
export const toOverview = ({date, marker: {head}}: FinishedRemoteSet): SetOverview => ({
	date, isStaging: false, state: head.filesFailed > 0 ? 'partial' : 'complete', head, origin: originOf(head),
});

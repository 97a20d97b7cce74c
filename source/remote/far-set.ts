import type {Directory} from '../files/directory.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {decodeManifest} from '../set/manifest/manifest-reader.ts';
import type {OpenedSet} from '../set/open-set.ts';
import {StagedDirectories} from '../set/staging/staged-directories.ts';
import {farNames} from './far-names.ts';
import {readFarDescription} from './fetch-set.ts';
import {chooseFinished} from './fetch-sets.ts';
import type {Rclone, Transfer} from './rclone.ts';
import {receiveCopies} from './receive-copies.ts';
import {isFinished, listHost, toOverview} from './remote-listing.ts';

/** A set at a remote, of which single files can be had. */
export type FarSet = {
	/** As a set here, but for where its copies are. */
	readonly set: Omit<OpenedSet, 'directory'>;
	/**
	Gets copies of it, which nobody has looked at yet, under the names that they have in the set.

	@throws {RemoteError}
	@throws The system's error, if they cannot be written.
	*/
	readonly fetch: (copies: readonly CopyRecord[], target: Directory, onProgress: (bytes: number, current: Transfer['current']) => void) => Promise<void>;
};

/**
Reads what describes a set at a remote.

@param date That of a set, or the newest.
@throws {RemoteError} If the remote cannot be used, or has no such set.
@throws {UnsoundSetError} If what describes it makes no sense.
*/
export async function openFarSet(rclone: Rclone, host: string, date: string): Promise<FarSet> {
	const {sets} = await listHost(rclone, host);
	const [chosen] = chooseFinished(sets.filter(set => isFinished(set)), {dates: date === 'latest' ? date : [date], host, rclone});
	const description = await readFarDescription(rclone, host, chosen!.date);
	const {copies, head, manifest} = description;
	const {missing} = decodeManifest(manifest.toString());
	const names = farNames(copies.map(({file}) => file));
	return {
		set: {
			...toOverview({...chosen!, marker: {...chosen!.marker, head}}),
			files: copies.map(record => ({
				path: record.path, file: record.file, stored: record.stored, record,
			})).toSorted((one, other) => one.path.compare(other.path)),
			missing,
			problems: [],
		},
		async fetch(wanted, target, onProgress) {
			const directories = new StagedDirectories(target);

			for (const {file} of wanted) {
				await directories.makeParents(file);
			}

			await receiveCopies(wanted, {
				rclone, directory: `${host}/${chosen!.date}`, names, target, onProgress,
			});
		},
	};
}

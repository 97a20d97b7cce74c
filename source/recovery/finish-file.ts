import type {FileHandle} from 'node:fs/promises';
import {DestinationError} from '../files/errors.ts';
import {accessAcl} from '../files/extras/extras.ts';
import type {ExtrasStore} from '../files/extras/extras-store.ts';
import {
	allowedMode,
	applyMetadata,
	isLooser,
	type Metadata,
	type Unkept,
} from '../files/metadata.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';

/** Metadata that a restored file did not get. */
export type Lost = {
	/** Metadata that its file system does not keep. */
	readonly unkept: readonly Unkept[];
	/** Names of extended attributes. */
	readonly xattrs: readonly string[];
	/** It is for its owner alone, as it cannot be told or set whom else its source let in. */
	readonly isRestricted: boolean;
};

/** Metadata that a restored file gets. */
export type Finish = {
	readonly metadata: Metadata;
	/** Its record in the manifest. */
	readonly record: CopyRecord | undefined;
	readonly extras: ExtrasStore;
	/** Whether nobody else gets to the file, whatever its own mode is. */
	readonly isClosed: boolean;
};

/** It makes of whoever starts the program somebody mightier, as a set-id bit does. */
const capability = 'security.capability';

const forOthers = 0o077;

/** Gives it attributes. Resolves with the names of those that it did not get. */
async function giveAttributes(handle: FileHandle, {metadata, record, extras}: Finish): Promise<readonly string[]> {
	const {xattrs = {}} = record ?? {};

	if (Object.keys(xattrs).length === 0) {
		return [];
	}

	// The owner comes before: giving a file away takes its capabilities. The mode comes after: a file that may not be written gets no attributes.
	await applyMetadata(handle, {...metadata, mode: 0o600});
	const {uid, gid} = await handle.stat({bigint: true});
	// Access granted to its owner and group must not pass to others.
	const isOthers = uid !== BigInt(metadata.uid) || gid !== BigInt(metadata.gid);
	const isGiven = (name: string) => !(isOthers && (name === accessAcl || name === capability));
	const notGiven = await extras.give(handle, Object.fromEntries(Object.entries(xattrs).filter(([name]) => isGiven(name))));
	return [...Object.keys(xattrs).filter(name => !isGiven(name)), ...notGiven.map(({name}) => name)];
}

/**
Gives a file that has been written all that its source had beside content: owner, mode, times, ACL and other attributes; and lets nobody in whom its
source kept out.

@throws {DestinationError} If its file system keeps no modes and would let others in.
*/
export async function finishFile(handle: FileHandle, finish: Finish): Promise<Lost> {
	const {metadata, record, extras, isClosed} = finish;
	const isClean = await extras.dropInherited(handle);
	const xattrs = await giveAttributes(handle, finish);
	const hasAcl = record?.xattrs?.[accessAcl] !== undefined && !xattrs.includes(accessAcl);
	const isRestricted = !hasAcl && (record?.isRestricted === true || !isClean);
	const wanted = {...metadata, isRestricted};
	const unkept = await applyMetadata(handle, wanted);

	if (unkept.includes('mode') && !isClosed) {
		const stats = await handle.stat({bigint: true});

		if (isLooser(stats, {mode: allowedMode(wanted), gid: metadata.gid})) {
			throw new DestinationError(`others could read it there: the file system keeps no modes (it says ${(stats.mode & 0o777n).toString(8).padStart(4, '0')})`, {
				remedy: 'Restore into a directory of mode 0700, or mount it with umask=077',
			});
		}
	}

	return {unkept, xattrs, isRestricted: isRestricted && (metadata.mode & forOthers) !== 0};
}

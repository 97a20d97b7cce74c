import {createHash} from 'node:crypto';
import {open, rename} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {
	causedBy,
	DestinationError,
	errorCode,
	errorReason,
} from '../../files/errors.ts';
import {privateMode} from '../../files/modes.ts';
import {checksumLength, formatChecksums} from '../checksums.ts';
import {leastLength} from '../manifest/least-length.ts';
import {refuseTooLong} from '../manifest/manifest-file.ts';
import {formatManifest, type Manifest} from '../manifest/manifest.ts';
import {checksumsName, manifestName} from '../names/names.ts';
import {stagingName} from '../names/set-names.ts';
import type {SpaceWatch} from '../space.ts';
import {draftFlags} from './staging-files.ts';

/** The manifest of very many files is long; in bytes. */
const writeSize = 64 * 1024;

/** Writes a file from its pieces, in blocks. `onLength` may refuse to go on. Resolves with its SHA-256. */
async function writeFile(
	location: Buffer,
	pieces: Iterable<string | Buffer>,
	{space, onLength}: {readonly space: SpaceWatch | undefined; readonly onLength?: (total: number) => void},
): Promise<string> {
	await using handle = await open(location, draftFlags, privateMode);
	const hash = createHash('sha256');
	let block: Buffer[] = [];
	let length = 0;
	let total = 0;

	const writeBlock = async () => {
		const content = Buffer.concat(block);
		block = [];
		length = 0;
		hash.update(content);
		await space?.spend(content.length);
		await handle.writeFile(content);
	};

	for (const piece of pieces) {
		const bytes = Buffer.from(piece);
		length += bytes.length;
		total += bytes.length;
		onLength?.(total);
		block.push(bytes);

		if (length >= writeSize) {
			await writeBlock();
		}
	}

	await writeBlock();
	await handle.sync();
	return hash.digest('hex');
}

/**
Writes manifest and checksums of a new set into its staging directory, synced.

@throws {NoSpaceError} If they would use space that must stay free.
*/
export async function writeDescription(staging: Directory, manifest: Manifest, space?: SpaceWatch): Promise<void> {
	const {copies} = manifest;
	const {totals} = copies;
	await space?.check(leastLength(totals) + (checksumLength * totals.count) + totals.fileBytes);
	const manifestSum = await writeFile(staging.at(manifestName), formatManifest(manifest), {
		space,
		onLength(total) {
			refuseTooLong(total, 'finish the set');
		},
	});
	const sums = function * () {
		yield * copies.checksums();
		yield {file: Buffer.from(manifestName), sha256: manifestSum};
	};

	await writeFile(staging.at(checksumsName), formatChecksums(sums()), {space});
}

/**
Makes a staging directory, complete and synced, the set of its date with one rename.

@throws {DestinationError} If something has that name.
@throws The system's error.
*/
export async function giveDatedName(destination: Directory, date: string): Promise<void> {
	const isTaken = await destination.lstat(date).then(() => true).catch((error: unknown) => {
		if (errorCode(error) === 'ENOENT') {
			return false;
		}

		throw error;
	});

	if (isTaken) {
		throw new DestinationError(`${date} appeared while this run was under way; its files stay in ${stagingName(date)}`);
	}

	await rename(destination.at(stagingName(date)), destination.at(date));
}

/**
Makes the dated name durable.

@returns Whether that could be asked for, as of `Directory.sync`.
@throws {DestinationError} If it fails.
*/
export async function syncDatedName(destination: Directory, date: string): Promise<boolean> {
	try {
		return await destination.sync();
	} catch (error) {
		const what = `the set ${date} stands, complete; but its name could not be synced (${errorReason(error)}), and might not survive a power failure now`;
		throw new DestinationError(what, {...causedBy(error), remedy: 'Run sync, and see dmesg'});
	}
}

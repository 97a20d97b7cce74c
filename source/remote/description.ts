import type {Directory} from '../files/directory.ts';
import {errorReason, ForeseenError} from '../files/errors.ts';
import {pathKey} from '../files/path-key.ts';
import {readChecksumsBytes} from '../set/checked-manifest.ts';
import {checksumOf, parseChecksums} from '../set/checksums.ts';
import {readManifestBytes} from '../set/manifest/manifest-file.ts';
import type {ManifestHead} from '../set/manifest/manifest-head.ts';
import {decodeManifest} from '../set/manifest/manifest-reader.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {checksumsName, manifestName} from '../set/names/names.ts';

/** The two files that describe a set, sound and of one mind. */
export type Description = {
	readonly head: ManifestHead;
	readonly copies: readonly CopyRecord[];
	readonly manifest: Buffer;
	readonly checksums: Buffer;
	readonly manifestSum: string;
	readonly checksumsSum: string;
};

/** What describes a set makes no sense, or was changed: nothing is sent or fetched by it. */
export class UnsoundSetError extends ForeseenError {}

/**
Reads what describes a set: that the one covers the other, and that both say the same of each copy.

@throws {UnsoundSetError} If they do not, or a path in it leads out of the set.
*/
export function readDescription(manifest: Buffer, checksums: Buffer): Description {
	const {sums} = parseChecksums(checksums);
	const manifestSum = checksumOf(manifest);

	if (sums.get(manifestName) !== manifestSum) {
		throw new UnsoundSetError(sums.has(manifestName) ? `${manifestName} is not as it was written: ${checksumsName} has another sum of it` : `${checksumsName} has no sum of ${manifestName}`);
	}

	const {head, copies, problems} = decodeManifest(manifest.toString());
	const [problem] = problems;

	if (!head || problem !== undefined) {
		throw new UnsoundSetError(`${manifestName}: ${problem ?? 'its beginning is missing'}`);
	}

	if (sums.size !== copies.length + 1 || copies.some(({file, sha256}) => sums.get(pathKey(file)) !== sha256)) {
		throw new UnsoundSetError(`${checksumsName} and ${manifestName} contradict each other`);
	}

	return {
		head, copies, manifest, checksums, manifestSum, checksumsSum: checksumOf(checksums),
	};
}

/** Attempts to read a set that may be completed meanwhile. */
const mostAttempts = 3;

/**
The same of a set here.

@throws {UnsoundSetError} If it has no manifest that can be relied on.
*/
export async function readDescriptionOf(set: Directory): Promise<Description> {
	for (let attempt = 1; ; attempt++) {
		const manifest = await readManifestBytes(set);

		if (!manifest || 'problem' in manifest) {
			throw new UnsoundSetError(manifest?.problem ?? `it has no ${manifestName}`);
		}

		try {
			return readDescription(manifest.bytes, await readChecksumsBytes(set));
		} catch (error) {
			if (attempt === mostAttempts) {
				throw error instanceof UnsoundSetError ? error : new UnsoundSetError(errorReason(error), {cause: error});
			}
		}
	}
}

/** Whether a set here has this manifest (SHA-256), and is sound as far as that shows. Never rejects: what is the matter with it is told by whoever reads it. */
export async function isSetHere(destination: Directory, date: string, manifestSum: string): Promise<boolean> {
	try {
		await using set = await destination.openDirectory(date);
		const description = await readDescriptionOf(set);
		return description.manifestSum === manifestSum;
	} catch {
		return false;
	}
}

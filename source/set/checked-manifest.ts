import type {Directory} from '../files/directory.ts';
import {checksumOf} from './checksums.ts';
import {OpenedCopy} from './copy.ts';
import {longestManifest, type ManifestProblem, readManifestBytes} from './manifest/manifest-file.ts';
import {checksumsName, manifestName} from './names/names.ts';

/**
The result of checking a manifest by `SHA256SUMS`. `uncovered`: no sum there, as for a moment while a set is completed, or where it cannot be read. `rotten`: the sum of
another one.
*/
export type Coverage = 'covered' | 'uncovered' | 'rotten';

/** As long as the manifest may be, which says more of each file. */
const maximumBytes = longestManifest;

/** Bytes at once. */
const readSize = 1024 * 1024;

/** Number of attempts: a set may be completed while it is read. */
const mostAttempts = 3;

const sumOfManifest = /(?:^|\n)(?<sum>[\da-f]{64}) [ *]manifest\.json(?:\n|$)/v;

/** @throws {UnreadableCopyError} If it cannot be read. */
export async function readChecksumsBytes(set: Directory): Promise<Buffer> {
	await using copy = await OpenedCopy.open(set, Buffer.from(checksumsName));
	const content = Buffer.allocUnsafe(Math.min(Number(copy.stats.size), maximumBytes));
	let end = 0;

	for (let length = -1; length !== 0 && end < content.length; end += length) {
		length = await copy.read(content.subarray(end, end + readSize), end);
	}

	return content.subarray(0, end);
}

async function checkCoverage(set: Directory, sha256: string): Promise<Coverage> {
	try {
		const sums = await readChecksumsBytes(set);
		const sum = sumOfManifest.exec(sums.toString('latin1'))?.groups?.sum;
		return sum === undefined ? 'uncovered' : (sum === sha256 ? 'covered' : 'rotten');
	} catch {
		return 'uncovered';
	}
}

/**
Reads a set's manifest and compares it with `SHA256SUMS`. If both are replaced meanwhile, as a set is completed, that is not damage.

@returns Its text and what is said of it, or why it cannot be read; `undefined` if there is none.
*/
export async function readCheckedManifest(set: Directory): Promise<ManifestProblem | {readonly text: string; readonly coverage: Coverage} | undefined> {
	for (let attempt = 1; ; attempt++) {
		const manifest = await readManifestBytes(set);

		if (!manifest || 'problem' in manifest) {
			return manifest;
		}

		const sha256 = checksumOf(manifest.bytes);
		const coverage = await checkCoverage(set, sha256);
		const again = coverage === 'rotten' && attempt < mostAttempts ? await readManifestBytes(set) : undefined;

		if (again && 'bytes' in again && checksumOf(again.bytes) !== sha256) {
			continue;
		}

		return {text: manifest.bytes.toString(), coverage};
	}
}

/** Problems of a manifest that its checksum does not cover, for a person. */
export const coverageProblems: Readonly<Record<Exclude<Coverage, 'covered'>, string>> = {
	rotten: `${manifestName} is not as it was written: ${checksumsName} has another sum of it`,
	uncovered: `${checksumsName} has no sum of ${manifestName}, which tells whether that is as it was written`,
};

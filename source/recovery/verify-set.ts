import {createHash} from 'node:crypto';
import {pathKey, pathOfKey} from '../files/path-key.ts';
import {type Directory, parentPaths} from '../files/directory.ts';
import {atOnce} from '../files/open-files.ts';
import {errorCode, errorReason} from '../files/errors.ts';
import {privateMode} from '../files/modes.ts';
import {parseChecksums} from '../set/checksums.ts';
import {OpenedCopy, UnreadableCopyError} from '../set/copy.ts';
import {longestManifest} from '../set/manifest/manifest-file.ts';
import {checksumsName, manifestName} from '../set/names/names.ts';
import {
	type FoundFile,
	isOwnFile,
	listFound,
	type OpenedSet,
} from '../set/open-set.ts';
import {formatCount} from '../text/format.ts';
import type {CopyChecker, SetPermissions} from './check-copy.ts';
import type {Finding} from './verify-events.ts';

const forOthers = 0o077n;

/** Open at once for a copy: itself, and directories on the way to it. */
const descriptorsEach = 3;

/** Bytes at once. */
const readSize = 16 * 1024 * 1024;

const newline = 0x0A;

const about = (name: string, kind: Finding['kind'], message: string): Finding => ({kind, file: Buffer.from(name), message});

async function readWhole(copy: OpenedCopy): Promise<Buffer> {
	const content = Buffer.allocUnsafe(Number(copy.stats.size));
	let end = 0;

	for (let length = -1; length !== 0 && end < content.length; end += length) {
		length = await copy.read(content.subarray(end, end + readSize), end);
	}

	return content.subarray(0, end);
}

/** Reads one of the files that describe a set; a finding says why it cannot be. */
async function readOwn(set: Directory, name: string): Promise<Buffer | Finding> {
	try {
		await using copy = await OpenedCopy.open(set, Buffer.from(name));
		return copy.stats.size <= longestManifest ? await readWhole(copy) : about(name, 'unreadable', 'it is far too long');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return about(name, 'missing', 'missing');
		}

		const cause = error instanceof UnreadableCopyError ? error.cause : error;
		return about(name, 'unreadable', `it cannot be read: ${errorReason(cause)}`);
	}
}

/** Whether `sha256sum -c` would say the same as the manifest. */
async function checkChecksums({directory, files}: OpenedSet): Promise<Finding[]> {
	const content = await readOwn(directory, checksumsName);

	if ('kind' in content) {
		return [content];
	}

	const {sums, badLines} = parseChecksums(content);
	const manifest = await readOwn(directory, manifestName);
	const expected = new Map(files.filter(({record}) => record).map(({file, record}) => [pathKey(file), record!.sha256]));

	if (!('kind' in manifest)) {
		expected.set(manifestName, createHash('sha256').update(manifest).digest('hex'));
	}

	const findings = [...expected].filter(([file, sha256]) => sums.get(file) !== sha256).map(([file]): Finding => ({
		kind: 'checksums',
		file: pathOfKey(file),
		message: sums.has(file)
			? (file === manifestName ? `it is not as it was written: ${checksumsName} has another sum` : `${checksumsName} and ${manifestName} have different sums of it`)
			: `${checksumsName} has no sum of it`,
	}));
	const surplus = [...sums.keys()].filter(file => !expected.has(file));
	return [
		...findings,
		...surplus.map((file): Finding => ({kind: 'checksums', file: pathOfKey(file), message: `${manifestName} does not know it, and ${checksumsName} does`})),
		...(content.length > 0 && content.at(-1) !== newline ? [about(checksumsName, 'checksums', 'its last line is cut short')] : []),
		...(badLines > 0 ? [about(checksumsName, 'checksums', `${formatCount(badLines, 'line')} of it cannot be understood`)] : []),
	];
}

async function checkDirectory({directory}: OpenedSet, destinationOwner: bigint): Promise<Finding[]> {
	const {mode, uid} = await directory.stat();
	return [
		...((mode & forOthers) === 0n ? [] : [{kind: 'mode' as const, message: `others have access to it: its mode is ${(mode & 0o777n).toString(8).padStart(4, '0')}, not 0700`}]),
		...(uid === destinationOwner || uid === BigInt(process.geteuid!()) ? [] : [{kind: 'owner' as const, message: `it belongs to user ${uid}`}]),
	];
}

function findExtra(found: readonly FoundFile[], {files}: OpenedSet): Finding[] {
	const known = new Set(files.flatMap(({file}) => [file, ...parentPaths(file)]).map(file => pathKey(file)));
	const messages = {file: 'not in the manifest', directory: 'a directory that is not in the manifest', other: 'not a regular file'} as const;
	const isExtra = ({file}: FoundFile) => !known.has(pathKey(file)) && !isOwnFile(file);
	return found.filter(file => isExtra(file)).map(({file, kind}) => ({kind: 'extra', file, message: messages[kind]}));
}

export type VerifiedSet = {
	readonly findings: readonly Finding[];
	readonly files: number;
	/** Files that nothing tells anything about. */
	readonly unchecked: number;
};

export type SetCheck = {
	readonly checker: CopyChecker;
	/** Number of copies checked at once. */
	readonly jobs: number;
	/** Told of each copy that has been checked. */
	readonly onFile: () => void;
	/** Owner of the directory that holds the sets. */
	readonly destinationOwner: bigint;
};

/** Which files a set should have, beside their content. */
async function checkInventory(set: OpenedSet, destinationOwner: bigint): Promise<Finding[]> {
	const {state, problems, directory} = set;

	if (state === 'foreign') {
		return [];
	}

	if (state === 'empty') {
		return problems.map(message => ({kind: 'missing', message}));
	}

	const findings = await checkDirectory(set, destinationOwner);

	// Without a sound manifest, there is nothing to compare the files with.
	const content = set.isStaging || problems.length > 0
		? problems.map(message => about(manifestName, 'manifest', message))
		: [...await checkChecksums(set), ...findExtra(await listFound(directory), set)];
	return [...findings, ...content];
}

/** Nothing that this program writes beside the copies has another mode, unless the file system keeps none, as exFAT does. */
async function readPermissions({directory}: OpenedSet, destinationOwner: bigint): Promise<SetPermissions> {
	try {
		const {uid: owner, mode} = await directory.stat();
		const {mode: manifestMode} = await directory.lstat(manifestName);
		return {owner, hasModes: (mode & forOthers) !== 0n || (manifestMode & 0o7777n) === BigInt(privateMode)};
	} catch {
		return {owner: destinationOwner, hasModes: true};
	}
}

/**
Verifies one set: that all the files it should have are there, that each is as it was written and gives what was backed up, that nothing else is
there, and that nobody else could have changed it. A set without a manifest: that its compressed files can be unpacked, as `gzip -t` does.

@throws The signal's reason, once it is aborted.
*/
export async function verifySet(set: OpenedSet, {checker, jobs, onFile, destinationOwner}: SetCheck): Promise<VerifiedSet> {
	const permissions = await readPermissions(set, destinationOwner);
	const inventory = await checkInventory(set, destinationOwner).catch((error: unknown): Finding[] =>
		[{kind: 'unreadable', message: `it cannot be listed: ${errorReason(error)}`}]);
	const checked = set.files.filter(({record, stored}) => record !== undefined || stored !== 'as-is');
	const findings: Finding[][] = [];
	const queue = checked.entries();

	const work = async () => {
		for (const [index, file] of queue) {
			findings[index] = await checker.check(set.directory, file, permissions);
			onFile();
		}
	};

	await Promise.all(Array.from({length: Math.min(atOnce(jobs, descriptorsEach), checked.length)}, work));
	return {findings: [...inventory, ...findings.flat()], files: checked.length, unchecked: set.files.length - checked.length};
}

import {createHash} from 'node:crypto';
import type {Directory} from '../files/directory.ts';
import {pathKey} from '../files/path-key.ts';
import {OpenedCopy, readBlocks} from '../set/copy.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {FarCheck} from './marker.ts';
import {
	type Rclone,
	RemoteError,
	type RemoteFeatures,
	type Transfer,
} from './rclone.ts';

const wantedChecks = ['download', 'hash', 'size'] as const;

/** What is asked for: to read all back, to go by the remote's own checksums, or by sizes alone. */
export type WantedCheck = (typeof wantedChecks)[number];

export const isWantedCheck = (text: string): text is WantedCheck => (wantedChecks as readonly string[]).includes(text);

/** A file that has to be at the remote. */
export type FarFile = {
	/** In the directory of the set there. */
	readonly name: string;
	/** The same in the set here, in bytes. */
	readonly file: Buffer;
	readonly size: number;
	readonly sha256: string;
};

export const toFarFile = ({file, bytesOut: size, sha256}: CopyRecord, names: ReadonlyMap<string, string>): FarFile => ({
	name: names.get(pathKey(file))!, file, size, sha256,
});

/** A file that is not there as it has to be. */
export type FarFinding = {
	readonly file: FarFile;
	/** For a person. */
	readonly message: string;
};

/**
Chooses how what is at a remote is checked: by SHA-256, which it has itself or which is made of what is read back; or as it is `wanted`.

@throws {RemoteError} If the remote has no checksums to go by.
*/
export function chooseCheck({hashes}: RemoteFeatures, wanted: WantedCheck | undefined): FarCheck {
	if (wanted === 'download' || wanted === 'size') {
		return wanted;
	}

	if (hashes.includes('sha256')) {
		return 'sha256';
	}

	if (wanted === undefined) {
		return 'download';
	}

	const hash = (['sha1', 'md5'] as const).find(name => hashes.includes(name));

	if (!hash) {
		throw new RemoteError('the remote has no checksums that could be asked for', {remedy: 'Use --check=download, which reads back what was sent, or --check=size'});
	}

	return hash;
}

/**
Checksums of the copy here.

@param options.hash For a remote that knows no SHA-256.
@param options.onRead Told of the bytes that were read, each time.
*/
export async function sumHere(set: Directory, file: Buffer, {hash = 'sha256', signal, onRead}: {
	readonly hash?: string;
	readonly signal: AbortSignal;
	readonly onRead?: (bytes: number) => void;
}): Promise<{readonly sum: string; readonly sha256: string}> {
	await using copy = await OpenedCopy.open(set, file);
	const sum = createHash(hash);
	const sha256 = createHash('sha256');

	for await (const block of readBlocks(copy, signal)) {
		sum.update(block);
		sha256.update(block);
		onRead?.(block.length);
	}

	return {sum: sum.digest('hex'), sha256: sha256.digest('hex')};
}

export type FarChecking = {
	readonly check: FarCheck;
	/** The directory at the remote. */
	readonly directory: string;
	/** The set here, of which checksums are made where the remote has no SHA-256. */
	readonly set: Directory;
	readonly signal: AbortSignal;
	readonly onTransfer: (transfer: Transfer) => void;
};

async function checkSizes(rclone: Rclone, files: readonly FarFile[], directory: string): Promise<FarFinding[]> {
	const listed = await rclone.list(directory);
	const sizes = new Map(listed.map(({path, size}) => [path, size]));
	return files.filter(({name, size}) => sizes.get(name) !== size).map(file => ({file, message: sizes.has(file.name) ? 'it is not as long there' : 'it is not there'}));
}

/** @returns What is wrong, for a person. */
async function compare({file, sha256}: FarFile, sum: string | undefined, {hash, set, signal}: Pick<FarChecking, 'set' | 'signal'> & {readonly hash: string}): Promise<string | undefined> {
	if (sum === undefined) {
		return 'it is not there, or there is no checksum of it';
	}

	if (hash === 'sha256') {
		return sum === sha256 ? undefined : 'it is not there as it was sent: it has another checksum';
	}

	const here = await sumHere(set, file, {hash, signal});
	return here.sha256 === sha256 ? (here.sum === sum ? undefined : 'it is not there as it was sent: it has another checksum') : 'the copy here is not as it was written';
}

/**
Looks whether files are at a remote as they have to be.

@returns What is not.
@throws {RemoteError} If the remote tells nothing.
*/
export async function checkFar(rclone: Rclone, files: readonly FarFile[], {check, directory, set, signal, onTransfer}: FarChecking): Promise<readonly FarFinding[]> {
	if (check === 'size' || files.length === 0) {
		return files.length === 0 ? [] : checkSizes(rclone, files, directory);
	}

	const isRead = check === 'download';
	const hash = isRead ? 'sha256' : check;
	const own = new Map(files.map(({name, file}) => [name, file]));
	const {sums, complaint} = await rclone.checksums(directory, [...own.keys()], {
		hash,
		isRead,
		onTransfer({bytes, current}) {
			onTransfer({bytes, current: current.map(({name, ...item}) => ({...item, name: typeof name === 'string' ? own.get(name) ?? name : name}))});
		},
	});

	if (sums.size === 0 && complaint !== '') {
		throw new RemoteError(`what is there cannot be checked: ${complaint}`);
	}

	const findings: FarFinding[] = [];

	for (const file of files) {
		const message = await compare(file, sums.get(file.name), {hash, set, signal});

		if (message !== undefined) {
			findings.push({file, message: sums.has(file.name) || complaint === '' ? message : `${message}: ${complaint}`});
		}
	}

	return findings;
}

import type {BigIntStats} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {errorCode, errorReason} from '../files/errors.ts';
import {fileIdentity, identityKey} from '../files/identity.ts';
import {DamagedError} from '../gzip/engine.ts';
import {isLooser} from '../files/metadata.ts';
import {limitsOf} from '../set/intact-copy.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {openCopy, type SetFile} from '../set/open-set.ts';
import {type CopyFacts, sumCopy, type SumOptions} from './sum-copy.ts';
import type {Finding} from './verify-events.ts';

/** Why a copy lets somebody in whom its source does not. Where the file system keeps no modes, it is for the directory of the set to keep others out. */
function explainMode(stats: BigIntStats, record: CopyRecord): string | undefined {
	const mode = Number(stats.mode & 0o7777n);
	const limits = limitsOf(record);
	const isTooMuch = (mode & ~limits.mode) !== 0;
	const isKept = record.unkept?.includes('mode') !== true;

	if (!isKept || !(isTooMuch || isLooser(stats, limits))) {
		return undefined;
	}

	const show = (bits: number) => bits.toString(8).padStart(4, '0');
	const allowed = record.isRestricted ? `${show(limits.mode)}, as its source has an ACL, or may have` : record.source.mode;
	return isTooMuch ? `its mode ${show(mode)} is looser than that of its source, ${allowed}` : `its mode ${show(mode)} lets group ${stats.gid} in, and that of its source is ${limits.gid}`;
}

/** Checks copies against what is known of them. What has several names is read once. */
export class CopyChecker {
	readonly #options: SumOptions;
	readonly #known = new Map<string, Promise<CopyFacts>>();

	constructor(options: SumOptions) {
		this.#options = options;
	}

	/**
	What is wrong with a copy; nothing if it is sound.

	@param owner The user whose set it is.
	@throws The signal's reason, once it is aborted.
	*/
	async check(set: Directory, file: SetFile, owner: bigint): Promise<Finding[]> {
		let handle: FileHandle;

		try {
			handle = await openCopy(set, file.file);
		} catch (error) {
			const isMissing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
			return [{kind: isMissing ? 'missing' : 'unreadable', file: file.file, message: isMissing ? 'it is not there' : errorReason(error)}];
		}

		await using _ = handle;
		const stats = await handle.stat({bigint: true});
		const content = await this.#checkContent(handle, stats, file);
		return [
			...(content ? [{...content, file: file.file}] : []),
			...this.#checkStats(stats, file, owner),
		];
	}

	#checkStats(stats: BigIntStats, {file, record}: SetFile, owner: bigint): Finding[] {
		const mode = record && explainMode(stats, record);
		const isOwn = !record || stats.uid === owner || stats.uid === BigInt(record.source.uid);
		return [
			...(mode === undefined ? [] : [{kind: 'mode' as const, file, message: mode}]),
			...(isOwn ? [] : [{kind: 'owner' as const, file, message: `it belongs to user ${stats.uid}, not to ${record.source.uid} as its source`}]),
		];
	}

	async #checkContent(handle: FileHandle, stats: BigIntStats, file: SetFile): Promise<Finding | undefined> {
		const {record} = file;

		if (record && stats.size !== BigInt(record.bytesOut)) {
			return {kind: 'damaged', message: `it has ${stats.size} bytes and should have ${record.bytesOut}`};
		}

		try {
			const facts = await this.#recall(handle, stats, file);
			const message = record && this.#compare(facts, record);
			return message === undefined ? undefined : {kind: 'damaged', message};
		} catch (error) {
			this.#options.signal.throwIfAborted();
			return error instanceof DamagedError
				? {kind: 'damaged', message: `it cannot be unpacked: ${error.message}`}
				: {kind: 'unreadable', message: `it cannot be read: ${errorReason(error)}`};
		}
	}

	#compare({sha256, content}: CopyFacts, record: CopyRecord): string | undefined {
		if (content && (content.bytes !== record.bytesIn || (record.crc32 !== undefined && content.crc !== record.crc32))) {
			return `it unpacks to ${content.bytes} bytes that are not the ${record.bytesIn} that were backed up`;
		}

		return sha256 === record.sha256 ? undefined : 'it is not as it was written (SHA-256)';
	}

	async #recall(handle: FileHandle, stats: BigIntStats, file: SetFile): Promise<CopyFacts> {
		const key = [identityKey(fileIdentity(stats)), stats.size, stats.mtimeNs, stats.ctimeNs, file.stored, file.record?.bytesIn].join(':');
		const known = this.#known.get(key);

		if (known) {
			this.#options.onBytes(Number(stats.size));
			return known;
		}

		const facts = sumCopy(handle, file, this.#options);

		if (stats.nlink > 1n) {
			this.#known.set(key, facts);
		}

		return facts;
	}
}

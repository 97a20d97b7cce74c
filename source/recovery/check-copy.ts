import type {BigIntStats} from 'node:fs';
import type {Directory} from '../files/directory.ts';
import {errorCode, errorReason} from '../files/errors.ts';
import {fileIdentity, identityKey} from '../files/identity.ts';
import {DamagedError} from '../compression/engine.ts';
import {isLooser} from '../files/metadata.ts';
import {limitsOf} from '../set/intact-copy.ts';
import {UnreadableCopyError, OpenedCopy} from '../set/copy.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {SetFile} from '../set/open-set.ts';
import {compareDay} from './day-content.ts';
import {type CopyFacts, sumCopy, type SumOptions} from './sum-copy.ts';
import type {Finding} from './verify-events.ts';

/** Of permission bits, and of those that change whose rights a program has: what is not the owner's alone. */
const beyondOwner = 0o7077;

/**
Why a copy lets somebody in whom its source does not. That the set's own user may do more than that lets nobody in. Where the file system keeps no modes, it
is for the directory of the set to keep others out.
*/
function explainMode(stats: BigIntStats, record: CopyRecord, {owner}: SetPermissions): string | undefined {
	const mode = Number(stats.mode & 0o7777n);
	const limits = limitsOf(record);
	const isTooMuch = (mode & ~limits.mode & (stats.uid === owner ? beyondOwner : 0o7777)) !== 0;
	const isKept = record.unkept?.includes('mode') !== true;

	if (!isKept || !(isTooMuch || isLooser(stats, limits))) {
		return undefined;
	}

	const show = (bits: number) => bits.toString(8).padStart(4, '0');
	const allowed = record.isRestricted ? `${show(limits.mode)}, as its source has an ACL, or may have` : record.source.mode;
	return isTooMuch ? `its mode ${show(mode)} is looser than that of its source, ${allowed}` : `its mode ${show(mode)} lets group ${stats.gid} in, and that of its source is ${limits.gid}`;
}

/** Facts about a set that its copies are checked by. */
export type SetPermissions = {
	/** The user whose set it is. */
	readonly owner: bigint;
	/** Whether modes say something: not where the file system keeps none, and the set's directory keeps all others out. */
	readonly hasModes: boolean;
};

/** Checks copies against what is known of them. What has several names is read once. */
export class CopyChecker {
	readonly #options: SumOptions;
	readonly #known = new Map<string, Promise<CopyFacts>>();

	constructor(options: SumOptions) {
		this.#options = options;
	}

	/**
	Findings about a copy; none if it is sound. Whatever goes wrong with it is a finding about it.

	@throws The signal's reason, once it is aborted.
	*/
	async check(set: Directory, file: SetFile, permissions: SetPermissions): Promise<Finding[]> {
		let opened: OpenedCopy;

		try {
			opened = await OpenedCopy.open(set, file.file);
		} catch (error) {
			const isMissing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
			return [{kind: isMissing ? 'missing' : 'unreadable', file: file.file, message: isMissing ? 'missing' : errorReason(error)}];
		}

		await using copy = opened;
		const content = await this.#checkContent(copy, file);
		return [
			...(content ? [{...content, file: file.file}] : []),
			...this.#checkStats(copy.stats, file, permissions),
		];
	}

	#checkStats(stats: BigIntStats, {file, record}: SetFile, permissions: SetPermissions): Finding[] {
		const mode = record && permissions.hasModes ? explainMode(stats, record, permissions) : undefined;
		const isOwn = !record || stats.uid === permissions.owner || stats.uid === BigInt(record.source.uid);
		return [
			...(mode === undefined ? [] : [{kind: 'mode' as const, file, message: mode}]),
			...(isOwn ? [] : [{kind: 'owner' as const, file, message: `it belongs to user ${stats.uid}, not to ${record.source.uid} as its source`}]),
		];
	}

	async #checkContent(copy: OpenedCopy, file: SetFile): Promise<Finding | undefined> {
		const {record} = file;
		const {size} = copy.stats;

		if (record && size !== BigInt(record.bytesOut)) {
			return {kind: 'damaged', message: `it has ${size} bytes and should have ${record.bytesOut}`};
		}

		try {
			const facts = await this.#recall(copy, file);
			const message = record && this.#compare(facts, record);
			return message === undefined ? undefined : {kind: 'damaged', message};
		} catch (error) {
			this.#options.signal.throwIfAborted();
			return error instanceof DamagedError
				? {kind: 'damaged', message: `it cannot be unpacked: ${error.message}`}
				: {kind: 'unreadable', message: `it ${error instanceof UnreadableCopyError ? '' : 'cannot be checked: '}${errorReason(error)}`};
		}
	}

	#compare({sha256, content, day}: CopyFacts, record: CopyRecord): string | undefined {
		if (content && (content.bytes !== record.bytesIn || (record.contentChecksum !== undefined && content.checksum !== record.contentChecksum))) {
			return `it unpacks to ${content.bytes} bytes that are not the ${record.bytesIn} that were backed up`;
		}

		return sha256 === record.sha256 ? (day && compareDay(day, record)) : 'it is not as it was written (SHA-256)';
	}

	async #recall(copy: OpenedCopy, file: SetFile): Promise<CopyFacts> {
		const {stats} = copy;
		const key = [identityKey(fileIdentity(stats)), stats.size, stats.mtimeNs, stats.ctimeNs, file.stored, file.record?.bytesIn].join(':');
		const known = this.#known.get(key);

		if (known) {
			this.#options.onBytes(Number(stats.size));
			return known;
		}

		const facts = sumCopy(copy, file, this.#options);

		if (stats.nlink > 1n) {
			this.#known.set(key, facts);
		}

		return facts;
	}
}

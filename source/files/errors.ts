import {getSystemErrorMessage} from 'node:util';
import {capitalize} from '../text/format.ts';
import {systemErrors} from './errnos.ts';

/** Why something failed. */
export type Reason = {
	/** The event and its path: for a person, displayable. */
	readonly message: string;
	/** The system's name of the error (`EACCES`), where it gave one. */
	readonly code?: string;
	/** Advice, as a sentence of its own without a full stop. It may name flags; the message is complete without it. */
	readonly remedy?: string;
};

export type ErrorFacts = {
	readonly code?: string | undefined;
	readonly cause?: unknown;
	readonly remedy?: string | undefined;
};

/** An error that this program knows how to tell a person: the fields of a `Reason`. */
export class ForeseenError extends Error {
	readonly code: string | undefined;
	readonly remedy: string | undefined;

	constructor(message: string, {code, cause, remedy}: ErrorFacts = {}) {
		super(message, {cause});
		this.name = 'ForeseenError';
		this.code = code;
		this.remedy = remedy;
	}
}

/** The source could not be read: it costs that one file, and the run goes on. */
export class SourceError extends ForeseenError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'SourceError';
	}
}

/** The destination takes other copies, but not this one, as it is too large or has a name that cannot be there: it costs that one file, and the run goes on. */
export class RefusedCopyError extends ForeseenError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'RefusedCopyError';
	}
}

/** The destination could not be used: it ends the whole run, because every later file would fail the same way. */
export class DestinationError extends ForeseenError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'DestinationError';
	}

	/** Whether the destination has no room left, for us (`EDQUOT`) or for anyone. */
	get isNoSpace(): boolean {
		return this.code === 'ENOSPC' || this.code === 'EDQUOT';
	}
}

/** The number of a system error, as in errno(3). */
const numberOf = (error: unknown): number | undefined => error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? -error.errno : undefined;

/** The system's name of an error (`ENOENT`), if it is a system error. */
export function errorCode(error: unknown): string | undefined {
	const known = systemErrors.get(numberOf(error) ?? 0);
	const code = known?.[0] ?? (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined);
	return code?.startsWith('Unknown system error') ? undefined : code;
}

/**
The reason for a person, without paths (Node's own messages repeat them raw, escape sequences and all):
`permission denied (EACCES)`.
*/
export function errorReason(error: unknown): string {
	if (error instanceof ForeseenError) {
		return error.message;
	}

	const code = errorCode(error);
	const number = numberOf(error);

	if (number !== undefined) {
		return code === undefined ? `system error ${number}` : `${systemErrors.get(number)?.[1] ?? getSystemErrorMessage(-number)} (${code})`;
	}

	return error instanceof Error ? error.message : String(error);
}

/** Remedy for an error, if it has one. */
export const remedyOf = (error: unknown): string | undefined => error instanceof ForeseenError ? error.remedy : undefined;

/** For an error that says the same in other words: its code and its remedy, and what it came of. */
export const causedBy = (error: unknown): ErrorFacts => ({code: errorCode(error), cause: error, remedy: remedyOf(error)});

/** An error as an event, or a manifest, tells of it. */
export function toReason(error: unknown, message = errorReason(error)): Reason {
	const code = errorCode(error);
	const remedy = remedyOf(error);
	return {message, ...(code !== undefined && {code}), ...(remedy !== undefined && {remedy})};
}

/** Whether somebody is denied something who is not root, and may become that. */
const isDenied = (code: string | undefined): boolean => (code === 'EACCES' || code === 'EPERM') && process.geteuid!() !== 0;

/** The remedy for a source that may not be read, if there is one. */
export const remedyForDenied = (code: string | undefined): Pick<Reason, 'remedy'> => isDenied(code) ? {remedy: 'Run it with sudo'} : {};

/** Turns what a call on the source threw into a `SourceError` with the same reason. */
export const toSourceError = (error: unknown): SourceError =>
	error instanceof SourceError ? error : new SourceError(errorReason(error), {...causedBy(error), remedy: remedyOf(error) ?? remedyForDenied(errorCode(error)).remedy});

/** Turns what a call on the destination threw into a `DestinationError` that says what was tried: `cannot <action>: <reason>`. */
export function toDestinationError(error: unknown, action: string): DestinationError {
	return error instanceof DestinationError
		? error
		: new DestinationError(`cannot ${action}: ${errorReason(error)}`, {...causedBy(error), remedy: remedyOf(error) ?? remedyFor(errorCode(error))});
}

/** Error codes where only this one file asks too much: no reason to think that others would fare the same. */
const ofOneFile: ReadonlySet<string | undefined> = new Set(['EFBIG', 'EOVERFLOW', 'EINVAL', 'ENAMETOOLONG', 'EILSEQ', 'ELOOP']);

/** Turns what a call on one copy threw into a `RefusedCopyError` if it is about that copy alone, else into a `DestinationError`; both say what was tried. */
export function toRefusedCopyError(error: unknown, action: string): RefusedCopyError | DestinationError {
	if (error instanceof RefusedCopyError) {
		return error;
	}

	return ofOneFile.has(errorCode(error)) && !(error instanceof DestinationError)
		? new RefusedCopyError(`the destination does not take its copy: cannot ${action}: ${errorReason(error)}`, causedBy(error))
		: toDestinationError(error, action);
}

/** Does something at the destination; what it throws becomes a `DestinationError`, as of `toDestinationError`. */
export async function atDestination<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		throw toDestinationError(error, action);
	}
}

const anotherPlace = 'or name another place with --dest';
const damaged = `The file system there is damaged: see dmesg, and check it, ${anotherPlace}`;

const remedies: Readonly<Record<string, string>> = {
	ENOSPC: `Free some space there (or inodes, if df -i shows none), ${anotherPlace}`,
	EDQUOT: `Raise the quota, ${anotherPlace}`,
	EROFS: `The file system there is read-only (after an I/O error, perhaps: see dmesg); remount it, ${anotherPlace}`,
	EIO: 'The disk there may be failing: see dmesg',
	EUCLEAN: damaged,
	EBADMSG: damaged,
	ESTALE: `The server has lost it: mount it again, ${anotherPlace}`,
	ENOKEY: `It is encrypted, and its key is not loaded: unlock it, ${anotherPlace}`,
	EMFILE: 'Let it have more files open (ulimit -n), or start it with --jobs 1',
	ENFILE: 'All files together have too many open: see sysctl fs.file-max',
	ENOMEM: 'There is not enough memory: start it with --jobs 1, or let it have more (ulimit -v, MemoryMax)',
};

const attributes = 'look at lsattr -d for a or i (chattr -ai takes them off)';

/** Whoever is not root may become that; root is only denied what a file system denies everybody. */
const denial = () => process.geteuid!() === 0
	? `Even root is denied that: ${attributes}, and whether it is a network or FUSE file system that denies root; ${anotherPlace}`
	: `Run it with sudo, ${anotherPlace}`;

/** The same as `errorReason`, and where to look if it is root that is denied something by an attribute of a file or directory. */
export const errorReasonForRoot = (error: unknown): string => errorCode(error) === 'EPERM' && process.geteuid!() === 0 ? `${errorReason(error)}: ${attributes}` : errorReason(error);

/** The remedy for a directory that cannot be opened: `advice` (`name a directory with --source`), but if it is denied to somebody who is not root, to become that first. */
export function adviseOpening(error: unknown, advice: string): string {
	return isDenied(errorCode(error)) ? `Run it with sudo, or ${advice}` : capitalize(advice);
}

/** Remedy for a system error at the destination. */
function remedyFor(code: string | undefined): string | undefined {
	return code === 'EACCES' || code === 'EPERM' ? denial() : remedies[code ?? ''];
}

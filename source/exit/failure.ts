import {constants} from 'node:os';
import path from 'node:path';
import {
	DestinationError,
	type ErrorFacts,
	errorCode,
	errorReason,
	ForeseenError,
	type Reason,
} from '../files/errors.ts';
import {OutOfMemoryError} from '../compression/free-list.ts';
import type {SetOverview} from '../set/catalog.ts';
import {LockedError} from '../set/lock/lock.ts';
import {
	describeOrigin,
	describeWhose,
	isOf,
	type Whose,
} from '../set/names/provenance.ts';
import {displayText} from '../text/display-name.ts';
import {formatCount} from '../text/format.ts';
import {quoteWord} from '../text/shell.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {exitCodes} from './exit-codes.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

/** The run was asked to stop: the reason of its aborted signal. */
export class Interruption extends ForeseenError {
	readonly signal: StopSignal;

	constructor(signal: StopSignal) {
		// The key is what a person knows; the signal, what a log is searched for.
		super(signal === 'SIGINT' ? `stopped by Ctrl-C (${signal})` : `stopped by ${signal}`);
		this.name = 'Interruption';
		this.signal = signal;
	}
}

/** Today's backup stands already. */
export class AlreadyExistsError extends ForeseenError {
	/**
	@param facts.remark What else is to be said of it.
	*/
	constructor(date: string, {remark, remedy}: {readonly remark?: string; readonly remedy?: string} = {}) {
		super(`Backup for ${date} already exists!${remark === undefined ? '' : ` ${remark}`}`, {remedy});
		this.name = 'AlreadyExistsError';
	}
}

/** The name of today's set is taken, and not by a backup of this host and source: there is none, and none can be made. */
export class SetNameTakenError extends DestinationError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'SetNameTakenError';
	}
}

/** Where a set would be, and whose. */
export type Standpoint = {
	/** Absolute path of the directory that holds the sets. */
	readonly destinationPath: string;
	readonly own: Whose;
};

/**
Tells why the directory with the name of a date's set is not a backup of this host and source.

@returns `undefined` if it is one, or (as it is the old script's, or of a later version) is taken for one.
*/
export function explainTaken({date, state, problem, isVacant, origin}: SetOverview, {destinationPath, own}: Standpoint): SetNameTakenError | undefined {
	const location = path.join(destinationPath, date);

	if (!isOf(origin, own)) {
		return new SetNameTakenError(`the set ${date} in ${displayText(destinationPath)} is of ${describeOrigin(origin!, own)}, and this is ${describeWhose(own)}: nothing was backed up`, {
			remedy: `Give each a directory of its own with --dest${origin!.host === own.host ? '' : `; if this is that host under a new name, say so with --host ${quoteWord(origin!.host)}`}`,
		});
	}

	if (state === 'empty' || state === 'damaged') {
		const remedy = isVacant ? `Remove it: rmdir ${quoteWord(location)}` : `Look at it, then move it elsewhere: mv ${quoteWord(location)} ${quoteWord(`${location}.${state}`)}`;
		return new SetNameTakenError(`${displayText(location)} is in the way, and not a backup that can be relied on: ${problem ?? state}`, {remedy});
	}

	return undefined;
}

/** Says of what stands what can be done about it. */
export const alreadyExists = (existing: SetOverview, standpoint: Standpoint): AlreadyExistsError | SetNameTakenError => {
	const failed = existing.head?.filesFailed ?? 0;
	return explainTaken(existing, standpoint)
		?? new AlreadyExistsError(existing.date, failed > 0 ? {remark: `${formatCount(failed, 'file')} failed`, remedy: `--retry tries ${failed === 1 ? 'it' : 'them'} again`} : {});
};

/** There is nothing to copy, so that a set would be an empty promise. */
export class NothingToDoError extends ForeseenError {
	constructor(message: string) {
		super(message);
		this.name = 'NothingToDoError';
	}
}

/** The documented exit code for what ended a run. */
export function exitCodeFor(error: unknown): number {
	if (error instanceof Interruption) {
		return 128 + constants.signals[error.signal];
	}

	if (error instanceof AlreadyExistsError) {
		return exitCodes.alreadyExists;
	}

	if (error instanceof LockedError) {
		return exitCodes.locked;
	}

	return error instanceof DestinationError && error.isNoSpace ? exitCodes.noSpace : exitCodes.couldNotRun;
}

/** Codes of Node's, zlib's, zstd's and of the system. */
const lacksOfMemory: ReadonlySet<string> = new Set([
	'ENOMEM', 'Z_MEM_ERROR', 'ZSTD_error_memory_allocation', 'ERR_MEMORY_ALLOCATION_FAILED', 'ERR_WORKER_OUT_OF_MEMORY', 'ERR_WORKER_INIT_FAILED',
]);

/**
Whether Node, zlib, zstd or V8 ran out of memory, or cannot make an array of that size. The text of V8's message is read because its `RangeError` has no code.
*/
const isLackOfMemory = (error: unknown): boolean => lacksOfMemory.has(errorCode(error) ?? '')
	|| error instanceof OutOfMemoryError || (error instanceof RangeError && error.message.includes('allocation failed'));

/** An error that ended something, as a person is told of it. One that nobody foresaw is called so, without a stack trace. */
export function describeFailure(error: unknown): Omit<Reason, 'code'> {
	if (error instanceof ForeseenError) {
		return {message: error.message, ...(error.remedy !== undefined && {remedy: error.remedy})};
	}

	return isLackOfMemory(error)
		? {message: 'not enough memory', remedy: 'Start it with --jobs 1 (for gzip, with --engine zlib too), or let it have more (ulimit -v, MemoryMax)'}
		: {message: `internal error: ${displayText(errorReason(error))}`, remedy: 'Please report it'};
}

/** An error of the program as text on standard error, which tells in a log whose it is. `text`: more than one line, perhaps. */
export const errorLine = (text: string): string => `logbackup-tui: ${text}`;

/** The same as text. That today's backup exists is said as the script before said it. */
export function failureText(error: unknown): string {
	const text = withRemedy(describeFailure(error));
	return error instanceof AlreadyExistsError ? text : errorLine(text);
}

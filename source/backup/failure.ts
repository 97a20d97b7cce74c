import {constants} from 'node:os';
import {DestinationError, errorReason, SourceError} from '../files/errors.ts';
import type {ExistingSet} from '../set/existing.ts';
import {LockedError} from '../set/lock.ts';
import {formatCount} from '../text/format.ts';
import {exitCodes} from './exit-codes.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

/** The run was asked to stop: the reason of its aborted signal. */
export class Interruption extends Error {
	readonly signal: StopSignal;

	constructor(signal: StopSignal) {
		super(`stopped by ${signal}`);
		this.name = 'Interruption';
		this.signal = signal;
	}
}

/** Today's backup stands already. */
export class AlreadyExistsError extends Error {
	/**
	@param date
	@param remark What else is to be said of it.
	*/
	constructor(date: string, remark?: string) {
		super(`Backup for ${date} already exists!${remark === undefined ? '' : ` ${remark}`}`);
		this.name = 'AlreadyExistsError';
	}
}

/** Says of a set that stands what can be done about it. */
export const alreadyExists = (date: string, {summary}: ExistingSet): AlreadyExistsError => new AlreadyExistsError(date, summary && summary.filesFailed > 0
	? `${formatCount(summary.filesFailed, 'file')} failed: --retry tries ${summary.filesFailed === 1 ? 'it' : 'them'} again`
	: undefined);

/** There is nothing to copy, so that a set would be an empty promise. */
export class NothingToDoError extends Error {
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

/** What to say of it. An error that nobody foresaw is called so, without a stack trace. */
export function failureMessage(error: unknown): string {
	const isForeseen = error instanceof Interruption || error instanceof AlreadyExistsError || error instanceof NothingToDoError
		|| error instanceof LockedError || error instanceof DestinationError || error instanceof SourceError;
	return isForeseen ? error.message : `internal error: ${errorReason(error)}. Please report it`;
}

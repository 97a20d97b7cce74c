import {
	causedBy,
	DestinationError,
	type ErrorFacts,
	errorCode,
	errorReason,
} from '../files/errors.ts';
import {displayText} from '../text/display-name.ts';

/** Every other file would fail the same way. */
const fatalCodes: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/** The directory that is restored to cannot take any more files: it ends the restoration. */
export class TargetError extends DestinationError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'TargetError';
	}
}

/** Makes a `TargetError` of any error, to end the restoration. `location` is the directory that is restored to. */
export const toTargetError = (error: unknown, location: string): TargetError => error instanceof TargetError
	? error
	: new TargetError(`cannot write to ${displayText(location)}: ${errorReason(error)}`, causedBy(error));

/** Tells what costs one file from what would cost all, and so ends the restoration. */
export const judgeTargetError = (error: unknown, location: string): Error => fatalCodes.has(errorCode(error)) ? toTargetError(error, location) : error as Error;

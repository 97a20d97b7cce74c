import {DestinationError, errorCode, errorReason} from '../files/errors.ts';

/**
The message for standard output that takes nothing, though somebody may read it: a full disk.

@param error The system's.
@param remark What else is to be said then: what was done all the same.
*/
export function unwrittenError(error: unknown, remark?: string): DestinationError {
	const what = `cannot write to standard output: ${errorReason(error)}${remark === undefined ? '' : `. What is missing there: ${remark}`}`;
	return new DestinationError(what, {code: errorCode(error), cause: error});
}

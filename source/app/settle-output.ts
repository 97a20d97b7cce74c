import {exitCodes} from '../exit/exit-codes.ts';
import {exitCodeFor, failureText} from '../exit/failure.ts';
import type {Output} from '../report/output.ts';
import {unwrittenError} from '../report/unwritten.ts';

/**
Waits until all that was written to standard output is there. Whoever keeps it in a file must not take half of it for all: if it could not be
written, that is said on standard error. `code` is the exit code so far; `remark` what was done all the same, to be said then.

@returns The exit code; if that was 0, and not all could be written, another one.
*/
export async function settleOutput({out, error}: {readonly out: Output; readonly error: Output}, code: number, remark?: string): Promise<number> {
	const unwritten = await out.flush();

	if (unwritten === undefined) {
		return code;
	}

	const failure = unwrittenError(unwritten, remark);
	error.write(`${failureText(failure)}\n`);
	return code === exitCodes.done ? exitCodeFor(failure) : code;
}

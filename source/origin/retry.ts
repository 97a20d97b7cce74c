import {setTimeout} from 'node:timers/promises';
import {errorCode, toSourceError} from '../files/errors.ts';

/*
Errors of a source that a moment may cure: a disk or a network that hiccups, a server handle gone stale, descriptors, locks or memory short for a
while. What is denied, missing or damaged stays so.
*/
const passing: ReadonlySet<string> = new Set([
	'EIO',
	'EREMOTEIO',
	'ENOLINK',
	'ETIME',
	'ETIMEDOUT',
	'EAGAIN',
	'EINTR',
	'ERESTART',
	'ESTALE',
	'EMFILE',
	'ENFILE',
	'ENOMEM',
	'ENOBUFS',
	'ENOLCK',
	'ECOMM',
	'ENETRESET',
	'ENETDOWN',
	'ENETUNREACH',
	'EHOSTDOWN',
	'EHOSTUNREACH',
	'ECONNRESET',
	'ECONNABORTED',
]);

/** Milliseconds before each further attempt. */
const pauses = [100, 500] as const;

/**
Runs a call on the source, again if what failed may pass.

@param except Errors that are not worth it this time.
@throws {SourceError} What it failed with last.
*/
export async function withRetries<Result>(call: () => Promise<Result>, except?: ReadonlySet<string>): Promise<Result> {
	for (const pause of pauses) {
		try {
			return await call();
		} catch (error) {
			const code = errorCode(error) ?? '';

			if (!passing.has(code) || except?.has(code)) {
				throw toSourceError(error);
			}
		}

		await setTimeout(pause);
	}

	try {
		return await call();
	} catch (error) {
		throw toSourceError(error);
	}
}

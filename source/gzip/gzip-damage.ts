import {DamagedError} from '../compression/engine.ts';
import {errorCode} from '../files/errors.ts';

/** Turns an error of zlib about the data into a `DamagedError`; returns any other error as it is. */
export function toDamage(error: unknown): unknown {
	const code = errorCode(error);
	return code?.startsWith('Z_') ? new DamagedError('damaged gzip file', {cause: error, isCutShort: code === 'Z_BUF_ERROR'}) : error;
}

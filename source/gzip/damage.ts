import {DamagedError} from '../compression/engine.ts';
import {errorCode} from '../files/errors.ts';

/** What zlib fails with, as damage of the file that was unpacked; all else stays what it is. */
export function toDamage(error: unknown): unknown {
	const code = errorCode(error);
	return code?.startsWith('Z_') ? new DamagedError('damaged gzip file', {cause: error, isCutShort: code === 'Z_BUF_ERROR'}) : error;
}

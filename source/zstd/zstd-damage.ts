import {DamagedError} from '../compression/engine.ts';
import {errorCode} from '../files/errors.ts';

/** Why a file cannot be unpacked that need not be damaged, by the code of Node's error. */
const explanations: Readonly<Record<string, string>> = {
	ZSTD_error_frameParameter_windowTooLarge: 'it looks back further than 128 MiB, which only zstd --long=31 unpacks',
	ZSTD_error_dictionary_wrong: 'it was compressed with a dictionary, which is not in it',
};

/** Turns an error of zstd about the data into a `DamagedError`; returns any other error as it is. */
export function toDamage(error: unknown): unknown {
	const code = errorCode(error) ?? '';
	const isCutShort = code === 'Z_BUF_ERROR';
	// That memory is short says nothing of the file.
	const isDamage = isCutShort || (code.startsWith('ZSTD_error_') && code !== 'ZSTD_error_memory_allocation');
	return isDamage ? new DamagedError(explanations[code] ?? 'damaged zstd file', {cause: error, isCutShort}) : error;
}

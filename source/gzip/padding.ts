import {DamagedError} from '../compression/engine.ts';

const zeros = Buffer.alloc(64 * 1024);

/**
Takes what follows the last member of a gzip file: tapes and some file systems pad with zeros, which gzip ignores; of anything else it warns, and here
the file counts as damaged.

@throws {DamagedError} If there is anything but zeros.
*/
export function refuseGarbage(tail: Buffer): void {
	for (let start = 0; start < tail.length; start += zeros.length) {
		const part = tail.subarray(start, start + zeros.length);

		if (!part.equals(zeros.subarray(0, part.length))) {
			throw new DamagedError('something else follows the gzip data');
		}
	}
}

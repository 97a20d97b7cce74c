import {readSync} from 'node:fs';

/** Reads a file from its beginning: at most as many bytes as the buffer holds; none after exactly `expected`, if that is less: the end is known then. */
export function readUpTo(fd: number, into: Buffer, expected = into.length): number {
	let filled = 0;

	while (filled < into.length && filled !== expected) {
		const length = readSync(fd, into, filled, into.length - filled, filled);

		if (length === 0) {
			break;
		}

		filled += length;
	}

	return filled;
}

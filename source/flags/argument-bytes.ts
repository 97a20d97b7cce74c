import {readFileSync} from 'node:fs';

/** Replacement character for bytes that are not UTF-8. */
const lost = '\u{FFFD}';

/**
The last arguments of the process as bytes: what Node makes text of, losing what is not UTF-8. See proc(5), `/proc/pid/cmdline`. To be asked before the process gets another title,
which takes the place of its arguments.
*/
export function argumentBytes(arguments_: readonly string[]): readonly Buffer[] {
	if (arguments_.every(argument => !argument.includes(lost))) {
		return arguments_.map(argument => Buffer.from(argument));
	}

	const bytes = readFileSync('/proc/self/cmdline');
	const all: Buffer[] = [];

	for (let start = 0; start < bytes.length;) {
		const end = bytes.indexOf(0, start);
		all.push(bytes.subarray(start, end === -1 ? bytes.length : end));
		start = end === -1 ? bytes.length : end + 1;
	}

	return all.slice(-arguments_.length);
}

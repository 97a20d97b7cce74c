import {writeSync} from 'node:fs';
import {version} from '../flags/version.ts';

/** Prints the version without the rest of the program, which takes as long to load as Node. Returns whether it could; if not, the ordinary way tells why. */
export function tellVersion(): boolean {
	try {
		writeSync(1, `${version}\n`);
		return true;
	} catch {
		return false;
	}
}

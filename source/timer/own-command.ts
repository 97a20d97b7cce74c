import {existsSync, realpathSync} from 'node:fs';
import path from 'node:path';
import {refuseUntrusted} from '../files/trusted-file.ts';

/**
The command by which this program is started, as words: that of its package, or else Node and its script.

@throws {UntrustedError} If others could change what root would run every night.
*/
export function ownCommand(): readonly string[] {
	const script = realpathSync(process.argv[1]!);
	const packaged = path.resolve(path.dirname(script), '../../../bin/logbackup-tui');
	const words = existsSync(packaged) ? [packaged] : [process.execPath, script];

	for (const word of words) {
		refuseUntrusted(word);
	}

	return words;
}

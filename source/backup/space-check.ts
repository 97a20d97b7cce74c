import type {Entry} from '../scan/entry.ts';
import {NoSpaceError, type SpaceWatch} from '../set/space.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes} from '../text/format.ts';
import {predictAll, worstCaseOf} from './estimate.ts';
import type {RunOptions} from './run-options.ts';

/**
Compares what the copies can take with what is free. Only where the worst case does not fit are the files looked into, because log text shrinks to
a tenth, and a backup that would easily fit is the one that a server short of space needs.

@param options
@param entries
@param watch `undefined`: the space does not matter.
@throws {NoSpaceError} If they will probably not fit.
@throws {DestinationError} If nothing tells what is free.
*/
export async function refuseWithoutSpace(options: Pick<RunOptions, 'source' | 'destinationPath' | 'level'>, entries: readonly Entry[], watch: SpaceWatch | undefined): Promise<void> {
	if (!watch) {
		return;
	}

	const {free, reserve} = await watch.read();
	const usable = free - reserve;
	const worst = worstCaseOf(entries);

	if (worst <= usable) {
		return;
	}

	const needed = await predictAll(options.source, entries, options.level);

	if (needed > usable) {
		const numbers = `the backup needs about ${formatBytes(needed)}; ${formatBytes(free)} are free, of which ${formatBytes(reserve)} must stay free (--reserve)`;
		const remedy = 'Make room there, name another place with --dest, or try all the same with --no-space-check';
		throw new NoSpaceError(`not enough space in ${displayText(options.destinationPath)}: ${numbers}. ${remedy}`);
	}
}

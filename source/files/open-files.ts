import {readdirSync, readFileSync} from 'node:fs';

/** For what comes beside the files that are counted: directories, pipes to child processes. */
const others = 6;

/** Number of files that this process may yet open, less some for its own needs: `RLIMIT_NOFILE`, which Node raises as far as it goes. */
export function spareDescriptors(): number {
	const limit = Number(/^Max open files +(?<limit>\d+)/mv.exec(readFileSync('/proc/self/limits', 'latin1'))?.groups?.limit ?? 1024);
	return Math.max(0, limit - readdirSync('/proc/self/fd').length - others);
}

/** Number of tasks that may run at once if each has so many files open; at least one. */
export const atOnce = (wanted: number, filesEach: number, spare = spareDescriptors()): number => Math.max(1, Math.min(wanted, Math.floor(spare / filesEach)));

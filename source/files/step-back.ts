import {readdirSync} from 'node:fs';
import {getPriority, setPriority} from 'node:os';
import {loadLibc} from './libc.ts';

/** For ioprio_set(2): one thread, and the class of those who have the disk when nobody else wants it. */
const oneThread = 1;
const idleClass = 3 * (2 ** 13);

/**
Lets other programs have the processors first, and the disk as well where the system's scheduler for it knows classes and koffi is there. All threads that there are, and those they begin, and programs that are started. Nothing is taken back
that somebody has given up already, and where this cannot be done, all goes on as it is.

@param nice 1–19, as for nice(1).
*/
export function stepBack(nice: number): void {
	const libc = loadLibc();

	for (const thread of readdirSync('/proc/self/task').map(Number)) {
		try {
			setPriority(thread, Math.max(getPriority(thread), nice));
			libc?.ioprio_set?.(oneThread, thread, idleClass);
		} catch {
			// It has ended meanwhile, or may not.
		}
	}
}

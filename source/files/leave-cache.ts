import {loadedLibc} from './libc.ts';

/** Advice for posix_fadvise(2). */
const notNeeded = 4;

/**
Takes what is on disk of a file out of the system's memory: what a backup has written is not read soon, and would push out what others read. Without
koffi it stays there, until the system needs the room.
*/
export function leaveCache(fd: number): void {
	try {
		loadedLibc()?.posix_fadvise(fd, 0, 0, notNeeded);
	} catch {
		// Advice.
	}
}

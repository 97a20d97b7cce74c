import {createRequire} from 'node:module';
import {isMainThread} from 'node:worker_threads';
import type koffi from 'koffi';

let loaded: typeof koffi | undefined;

/**
Loads koffi, which calls functions of shared libraries: those of libc are declared in `libc.ts`, others where they are used. On the main thread alone:
loaded in a worker thread it crashes the process when that one is ended, and calls that run on libuv's thread pool crash it from there, too.
Through `require`, which takes a fifth less time here than an import.

@throws {Error} If it is not installed, does not fit this system, or this is a worker thread.
*/
export function loadKoffi(): typeof koffi {
	if (!isMainThread) {
		throw new Error('koffi is for the main thread alone');
	}

	loaded ??= createRequire(import.meta.url)('koffi') as typeof koffi;
	return loaded;
}

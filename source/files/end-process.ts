import {loadedLibc} from './libc.ts';

/**
Ends the process without Node taking itself apart first: _exit(2), to be called when all is written. Does nothing unless libc was loaded, as every run
does that gets as far as asking for the lock.

While Node takes itself apart, signals have their default effect again: one that comes then would make a failure of a run that is done. And
`process.exit()`, which leaves that out, waits for V8's threads: one of them that is just compiling and has no memory left waits in turn for the main
thread, for ever.
*/
export function endProcess(code: number): void {
	loadedLibc()?._exit(code);
}

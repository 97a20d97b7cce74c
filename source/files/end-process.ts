/*
The end of a process without Node taking itself apart first: _exit(2), from libc through koffi.

While Node takes itself apart, signals have their default effect again: one that comes then would make a failure of a run that is done. And
`process.exit()`, which leaves that out, waits for V8's threads: one of them that is just compiling and has no memory left waits in turn for the main
thread, for ever.
*/
type End = (code: number) => unknown;

let end: End | undefined;

/** Makes `endProcess` possible, where koffi is installed. A run has loaded it before, and this takes no time then. */
export async function prepareEnd(): Promise<void> {
	try {
		const {default: koffi} = await import('koffi');
		end = koffi.load(null).func('void _exit(int status)');
	} catch {
		// Then it ends as any other program of Node's.
	}
}

/** Ends the process, to be called when all is written; does nothing unless that was prepared. */
export function endProcess(code: number): void {
	end?.(code);
}

import Module from 'node:module';

type Resolve = (name: string, ...rest: unknown[]) => string;
const internals = Module as unknown as {_resolveFilename: Resolve};

/** Hides koffi from this process, before anything has loaded it: what is tested then works as where it is not installed. */
export function hideKoffi(): void {
	const resolve = internals._resolveFilename;
	internals._resolveFilename = (name, ...rest) => resolve(name === 'koffi' ? 'koffi-is-not-here' : name, ...rest);
}

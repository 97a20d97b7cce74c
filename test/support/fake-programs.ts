import fs from 'node:fs/promises';
import type {TestContext} from 'node:test';
import type {Place} from './set-fixtures.ts';

/** Where programs are looked for, until the end of the test, or the next call. */
export function setPath(t: TestContext, directories: string): void {
	const {PATH} = process.env;
	process.env.PATH = directories;
	t.after(() => {
		process.env.PATH = PATH;
	});
}

/** Puts a program of that name, a shell script, before all others, until the end of the test. */
export async function fakeProgram(t: TestContext, place: Place, name: string, script: string): Promise<void> {
	await place.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
	await fs.chmod(place.at('bin', name), 0o755);
	setPath(t, `${place.at('bin')}:${process.env.PATH}`);
}

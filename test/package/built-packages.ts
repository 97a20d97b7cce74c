import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {run} from '../support/run.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** Packages that are there already, to be tested in place of quickly compressed ones: a directory. */
const given = process.env.LOGBACKUP_PACKAGES;

/** Whether they are compressed as those that are given to others. */
export const isRelease: boolean = given !== undefined;

export const work: string = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-package-test-'));

/** Where they are, once they are built. */
export const packages: string = given ?? path.join(work, 'packages');

export async function buildPackages(): Promise<void> {
	if (given === undefined) {
		await run('npm', ['run', '--silent', 'package', '--', '--fast', '--out', packages], {cwd: repository, env: {PATH: process.env.PATH ?? ''}});
	}
}

/** The one package whose name ends so. */
export async function packageFile(ending: string): Promise<string> {
	const names = await fs.readdir(packages);
	const found = names.filter(name => name.endsWith(ending));

	if (found.length !== 1) {
		throw new Error(`${packages} has ${found.length} packages …${ending}`);
	}

	return path.join(packages, found[0]!);
}

/** Runs a script of a shell with what it is about as `$1`, `$2`. */
export const shell = async (script: string, ...words: readonly string[]) => run('bash', ['-euo', 'pipefail', '-c', script, 'bash', ...words]);

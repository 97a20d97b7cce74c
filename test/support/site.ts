import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {check, type Facts} from './checker.ts';
import {exists} from './files.ts';
import {
	type Finished,
	program,
	run,
	type RunOptions,
} from './run.ts';
import {type Sandbox, someDate} from './sandbox.ts';

/** Where a run takes from and puts: a sandbox, or one with another destination. */
export type Site = Pick<Sandbox, 'root' | 'source' | 'destination' | 'env'>;

export const siteAt = ({root, source, env}: Site, destination: string): Site => ({
	root, source, env, destination,
});

export const stagingOf = ({destination}: Site): string => path.join(destination, `.${someDate}.partial`);
export const setOf = ({destination}: Site): string => path.join(destination, someDate);

/** The arguments of a run that asks nothing. */
export const runArgs = ({source, destination}: Site, args: readonly string[] = [], date: string = someDate): string[] =>
	[program, '--source', source, '--dest', destination, '--date', date, '--yes', ...args];

/** Runs the program under test, which need not be the built one, to its end. */
export const backUp = async (site: Site, args: readonly string[] = [], options: RunOptions = {}): Promise<Finished> =>
	run(process.execPath, runArgs(site, args), {cwd: site.root, ...options, env: {...site.env, ...options.env}});

/** As `backUp`, traced by strace with these flags, on one thread beside the main one, as strace counts calls by thread. Resolves with the trace too. */
export async function backUpTraced(site: Site, strace: readonly string[], args: readonly string[] = [], {code}: Pick<RunOptions, 'code'> = {}): Promise<Finished & {readonly trace: string}> {
	const file = path.join(site.root, 'trace');
	const finished = await run('strace', ['-f', '-y', '-qq', '--seccomp-bpf', '-o', file, ...strace, '--', process.execPath, ...runArgs(site, args)], {
		cwd: site.root,
		env: {UV_THREADPOOL_SIZE: '1', ...site.env},
		...(code !== undefined && {code}),
	});
	return {...finished, trace: await fs.readFile(file, 'latin1')};
}

/** The descriptors that a program may have the directory open as through which it reaches a name. */
const descriptors = Array.from({length: 61}, (_, index) => index + 3);

/** Strace's flags for calls that take the path of something in an opened directory. */
export const reaching = (name: string): string[] => descriptors.flatMap(descriptor => ['-P', `/proc/self/fd/${descriptor}/${name}`]);

/** The independent checker's judgement. */
export const judge = async ({source, destination}: Site, ...flags: readonly string[]): Promise<Facts> => check({source, destination, flags});

/** The checker finds nothing that breaks a promise. Resolves with what there is. */
export async function assertSound(site: Site, ...flags: readonly string[]): Promise<Facts> {
	const facts = await judge(site, ...flags);
	assert.deepEqual(facts.violations, []);
	return facts;
}

/** Sets and staging in a destination, and what else is there but the lock and how the last run ended; sorted. None if it is not there. */
export const namesIn = async (directory: string): Promise<string[]> => await exists(directory)
	? (await fs.readdir(directory)).filter(name => name !== '.lock' && name !== '.last-run.json').toSorted()
	: [];

const hideKoffi = `import {hideKoffi} from ${JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, 'without-koffi.ts')))}; hideKoffi();`;

/** What a process that runs the program has in its environment, so that it runs as where koffi is not installed. */
export const withoutKoffi = {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hideKoffi)}`} as const;

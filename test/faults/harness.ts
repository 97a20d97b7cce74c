import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {TestContext} from 'node:test';
import {pathToFileURL} from 'node:url';
import {type Sandbox, someDate} from '../support/sandbox.ts';
import {
	type Ending,
	type Finished,
	mustEnd,
	program,
	run,
	type RunOptions,
} from '../support/run.ts';
import {exists, makeLaced, until} from '../support/files.ts';
import {closingInherited} from '../support/closing-inherited.ts';
import {cleanEnvironment} from '../support/environment.ts';
import {check, type Facts} from './checker.ts';

async function isInstalled(tool: string): Promise<boolean> {
	// Not all users have it in their PATH.
	const {code} = await run('bash', ['-c', 'command -v "$1"', 'bash', tool], {code: 'any', env: {PATH: `${process.env.PATH}:/usr/sbin:/sbin`}});
	return code === 0;
}

/** Whether a test can be done here. If not, it is skipped aloud. `needs`: `root`, and names of programs. */
export async function canDo(t: TestContext, ...needs: readonly string[]): Promise<boolean> {
	for (const need of needs) {
		if (need === 'root' ? process.geteuid!() !== 0 : !await isInstalled(need)) {
			t.skip(`needs ${need}: ${need === 'root' ? 'it mounts, traces, or gives files away' : 'not installed'}`);
			return false;
		}
	}

	return true;
}

/** A program that runs while the test goes on. */
export type Launched = {
	/** Of the program itself: nothing stands between. */
	readonly pid: number;
	/** Waits for its end, and throws if that is another than expected, by default code 0. */
	readonly end: (expected?: Ending) => Promise<Finished>;
	/** What it has written to standard output so far. */
	readonly output: () => string;
};

export function launch(command: string, args: readonly string[], {env, cwd}: RunOptions = {}): Launched {
	const child = spawn(...closingInherited(command, args), {env: {...cleanEnvironment(), ...env}, cwd, stdio: ['ignore', 'pipe', 'pipe']});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
		stdout += chunk;
	});
	child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
		stderr += chunk;
	});
	const finish = async (): Promise<Finished> => {
		const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
		return {
			code, signal, stdout, stderr,
		};
	};

	const finished = finish();
	return {
		pid: child.pid!,
		output: () => stdout,
		async end(expected = 0) {
			const result = await finished;
			mustEnd([command, ...args], result, expected);
			return result;
		},
	};
}

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

/** The name of the file that keeps a `HeldRun` busy. */
export const heldName = 'huge.log';

/** Large enough to be read for long after any test has given up; of zeros, so that it takes hardly any space here and in the backup. */
const heldSize = 64 * (2 ** 30);
const heldStride = 2 ** 24;

/** When so much has been read, most of it is of that file, for the others are small. */
const heldRead = 8e6;

/**
A run that is in the middle for as long as the test wants: it reads a file of many gigabytes, until that is cut off. The largest file comes
first; with one job, all others wait for it, and with two they are copied meanwhile. When it is started, all files have been listed.
*/
export class HeldRun {
	static async start(site: Site, args: readonly string[] = [], {jobs = 1}: {readonly jobs?: number} = {}): Promise<HeldRun> {
		const file = path.join(site.source, heldName);
		await fs.writeFile(file, '', {mode: 0o640});
		await makeLaced(file, heldSize, heldStride);
		const launched = launch(process.execPath, runArgs(site, ['--level=1', `--jobs=${jobs}`, ...args]), {cwd: site.root, env: site.env});
		const held = new HeldRun(site, launched);
		await until('the run to open the file that holds it', async () => held.#hasOpened());
		const before = await bytesRead(launched.pid);
		await until('the run to read that file', async () => held.#hasRead(before + heldRead));
		return held;
	}

	readonly pid: number;
	readonly end: Launched['end'];
	readonly output: () => string;
	readonly #site: Site;
	#hasEnded = false;

	private constructor(site: Site, launched: Launched) {
		this.#site = site;
		this.pid = launched.pid;
		this.output = launched.output;
		this.end = launched.end;
		void this.#watch();
	}

	/** Waits until so many copies stand in staging under their final names. Resolves with their names. */
	async copies(count: number): Promise<string[]> {
		return until(`${count} complete copies`, async () => {
			await this.#mustGoOn();
			const names = (await fs.readdir(stagingOf(this.#site))).filter(name => name !== '.logbackup');
			return names.length >= count && names;
		});
	}

	/** Lets it go on to its end. */
	async release(expected?: Ending): Promise<Finished> {
		await fs.truncate(path.join(this.#site.source, heldName));
		return this.end(expected);
	}

	/** Ends it by a signal. */
	async kill(signal: NodeJS.Signals): Promise<Finished> {
		process.kill(this.pid, signal);
		return this.end(signal);
	}

	async #watch(): Promise<void> {
		await this.end('any');
		this.#hasEnded = true;
	}

	async #hasOpened(): Promise<boolean> {
		await this.#mustGoOn();
		return isOpen(this.pid, path.join(this.#site.source, heldName));
	}

	async #hasRead(bytes: number): Promise<boolean> {
		await this.#mustGoOn();
		return await bytesRead(this.pid) >= bytes;
	}

	async #mustGoOn(): Promise<void> {
		if (this.#hasEnded) {
			throw new Error(`the run ended too early: ${JSON.stringify(await this.end('any'))}`);
		}
	}
}

/** What a process has read so far, in bytes: see proc(5), `/proc/pid/io`. */
async function bytesRead(pid: number): Promise<number> {
	const {rchar} = /^rchar: (?<rchar>\d+)$/mv.exec(await fs.readFile(`/proc/${pid}/io`, 'utf8'))!.groups!;
	return Number(rchar);
}

/** Whether a process has a file open. */
export async function isOpen(pid: number, file: string): Promise<boolean> {
	for (const descriptor of await fs.readdir(`/proc/${pid}/fd`)) {
		try {
			if (await fs.readlink(`/proc/${pid}/fd/${descriptor}`) === file) {
				return true;
			}
		} catch {
			// Closed just now.
		}
	}

	return false;
}

const mounted = new Set<string>();

/** Nothing stays mounted, however a test ends; lazily, as there may still be a run on it. */
async function unmount(place: string): Promise<void> {
	const {code} = await run('umount', [place], {code: 'any'});

	if (code !== 0) {
		await run('umount', ['--lazy', place], {code: 'any'});
	}

	mounted.delete(place);
}

for (const event of ['exit', 'SIGTERM', 'SIGINT'] as const) {
	process.once(event, () => {
		for (const place of mounted) {
			process.getBuiltinModule('node:child_process').spawnSync('umount', ['--lazy', place]);
		}

		if (event !== 'exit') {
			process.kill(process.pid, event);
		}
	});
}

export type VolumeKind = 'tmpfs' | 'ext4';

/** A small file system, mounted in a sandbox. */
export class Volume {
	/**
	@param size In MiB.
	@param flags More of mkfs.
	*/
	static async create(sandbox: Sandbox, kind: VolumeKind, size: number, flags: readonly string[] = []): Promise<Volume> {
		const place = path.join(sandbox.root, `volume-${kind}`);
		const image = `${place}.image`;
		await fs.mkdir(place, {mode: 0o700});

		if (kind === 'ext4') {
			await fs.writeFile(image, '');
			await fs.truncate(image, size * 1024 * 1024);
			await this.#mustDo('mkfs.ext4', ['-q', '-m', '0', ...flags, image]);
		}

		const volume = new Volume(place, kind === 'tmpfs' ? ['-t', 'tmpfs', '-o', `size=${size}m,mode=0700`, 'tmpfs'] : ['-o', 'loop', image]);
		await volume.mount();
		return volume;
	}

	static async #mustDo(command: string, args: readonly string[]): Promise<void> {
		const {code, stderr} = await run(command, args, {env: {PATH: `${process.env.PATH}:/usr/sbin:/sbin`}});

		if (code !== 0) {
			throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
		}
	}

	readonly place: string;
	readonly #what: readonly string[];

	private constructor(place: string, what: readonly string[]) {
		this.place = place;
		this.#what = what;
	}

	/** A destination on it, to be made by the run: comes after a sandbox's own, and wins. */
	get destination(): string {
		return path.join(this.place, 'backups');
	}

	async mount(): Promise<void> {
		await Volume.#mustDo('mount', [...this.#what, this.place]);
		mounted.add(this.place);
	}

	async unmount(): Promise<void> {
		await Volume.#mustDo('umount', [this.place]);
		mounted.delete(this.place);
	}

	async remount(options: string): Promise<void> {
		await Volume.#mustDo('mount', ['-o', `remount,${options}`, this.place]);
	}

	/** Free for an ordinary user, in bytes. */
	async free(): Promise<number> {
		const {bavail, bsize} = await fs.statfs(this.place);
		return bavail * bsize;
	}

	/** Another process uses up space, until so many bytes are free. */
	async fill(free: number): Promise<void> {
		await Volume.#mustDo('fallocate', ['-l', String(await this.free() - free), path.join(this.place, 'somebody-elses')]);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (mounted.has(this.place)) {
			await unmount(this.place);
		}
	}
}

/** Sets and staging in a destination, and what else is there but the lock and how the last run ended; sorted. None if it is not there. */
export const namesIn = async (directory: string): Promise<string[]> => await exists(directory)
	? (await fs.readdir(directory)).filter(name => name !== '.lock' && name !== '.last-run.json').toSorted()
	: [];

const hideKoffi = `import {hideKoffi} from ${JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, '../set/without-koffi.ts')))}; hideKoffi();`;

/** What a process that runs the program has in its environment, so that it runs as where koffi is not installed. */
export const withoutKoffi = {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hideKoffi)}`} as const;

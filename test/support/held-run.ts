import fs from 'node:fs/promises';
import path from 'node:path';
import {makeLaced, until} from './files.ts';
import {isOpen, launch, type Launched} from './launch.ts';
import type {Ending, Finished} from './run.ts';
import {runArgs, type Site, stagingOf} from './site.ts';

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

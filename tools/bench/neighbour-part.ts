/* What a backup does to a service on the same host, beside what others do to it. */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {writeLog, writeLogs} from './corpus.ts';
import {median} from './measure.ts';
import type {Part} from './parts.ts';
import {
	isInstalled,
	libdeflate,
	ours,
	type Program,
	tarPigz,
	tarZstd,
} from './programs.ts';
import {row} from './table.ts';

/** How long the service is watched each time, in seconds. */
const watched = 8;

/** A program that backs up the same again and again, until it is ended. */
class Again implements AsyncDisposable {
	readonly #source: string;
	readonly #scratch: string;
	readonly #program: Program;
	readonly #work: Promise<void>;
	#isEnded = false;
	#end: (() => void) | undefined;

	constructor(program: Program, source: string, scratch: string) {
		this.#program = program;
		this.#source = source;
		this.#scratch = scratch;
		this.#work = this.#run();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#isEnded = true;
		this.#end?.();
		await this.#work;
	}

	async #run(): Promise<void> {
		while (!this.#isEnded) {
			rmSync(this.#scratch, {recursive: true, force: true});
			mkdirSync(this.#scratch);
			const [name, ...words] = this.#program.command(this.#source, this.#scratch);
			const child = spawn(name!, words, {stdio: 'ignore', detached: true});
			this.#end = () => {
				process.kill(-child.pid!, 'SIGKILL');
			};

			await once(child, 'close');
			this.#end = undefined;
		}
	}
}

/** The service's 99th percentile, in milliseconds. */
async function watch(file: string): Promise<number> {
	const child = spawn('python3', [path.join(import.meta.dirname, 'neighbour.py'), file, String(watched)], {stdio: ['ignore', 'pipe', 'inherit']});
	const [chunks] = await Promise.all([child.stdout.toArray() as Promise<Buffer[]>, once(child, 'close')]);
	return Number(Buffer.concat(chunks).toString());
}

export const neighbourPart: Part = {
	name: 'neighbour',
	title: 'A service on the same host: requests of one random read of 4 KiB from the disk and 1 ms of CPU',
	async run(directory, runs) {
		const source = path.join(directory, 'logs');
		const file = path.join(directory, 'data');
		await writeLogs(source, {files: 70, bytes: 1e9});
		await writeLog(file, 2e8, 1);
		spawnSync('sync');
		const polite = ours();
		const programs = [polite, ours('--nice', '0'), tarPigz, tarZstd, libdeflate].filter(program => isInstalled(program));
		const taken = new Map<Program | undefined, number[]>([undefined, ...programs].map(program => [program, []]));

		for (let run = 0; run < runs; run++) {
			for (const [program, values] of taken) {
				await using _beside = program && new Again(program, source, path.join(directory, 'out'));
				values.push(await watch(file));
			}
		}

		const alone = median(taken.get(undefined)!);
		const ratio = (program: Program) => median(taken.get(program)!) / alone;
		return {
			tables: [[
				row(['beside it', '99th percentile, ms', '÷ alone']),
				row(['---', '---:', '---:']),
				row(['nothing', alone.toFixed(2), '1.00']),
				...programs.map(program => row([program.name, median(taken.get(program)!).toFixed(2), ratio(program).toFixed(2)])),
			].join('\n')],
			goals: programs.includes(tarPigz)
				? [{
					name: '÷ alone, beside a run ÷ the same beside tar | pigz', value: ratio(polite) / ratio(tarPigz), direction: 'at most', limit: 0.5,
				}]
				: [],
		};
	},
};

import {
	appendFileSync,
	mkdirSync,
	readdirSync,
	renameSync,
} from 'node:fs';
import path from 'node:path';
import {compare, runOnce, sizeOf} from './compare.ts';
import {
	logText,
	writeCompressed,
	writeLog,
	writeLogs,
	writeSparse,
	writeTiny,
} from './corpus.ts';
import {journalPart} from './journal-parts.ts';
import {measure, median} from './measure.ts';
import {neighbourPart} from './neighbour-part.ts';
import {
	cat,
	copy,
	gzip,
	libdeflate,
	library,
	node,
	original,
	ours,
	pigz,
	type Program,
	tarPigz,
	tarZstd,
} from './programs.ts';
import {type Goal, resultTable} from './table.ts';
import {confirmedRun} from './terminal-run.ts';

export type Part = {
	readonly name: string;
	readonly title: string;
	/** Makes its files in `directory`, and measures. */
	readonly run: (directory: string, runs: number) => Promise<{readonly tables: readonly string[]; readonly goals: readonly Goal[]}>;
};

const mega = 1e6;
const zlib = ours('--engine', 'zlib');
const unverified = ours('--no-verify');
const unverifiedZlib = ours('--engine', 'zlib', '--no-verify');
const all = ours();
const zstd = ours('--format', 'zstd');

/** The goals for a first run, by the medians in `results`. */
function firstRunGoals(results: ReturnType<typeof compare>): Goal[] {
	const ratio = (one: Program, other: Program, figure: 'wall' | 'cpu' | 'output') => {
		const numerator = results.get(one);
		const denominator = results.get(other);
		return numerator && denominator ? [numerator[figure] / denominator[figure]] : [];
	};

	const goal = (name: string, values: readonly number[], direction: Goal['direction'], limit: number): Goal[] => values.map(value => ({
		name, value, direction, limit,
	}));

	return [
		...goal('wall ÷ libdeflate-gzip, two at a time', ratio(all, libdeflate, 'wall'), 'at most', 1.2),
		...goal('CPU ÷ libdeflate-gzip', ratio(all, libdeflate, 'cpu'), 'at most', 1.18),
		...goal('times faster than the script', ratio(original, all, 'wall'), 'at least', 5),
		...goal('output ÷ pigz', ratio(all, pigz, 'output'), 'at most', 1),
		...goal('output ÷ the script', ratio(all, original, 'output'), 'at most', 1.01),
		...goal('CPU ÷ gzip', ratio(all, gzip, 'cpu'), 'at most', 0.6),
		...goal('zlib only: wall ÷ pigz', ratio(zlib, pigz, 'wall'), 'at most', 0.85),
		...goal('zlib only: output ÷ pigz', ratio(zlib, pigz, 'output'), 'at most', 1),
		...goal('zstd: wall ÷ tar | zstd', ratio(zstd, tarZstd, 'wall'), 'at most', 1.5),
		...goal('zstd: CPU ÷ tar | zstd', ratio(zstd, tarZstd, 'cpu'), 'at most', 1.5),
		...goal('zstd: output ÷ tar | zstd', ratio(zstd, tarZstd, 'output'), 'at most', 1.05),
		...goal('zstd: CPU ÷ gzip', ratio(zstd, all, 'cpu'), 'at most', 0.45),
		...goal('zstd: output ÷ gzip', ratio(zstd, all, 'output'), 'at most', 0.75),
	];
}

/** What rotation does over night: every number goes up by one, and the log itself becomes the first. */
function rotate(directory: string): void {
	for (let number = 9; number >= 0; number--) {
		for (const name of readdirSync(directory)) {
			const {log, old} = /^(?<log>app-\d+\.log)(?:\.(?<old>\d+))?$/v.exec(name)?.groups ?? {};

			if (log !== undefined && Number(old ?? 0) === number) {
				renameSync(path.join(directory, name), path.join(directory, `${log}.${number + 1}`));
			}
		}
	}
}

export const parts: readonly Part[] = [
	{
		name: 'logs',
		title: '200 MB of logs in 70 files',
		async run(directory, runs) {
			const source = path.join(directory, 'logs');
			await writeLogs(source, {files: 70, bytes: 200 * mega});
			const programs = [
				all,
				unverified,
				zlib,
				unverifiedZlib,
				ours('--level', '1'),
				ours('--level', '9'),
				ours('--engine', 'zlib', '--level', '1'),
				ours('--engine', 'zlib', '--level', '9'),
				zstd,
				ours('--format', 'zstd', '--no-verify'),
				ours('--format', 'zstd', '--level', '1'),
				ours('--format', 'zstd', '--level', '6'),
				ours('--format', 'zstd', '--level', '9'),
				tarZstd,
				libdeflate,
				library,
				pigz,
				gzip,
				tarPigz,
				original,
				cat,
			];
			const results = compare({source, programs, runs}, directory);
			return {tables: [resultTable(results, libdeflate)], goals: firstRunGoals(results)};
		},
	},
	{
		name: 'large',
		title: 'One file of 2 GB',
		async run(directory, runs) {
			const source = path.join(directory, 'logs');
			const small = path.join(directory, 'small');
			mkdirSync(source);
			mkdirSync(small);
			await writeLog(path.join(source, 'app.log'), 2000 * mega, 1);
			await writeLog(path.join(small, 'app.log'), 200 * mega, 1);
			const fewer = Math.min(runs, 3);
			const results = compare({
				source, runs: fewer, programs: [all, unverified, zlib, unverifiedZlib, libdeflate, pigz, gzip, original, cat], once: new Set([original, gzip]),
			}, directory);
			const smaller = compare({source: small, runs: fewer, programs: [all, zlib]}, directory);
			const memory = [all, zlib].flatMap((program): Goal[] => {
				const large = results.get(program)!.memory / mega;
				return [
					{
						name: `${program.name}: peak memory, MB`, value: large, direction: 'at most', limit: 90,
					},
					{
						name: `${program.name}: more memory than for 200 MB, MB`, value: large - (smaller.get(program)!.memory / mega), direction: 'at most', limit: 10,
					},
				];
			});
			return {tables: [resultTable(results, libdeflate)], goals: [...firstRunGoals(results), ...memory]};
		},
	},
	{
		name: 'tiny',
		title: '10,000 files of 1 KB',
		async run(directory, runs) {
			const source = path.join(directory, 'logs');
			writeTiny(source, 10_000);
			const results = compare({source, programs: [all, unverified, zlib, copy, tarPigz], runs}, directory);
			const {wall, memory} = results.get(all)!;
			return {
				tables: [resultTable(results, copy)],
				goals: [
					{
						name: 'wall ÷ cp -rp and sync -f', value: wall / results.get(copy)!.wall, direction: 'at most', limit: 1.5,
					},
					{
						name: 'peak memory, MB', value: memory / mega, direction: 'at most', limit: 110,
					},
				],
			};
		},
	},
	{
		name: 'many',
		title: 'Memory of 50,000 and of 200,000 files of 1 KB',
		async run(directory) {
			const goals = [[50_000, 130], [200_000, 220]].map(([count, limit]): Goal => {
				const source = path.join(directory, `files-${count}`);
				writeTiny(source, count!);
				return {
					name: `${count} files: peak memory, MB`, value: runOnce(all, source, directory).memory / mega, direction: 'at most', limit: limit!,
				};
			});
			return {tables: [], goals};
		},
	},
	{
		name: 'five',
		title: 'Five small files',
		async run(directory, runs) {
			const source = path.join(directory, 'logs');
			writeTiny(source, 5);
			const results = compare({source, programs: [all, node], runs: 3 * runs}, directory);
			return {
				tables: [resultTable(results, node)],
				goals: [{
					name: 'wall, ms', value: results.get(all)!.wall * 1000, direction: 'at most', limit: 90,
				}],
			};
		},
	},
	{
		name: 'other',
		title: 'Files that are compressed already, and a sparse file of 1 GB',
		async run(directory, runs) {
			const source = path.join(directory, 'logs');
			writeCompressed(source, {files: 40, bytes: 20 * mega});
			writeSparse(source, 1000 * mega);
			const results = compare({source, programs: [all, unverified, zlib, libdeflate, pigz, gzip], runs}, directory);
			return {tables: [resultTable(results, libdeflate)], goals: []};
		},
	},
	{
		name: 'second-day',
		title: 'The second day: 2 GB in 70 files, 95 % of the bytes unchanged, all renamed by rotation',
		async run(directory, runs) {
			const shares: Array<{readonly wall: number; readonly disk: number}> = [];

			for (let run = 0; run < Math.min(runs, 3); run++) {
				const source = path.join(directory, `logs-${run}`);
				const destination = path.join(directory, `out-${run}`);
				mkdirSync(destination);
				await writeLogs(source, {files: 70, bytes: 2000 * mega});
				const first = measure(ours('--date', '2026-03-14').command(source, destination));
				const before = sizeOf(destination, true);
				rotate(source);
				appendFileSync(path.join(source, 'app-000.log'), logText(105 * mega, 1000 + run));
				const second = measure(ours('--date', '2026-03-15').command(source, destination));
				shares.push({wall: second.wall / first.wall, disk: (sizeOf(destination, true) - before) / before});
			}

			return {
				tables: [],
				goals: [
					{
						name: 'wall ÷ first day', value: median(shares.map(({wall}) => wall)), direction: 'at most', limit: 0.06,
					},
					{
						name: 'new disk use ÷ first day', value: median(shares.map(({disk}) => disk)), direction: 'at most', limit: 0.052,
					},
				],
			};
		},
	},
	{
		name: 'screen',
		title: 'Watched on the screen (80x24) against --yes, 200 MB of logs',
		async run(directory, runs) {
			const source = path.join(directory, 'logs');
			await writeLogs(source, {files: 70, bytes: 200 * mega});
			const ratios: number[] = [];

			for (let run = 0; run < runs; run++) {
				const {wall} = runOnce(all, source, directory);
				ratios.push(await confirmedRun(source, path.join(directory, `screen-${run}`)) / wall);
			}

			return {
				tables: [],
				goals: [{
					name: 'wall from the confirmation to the summary ÷ --yes', value: median(ratios), direction: 'at most', limit: 1.05,
				}],
			};
		},
	},
	{
		name: 'growth',
		title: 'Growth with bytes and with files',
		async run(directory, runs) {
			const sizes = [20, 200, 2000];
			const counts = [100, 1000, 10_000, 50_000];
			const fewer = Math.min(runs, 3);
			const wallOf = (source: string) => compare({source, programs: [all], runs: fewer}, directory).get(all)!.wall;
			const empty = path.join(directory, 'one');
			writeTiny(empty, 1);
			const start = wallOf(empty);
			const lines: string[] = ['| | wall s | less the time of one tiny file, for each |', '| --- | ---: | ---: |'];
			const perMegabyte: number[] = [];
			const perFile: number[] = [];

			for (const size of sizes) {
				const source = path.join(directory, `bytes-${size}`);
				await writeLogs(source, {files: 70, bytes: size * mega});
				const wall = wallOf(source);
				perMegabyte.push((wall - start) / size);
				lines.push(`| ${size} MB in 70 files | ${wall.toFixed(2)} | ${(perMegabyte.at(-1)! * 1000).toFixed(2)} ms for a MB |`);
			}

			for (const count of counts) {
				const source = path.join(directory, `files-${count}`);
				writeTiny(source, count);
				const wall = wallOf(source);
				perFile.push((wall - start) / count);
				lines.push(`| ${count} files of 1 KB | ${wall.toFixed(2)} | ${(perFile.at(-1)! * 1e6).toFixed(0)} µs for a file |`);
			}

			const worst = (rates: readonly number[]) => Math.max(...rates) / rates.at(0)!;
			return {
				tables: [lines.join('\n')],
				goals: [
					{
						name: 'time for a byte, the most ÷ that of 20 MB', value: worst(perMegabyte), direction: 'at most', limit: 1.15,
					},
					{
						name: 'time for a file, the most ÷ that of 100 files', value: worst(perFile), direction: 'at most', limit: 1.15,
					},
				],
			};
		},
	},
	journalPart,
	neighbourPart,
];

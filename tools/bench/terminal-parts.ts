import fs from 'node:fs/promises';
import path from 'node:path';
import {Sandbox} from '../../test/support/sandbox.ts';
import {program} from '../../test/support/run.ts';
import {Terminal} from '../../test/support/terminal.ts';
import {writeLog, writeTiny} from './corpus.ts';
import {median} from './measure.ts';
import {minimalInk} from './minimal-ink.ts';
import {row} from './table.ts';
import {
	cpuSeconds,
	peakMemory,
	pressFor,
	quiet,
	receivedDuring,
	untilFrame,
} from './watched.ts';

/** The terminals it is measured on. */
export const sizes = [{cols: 80, rows: 24}, {cols: 200, rows: 60}] as const;

type Size = typeof sizes[number];

/** One thing measured, on each of the terminals. */
export type Figure = {
	readonly name: string;
	readonly unit: 'B' | 'B/s' | 'ms' | '%' | 'MB';
	readonly values: readonly number[];
	readonly limit?: number;
};

/** A Markdown table of figures, with what was to be reached. */
export function figureTable(figures: readonly Figure[], heads: readonly string[]): string {
	return [
		row(['', ...heads, 'goal', '']),
		row(['---', ...heads.map(() => '---:'), '---:', '---']),
		...figures.map(({name, unit, values, limit}) => row([
			name,
			...values.map(value => `${value < 10 && value > 0 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ${unit}`),
			limit === undefined ? '' : (limit === 0 ? 'none' : `at most ${limit.toLocaleString('en-US')} ${unit}`),
			limit === undefined ? '' : (Math.max(...values) <= limit ? 'met' : '**missed**'),
		])),
	].join('\n');
}

type TerminalPart = {
	readonly name: string;
	readonly measure: (runs: number) => Promise<readonly Figure[]>;
};

const many = 50_000;
const few = 500;

/** Seconds to look on. */
const idleWindow = 5;
const runWindow = 15;

const marked = (count: number) => `${count.toLocaleString('en-US')} files marked`;

async function withFiles(count: number): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	writeTiny(sandbox.source, count);
	return sandbox;
}

/** Opens the list and waits until nothing happens by itself any more. */
async function openList(sandbox: Sandbox, size: Size, count: number): Promise<Terminal> {
	const terminal = sandbox.start([], size);
	await terminal.waitFor(marked(count));
	await terminal.waitForRawMode();
	await quiet(terminal);
	return terminal;
}

async function leave(terminal: Terminal): Promise<void> {
	terminal.press('q');
	await terminal.waitForExit();
}

/** The medians of a key pressed again and again: bytes until all is quiet, and milliseconds until the frame. */
async function keyMedians(terminal: Terminal, key: string, presses: number): Promise<{readonly bytes: number; readonly milliseconds: number}> {
	const samples = [];

	for (let press = 0; press < presses; press++) {
		samples.push(await pressFor(terminal, key));
	}

	return {bytes: median(samples.map(({bytes}) => bytes)), milliseconds: median(samples.map(({milliseconds}) => milliseconds))};
}

const transpose = <Value>(columns: ReadonlyArray<readonly Value[]>, index: number) => columns.map(column => column[index]!);

const keysPressed = [['down', 'to move'], ['space', 'to mark'], ['pagedown', 'to page']] as const;

const keys: TerminalPart = {
	name: 'keys',
	async measure(runs) {
		await using sandbox = await withFiles(few);
		const columns: number[][] = [];

		for (const size of sizes) {
			await using terminal = await openList(sandbox, size, few);
			const column = [];

			for (const [key] of keysPressed) {
				const {bytes} = await keyMedians(terminal, key, runs);
				column.push(bytes);
				terminal.press('home');
				await quiet(terminal);
			}

			column.push(await receivedDuring(terminal, idleWindow));
			columns.push(column);
			await leave(terminal);
		}

		return [
			...keysPressed.map(([, what], index): Figure => ({name: `sent for a key ${what}`, unit: 'B', values: transpose(columns, index)})),
			{
				name: 'sent while the list waits for a key', unit: 'B/s', values: transpose(columns, keysPressed.length), limit: 0,
			},
		];
	},
};

const answers: TerminalPart = {
	name: 'answers',
	async measure(runs) {
		await using sandbox = await withFiles(many);
		const columns: number[][] = [];

		for (const size of sizes) {
			await using terminal = await openList(sandbox, size, many);
			const column = [];

			for (const [key] of keysPressed) {
				const {milliseconds} = await keyMedians(terminal, key, runs);
				column.push(milliseconds);
			}

			column.push(peakMemory(terminal.pid));
			columns.push(column);
			await leave(terminal);
		}

		return [
			...keysPressed.map(([, what], index): Figure => ({
				name: `from a key ${what} to its frame, among 50,000 entries`, unit: 'ms', values: transpose(columns, index), limit: 15,
			})),
			{name: 'peak memory of the screens, with 50,000 entries', unit: 'MB', values: transpose(columns, keysPressed.length)},
		];
	},
};

/** Milliseconds from the start of a program to its first complete frame. */
async function startToFrame(start: () => Terminal): Promise<number> {
	const begin = performance.now();
	await using terminal = start();
	const milliseconds = await untilFrame(terminal, begin);
	terminal.press('q');
	await terminal.waitForExit();
	return milliseconds;
}

const starts: TerminalPart = {
	name: 'starts',
	async measure(runs) {
		await using small = await withFiles(few);
		await using large = await withFiles(many);
		await using ink = await minimalInk();
		const bare = String.raw`process.stdout.write('\x1B[?2026l')`;
		const columns: number[][] = [];

		for (const size of sizes) {
			const programs: ReadonlyArray<() => Terminal> = [
				() => small.start([], size),
				() => large.start([], size),
				() => Terminal.start({command: process.execPath, args: [ink.file], ...size}),
				() => Terminal.start({command: process.execPath, args: ['-e', bare], ...size}),
				() => Terminal.start({command: process.execPath, args: [program, '--version'], ...size}),
			];
			const samples: number[][] = programs.slice(0, 4).map(() => []);

			// In turns, so that a machine that is slower for a while is so for all.
			for (let run = 0; run < runs; run++) {
				for (const [index, taken] of samples.entries()) {
					taken.push(await startToFrame(programs[index]!));
				}
			}

			columns.push(samples.map(taken => median(taken)));
		}

		return [
			{
				name: 'from the start to the first frame', unit: 'ms', values: transpose(columns, 0), limit: 200,
			},
			{
				name: 'the same, with 50,000 entries', unit: 'ms', values: transpose(columns, 1), limit: 400,
			},
			{name: 'the same of an Ink program that only says hello', unit: 'ms', values: transpose(columns, 2)},
			{name: 'the same of `node -e` that only says hello', unit: 'ms', values: transpose(columns, 3)},
		];
	},
};

/** Slow to compress, so that four files are active for as long as it takes to look. */
const slowly = ['--jobs', '4', '--engine', 'zlib', '--level', '9', '--no-space-check'];

/** One large file under several names. */
async function withLargeFiles(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	const first = path.join(sandbox.source, 'app-0.log');
	await writeLog(first, 1e9, 1);

	for (let index = 1; index < 8; index++) {
		await fs.link(first, path.join(sandbox.source, `app-${index}.log`));
	}

	return sandbox;
}

type Watched = {readonly rate: number; readonly share: number; readonly memory: number};

/** What a run sends in a second, and what its screen takes of one core, in percent, and of memory. */
async function watchRun(size: Size, flags: readonly string[]): Promise<Watched> {
	await using sandbox = await withLargeFiles();
	await using terminal = sandbox.start([...slowly, ...flags], size);
	await terminal.waitFor(marked(8));
	await terminal.waitForRawMode();
	terminal.press('w');
	await terminal.waitFor(/Back up 8 files\?/v);
	terminal.press('enter');
	await terminal.waitFor(/MB\/s/v);
	const [before, begin] = [cpuSeconds(terminal.pid), performance.now()];
	const rate = await receivedDuring(terminal, runWindow);
	const share = (cpuSeconds(terminal.pid) - before) / (performance.now() - begin) * 100_000;
	return {rate, share, memory: peakMemory(terminal.pid)};
}

const running: TerminalPart = {
	name: 'running',
	async measure() {
		const usual = [];
		const slow = [];

		for (const size of sizes) {
			usual.push(await watchRun(size, []));
			slow.push(await watchRun(size, ['--slow']));
		}

		return [
			{
				name: 'sent during a run, 4 files at once', unit: 'B/s', values: usual.map(({rate}) => rate), limit: 1500,
			},
			{
				name: 'the same with `--slow`', unit: 'B/s', values: slow.map(({rate}) => rate), limit: 300,
			},
			{name: 'CPU of the screens during a run, of one core', unit: '%', values: usual.map(({share}) => share)},
			{name: 'peak memory of the screens, after a run', unit: 'MB', values: usual.map(({memory}) => memory)},
		];
	},
};

export const terminalParts: readonly TerminalPart[] = [keys, running, answers, starts];

/*
What the sweeps have in common: a call of a program is made to fail, or the program killed at it, and the ending is judged.
*/
import {readFile, rm} from 'node:fs/promises';
import {availableParallelism, constants} from 'node:os';
import {program, run, TimedOutError} from '../support/run.ts';
import {ofNames, refusalsFor} from './errnos.ts';
import {
	bookkeepingCalls,
	filterWords,
	type Point,
	sweptCalls,
} from './points.ts';
import {
	type Call,
	parseTrace,
	shellWord,
	toBytes,
} from './trace.ts';

const {signals} = constants;

/** What is done to a run at a point. `isLasting`: to all calls of this kind on the object, from there on. */
export type Action = {readonly kind: 'kill'} | {readonly kind: 'fail'; readonly errno: string; readonly isLasting?: boolean};

export type Trial<Scenario extends {readonly name: string}> = {readonly scenario: Scenario; readonly point: Point; readonly action: Action};

export const describe = ({scenario, point, action}: Trial<{readonly name: string}>): string =>
	`${scenario.name}/${point.id}/${action.kind === 'kill' ? 'SIGKILL' : `${action.errno}${action.isLasting ? '+' : ''}`}`;

export const isNoSpace = (errno: string): boolean => errno === 'ENOSPC' || errno === 'EDQUOT';

/** The program's call as a line for bash. */
export const commandLine = (args: readonly string[]): string => [process.execPath, program, ...args].map(word => shellWord(word)).join(' ');

/** Milliseconds; long, for a noisy machine: what works never waits it out. */
const patience = 120_000;

/** How a command of a sweep ended. */
export type Ended = {
	/** As a shell has it: 128 + N where signal N ended it. */
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
	readonly timedOut: boolean;
};

/** One thread in the pool, so that the calls of a run come in the same order every time. */
export async function runShell(script: string): Promise<Ended> {
	try {
		const {code, signal, stdout, stderr} = await run('bash', ['-c', script], {env: {UV_THREADPOOL_SIZE: '1'}, code: 'any', timeout: patience});
		return {
			code: code ?? (128 + signals[signal!]), stdout, stderr, timedOut: false,
		};
	} catch (error) {
		if (error instanceof TimedOutError) {
			return {
				code: 128 + signals.SIGKILL, stdout: '', stderr: error.message, timedOut: true,
			};
		}

		throw error;
	}
}

/** What a file system always answers to a kind of call. */
export type Habit = {readonly syscall: string; readonly errno: string};

const habitWords = (habit: Habit | undefined) => habit ? `-e inject=${habit.syscall}:error=${habit.errno}` : '';

/** Runs what everything is measured by, with all its calls written down in a file. */
export const runReference = async (command: string, trace: string, habit?: Habit): Promise<Ended> =>
	runShell(`exec strace -f -y -qq -o ${shellWord(trace)} -e trace=${[...sweptCalls, ...bookkeepingCalls].join(',')} ${habitWords(habit)} -- ${command}`);

export const readTrace = async (file: string): Promise<readonly Call[]> => parseTrace(await readFile(file, 'latin1'));

/** What befalls a run: `move` puts a path of the reference run where it is in this one. */
export type Mishap = {readonly point: Point; readonly action: Action; readonly trace: string; readonly move: (location: string) => string; readonly habit?: Habit | undefined};

/** Runs a command on which something befalls. Resolves with whether it did, too. A habit shows only in calls on the same object. */
export async function runHarmed(command: string, {
	point, action, trace, move, habit,
}: Mishap): Promise<{readonly run: Ended; readonly isReached: boolean}> {
	const isKill = action.kind === 'kill';
	const harm = isKill ? 'signal=SIGKILL' : `error=${action.errno}`;
	const when = `${point.ordinal}${!isKill && action.isLasting ? '+' : ''}`;
	const ended = await runShell([
		// A kill does not reach its target through seccomp (strace 6.1).
		`exec strace -f -y -qq ${isKill ? '' : '--seccomp-bpf'} -o ${shellWord(trace)}`,
		`-e trace=${[point.syscall, ...(habit ? [habit.syscall] : [])].join(',')} ${habitWords(habit)} -e inject=${point.syscall}:${harm}:when=${when} ${filterWords(point, move)}`,
		'--',
		command,
	].join(' '));
	const calls = await readTrace(trace);
	const made = calls.filter(({name}) => name === point.syscall);
	const isInjected = ({result}: Call) => isKill ? result === undefined || result.startsWith('?') : result?.includes('(INJECTED)') ?? false;
	const injected = made.filter(call => isInjected(call));
	// A kill may hit a child process, which the run survives.
	return {run: ended, isReached: ended.code === 137 || injected.length > 0};
}

/** What every ending has in common: something is said, and nothing that only a programmer understands. */
export const judgeOutput = ({code, stderr, timedOut}: Ended): string[] => [
	...(timedOut ? ['it did not end'] : []),
	...(/^ +at .+:\d+/mv.test(stderr) ? [`a stack trace: ${stderr}`] : []),
	...(stderr.includes('internal error') ? [`an internal error: ${stderr}`] : []),
	...(code !== 0 && code !== 137 && stderr.trim() === '' ? [`it ended with ${code} and said nothing`] : []),
];

/** What is tried at the point of an index: a kill, and one of the errors in turn; or all of them. */
export function actionsAt({isShared}: Point, index: number, errnos: readonly string[], isFull: boolean): readonly Action[] {
	const chosen = isFull ? errnos : [errnos[index % errnos.length]!];
	return [...(isShared ? [] : chosen.map(errno => ({kind: 'fail' as const, errno}))), {kind: 'kill'}];
}

/** What is tried at a point with errors that are answers: one of them, by how many were tried before; or all. A name may be refused for once, and whatever it is. */
export function refusalsAt(point: Point, count: number, isFull: boolean): readonly Action[] {
	const once = (point.isShared ? [] : refusalsFor(point)).map(errno => ({kind: 'fail' as const, errno}));
	const lasting = once.filter(({errno}) => point.syscall === 'link' && ofNames.includes(errno)).map(action => ({...action, isLasting: true}));
	const all = [...once, ...lasting];
	return isFull || all.length === 0 ? all : [all[count % all.length]!];
}

/** Evenly over all, always the same. */
export const sample = <Item>(items: readonly Item[], count: number): readonly Item[] =>
	items.length <= count ? items : Array.from({length: count}, (_, index) => items[Math.floor(index * items.length / count)]!);

/**
Which sample is tried, as a date; none means the one that is always the same, for CI.

@param asked `YYYY-MM-DD`, of whoever wants the sample of another day again.
*/
export const sampleDate = (asked: string | undefined): string | undefined => asked ?? (process.env.CI ? undefined : new Date().toISOString().slice(0, 10));

/** Each day another sample, evenly over all, until after as many days as it takes all were tried. */
export function dailySample<Item>(items: readonly Item[], count: number, date: string): readonly Item[] {
	const parts = Math.max(1, Math.ceil(items.length / count));
	const day = Date.parse(date) / 86_400_000;
	return items.filter((_, index) => index % parts === day % parts);
}

/** The same in another order: however soon somebody stops, what came before is spread over all. */
function spread<Item>(items: readonly Item[], step = 17): Item[] {
	return Array.from({length: step}, (_, first) => items.filter((_item, index) => index % step === first)).flat();
}

/** A place for each of the workers, that their runs don't meet. */
export const makePlaces = <Place>(placeOf: (index: number) => Place): readonly Place[] =>
	Array.from({length: Math.max(1, Math.min(availableParallelism(), 4))}, (_, index) => placeOf(index));

export type Verdict = {readonly isReached: boolean; readonly violations: readonly string[]};

/** Counts verdicts, and prints what is wrong with which trial, and how to try it again. */
export class Tally {
	readonly #sweep: string;
	readonly #started = performance.now();
	readonly #tried = {kill: 0, fail: 0};
	readonly #unreached: string[] = [];
	#failures: number;

	/**
	@param sweep The file of the sweep, for whoever wants to try again.
	@param failures What was found wrong before.
	*/
	constructor(sweep: string, failures = 0) {
		this.#sweep = sweep;
		this.#failures = failures;
	}

	get count(): number {
		return this.#tried.fail + this.#tried.kill;
	}

	get failures(): number {
		return this.#failures;
	}

	/** Descriptions of the trials whose call was not made. */
	get unreached(): readonly string[] {
		return this.#unreached;
	}

	/** Milliseconds. */
	get elapsed(): number {
		return performance.now() - this.#started;
	}

	note(trial: Trial<{readonly name: string}>, {isReached, violations}: Verdict): void {
		this.#tried[trial.action.kind]++;

		if (!isReached) {
			this.#unreached.push(describe(trial));
		}

		if (violations.length > 0) {
			this.#failures++;
			console.log(`FAILED ${describe(trial)}\n${violations.map(violation => `\t${violation}`).join('\n')}\n\tagain: node ${this.#sweep} --only ${shellWord(toBytes(describe(trial)))}`);
		}
	}

	print(): void {
		const {fail, kill} = this.#tried;
		console.log(`Points tried: ${fail} faults, ${kill} kills; not reached: ${this.#unreached.length}; violations: ${this.#failures}; ${Math.round(this.elapsed / 1000)} s`);
	}
}

/** Trials between two lines that say how far a sweep is. */
const progressInterval = 100;

/**
Tries all of them, one in each place at a time, and says how far it is, so that whoever stops it can go on from there another day.
`from` is the number of those that were tried before; after `limit` milliseconds no more are begun.
*/
export async function tryAll<Item extends Trial<{readonly name: string}>, Place>(trials: readonly Item[], places: readonly Place[], {
	tally, tryOut, from, limit = Infinity,
}: {
	readonly tally: Tally;
	readonly tryOut: (trial: Item, place: Place) => Promise<Verdict>;
	readonly from: number;
	readonly limit?: number | undefined;
}): Promise<void> {
	const wanted = spread(trials).slice(from);
	const queue = wanted.values();

	await Promise.all(places.map(async place => {
		for (const trial of queue) {
			if (tally.elapsed > limit) {
				break;
			}

			tally.note(trial, await tryOut(trial, place));

			if (tally.count % progressInterval === 0) {
				console.log(`${from + tally.count} of ${trials.length} tried, ${tally.failures} with violations; --from=${from + tally.count - places.length} goes on there`);
			}
		}
	}));

	if (tally.count < wanted.length) {
		console.log(`${wanted.length - tally.count} of ${trials.length} left out, evenly, as the time was up`);
	}
}

/** Runs a sweep, which resolves with its exit code, and removes the directory it works in, unless that is to be kept. */
export async function runSweep(sweep: () => Promise<number>, base: string, isKept: boolean): Promise<void> {
	try {
		process.exitCode = await sweep();
	} finally {
		if (isKept) {
			console.log(`kept: ${base}`);
		} else {
			await rm(base, {recursive: true, force: true});
		}
	}
}

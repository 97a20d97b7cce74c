/*
The backups that are swept: how each is called, and what stands at its destination before.
*/
import {readdir, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {someDate} from '../support/sandbox.ts';
import {replaceTree} from '../support/files.ts';
import {
	exportDay,
	messages,
	noJournals,
	writeJournal,
} from '../support/journals.ts';
import {run} from '../support/run.ts';
import {checkerNames} from '../support/checker.ts';
import {filterWords, type Point} from './points.ts';
import {
	lackedNames,
	listedNames,
	manyNames,
	topLevelNames,
	zstdNames,
} from './source-tree.ts';
import {shellWord} from './trace.ts';
import {commandLine, type Habit, runShell} from './trials.ts';

/** So many that what journalctl gives comes in more than one piece. */
const entriesPerDay = 400;

export type BackupScenario = {
	readonly name: string;
	/** Beside source, destination and date. */
	readonly flags: readonly string[];
	/** What is to be copied, sorted. */
	readonly names: readonly string[];
	/** What stands at the destination before. */
	readonly template: string | undefined;
	/** What the set that stands before lacks, sorted; `undefined` if there is none. */
	readonly lacks?: readonly string[];
	/** The date of another set that stands before, from which all is linked. */
	readonly earlier?: string;
	/** What its entries give that are no files of the source: a file for each, by the entry's path. */
	readonly streams?: ReadonlyMap<string, string>;
	/** What its file system always answers. */
	readonly habit?: Habit;
	/** Which calls are swept; all, if it is missing. */
	readonly isSwept?: (point: Point) => boolean;
};

/** The place of one worker: all that its runs may write to is `backups` in it. */
export type BackupPlace = {readonly root: string; readonly source: string; readonly destination: string; readonly trace: string};

/** The command that a scenario runs, for bash. */
export const commandOf = ({flags}: Pick<BackupScenario, 'flags'>, {source, destination}: BackupPlace, date = someDate): string =>
	commandLine(['--yes', `--source=${source}`, `--dest=${destination}`, `--date=${date}`, '--jobs=1', ...flags]);

/** What a run leaves that was killed when it began on its fourth file; and, of an older date, one that came less far. */
async function makeInterrupted(place: BackupPlace, {template, scenario}: {readonly template: string; readonly scenario: BackupScenario}): Promise<void> {
	await replaceTree(place.destination);
	const older = '2026-03-12';

	for (const [date, draft] of [[older, 2], [someDate, 5]] as const) {
		const staging = path.join(place.destination, `.${date}.partial`);
		const made = await runShell([
			`exec strace -f -qq -o ${shellWord(place.trace)} -e trace=write -e inject=write:signal=SIGKILL:when=1 -P ${shellWord(path.join(staging, `.logbackup/${draft}.tmp`))}`,
			'--',
			commandOf(scenario, place, date),
		].join(' '));

		if (made.code !== 137) {
			throw new Error(`a run could not be killed to prepare an interrupted one: ${made.code} ${made.stderr}`);
		}

		if (date === older) {
			// The next one would adopt it.
			await run('mv', [staging, `${place.root}/older`]);
		}
	}

	await run('mv', [`${place.root}/older`, path.join(place.destination, `.${older}.partial`)]);
	await run('mv', [place.destination, template]);
}

/** The set of a run on a source in which some files could not be opened; and, if it is to be, a merge that was killed at its second copy. */
async function makeIncompleteSet(place: BackupPlace, {template, scenario, isMerging}: {readonly template: string; readonly scenario: BackupScenario; readonly isMerging: boolean}): Promise<void> {
	await replaceTree(place.destination);
	const inDirectory = (name: string) => filterWords({filters: Array.from({length: 61}, (_, index) => `/proc/self/fd/${index + 3}/${name}`)}, location => location);
	const failing = lackedNames.map(name => inDirectory(path.basename(name))).join(' ');
	const made = await runShell([
		`exec strace -f -qq --seccomp-bpf -o ${shellWord(place.trace)} -e trace=openat -e inject=openat:error=EACCES ${failing} --`,
		commandOf(scenario, place),
	].join(' '));
	const killed = isMerging && await runShell([
		// After those of the copies in the staging directory, and one to see whether it can, the second in the set. Strace counts by thread.
		`UV_THREADPOOL_SIZE=1 exec strace -f -qq -o ${shellWord(place.trace)} -e trace=link -e inject=link:signal=SIGKILL:when=${lackedNames.length + 3} --`,
		commandOf({flags: ['--retry']}, place),
	].join(' '));

	const left = await readdir(path.join(place.destination, `.${someDate}.partial/.logbackup`)).catch((): string[] => []);
	const isRecorded = left.includes('merge');

	if (made.code !== 3 || (killed && killed.code !== 137) || isRecorded !== isMerging) {
		throw new Error(`no set could be prepared that lacks files: ${made.code} ${made.stderr}${killed ? `, ${killed.code} ${killed.stderr}` : ''}`);
	}

	await run('mv', [place.destination, template]);
}

/** Sets that lack files: one as a run left it, one in which a merge was killed. */
async function makeRetried(base: string, place: BackupPlace, listed: BackupScenario): Promise<BackupScenario[]> {
	const scenarios: BackupScenario[] = [];

	for (const isMerging of [false, true]) {
		const name = isMerging ? 'merging' : 'retried';
		const template = path.join(base, name);
		await makeIncompleteSet(place, {template, scenario: listed, isMerging});
		scenarios.push({
			...listed, name, flags: ['--retry'], template, lacks: checkerNames(lackedNames),
		});
	}

	return scenarios;
}

async function listedScenario(base: string, name: string, names: readonly string[]): Promise<BackupScenario> {
	const list = path.join(base, name);
	await writeFile(list, names.map(one => `${one}\0`).join(''));
	return {
		name, flags: [`--files-from=${list}`], names: checkerNames(names), template: undefined,
	};
}

const yesterday = '2026-03-13';

/** As a scenario, with a set of the day before. */
async function linkedScenario(base: string, place: BackupPlace, scenario: BackupScenario): Promise<BackupScenario> {
	const name = `${scenario.name}-linked`;
	const template = path.join(base, name);
	await replaceTree(place.destination);
	const {code, stderr} = await runShell(`exec ${commandOf(scenario, place, yesterday)}`);

	if (code !== 0) {
		throw new Error(`no set could be prepared to link from: ${code} ${stderr}`);
	}

	await run('mv', [place.destination, template]);
	return {
		...scenario, name, template, earlier: yesterday,
	};
}

/** As a scenario, where there are no hard links. Swept is what is done instead. */
const linklessScenario = (scenario: BackupScenario): BackupScenario => ({
	...scenario,
	name: `${scenario.name}-linkless`,
	habit: {syscall: 'link', errno: 'EPERM'},
	isSwept: ({syscall, object, creates}) => ((syscall === 'openat' && creates) || syscall === 'rename' || syscall === 'unlink')
		&& /^\.?\d{4}-\d{2}-\d{2}(?:\.partial)?\//v.test(object),
});

/**
What happens to one of many small files happens to all: the first, one that is compressed already, and the last stand for them (sources, copies
and drafts), and so do the first calls on their directory.
*/
const isOneOfMany = ({object, ordinal}: Point) => {
	const file = /(?:^|\/)many\/(\d+)\./v.exec(object)?.[1];
	const draft = /\.logbackup\/(\d+)\.tmp$/v.exec(object)?.[1];
	return (object !== 'many' || ordinal <= 2) && (file === undefined || ['00', '40', '69'].includes(file)) && (draft === undefined || ['1', '2', '42', '70'].includes(draft));
};

/** A file and three days of a journal; where journals cannot be made, none. */
async function journalScenarios(base: string): Promise<BackupScenario[]> {
	if (noJournals !== false) {
		console.log(`SKIPPED the scenario of the journal: ${noJournals}`);
		return [];
	}

	const directory = path.join(base, 'journals');
	await writeJournal(path.join(directory, 'system.journal'), messages('2026-03-11T00:00:00Z', '2026-03-14T00:00:00Z', 3 * entriesPerDay));
	const days = ['2026-03-11', '2026-03-12', '2026-03-13'];
	const streams = new Map(await Promise.all(days.map(async day => {
		const exported = path.join(base, `${day}.export`);
		const {entries, last} = await exportDay(directory, day);
		await writeFile(exported, entries, {mode: 0o600});
		await utimes(exported, last, last);
		return [`journal/${day}`, exported] as const;
	})));
	const scenario = await listedScenario(base, 'journal', [topLevelNames[0]!, ...streams.keys()]);
	return [{...scenario, flags: [...scenario.flags, `--journal-dir=${directory}`], streams}];
}

/** Makes all there are, with what they need below `base`, at a place that is free again then. */
export async function makeScenarios(base: string, place: BackupPlace): Promise<readonly BackupScenario[]> {
	const fresh: BackupScenario = {
		name: 'fresh', flags: [], names: checkerNames(topLevelNames), template: undefined,
	};
	const template = path.join(base, 'template');
	await makeInterrupted(place, {template, scenario: fresh});
	const listed = await listedScenario(base, 'listed', listedNames);
	const [retried, merging] = await makeRetried(base, place, listed);
	const many = {...await listedScenario(base, 'many', manyNames), isSwept: isOneOfMany};
	const zstd = await listedScenario(base, 'zstd', zstdNames);
	return [
		fresh,
		listed,
		{...fresh, name: 'resumed', template},
		retried!,
		merging!,
		many,
		await linkedScenario(base, place, listed),
		{...await linkedScenario(base, place, many), isSwept: point => point.syscall === 'link' && isOneOfMany(point)},
		linklessScenario(listed),
		linklessScenario(retried!),
		{...zstd, flags: [...zstd.flags, '--format=zstd']},
		...await journalScenarios(base),
	];
}

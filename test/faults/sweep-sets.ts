/*
Makes every system call of a restoration and of a prune on sets and target fail once, and kills the program once at each, and judges what is left:
`node test/faults/sweep-sets.ts [--full [--from N]] [--day YYYY-MM-DD] [--only TEXT] [--keep]`. What `sweep.ts` is for backups.
*/
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {snapshot} from '../support/sets.ts';
import {replaceTree} from '../support/files.ts';
import {check} from '../support/checker.ts';
import {ofLinks, refusalsFor} from './errnos.ts';
import {findPoints, type Point} from './points.ts';
import {fewOfMany, makeSource} from './source-tree.ts';
import {
	type Action,
	actionsAt,
	commandLine,
	dailySample,
	describe,
	type Ended,
	isNoSpace,
	judgeOutput,
	makePlaces,
	readTrace,
	refusalsAt,
	runHarmed,
	runReference,
	runShell,
	runSweep,
	sample,
	sampleDate,
	Tally,
	tryAll,
	type Trial,
	type Verdict,
} from './trials.ts';

const {values: flags} = parseArgs({
	options: {
		full: {type: 'boolean', default: false}, from: {type: 'string', default: '0'}, day: {type: 'string'}, only: {type: 'string'}, keep: {type: 'boolean', default: false},
	},
});

const dates = ['2026-01-01', '2026-01-02', '2026-01-03'] as const;
const newest = dates[2];

/** How many trials are tried of all, and how many of them are refusals; and for how long CI goes on, in milliseconds, where a machine is too busy for that many. */
const ciTrials = 190;
const ciRefusals = 40;
const ciPatience = 5 * 60_000;

const day = sampleDate(flags.day);

const base = await mkdtemp(path.join(tmpdir(), 'logbackup-faults-sets-'));
const source = path.join(base, 'source');
const template = path.join(base, 'template');

/** What one worker's runs may write to. */
type Place = {readonly root: string; readonly destination: string; readonly target: string; readonly trace: string};

const placeOf = (index: number): Place => {
	const root = path.join(base, `worker-${index}`);
	return {
		root, destination: path.join(root, 'backups'), target: path.join(root, 'target'), trace: path.join(base, `trace-${index}`),
	};
};

/** What a run met. `codes`: what it may end with, if that is less than any fault allows. */
type Standing = {readonly action: Action | undefined; readonly codes?: readonly number[] | undefined; readonly backupsBefore: readonly string[]};

type Scenario = {
	readonly name: 'restore' | 'prune';
	readonly commandOf: (place: Place) => readonly string[];
	/** What a run that nothing befalls leaves, and any run must. */
	readonly judge: (place: Place, run: Ended, standing: Standing) => Promise<readonly string[]>;
	/** Where calls are made to fail: for `findPoints`. */
	readonly rootsOf: (place: Place) => {readonly source: string; readonly destination: string};
	/** What the next run is called with, which must come to a good end. */
	readonly nextOf: (place: Place) => readonly string[];
};

type SetTrial = Trial<Scenario>;

/** Paths below a directory, one character a byte; directories left out. */
async function listFiles(root: string): Promise<string[]> {
	try {
		const entries = await readdir(Buffer.from(root), {recursive: true, withFileTypes: true, encoding: 'buffer'});
		const files = entries.filter(entry => !entry.isDirectory()).map(entry => Buffer.concat([Buffer.from(entry.parentPath), Buffer.from('/'), entry.name]));
		return files.map(file => file.subarray(root.length + 1).toString('latin1')).toSorted();
	} catch {
		return [];
	}
}

const readBytes = async (root: string, name: string) => readFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]));

async function judgeRestore({target, destination}: Place, run: Ended, {action, codes, backupsBefore}: Standing): Promise<string[]> {
	if (run.code === 5) {
		// Without its manifest, what is in the set goes by the names of the copies.
		await rm(target, {recursive: true, force: true});
		return run.stderr.includes('manifest of') ? [] : [`exit code 5: ${run.stderr}`];
	}

	const found = await listFiles(target);
	const wanted = await listFiles(source);
	const drafts = found.filter(name => path.basename(name).startsWith('.logbackup-restore-'));
	const restored = found.filter(name => !drafts.includes(name));
	const missing = wanted.filter(name => !restored.includes(name));
	const bad: string[] = [];

	for (const name of restored) {
		if (!wanted.includes(name) || !(await readBytes(target, name)).equals(await readBytes(source, name))) {
			bad.push(`${name} is not what was backed up`);
		}
	}

	const backups = await snapshot(destination);
	const allowed = codes ?? (action?.kind === 'kill' ? [137, 0] : (action && isNoSpace(action.errno) ? [0, 1, 3, 14] : [0, 1, 3]));
	return [
		...bad,
		...(backups.join('\n') === backupsBefore.join('\n') ? [] : ['the backups were changed']),
		...(drafts.length > 0 && run.code !== 137 ? [`it leaves ${drafts.join(', ')}`] : []),
		...(allowed.includes(run.code) ? [] : [`exit code ${run.code}: ${run.stderr}`]),
		...(run.code === 0 && missing.length > 0 ? [`it says that all went well, and ${missing.join(', ')} is not there`] : []),
		...(run.code === 3 && missing.length === 0 ? ['it says that a file failed, and all are there'] : []),
	];
}

const removalName = (date: string) => `.${date}.pruned`;

async function judgePrune({destination}: Place, run: Ended, {action}: Standing): Promise<string[]> {
	const facts = await check({source, destination, flags: dates.map(date => `--foreign=${removalName(date)}`)});
	const names = await readdir(destination);
	// A set that cannot be looked into is left, and said to be damaged.
	const left = dates.filter(date => date !== newest && names.includes(date) && !run.stdout.includes(`${date}  damaged`) && !run.stdout.includes(`${newest}  damaged`));
	const hidden = names.filter(name => name.endsWith('.pruned'));
	const allowed = action?.kind === 'kill' ? [137, 0] : (action && isNoSpace(action.errno) ? [0, 1, 3, 14] : [0, 1, 3]);
	return [
		...facts.violations,
		...(names.includes(newest) ? [] : ['the newest set is gone']),
		...(allowed.includes(run.code) ? [] : [`exit code ${run.code}: ${run.stderr}`]),
		...(run.code === 0 && left.length + hidden.length > 0 ? [`it says that all went well, and leaves ${[...left, ...hidden].join(', ')}`] : []),
	];
}

const restoreOf = ({destination, target}: Place) => ['restore', 'latest', `--dest=${destination}`, `--to=${target}`, '--jobs=1'];
const pruneOf = ({destination}: Place) => ['prune', `--dest=${destination}`, `--source=${source}`, '--keep-last=1', '--yes'];

const scenarios: readonly Scenario[] = [
	{
		name: 'restore',
		commandOf: restoreOf,
		judge: judgeRestore,
		rootsOf: ({destination, target}) => ({source: destination, destination: target}),
		nextOf: place => [...restoreOf(place), '--overwrite'],
	},
	{
		name: 'prune',
		commandOf: pruneOf,
		judge: judgePrune,
		rootsOf: ({destination}) => ({source: path.join(base, 'nowhere'), destination}),
		nextOf: pruneOf,
	},
];

const errnosFor = ({where, syscall, creates}: Point): readonly string[] => where === 'source' || (syscall === 'openat' && !creates) || /^(?:stat|fstat|newf|get|p?read|access)/v.test(syscall)
	? ['EIO', 'EACCES']
	: ['ENOSPC', 'EIO', 'EROFS', 'EDQUOT'];

/** What a restoration may end with, if a file system that does not fail refuses a call for what it asks: links, owners, modes and times it does without; a name, and what is too large, cost that file. */
function codesOf({scenario, point, action}: SetTrial): readonly number[] | undefined {
	// Without the directory that is restored to, there is nothing to be done.
	const isOfAll = point.object === '';

	if (scenario.name !== 'restore' || isOfAll || action.kind === 'kill' || !refusalsFor(point).includes(action.errno)) {
		return undefined;
	}

	return /^(?:fch|utimensat)/v.test(point.syscall) || ofLinks.includes(action.errno) ? [0] : [0, 3];
}

async function prepare(place: Place): Promise<void> {
	await replaceTree(place.destination, template);
	await rm(place.target, {recursive: true, force: true});
}

async function tryOut(trial: SetTrial, place: Place, reference: Place): Promise<Verdict> {
	const {scenario, point, action} = trial;
	await prepare(place);
	const backupsBefore = await snapshot(place.destination);
	const move = (location: string) => location.replaceAll(path.basename(reference.root), () => path.basename(place.root));
	const {run, isReached} = await runHarmed(commandLine(scenario.commandOf(place)), {
		point, action, trace: place.trace, move,
	});
	const violations = [...judgeOutput(run), ...await scenario.judge(place, run, {action, codes: codesOf(trial), backupsBefore})];
	const next = await runShell(`exec ${commandLine(scenario.nextOf(place))}`);
	// A draft of a killed restoration may stay.
	const isLenient = scenario.name === 'restore' && action.kind === 'kill' && next.code === 0;
	const after = await scenario.judge(place, {...next, code: isLenient ? 137 : next.code}, {action: action.kind === 'kill' ? action : undefined, backupsBefore});
	const restored = await listFiles(place.target);
	const isWhole = scenario.name === 'prune' || (await listFiles(source)).every(name => restored.includes(name));
	violations.push(...[...judgeOutput(next), ...after, ...(next.code === 0 && isWhole ? [] : [`exit code ${next.code}: ${next.stderr}`])].map(violation => `the next run: ${violation}`));
	return {isReached, violations};
}

async function findTrials(scenario: Scenario, place: Place): Promise<SetTrial[]> {
	await prepare(place);
	const backupsBefore = await snapshot(place.destination);
	const run = await runReference(commandLine(scenario.commandOf(place)), place.trace);
	const violations = [...judgeOutput(run), ...await scenario.judge(place, run, {action: undefined, backupsBefore})];

	if (run.code !== 0 || violations.length > 0) {
		throw new Error(`the reference run of ${scenario.name} is not as it should be (${run.code}): ${run.stderr}${violations.join('\n')}`);
	}

	const points = findPoints(await readTrace(place.trace), scenario.rootsOf(place)).filter(({where}) => where !== 'way');
	console.log(`${scenario.name}: ${points.length} calls on sets and target`);
	const isFull = flags.full || Boolean(flags.only) || day !== undefined;
	const counts = new Map<string, number>();
	return points.flatMap((point, index) => {
		const count = counts.get(point.syscall) ?? 0;
		counts.set(point.syscall, count + 1);
		const refusals = scenario.name === 'restore' ? refusalsAt(point, count, isFull) : [];
		return [...actionsAt(point, index, errnosFor(point), isFull), ...refusals].map(action => ({scenario, point, action}));
	});
}

async function makeTemplate(): Promise<void> {
	await makeSource(source, flags.full || flags.only !== undefined ? undefined : fewOfMany);

	for (const date of dates) {
		const {code, stderr} = await runShell(`exec ${commandLine(['--yes', '--quiet', '--full', '--recursive', `--source=${source}`, `--dest=${template}`, `--date=${date}`])}`);

		if (code !== 0) {
			throw new Error(`the set of ${date} could not be made: ${stderr}`);
		}
	}
}

async function sweep(): Promise<number> {
	await makeTemplate();
	const places = makePlaces(placeOf);

	for (const place of places) {
		await mkdir(place.root);
	}

	const trials: SetTrial[] = [];

	for (const scenario of scenarios) {
		trials.push(...await findTrials(scenario, places[0]!));
	}

	const wanted = trials.filter(trial => describe(trial).includes(flags.only ?? ''));
	const isRefusal = (trial: SetTrial) => codesOf(trial) !== undefined;
	const choose = (items: readonly SetTrial[], count: number) => day === undefined || flags.only !== undefined ? sample(items, count) : dailySample(items, count, day);
	const chosen = flags.full ? wanted : [...choose(wanted.filter(trial => isRefusal(trial)), ciRefusals), ...choose(wanted.filter(trial => !isRefusal(trial)), ciTrials - ciRefusals)];
	const isLimited = !flags.full && flags.only === undefined && day === undefined;
	const tally = new Tally('test/faults/sweep-sets.ts');
	await tryAll(chosen, places, {
		tally, tryOut: async (trial, place) => tryOut(trial, place, places[0]!), from: Number(flags.from), limit: isLimited ? ciPatience : undefined,
	});

	console.log(`${wanted.length - chosen.length} of ${wanted.length} left out, evenly; --full tries them too`);
	console.log(day === undefined ? 'The sample is always the same, as CI is set' : `The sample is that of ${day}, the same again with --day=${day}`);

	tally.print();
	return tally.failures > 0 ? 1 : 0;
}

await runSweep(sweep, base, flags.keep);

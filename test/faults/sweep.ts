/*
Makes every system call of a backup on its source and destination fail once, and kills the run once at each, and lets the checker judge what
is left. `node test/faults/sweep.ts [--full [--from N]] [--day YYYY-MM-DD] [--only TEXT] [--list] [--keep]`.
*/
import {
	mkdir,
	mkdtemp,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {someDate} from '../support/sandbox.ts';
import {replaceTree} from '../support/files.ts';
import {
	check,
	checkerName,
	type Facts,
	takeSnapshot,
} from '../support/checker.ts';
import {
	type BackupPlace,
	type BackupScenario,
	commandOf,
	makeScenarios,
} from './backup-scenarios.ts';
import {errnosFor, refusalsFor} from './errnos.ts';
import {
	type BackupTrial,
	isPerfect,
	judgeDestinationFault,
	judgeEarlier,
	judgeRefusal,
	judgeSourceFault,
	judgeStanding,
	unkeptIn,
} from './judge-backup.ts';
import {findPoints} from './points.ts';
import {makeSource} from './source-tree.ts';
import {findStrays} from './strays.ts';
import type {Call} from './trace.ts';
import {
	actionsAt,
	dailySample,
	describe,
	type Ended,
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
	type Verdict,
} from './trials.ts';

const {values: flags} = parseArgs({
	options: {
		full: {type: 'boolean', default: false},
		from: {type: 'string', default: '0'},
		day: {type: 'string'},
		only: {type: 'string'},
		list: {type: 'boolean', default: false},
		keep: {type: 'boolean', default: false},
	},
});

/** How many trials are tried of all, and how many of them are refusals; and for how long CI goes on, in milliseconds, where a machine is too busy for that many. */
const ciTrials = 700;
const ciRefusals = 160;
const ciPatience = 12 * 60_000;

const day = sampleDate(flags.day);

const base = await mkdtemp(path.join(tmpdir(), 'logbackup-faults-'));
const source = path.join(base, 'source');
const sourceSnapshot = path.join(base, 'source.json');

const placeOf = (index: number): BackupPlace => {
	const root = path.join(base, `worker-${String(index).padStart(2, '0')}`);
	return {
		root, source, destination: path.join(root, 'backups'), trace: path.join(base, `trace-${String(index).padStart(2, '0')}`),
	};
};

const judgeCheck = async ({destination, root, trace}: BackupPlace, {streams = new Map()}: BackupScenario, allowances: readonly string[]): Promise<Facts> => check({
	source,
	destination,
	unchanged: [{tree: source, snapshot: sourceSnapshot}, {tree: root, snapshot: `${trace}.root`}],
	flags: [...allowances, ...Array.from(streams, ([name, file]) => `--stream=${name}=${file}`)],
});

/** Whether a trial makes a call fail with what is an answer, not a failing file system. */
const isRefusal = ({point, action}: BackupTrial) => action.kind === 'fail' && refusalsFor(point).includes(action.errno);

function judgeFault(trial: BackupTrial, errno: string, run: Ended, facts: Facts): string[] {
	if (trial.point.where === 'source') {
		return judgeSourceFault(trial, errno, run, facts);
	}

	return isRefusal(trial) ? judgeRefusal(trial, errno, run, facts) : judgeDestinationFault(trial, errno, run, facts);
}

async function tryOut(trial: BackupTrial, place: BackupPlace, reference: BackupPlace): Promise<Verdict> {
	const {scenario, point, action} = trial;
	await replaceTree(place.destination, scenario.template);
	// The name of the worker's directory stands in paths of all forms.
	const move = (location: string) => location.replaceAll(path.basename(reference.root), () => path.basename(place.root));
	const {run, isReached} = await runHarmed(commandOf(scenario, place), {
		point, action, trace: place.trace, move, habit: scenario.habit,
	});
	const unkept = isRefusal(trial) ? unkeptIn(point) : undefined;
	const allowances = [...(unkept === undefined ? [] : [`--unkept=${unkept}`]), ...(scenario.habit ? ['--moves'] : [])];
	const facts = await judgeCheck(place, scenario, allowances);
	const violations = [...judgeOutput(run), ...facts.violations, ...(scenario.lacks ? judgeStanding(scenario, facts) : []), ...judgeEarlier(scenario, facts)];

	if (action.kind === 'kill') {
		violations.push(...(run.code === 137 || run.code === 0 ? [] : [`killed, it ended with ${run.code}: ${run.stderr}`]));
	} else if (isReached) {
		violations.push(...judgeFault(trial, action.errno, run, facts));
	} else if (!isPerfect(facts, scenario) || run.code !== 0) {
		violations.push(`unharmed, it ended with ${run.code}: ${run.stderr}`);
	}

	// Whatever happened, the next run must come to a good end.
	const wasPublished = facts.sets[someDate] !== undefined && !scenario.lacks;
	const next = await runShell(`exec ${commandOf(scenario, place)}`);
	const after = await judgeCheck(place, scenario, allowances);
	const expected = wasPublished ? 4 : 0;
	violations.push(...[
		...judgeOutput(next),
		...after.violations,
		...(next.code === expected ? [] : [`exit code ${next.code} instead of ${expected}: ${next.stderr}`]),
		...(wasPublished || isPerfect(after, scenario) ? [] : ['its set is not complete']),
		...(Object.keys(after.staging).length === 0 ? [] : [`it leaves ${Object.keys(after.staging).join(', ')}`]),
		...(wasPublished || after.lock === 0 ? [] : ['it leaves its name in the lock']),
	].map(violation => `the next run: ${violation}`));
	return {isReached, violations};
}

/** The run that everything is measured by: it must be perfect, and touch nothing but its destination. */
async function traceReference(scenario: BackupScenario, place: BackupPlace): Promise<{readonly calls: readonly Call[]; readonly facts: Facts}> {
	await replaceTree(place.destination, scenario.template);
	const run = await runReference(commandOf(scenario, place), place.trace, scenario.habit);
	const facts = await judgeCheck(place, scenario, []);

	if (run.code !== 0 || !isPerfect(facts, scenario) || facts.violations.length > 0) {
		throw new Error(`the reference run of ${scenario.name} is not as it should be (${run.code}): ${run.stderr}${facts.violations.join('\n')}\n${JSON.stringify(facts)}`);
	}

	return {calls: await readTrace(place.trace), facts};
}

/** Which copy becomes of what, by the names that are linked to others: drafts, copies of an earlier set, and those that are to be merged. */
function findCopies(calls: readonly Call[], destination: string, {sets}: Facts): ReadonlyMap<string, string> {
	const {files} = sets[someDate]!;
	const links = calls.filter(({name}) => name === 'link').map(({paths}) => paths.map(location => checkerName(location.slice(destination.length + 1))));
	const inSet = (location: string) => location.slice(location.indexOf('/') + 1);
	return new Map(links.filter(([, to]) => files[inSet(to!)] !== undefined).flatMap(([from, to]) => [[from!, files[inSet(to!)]!], [to!, files[inSet(to!)]!]] as const));
}

/** All there is to try in a scenario, by its reference run. */
async function findTrials(scenario: BackupScenario, place: BackupPlace): Promise<{readonly trials: readonly BackupTrial[]; readonly strays: number}> {
	const {destination} = place;
	const {calls, facts} = await traceReference(scenario, place);
	const copies = findCopies(calls, destination, facts);
	const points = findPoints(calls, {source, destination});
	const lockedAt = calls.findIndex(({name, descriptors}) => name === 'ftruncate' && descriptors.includes(path.join(destination, '.lock')));
	const published = path.join(destination, someDate, ...(scenario.lacks ? ['manifest.json'] : []));
	const publishedAt = calls.findIndex(({name, paths}) => name.startsWith('rename') && paths.includes(published));
	const strays = findStrays(calls, destination);

	for (const stray of strays) {
		console.log(`FAILED ${scenario.name}: it changed something outside its destination: ${stray.name}(${stray.args})`);
	}

	console.log(`${scenario.name}: ${points.length} calls on source and destination; ${points.filter(({isShared}) => isShared).length} cannot be made to fail alone`);

	if (scenario.earlier !== undefined && scenario.names.length !== points.filter(({syscall, object}) => syscall === 'link' && object.startsWith(`${scenario.earlier!}/`)).length) {
		throw new Error(`${scenario.name}: not all was linked from the earlier set`);
	}

	const swept = points.filter(point => scenario.isSwept?.(point) ?? true);
	const isFull = flags.full || Boolean(flags.only) || day !== undefined;
	const counts = new Map<string, number>();
	const trials = swept.flatMap((point, index) => {
		const count = counts.get(point.syscall) ?? 0;
		counts.set(point.syscall, count + 1);
		return [...actionsAt(point, index, errnosFor(point), isFull), ...refusalsAt(point, count, isFull)].map(action => ({
			scenario, point, action, lockedAt, publishedAt, copies,
		}));
	});
	return {trials, strays: strays.length};
}

/** Makes source and places, and finds what is to be tried in all scenarios, and what stray calls they make. */
async function makeAll(): Promise<{readonly places: readonly BackupPlace[]; readonly trials: readonly BackupTrial[]; readonly strays: number}> {
	await makeSource(source);
	await takeSnapshot(source, sourceSnapshot);
	const places = makePlaces(placeOf);

	for (const place of places) {
		await mkdir(place.root);
		await takeSnapshot(place.root, `${place.trace}.root`);
	}

	const trials: BackupTrial[] = [];
	let strays = 0;

	const scenarios = await makeScenarios(base, places[0]!);
	const named = scenarios.filter(({name}) => flags.only?.startsWith(`${name}/`));

	for (const scenario of named.length > 0 ? named : scenarios) {
		const found = await findTrials(scenario, places[0]!);
		trials.push(...found.trials);
		strays += found.strays;
	}

	return {places, trials, strays};
}

async function sweep(): Promise<number> {
	const {places, trials, strays} = await makeAll();
	const wanted = trials.filter(trial => describe(trial).includes(flags.only ?? ''));
	const choose = (items: readonly BackupTrial[], count: number) => day === undefined || flags.only !== undefined ? sample(items, count) : dailySample(items, count, day);
	const chosen = flags.full ? wanted : [...choose(wanted.filter(trial => !isRefusal(trial)), ciTrials - ciRefusals), ...choose(wanted.filter(trial => isRefusal(trial)), ciRefusals)];

	if (flags.list) {
		for (const trial of chosen) {
			console.log(describe(trial));
		}

		return 0;
	}

	if (chosen.length < wanted.length) {
		console.log(`${wanted.length - chosen.length} of ${wanted.length} left out, evenly; --full tries them too`);
		console.log(day === undefined ? 'The sample is always the same, as CI is set' : `The sample is that of ${day}, the same again with --day=${day}`);
	}

	const isLimited = !flags.full && flags.only === undefined && day === undefined;
	const tally = new Tally('test/faults/sweep.ts', strays);
	await tryAll(chosen, places, {
		tally, tryOut: async (trial, place) => tryOut(trial, place, places[0]!), from: Number(flags.from), limit: isLimited ? ciPatience : undefined,
	});

	for (const trial of tally.unreached) {
		console.log(`not reached: ${trial}`);
	}

	tally.print();
	console.log(`${tally.count - tally.failures} passed, ${tally.failures} failed`);
	return tally.failures > 0 ? 1 : 0;
}

await runSweep(sweep, base, flags.keep);

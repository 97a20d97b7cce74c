/*
Makes every system call of a backup on its source and destination fail once, and kills the run once at each, and lets the checker judge what
is left. `node test/faults/sweep.ts [--full] [--only TEXT] [--list] [--keep]`.
*/
import {
	mkdir,
	mkdtemp,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {
	type BackupPlace,
	type BackupScenario,
	commandOf,
	makeScenarios,
} from './backup-scenarios.ts';
import {check, type Facts, takeSnapshot} from './checker.ts';
import {errnosFor} from './errnos.ts';
import {
	type BackupTrial,
	isPerfect,
	judgeDestinationFault,
	judgeSourceFault,
	judgeStanding,
} from './judge-backup.ts';
import {findPoints, type Point} from './points.ts';
import {replaceTree, someDate} from './program.ts';
import {makeSource} from './source-tree.ts';
import {findStrays} from './strays.ts';
import type {Call} from './trace.ts';
import {
	actionsAt,
	describe,
	judgeOutput,
	makePlaces,
	readTrace,
	runHarmed,
	runReference,
	runShell,
	runSweep,
	sample,
	Tally,
	type Verdict,
} from './trials.ts';

const {values: flags} = parseArgs({
	options: {
		full: {type: 'boolean', default: false},
		only: {type: 'string'},
		list: {type: 'boolean', default: false},
		keep: {type: 'boolean', default: false},
	},
});

/** How many trials fit into the time that CI has for them, on two idle cores; and that time in milliseconds, for a machine that is busy. */
const ciTrials = 780;
const ciPatience = 6 * 60_000;

const base = await mkdtemp(path.join(tmpdir(), 'logbackup-faults-'));
const source = path.join(base, 'source');
const sourceSnapshot = path.join(base, 'source.json');

const placeOf = (index: number): BackupPlace => {
	const root = path.join(base, `worker-${String(index).padStart(2, '0')}`);
	return {
		root, source, destination: path.join(root, 'backups'), trace: path.join(base, `trace-${String(index).padStart(2, '0')}`),
	};
};

const judgeCheck = async ({destination, root, trace}: BackupPlace): Promise<Facts> => check({
	source, destination, unchanged: [{tree: source, snapshot: sourceSnapshot}, {tree: root, snapshot: `${trace}.root`}],
});

async function tryOut(trial: BackupTrial, place: BackupPlace, reference: BackupPlace): Promise<Verdict> {
	const {scenario, point, action} = trial;
	await replaceTree(place.destination, scenario.template);
	// The name of the worker's directory stands in paths of all forms.
	const move = (location: string) => location.replaceAll(path.basename(reference.root), path.basename(place.root));
	const {run, isReached} = await runHarmed(commandOf(scenario, place), {
		point, action, trace: place.trace, move,
	});
	const facts = await judgeCheck(place);
	const violations = [...judgeOutput(run), ...facts.violations, ...(scenario.lacks ? judgeStanding(scenario, facts) : [])];

	if (action.kind === 'kill') {
		violations.push(...(run.code === 137 || run.code === 0 ? [] : [`killed, it ended with ${run.code}: ${run.stderr}`]));
	} else if (isReached) {
		violations.push(...(point.where === 'source' ? judgeSourceFault : judgeDestinationFault)(trial, action.errno, run, facts));
	} else if (!isPerfect(facts, scenario) || run.code !== 0) {
		violations.push(`unharmed, it ended with ${run.code}: ${run.stderr}`);
	}

	// Whatever happened, the next run must come to a good end.
	const wasPublished = facts.sets[someDate] !== undefined && !scenario.lacks;
	const next = await runShell(`exec ${commandOf(scenario, place)}`);
	const after = await judgeCheck(place);
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
async function traceReference(scenario: BackupScenario, place: BackupPlace): Promise<readonly Call[]> {
	await replaceTree(place.destination, scenario.template);
	const run = await runReference(commandOf(scenario, place), place.trace);
	const facts = await judgeCheck(place);

	if (run.code !== 0 || !isPerfect(facts, scenario) || facts.violations.length > 0) {
		throw new Error(`the reference run of ${scenario.name} is not as it should be (${run.code}): ${run.stderr}${facts.violations.join('\n')}\n${JSON.stringify(facts)}`);
	}

	return readTrace(place.trace);
}

/**
What happens to one of many small files happens to all: the first, one that is compressed already, and the last stand for them (sources, copies
and drafts), and so do the first calls on their directory.
*/
const isOneOfMany = ({object, ordinal}: Point) => {
	const file = /(?:^|\/)many\/(\d+)\./v.exec(object)?.[1];
	const draft = /\.logbackup\/(\d+)\.tmp$/v.exec(object)?.[1];
	return (object === 'many' && ordinal > 2) || (file !== undefined && !['00', '40', '69'].includes(file)) || (draft !== undefined && !['1', '2', '42', '70'].includes(draft));
};

/** The same in another order: however soon somebody stops, what came before is spread over all. */
function spread<Item>(items: readonly Item[], step = 17): Item[] {
	return Array.from({length: step}, (_, first) => items.filter((_item, index) => index % step === first)).flat();
}

/** All there is to try in a scenario, by its reference run. */
async function findTrials(scenario: BackupScenario, place: BackupPlace): Promise<{readonly trials: readonly BackupTrial[]; readonly strays: number}> {
	const {destination} = place;
	const calls = await traceReference(scenario, place);
	const points = findPoints(calls, {source, destination});
	const lockedAt = calls.findIndex(({name, descriptors}) => name === 'ftruncate' && descriptors.includes(path.join(destination, '.lock')));
	const published = path.join(destination, someDate, ...(scenario.lacks ? ['manifest.json'] : []));
	const publishedAt = calls.findIndex(({name, paths}) => name.startsWith('rename') && paths.includes(published));
	const strays = findStrays(calls, destination);

	for (const stray of strays) {
		console.log(`FAILED ${scenario.name}: it changed something outside its destination: ${stray.name}(${stray.args})`);
	}

	console.log(`${scenario.name}: ${points.length} calls on source and destination; ${points.filter(({isShared}) => isShared).length} cannot be made to fail alone`);
	const swept = points.filter(point => scenario.name !== 'many' || !isOneOfMany(point));
	const isFull = flags.full || Boolean(flags.only);
	const trials = swept.flatMap((point, index) => actionsAt(point, index, errnosFor(point), isFull).map(action => ({
		scenario, point, action, lockedAt, publishedAt,
	})));
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

	for (const scenario of await makeScenarios(base, places[0]!)) {
		const found = await findTrials(scenario, places[0]!);
		trials.push(...found.trials);
		strays += found.strays;
	}

	return {places, trials, strays};
}

async function sweep(): Promise<number> {
	const {places, trials, strays} = await makeAll();
	const wanted = trials.filter(trial => describe(trial).includes(flags.only ?? ''));
	const chosen = flags.full ? wanted : sample(wanted, ciTrials);

	if (flags.list) {
		for (const trial of chosen) {
			console.log(describe(trial));
		}

		return 0;
	}

	if (chosen.length < wanted.length) {
		console.log(`${wanted.length - chosen.length} of ${wanted.length} left out, evenly; --full tries them too`);
	}

	const queue = spread(chosen).values();
	const isLimited = !flags.full && flags.only === undefined;
	const tally = new Tally('test/faults/sweep.ts', strays);

	await Promise.all(places.map(async place => {
		for (const trial of queue) {
			if (isLimited && tally.elapsed > ciPatience) {
				break;
			}

			tally.note(trial, await tryOut(trial, place, places[0]!));
		}
	}));

	for (const trial of tally.unreached) {
		console.log(`not reached: ${trial}`);
	}

	if (tally.count < chosen.length) {
		console.log(`${chosen.length - tally.count} of ${chosen.length} left out, evenly, as the time was up`);
	}

	tally.print();
	console.log(`${tally.count - tally.failures} passed, ${tally.failures} failed`);
	return tally.failures > 0 ? 1 : 0;
}

await runSweep(sweep, base, flags.keep);

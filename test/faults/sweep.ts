/*
Makes every system call of a backup on its source and destination fail once, and kills the run once at each, and lets the checker judge what
is left. `node test/faults/sweep.ts [--full] [--only TEXT] [--list] [--keep]`.
*/
import {
	mkdir,
	mkdtemp,
	readFile,
	rm,
	writeFile,
} from 'node:fs/promises';
import {availableParallelism, tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {check, type Facts, takeSnapshot} from './checker.ts';
import {
	bookkeepingCalls,
	filterWords,
	findPoints,
	type Point,
	sweptCalls,
} from './points.ts';
import {
	type Finished,
	program,
	replaceTree,
	runCommand,
	someDate,
} from './program.ts';
import {
	lackedNames,
	listedNames,
	makeSource,
	manyNames,
	topLevelNames,
} from './source-tree.ts';
import {
	type Call,
	isSuccess,
	parseTrace,
	shellWord,
	toBytes,
} from './trace.ts';

type Scenario = {
	readonly name: string;
	/** Beside source, destination and date. */
	readonly flags: readonly string[];
	/** What is to be copied, sorted. */
	readonly names: readonly string[];
	/** What stands at the destination before. */
	readonly template: string | undefined;
	/** What the set that stands before lacks, sorted; `undefined` if there is none. */
	readonly lacks?: readonly string[];
};

type Action = {readonly kind: 'kill'} | {readonly kind: 'fail'; readonly errno: string};

type Trial = {readonly scenario: Scenario; readonly point: Point; readonly action: Action; readonly lockedAt: number; readonly publishedAt: number};

type Verdict = {
	readonly trial: Trial;
	readonly isReached: boolean;
	readonly violations: readonly string[];
};

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

/** Errors that fit a call. CI tries one for each point, in turn; `--full` all. */
function errnosFor(point: Point): readonly string[] {
	const {syscall, where, creates} = point;

	switch (syscall) {
		case 'openat': {
			return where === 'source' ? ['EACCES', 'ENOENT', 'EIO', 'ELOOP'] : (creates ? ['ENOSPC', 'EROFS', 'EDQUOT', 'EIO', 'EACCES'] : ['EIO', 'EACCES']);
		}

		case 'write':
		case 'pwrite64':
		case 'writev':
		case 'pwritev': {
			return ['ENOSPC', 'EIO', 'EDQUOT', 'EROFS'];
		}

		case 'fsync':
		case 'fdatasync': {
			return ['EIO', 'ENOSPC', 'EDQUOT'];
		}

		case 'rename':
		case 'renameat':
		case 'renameat2':
		case 'link':
		case 'linkat':
		case 'mkdir':
		case 'mkdirat': {
			return ['ENOSPC', 'EROFS', 'EIO', 'EDQUOT'];
		}

		case 'flock': {
			return ['ENOLCK'];
		}

		case 'unlink':
		case 'unlinkat':
		case 'rmdir':
		case 'fchmod':
		case 'fchown':
		case 'utimensat': {
			return ['EIO', 'EROFS'];
		}

		default: {
			return ['EIO'];
		}
	}
}

const commandOf = (scenario: Scenario, source: string, destination: string): string => [
	process.execPath, program, '--yes', `--source=${source}`, `--dest=${destination}`, `--date=${someDate}`, '--jobs=1', ...scenario.flags,
].map(word => shellWord(word)).join(' ');

/** One thread in the pool, so that the calls of a run come in the same order every time. */
const env = {UV_THREADPOOL_SIZE: '1'};

const runShell = async (script: string): Promise<Finished> => runCommand('bash', ['-c', script], {env});

const base = await mkdtemp(path.join(tmpdir(), 'logbackup-faults-'));
const source = path.join(base, 'source');
const sourceSnapshot = path.join(base, 'source.json');
const isNoSpace = (errno: string) => errno === 'ENOSPC' || errno === 'EDQUOT';

/** The place of one worker: all that its runs may write to is `backups` in it. */
type Place = {readonly root: string; readonly destination: string; readonly trace: string};

const placeOf = (index: number): Place => {
	const root = path.join(base, `worker-${String(index).padStart(2, '0')}`);
	return {root, destination: path.join(root, 'backups'), trace: path.join(base, `trace-${String(index).padStart(2, '0')}`)};
};

const same = (one: readonly string[] = [], other: readonly string[] = []) => one.length === other.length && one.every((name, index) => name === other[index]);

/** The checker's names have surrogates for odd bytes, ours one character a byte. */
const checkerName = (name: string) => [...name].map(character => character > '\u{7F}' ? String.fromCodePoint(0xDC_00 + character.codePointAt(0)!) : character).join('');

const sortNames = (names: readonly string[]) => names.map(name => checkerName(name)).toSorted();

const judgeCheck = async (place: Place): Promise<Facts> => check({source, destination: place.destination, unchanged: [{tree: source, snapshot: sourceSnapshot}, {tree: place.root, snapshot: `${place.trace}.root`}]});

/** Whether the set holds a copy of everything. */
const isPerfect = (facts: Facts, scenario: Scenario) => same(facts.sets[someDate]?.done, scenario.names);

/** What every ending has in common: something is said, and nothing that only a programmer understands. */
function judgeOutput({code, stderr, timedOut}: Finished): string[] {
	return [
		...(timedOut ? ['it did not end'] : []),
		...(/^ +at .+:\d+/mv.test(stderr) ? [`a stack trace: ${stderr}`] : []),
		...(stderr.includes('internal error') ? [`an internal error: ${stderr}`] : []),
		...(code !== 0 && code !== 137 && stderr.trim() === '' ? [`it ended with ${code} and said nothing`] : []),
	];
}

/** The files that a fault of a call on the source may cost: one; of a directory in the source, those in it; of the source itself, none alone. */
function filesOf({point, scenario}: Trial): readonly string[] {
	const object = checkerName(point.object);
	return scenario.names.filter(name => name === object || name.startsWith(`${object}/`));
}

/** Whether a set that stood before has neither more nor less. */
function isAsBefore({names, lacks}: Scenario, facts: Facts): boolean {
	const set = facts.sets[someDate];
	return same(lacks ?? [''], names.filter(name => !set?.done.includes(name))) && same(lacks, set?.failed);
}

function judgeSourceFault(trial: Trial, errno: string, run: Finished, facts: Facts): string[] {
	const {scenario} = trial;
	const files = filesOf(trial);
	const set = facts.sets[someDate];

	if (isPerfect(facts, scenario) && run.code === 0) {
		return [];
	}

	// Nothing that was selected, but who can tell when it cannot be looked at: it may be called a failure of its own.
	if (files.length === 0 && isPerfect(facts, scenario) && run.code === 3 && same(set?.failed, [checkerName(trial.point.object)])) {
		return [];
	}

	if (isAsBefore(scenario, facts) && [1, 3].includes(run.code)) {
		return [];
	}

	if (files.length === 0) {
		return run.code === 1 && !set ? [] : [`the source cannot be read: exit code ${run.code} instead of 1, ${set ? 'a set' : 'no set'}: ${run.stderr}`];
	}

	const missing = scenario.names.filter(name => !set?.done.includes(name));
	const isCause = missing.length === 1 && files.includes(missing[0]!);
	const isVanished = errno === 'ENOENT' && run.code === 0 && same(set?.vanished, missing);
	const isFailed = run.code === 3 && same(set?.failed, missing) && run.stderr.includes('Failed to backup');
	const outcome = `failed: ${set?.failed.join(', ')}, vanished: ${set?.vanished.join(', ')}, not there: ${set ? missing.join(', ') : 'all (no set)'}`;
	return isCause && (isVanished || isFailed) ? [] : [`it should cost ${files.join(' or ')} alone: exit code ${run.code}, ${outcome}: ${run.stderr}`];
}

/**
Calls whose failure may leave the run as good as before: the kernel's lock has a fallback, and so has syncing many files at once; what an interrupted run left can be copied anew, the manifest
of a set that is completed is looked at more than once, and a run does without those that follow it, for whom it opens its destination once more, and without a note for the next one.
*/
const isOptional = ({point: {syscall, object, creates, where, index}, scenario: {template, lacks}, lockedAt}: Trial) => syscall === 'flock' || syscall === 'syncfs'
	|| (lacks !== undefined && object === `${someDate}/manifest.json` && /^(?:openat|read|pread64|statx)$/v.test(syscall))
	|| /^\.(?:last-run\.(?:json|tmp)|socket)$/v.test(object)
	|| (index > lockedAt && (where === 'way' || object === '') && /^(?:openat|statx|fstat)$/v.test(syscall))
	|| (template !== undefined && !creates && /^(?:openat|read|pread64|statx)$/v.test(syscall) && /^\.[^\/]+\.partial\/(?!\.logbackup)/v.test(object));

/** A set that stood before stands, with what it had at least, and still names what it lacks. */
function judgeStanding({names, lacks}: Scenario, facts: Facts): string[] {
	const set = facts.sets[someDate];
	const missing = names.filter(name => !set?.done.includes(name));
	return set && missing.every(name => lacks!.includes(name) && set.failed.includes(name)) ? [] : [`the set that stood before lacks ${missing.join(', ')}`];
}

function judgeDestinationFault(trial: Trial, errno: string, run: Finished, facts: Facts): string[] {
	const {point, scenario, publishedAt} = trial;
	const expected = isNoSpace(errno) ? 14 : 1;
	const set = facts.sets[someDate];

	if (isOptional(trial) && isPerfect(facts, scenario) && run.code === 0) {
		return [];
	}

	if (point.index > publishedAt) {
		// What fails after the set has its name cannot take it back.
		const isLeft = isPerfect(facts, scenario) && [0, expected].includes(run.code) && !run.stderr.includes('kept for the next run');
		return isLeft ? [] : [`exit code ${run.code}, set: ${set ? 'there' : 'none'}, after a fault that came too late to matter: ${run.stderr}`];
	}

	return [
		...(run.code === expected ? [] : [`exit code ${run.code} instead of ${expected}: ${run.stderr}`]),
		...(scenario.lacks ? judgeStanding(scenario, facts) : (set ? ['a set was published all the same'] : [])),
	];
}

async function tryOut(trial: Trial, place: Place, reference: Place): Promise<Verdict> {
	const {scenario, point, action} = trial;
	await replaceTree(place.destination, scenario.template);
	// The name of the worker's directory stands in paths of all forms.
	const move = (location: string) => location.replaceAll(path.basename(reference.root), path.basename(place.root));
	const inject = action.kind === 'kill' ? 'signal=SIGKILL' : `error=${action.errno}`;
	const script = [
		// A kill does not reach its target through seccomp (strace 6.1).
		`exec strace -f -y -qq ${action.kind === 'kill' ? '' : '--seccomp-bpf'} -o ${shellWord(place.trace)}`,
		`-e trace=${point.syscall} -e inject=${point.syscall}:${inject}:when=${point.ordinal} ${filterWords(point, move)}`,
		'--',
		commandOf(scenario, source, place.destination),
	].join(' ');
	const run = await runShell(script);
	const injected = parseTrace(await readFile(place.trace, 'latin1')).filter(({result}) => action.kind === 'kill' ? result === undefined || result.startsWith('?') : result?.includes('(INJECTED)'));
	// A kill may hit a child process, which the run survives.
	const isReached = run.code === 137 || injected.length > 0;
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
	const next = await runShell(`exec ${commandOf(scenario, source, place.destination)}`);
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
	return {trial, isReached, violations};
}

const describe = ({scenario, point, action}: Trial) => `${scenario.name}/${point.id}/${action.kind === 'kill' ? 'SIGKILL' : action.errno}`;

/** The run that everything is measured by: it must be perfect, and touch nothing but its destination. */
async function traceReference(scenario: Scenario, place: Place): Promise<readonly Call[]> {
	await replaceTree(place.destination, scenario.template);
	const run = await runShell(`exec strace -f -y -qq -o ${shellWord(place.trace)} -e trace=${[...sweptCalls, ...bookkeepingCalls].join(',')} -- ${commandOf(scenario, source, place.destination)}`);
	const facts = await judgeCheck(place);

	if (run.code !== 0 || !isPerfect(facts, scenario) || facts.violations.length > 0) {
		throw new Error(`the reference run of ${scenario.name} is not as it should be (${run.code}): ${run.stderr}${facts.violations.join('\n')}\n${JSON.stringify(facts)}`);
	}

	return parseTrace(await readFile(place.trace, 'latin1'));
}

const changing: ReadonlySet<string> = new Set([
	'rename',
	'renameat',
	'renameat2',
	'link',
	'linkat',
	'symlink',
	'symlinkat',
	'mkdir',
	'mkdirat',
	'unlink',
	'unlinkat',
	'rmdir',
	'chmod',
	'fchmod',
	'fchmodat',
	'fchown',
	'chown',
	'lchown',
	'fchownat',
	'utimensat',
	'ftruncate',
	'truncate',
	'write',
	'pwrite64',
	'writev',
	'pwritev',
	'fallocate',
]);

/** Calls that changed something outside the destination. */
const findStrays = (calls: readonly Call[], {destination}: Place): Call[] => calls.filter(call => {
	const isChanging = changing.has(call.name) || (call.name === 'openat' && /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/v.test(call.args));
	const places = [...call.paths, ...(call.paths.length > 0 ? [] : call.descriptors)];
	// Standard output, and what the event loop wakes itself with.
	const isOurs = (location: string) => location === destination || location.startsWith(`${destination}/`) || location === '/dev/null' || /^(?:pipe|anon_inode|socket):/v.test(location);
	return isChanging && isSuccess(call) && places.some(location => !isOurs(location));
});

/**
What happens to one of many small files happens to all: the first, one that is compressed already, and the last stand for them (sources, copies
and drafts), and so do the first calls on their directory.
*/
const isOneOfMany = ({object, ordinal}: Point) => {
	const file = /(?:^|\/)many\/(\d+)\./v.exec(object)?.[1];
	const draft = /\.logbackup\/(\d+)\.tmp$/v.exec(object)?.[1];
	return (object === 'many' && ordinal > 2) || (file !== undefined && !['00', '40', '69'].includes(file)) || (draft !== undefined && !['1', '2', '42', '70'].includes(draft));
};

/** Evenly over all, always the same. */
function sample<Item>(items: readonly Item[], count: number): Item[] {
	return items.length <= count ? [...items] : Array.from({length: count}, (_, index) => items[Math.floor(index * items.length / count)]!);
}

/** The same in another order: however soon somebody stops, what came before is spread over all. */
function spread<Item>(items: readonly Item[], step = 17): Item[] {
	return Array.from({length: step}, (_, first) => items.filter((_item, index) => index % step === first)).flat();
}

/** What a run leaves that was killed when it began on its fourth file; and, of an older date, one that came less far. */
async function makeTemplate(place: Place, names: {readonly template: string; readonly scenario: Scenario}): Promise<void> {
	await replaceTree(place.destination);
	const older = '2025-12-31';

	for (const [date, draft] of [[older, 2], [someDate, 5]] as const) {
		const staging = path.join(place.destination, `.${date}.partial`);
		const run = await runShell([
			`exec strace -f -qq -o ${shellWord(place.trace)} -e trace=write -e inject=write:signal=SIGKILL:when=1 -P ${shellWord(path.join(staging, `.logbackup/${draft}.tmp`))}`,
			'--',
			commandOf(names.scenario, source, place.destination).replace(someDate, date),
		].join(' '));

		if (run.code !== 137) {
			throw new Error(`a run could not be killed to prepare an interrupted one: ${run.code} ${run.stderr}`);
		}

		if (date === older) {
			// The next one would adopt it.
			await runCommand('mv', [staging, `${place.root}/older`]);
		}
	}

	await runCommand('mv', [`${place.root}/older`, path.join(place.destination, `.${older}.partial`)]);
	await runCommand('mv', [place.destination, names.template]);
}

/** The set of a run on a source in which some files could not be opened; and, if it is to be, a merge that was killed at its second copy. */
async function makeIncompleteSet(place: Place, {template, scenario, isMerging}: {readonly template: string; readonly scenario: Scenario; readonly isMerging: boolean}): Promise<void> {
	await replaceTree(place.destination);
	const inDirectory = (name: string) => filterWords({filters: Array.from({length: 61}, (_, index) => `/proc/self/fd/${index + 3}/${name}`)}, location => location);
	const failing = lackedNames.map(name => inDirectory(path.basename(name))).join(' ');
	const run = await runShell([
		`exec strace -f -qq --seccomp-bpf -o ${shellWord(place.trace)} -e trace=openat -e inject=openat:error=EACCES ${failing} --`,
		commandOf(scenario, source, place.destination),
	].join(' '));
	const killed = isMerging && await runShell([
		`exec strace -f -qq -o ${shellWord(place.trace)} -e trace=link -e inject=link:signal=SIGKILL:when=2 --`,
		commandOf({...scenario, flags: ['--retry']}, source, place.destination),
	].join(' '));

	if (run.code !== 3 || (killed && killed.code !== 137)) {
		throw new Error(`no set could be prepared that lacks files: ${run.code} ${run.stderr}${killed ? `, ${killed.code} ${killed.stderr}` : ''}`);
	}

	await runCommand('mv', [place.destination, template]);
}

/** Sets that lack files: one as a run left it, one in which a merge was killed. */
async function makeRetried(directory: string, place: Place, listFile: string): Promise<Scenario[]> {
	const listed: Scenario = {
		name: 'listed', flags: [`--files-from=${listFile}`], names: sortNames(listedNames), template: undefined,
	};
	const scenarios: Scenario[] = [];

	for (const isMerging of [false, true]) {
		const name = isMerging ? 'merging' : 'retried';
		const template = path.join(directory, name);
		await makeIncompleteSet(place, {template, scenario: listed, isMerging});
		scenarios.push({
			...listed, name, flags: ['--retry'], template, lacks: sortNames(lackedNames),
		});
	}

	return scenarios;
}

async function sweep(): Promise<number> {
	await makeSource(source);
	await takeSnapshot(source, sourceSnapshot);
	const listFile = path.join(base, 'list');
	await writeFile(listFile, listedNames.join('\0'));
	const manyFile = path.join(base, 'many');
	await writeFile(manyFile, manyNames.join('\0'));
	const places = Array.from({length: Math.max(1, Math.min(availableParallelism(), 4))}, (_, index) => placeOf(index));

	for (const place of places) {
		await mkdir(place.root);
		await takeSnapshot(place.root, `${place.trace}.root`);
	}

	const [first] = places;
	const fresh: Scenario = {
		name: 'fresh', flags: [], names: sortNames(topLevelNames), template: undefined,
	};
	const template = path.join(base, 'template');
	await makeTemplate(first!, {template, scenario: fresh});
	const scenarios: Scenario[] = [
		fresh,
		{
			name: 'listed', flags: [`--files-from=${listFile}`], names: sortNames(listedNames), template: undefined,
		},
		{...fresh, name: 'resumed', template},
		...await makeRetried(base, first!, listFile),
		{
			name: 'many', flags: [`--files-from=${manyFile}`], names: sortNames(manyNames), template: undefined,
		},
	];
	const trials: Trial[] = [];
	let failures = 0;

	for (const scenario of scenarios) {
		const calls = await traceReference(scenario, first!);
		const points = findPoints(calls, {source, destination: first!.destination});
		const lockedAt = calls.findIndex(({name, descriptors}) => name === 'ftruncate' && descriptors.includes(path.join(first!.destination, '.lock')));
		const published = path.join(first!.destination, someDate, ...(scenario.lacks ? ['manifest.json'] : []));
		const publishedAt = calls.findIndex(({name, paths}) => name.startsWith('rename') && paths.includes(published));

		for (const stray of findStrays(calls, first!)) {
			failures++;
			console.log(`FAILED ${scenario.name}: it changed something outside its destination: ${stray.name}(${stray.args})`);
		}

		for (const [index, point] of points.filter(point => scenario.name !== 'many' || !isOneOfMany(point)).entries()) {
			const errnos = errnosFor(point);
			const chosen = flags.full || flags.only ? errnos : [errnos[index % errnos.length]!];
			const actions: Action[] = [...(point.isShared ? [] : chosen.map(errno => ({kind: 'fail' as const, errno}))), {kind: 'kill'}];
			trials.push(...actions.map(action => ({
				scenario, point, action, lockedAt, publishedAt,
			})));
		}

		console.log(`${scenario.name}: ${points.length} calls on source and destination; ${points.filter(({isShared}) => isShared).length} cannot be made to fail alone`);
	}

	const wanted = flags.only === undefined ? trials : trials.filter(trial => describe(trial).includes(flags.only!));
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
	const started = performance.now();
	const unreached: Trial[] = [];
	const tried = {kill: 0, fail: 0};

	await Promise.all(places.map(async place => {
		for (const trial of queue) {
			if (isLimited && performance.now() - started > ciPatience) {
				break;
			}

			const {isReached, violations} = await tryOut(trial, place, first!);
			tried[trial.action.kind]++;

			if (!isReached) {
				unreached.push(trial);
			}

			if (violations.length === 0) {
				continue;
			}

			failures++;
			console.log(`FAILED ${describe(trial)}\n${violations.map(violation => `\t${violation}`).join('\n')}\n\tagain: node test/faults/sweep.ts --only ${shellWord(toBytes(describe(trial)))}`);
		}
	}));

	for (const trial of unreached) {
		console.log(`not reached: ${describe(trial)}`);
	}

	const count = tried.fail + tried.kill;
	const passed = count - failures;

	if (count < chosen.length) {
		console.log(`${chosen.length - count} of ${chosen.length} left out, evenly, as the time was up`);
	}

	console.log(`Points tried: ${tried.fail} faults, ${tried.kill} kills; not reached: ${unreached.length}; violations: ${failures}; ${Math.round((performance.now() - started) / 1000)} s`);
	console.log(`${passed} passed, ${failures} failed`);
	return failures > 0 ? 1 : 0;
}

try {
	process.exitCode = await sweep();
} finally {
	if (flags.keep) {
		console.log(`kept: ${base}`);
	} else {
		await rm(base, {recursive: true, force: true});
	}
}

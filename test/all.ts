/*
All that is tested, for `npm test`: types and lint, tests, and the sweeps of faults, all side by side. `node test/all.ts [--quick]`; with `--quick`
types, lint of the files that were changed, and the tests that start no process.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, globSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {run} from 'node:test';
import {spec as Spec} from 'node:test/reporters';
import {parseArgs} from 'node:util';
import {startsProcess} from './support/test-files.ts';

const {values: {quick: isQuick}} = parseArgs({options: {quick: {type: 'boolean', default: false}}});

/** For one test, in milliseconds: ten times what the slowest takes on an idle machine. Without it, a test that waits for what never comes would not end. */
const patience = 300_000;

/** The files that take longest come first, so that none is left to run alone at the end. */
const longest = [
	'terminal/under-way-journeys',
	'terminal/list-journeys',
	'terminal/size-journeys',
	'recovery/verify.fuzz',
	'cli/no-backup',
	'faults/lock',
	'faults/retry',
	'faults/names',
	'recovery/restore.fuzz',
	'cli/sets',
	'recovery/round-trip',
	'faults/unchanged',
	'faults/space',
	'cli/retry',
	'terminal/browse-journeys',
	'ssh/dropped',
	'faults/rotation',
].map(name => `test/${name}.`);

function testFiles(): readonly string[] {
	const files = globSync('test/**/*.test.ts').toSorted();
	const chosen = isQuick ? files.filter(file => !startsProcess(file)) : files;
	const rank = (file: string) => {
		const index = longest.findIndex(name => file.startsWith(name));
		return index === -1 ? longest.length : index;
	};

	return chosen.toSorted((one, other) => rank(one) - rank(other));
}

async function outputOf(command: string, args: readonly string[], env = process.env): Promise<{readonly isGood: boolean; readonly output: string}> {
	const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe'], env});
	const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
	return {isGood: code === 0, output: stdout + stderr};
}

/** The files that are not as they are on the branch `main`, and those that git does not know. */
async function changedFiles(): Promise<readonly string[]> {
	const questions = [['diff', '--name-only', '--merge-base', 'main'], ['diff', '--name-only', 'HEAD'], ['ls-files', '--others', '--exclude-standard']];
	const lists = await Promise.all(questions.map(async args => outputOf('git', args)));
	const names = lists.flatMap(({isGood, output}) => isGood ? output.split('\n') : []);
	return [...new Set(names)].filter(name => /\.tsx?$/v.test(name) && existsSync(name));
}

/** Resolves with whether all was well. */
async function runTests(files: readonly string[]): Promise<boolean> {
	// One more than there are cores, as much of their time is waiting.
	const tests = run({
		files, concurrency: availableParallelism() + 1, timeout: patience, forceExit: true,
	});
	let isGood = true;
	tests.on('test:fail', () => {
		isGood = false;
	});
	await pipeline(tests, new Spec(), process.stdout, {end: false});
	return isGood;
}

async function checkTypesAndLint(): Promise<boolean> {
	const changed = isQuick ? await changedFiles() : [];
	const checks = [['tsc'], ...(isQuick && changed.length === 0 ? [] : [['xo', ...changed]])] as const;
	// With as little room as Node gives what is of use for a moment only, lint clears up for a sixth of its time.
	const env = {...process.env, NODE_OPTIONS: '--max-semi-space-size=128'};
	let isGood = true;

	for (const [command, ...args] of checks) {
		const result = await outputOf(command, args, env);
		isGood &&= result.isGood;
		process.stdout.write(`${command}: ${result.isGood ? 'ok' : 'failed'}\n${result.output}`);
	}

	return isGood;
}

/** The sweeps, one after the other: each has a worker for every core. */
async function sweep(): Promise<boolean> {
	let isGood = true;

	for (const file of ['test/faults/sweep.ts', 'test/faults/sweep-sets.ts']) {
		const result = await outputOf(process.execPath, [file], {...process.env, ...(ci !== undefined && {CI: ci})});
		isGood &&= result.isGood;
		process.stdout.write(`\n${file}: ${result.isGood ? 'ok' : 'failed'}\n${result.output}\n`);
	}

	return isGood;
}

// Half of what a small test file takes is to strip types and to compile. The program under test does not get it: see `cleanEnvironment`.
process.env.NODE_COMPILE_CACHE = path.resolve('node_modules/.cache/compiled');

/** The sweeps ask for it; with the tests it would only make a difference, as the program draws otherwise there. */
const ci = process.env.CI;
delete process.env.CI;

const [areChecksGood, areTestsGood, areSweepsGood] = await Promise.all([checkTypesAndLint(), runTests(testFiles()), isQuick || sweep()]);
const failed = [...(areChecksGood ? [] : ['types or lint']), ...(areTestsGood ? [] : ['tests']), ...(areSweepsGood ? [] : ['a sweep'])];

if (failed.length > 0) {
	console.log(`\nFAILED: ${failed.join(' and ')}`);
	process.exitCode = 1;
}

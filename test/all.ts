/*
All that is tested, for `npm test`: types, lint and tests side by side, then the sweeps of faults. `node test/all.ts [--quick]`; with `--quick`
types, lint of the files that were changed, and the tests that start no process.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, globSync, readFileSync} from 'node:fs';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {run} from 'node:test';
import {spec as Spec} from 'node:test/reporters';
import {parseArgs} from 'node:util';

const {values: {quick: isQuick}} = parseArgs({options: {quick: {type: 'boolean', default: false}}});

/** For one test, in milliseconds: ten times what the slowest takes on an idle machine. Without it, a test that waits for what never comes would not end. */
const patience = 300_000;

/** The files that take longest come first, so that none is left to run alone at the end. */
const longest = [
	'terminal/journeys',
	'recovery/restore.fuzz',
	'ssh/dropped',
	'recovery/verify.fuzz',
	'cli/no-backup',
	'faults/retry',
	'terminal/browse-journeys',
	'faults/space',
	'faults/rotation',
	'cli/sets',
	'recovery/round-trip',
].map(name => `test/${name}.`);

/** What starts a process, or helps to. */
const startsProcess = /'node:child_process'|\/(?:sandbox|harness|terminal|machine|program|checker|odd-file-system|session)\.ts'/v;

function testFiles(): readonly string[] {
	const files = globSync('test/**/*.test.ts').toSorted();
	const chosen = isQuick ? files.filter(file => !startsProcess.test(readFileSync(file, 'utf8'))) : files;
	const rank = (file: string) => {
		const index = longest.findIndex(name => file.startsWith(name));
		return index === -1 ? longest.length : index;
	};

	return chosen.toSorted((one, other) => rank(one) - rank(other));
}

async function outputOf(command: string, args: readonly string[]): Promise<{readonly isGood: boolean; readonly output: string}> {
	const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe']});
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
	// Two at once also on two cores: much of their time is waiting.
	const tests = run({
		files, concurrency: 2, timeout: patience, forceExit: true,
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
	let isGood = true;

	for (const [command, ...args] of checks) {
		const result = await outputOf(command, args);
		isGood &&= result.isGood;
		process.stdout.write(`${command}: ${result.isGood ? 'ok' : 'failed'}\n${result.output}`);
	}

	return isGood;
}

/** With their output as it comes. */
async function sweep(file: string): Promise<boolean> {
	console.log(`\n${file}`);
	const [code] = await once(spawn(process.execPath, [file], {stdio: 'inherit', env: {...process.env, ...(ci !== undefined && {CI: ci})}}), 'close') as [number | null];
	return code === 0;
}

/** The sweeps ask for it; with the tests it would only make a difference, as the program draws otherwise there. */
const ci = process.env.CI;
delete process.env.CI;

const [areChecksGood, areTestsGood] = await Promise.all([checkTypesAndLint(), runTests(testFiles())]);
let isGood = areChecksGood && areTestsGood;

if (!isQuick && isGood) {
	isGood = await sweep('test/faults/sweep.ts') && await sweep('test/faults/sweep-sets.ts');
}

if (!isGood) {
	const failed = [...(areChecksGood ? [] : ['types or lint']), ...(areTestsGood ? [] : ['tests']), ...(areChecksGood && areTestsGood ? ['a sweep'] : [])];
	console.log(`\nFAILED: ${failed.join(' and ')}`);
	process.exitCode = 1;
}

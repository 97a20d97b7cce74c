/*
Whether the tests notice a change of the code: what Stryker runs for each (mutation.ts). `node test/mutation/notice.ts DIRECTORY FILE…` ends with 1 at
the first of the files that fails. The quick ones that start no process are run in one go, and first: they notice most changes, within a second or two.
The others follow one by one, the quickest first. The first run, for which nothing is changed, writes to DIRECTORY how long each file took.
*/
import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {startsProcess} from '../support/test-files.ts';
import {placesIn} from './draw.ts';
import {reachedFrom} from './reach.ts';

/** In milliseconds: what tests may take beyond three times of what they took at first, on a machine that has more to do by then. */
const patience = 120_000;

/** How long a file may take to be quick, in times of the quickest one. */
const quickFactor = 5;

const [directory, ...files] = process.argv.slice(2) as [string, ...string[]];
const timesFile = path.join(directory, 'times.json');

/** How long it took if all tests passed, in milliseconds; else `undefined`. A file that is run by itself ends with 1 if a test fails, as the runner does. */
function timeOf(args: readonly string[], {limit = 0, env = {}}: {readonly limit?: number; readonly env?: Readonly<Record<string, string>>} = {}): number | undefined {
	const began = performance.now();
	const {status} = spawnSync(process.execPath, ['--test-force-exit', `--test-timeout=${patience}`, ...args], {
		stdio: ['ignore', 'ignore', 'inherit'], timeout: limit, killSignal: 'SIGKILL', env: {...process.env, NODE_COMPILE_CACHE: path.join(directory, 'compiled'), ...env},
	});
	return status === 0 ? Math.round(performance.now() - began) : undefined;
}

function measure(): Record<string, number> {
	const times = Object.fromEntries(files.map(file => {
		const time = timeOf([file]);

		if (time === undefined) {
			throw new Error(`${file} fails already`);
		}

		return [file, time];
	}));
	writeFileSync(timesFile, JSON.stringify(times));
	return times;
}

/** Of tests that start no process, only those can notice a change that load its file. */
function readersOf(file: string): readonly string[] {
	const readers = files.filter(test => reachedFrom(test).has(file));
	return readers.length === 0 ? files : files.filter(test => readers.includes(test) || startsProcess(test));
}

// Stryker's copy is its user's alone, and there are tests of what others may do.
chmodSync('.', 0o755);
const times = existsSync(timesFile) ? JSON.parse(readFileSync(timesFile, 'utf8')) as Record<string, number> : measure();
const change = process.env.__STRYKER_ACTIVE_MUTANT__;
const places = change === undefined ? {} : JSON.parse(readFileSync(placesIn(directory), 'utf8')) as Record<string, string>;
const ranked = (change === undefined ? files : readersOf(places[change]!)).toSorted((one, other) => times[one]! - times[other]!);
const together = ranked.filter(file => times[file]! <= quickFactor * times[ranked[0]!]! && !startsProcess(file));
const limitOf = (tests: readonly string[]) => (3 * tests.reduce((sum, file) => sum + times[file]!, 0)) + patience;

function passTogether(): boolean {
	// They end where the first test fails, and leave there what they would have removed. One for each: Stryker tries a second change meanwhile, once all are drawn.
	const temporary = mkdtempSync(path.join(directory, 'temporary-'));

	try {
		return timeOf(['--test', '--test-isolation=none', '--test-reporter=./test/mutation/first-failure.ts', ...together], {limit: limitOf(together), env: {TMPDIR: temporary}}) !== undefined;
	} finally {
		rmSync(temporary, {recursive: true, force: true});
	}
}

// Without a change, each file was run by itself just now.
const apart = change === undefined ? [] : ranked.filter(file => !together.includes(file));

if ((together.length > 0 && !passTogether()) || apart.some(file => timeOf([file], {limit: limitOf([file])}) === undefined)) {
	process.exitCode = 1;
}

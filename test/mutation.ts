/*
Changes the code in many small ways, one at a time, and runs the tests of its room on each: what they let pass is printed, with the score.
`npm run test:mutation -- source/set/lock source/origin/walk.ts:80-140 [--sample 0.2] [--seed 1] [--tests test/cli/prune.test.ts]`. Stryker
changes the code; it is fetched when it is needed, as it is larger than all else that is needed here.
*/
import {spawnSync} from 'node:child_process';
import {
	globSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {randomNumbers} from './support/sample-logs.ts';

const {values: {sample, seed, tests: named}, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		sample: {type: 'string', default: '1'},
		seed: {type: 'string', default: '1'},
		tests: {type: 'string', multiple: true, default: []},
	},
});

/** Tests of a room that stand in another's, as they are tested through the program. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
	recovery: ['test/cli/restore.test.ts', 'test/faults/verify.test.ts'],
	backup: ['test/cli/unattended.test.ts', 'test/cli/retry.test.ts', 'test/cli/reuse.test.ts'],
	report: ['test/cli/sets.test.ts', 'test/cli/outputs.test.ts'],
};

/** Lines that are drawn together: what is changed must stand within. */
const span = 12;

/** Parts of a file, in Stryker's form `file:from-to`. */
function partsOf(file: string): readonly string[] {
	const count = readFileSync(file, 'utf8').split('\n').length;
	return Array.from({length: Math.ceil(count / span)}, (_, index) => `${file}:${(index * span) + 1}-${Math.min(count, (index + 1) * span)}`);
}

const random = randomNumbers(Number(seed));
const isWhole = Number(sample) >= 1;
const mutate = positionals.flatMap(place => {
	if (place.includes(':')) {
		return [place];
	}

	const files = statSync(place).isDirectory() ? globSync(`${place}/**/*.{ts,tsx}`).toSorted() : [place];
	return isWhole ? files : files.flatMap(file => partsOf(file)).filter(() => random() < Number(sample));
});
const rooms = [...new Set(positionals.map(place => place.split('/', 2)[1]!.split(/[.:]/v, 1)[0]!))];
const tests = named.length > 0 ? named : rooms.flatMap(room => [...globSync(`test/${room}/**/*.test.ts`), ...elsewhere[room] ?? []]);

if (mutate.length === 0 || tests.length === 0) {
	throw new Error('Nothing to change, or no test of it: npm run test:mutation -- source/ROOM/FILE.ts …');
}

const directory = await mkdtemp(path.join(tmpdir(), 'logbackup-mutation-'));
const config = path.join(directory, 'stryker.json');
writeFileSync(config, JSON.stringify({
	mutate,
	testRunner: 'command',
	commandRunner: {command: `node --test --test-timeout=60000 --test-force-exit ${tests.join(' ')}`},
	// What is tried is chosen by a variable of the environment, so that the program is built but once.
	buildCommand: 'node build.ts',
	ignorePatterns: ['dist', 'docs'],
	// Nothing is compiled with it; and Stryker, where npm keeps it, would not find the compiler to read it.
	tsconfigFile: '',
	plugins: [],
	reporters: ['clear-text'],
	clearTextReporter: {allowColor: false, reportTests: false},
	concurrency: 1,
	timeoutMS: 60_000,
}));

try {
	const {status} = spawnSync('npm', ['exec', '--yes', '--package=@stryker-mutator/core@10.1.1', '--', 'stryker', 'run', config], {stdio: 'inherit'});
	process.exitCode = status ?? 1;
} finally {
	await rm(directory, {recursive: true, force: true});
}

/*
Changes the code in many small ways, one at a time, and runs the tests of its room on each: what they let pass is printed, with the score.
`npm run test:mutation -- source/set/lock source/origin/walk.ts:80-140 [--sample 45] [--seed 1] [--tests test/cli/prune.test.ts]`: `--sample`
says how many changes are drawn, by the seed. Stryker changes the code; it is fetched when it is needed, as it is larger than all else that is
needed here.
*/
import {spawnSync} from 'node:child_process';
import {
	globSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import type {Draw} from './draw.ts';

const {values: {sample, seed, tests: named}, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		sample: {type: 'string'},
		seed: {type: 'string', default: '1'},
		tests: {type: 'string', multiple: true, default: []},
	},
});

/** Tests of a room that stand in another's, as they are tested through the program. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
	set: ['test/cli/monitoring.test.ts'],
	recovery: ['test/cli/restore.test.ts', 'test/faults/verify.test.ts', 'test/faults/recovery-order.test.ts'],
	backup: ['test/cli/unattended.test.ts', 'test/cli/retry.test.ts', 'test/cli/reuse.test.ts'],
	origin: ['test/cli/origin.test.ts', 'test/cli/left-out.test.ts', 'test/faults/source.test.ts', 'test/faults/source-errors.test.ts'],
	report: ['test/cli/sets.test.ts', 'test/cli/outputs.test.ts', 'test/cli/failure-forms.test.ts', 'test/cli/unattended.test.ts'],
	process: ['test/cli/notices.test.ts', 'test/ssh/signals.test.ts', 'test/terminal/under-way-journeys.test.ts'],
	app: ['test/cli/**/*.test.ts', 'test/faults/interruption.test.ts', 'test/ssh/signals.test.ts', 'test/terminal/browse-journeys.test.ts', 'test/terminal/run-journeys.test.ts'],
	exit: ['test/cli/failure-forms.test.ts', 'test/cli/usage.test.ts'],
	flags: ['test/cli/usage.test.ts', 'test/cli/documents.test.ts', 'test/cli/configuration.test.ts'],
	journal: ['test/cli/journal.test.ts', 'test/cli/system-journal.test.ts'],
	remote: ['test/cli/push.test.ts', 'test/cli/restore-from.test.ts'],
	timer: ['test/cli/timer.test.ts'],
	zstd: ['test/cli/zstd.test.ts'],
	tui: ['test/terminal/list-journeys.test.ts', 'test/terminal/review-journeys.test.ts', 'test/terminal/run-journeys.test.ts', 'test/terminal/browse-journeys.test.ts'],
};

const mutate = positionals.flatMap(place => !place.includes(':') && statSync(place).isDirectory() ? globSync(`${place}/**/*.{ts,tsx}`).toSorted() : [place]);
const rooms = [...new Set(positionals.map(place => place.split('/', 2)[1]!.split(/[.:]/v, 1)[0]!))];
const tests = named.length > 0 ? named : globSync(rooms.flatMap(room => [`test/${room}/**/*.test.ts`, ...elsewhere[room] ?? []])).toSorted();

if (mutate.length === 0 || tests.length === 0) {
	throw new Error('Nothing to change, or no test of it: npm run test:mutation -- source/ROOM/FILE.ts …');
}

const directory = await mkdtemp(path.join(tmpdir(), 'logbackup-mutation-'));
const config = path.join(directory, 'stryker.json');
writeFileSync(config, JSON.stringify({
	mutate,
	testRunner: 'command',
	commandRunner: {command: ['node', 'test/mutation/notice.ts', directory, ...tests].join(' ')},
	checkers: ['draw'],
	draw: {...(sample !== undefined && {count: Number(sample)}), seed: Number(seed), directory} satisfies Draw,
	// What is tried is chosen by a variable of the environment, so that the program is built but once.
	buildCommand: 'node build.ts',
	ignorePatterns: ['dist'],
	// Nothing is compiled with it; and Stryker, where npm keeps it, would not find the compiler to read it.
	tsconfigFile: '',
	plugins: ['./test/mutation/draw.ts'],
	warnings: {unknownOptions: false},
	reporters: ['clear-text'],
	clearTextReporter: {allowColor: false, reportTests: false},
	concurrency: 1,
	timeoutMS: 60_000,
	// All tests of the room, each file by itself: on a busy machine some minutes.
	dryRunTimeoutMinutes: 60,
}));

try {
	const {status} = spawnSync('npm', ['exec', '--yes', '--package=@stryker-mutator/core@10.1.1', '--', 'stryker', 'run', config], {stdio: 'inherit'});
	process.exitCode = status ?? 1;
} finally {
	await rm(directory, {recursive: true, force: true});
}

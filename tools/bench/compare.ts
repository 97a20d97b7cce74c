import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {measure, medians, type Sample} from './measure.ts';
import {isInstalled, type Program} from './programs.ts';

/** What there is on disk of a directory, hard links counted once: allocated bytes (`du(1)`), or the sum of sizes. */
export function sizeOf(directory: string, isAllocated: boolean): number {
	const {stdout} = spawnSync('du', ['--summarize', isAllocated ? '--block-size=1' : '--bytes', directory], {encoding: 'utf8'});
	return Number(stdout.split('\t', 1)[0]);
}

/** Runs a program once, into a new directory. */
export function runOnce(program: Program, source: string, scratch: string): Sample {
	const destination = mkdtempSync(path.join(scratch, 'out-'));
	const sample = measure(program.command(source, destination));
	return {...sample, output: sizeOf(destination, false)};
}

export type Comparison = {
	readonly source: string;
	/** Those that are not installed are left out, and said to be. */
	readonly programs: readonly Program[];
	readonly runs: number;
	/** Programs of which one run must be enough: they take minutes. */
	readonly once?: ReadonlySet<Program>;
};

export type Results = ReadonlyMap<Program, Sample>;

/**
Runs programs in turns on the same files, so that a machine that is slower for a while is so for all of them. What they wrote is removed only at
the end: file systems are slow to create files just after many were deleted.

@returns The medians of each program.
*/
export function compare({source, programs, runs, once = new Set()}: Comparison, work: string): Results {
	const scratch = path.join(work, 'scratch');
	mkdirSync(scratch);
	const samples = new Map<Program, Sample[]>();

	for (const program of programs) {
		if (isInstalled(program)) {
			samples.set(program, []);
		} else {
			process.stderr.write(`left out, not installed: ${program.name}\n`);
		}
	}

	for (let run = 0; run < runs; run++) {
		for (const [program, taken] of [...samples].filter(([candidate]) => run === 0 || !once.has(candidate))) {
			process.stderr.write(`  ${run + 1}/${runs} ${program.name}\n`);
			taken.push(runOnce(program, source, scratch));
		}
	}

	rmSync(scratch, {recursive: true});
	return new Map([...samples].map(([program, taken]) => [program, medians(taken)]));
}

import {spawnSync} from 'node:child_process';

/** What a command as a whole took, with all the processes it started. */
export type Sample = {
	/** Seconds. */
	readonly wall: number;
	/** Seconds, user and system. */
	readonly cpu: number;
	/** The most memory that one of its processes had, in bytes. */
	readonly memory: number;
	/** Bytes of its result. */
	readonly output: number;
};

/*
Python's wait4(2) gives what the kernel counted for a child and for the children it waited for. Its own start is not in the time.
*/
const stopwatch = `
import json, os, sys, time
out = os.open('/dev/null', os.O_WRONLY)
start = time.monotonic()
pid = os.fork()
if pid == 0:
    os.dup2(out, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic() - start
print(json.dumps({'wall': wall, 'cpu': usage.ru_utime + usage.ru_stime, 'memory': usage.ru_maxrss * 1024, 'status': os.waitstatus_to_exitcode(status)}))
`;

/**
Runs a command and measures it. What is still to be written to disk from before is written first.

@throws {Error} If it fails.
*/
export function measure(command: readonly string[]): Omit<Sample, 'output'> {
	spawnSync('sync');
	const {stdout, stderr, error} = spawnSync('python3', ['-c', stopwatch, ...command], {encoding: 'utf8'});

	if (error) {
		throw new Error(`python3 is needed to measure: ${error.message}`);
	}

	const {status, ...sample} = JSON.parse(stdout) as Omit<Sample, 'output'> & {readonly status: number};

	if (status !== 0) {
		throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
	}

	return sample;
}

/** The middle one of some numbers; the mean of the two middle ones of an even count. */
export function median(numbers: readonly number[]): number {
	const sorted = numbers.toSorted((one, other) => one - other);
	const middle = sorted.length / 2;
	return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Each figure's median over several samples. */
export const medians = (samples: readonly Sample[]): Sample => ({
	wall: median(samples.map(({wall}) => wall)),
	cpu: median(samples.map(({cpu}) => cpu)),
	memory: median(samples.map(({memory}) => memory)),
	output: median(samples.map(({output}) => output)),
});

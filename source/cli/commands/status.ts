import {exitCodes} from '../../exit/exit-codes.ts';
import {errorCode} from '../../files/errors.ts';
import {healthJson, healthLine} from '../../report/health-text.ts';
import {openForReading} from '../../set/destination.ts';
import {type Health, readHealth} from '../../set/health.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {age} from '../../flags/values.ts';

const hour = 3_600_000;

const flags = {
	// A backup a few hours late must not wake anybody up.
	'max-age': {
		...age, isConfigurable: false, initial: () => 26 * hour, help: 'how old it may be: 90m, 26h, 2d', otherwise: '26h',
	},
	...quietFlag,
	json: {isConfigurable: false, help: 'print a line of JSON'},
} as const satisfies FlagTable;

/** A destination that is not there has no backup in it: that is for the monitoring to tell, too. */
async function read({destination, now, whose, flags: {maxAge: maximumAge}}: Invocation<typeof flags>): Promise<Health> {
	try {
		await using place = await openForReading(destination);
		return await readHealth(place, {maximumAge, whose, now});
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return {
				verdict: 'none', whose, sources: [], isRunning: false, interrupted: [], future: [],
			};
		}

		throw error;
	}
}

async function run(invocation: Invocation<typeof flags>): Promise<number> {
	const {flags: {json, quiet}, destination, out} = invocation;
	const health = await read(invocation);
	const code = health.verdict === 'ok' ? exitCodes.done : exitCodes.stale;

	if (!quiet || code !== exitCodes.done) {
		out.write(`${json ? JSON.stringify(healthJson(health, code)) : healthLine(health, destination)}\n`);
	}

	return code;
}

export const statusCommand = defineCommand({
	description: [
		'Tell in one line, for monitoring, how old and how good the newest set of this host and source is. Only that set is looked at, and only its totals; logbackup-tui verify reads the copies. '
		+ 'Where there is no manifest, copies are unpacked until one is whole. '
		+ 'With --dest and without --source, it is about each source of this host that has sets there, and first about the one that is worst off.',
	],
	usage: ['status [--max-age AGE]'],
	flags,
	examples: ['status', 'status --max-age 2d --json'],
	exitCodes: {
		0: 'recent enough, every file copied', 1: 'the backups cannot be opened', 2: 'wrong usage', 6: 'too old, partial, damaged, or none at all',
	},
	words: {minimum: 0, maximum: 0},
	run,
});

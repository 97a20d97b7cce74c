import {exitCodes} from '../../backup/exit-codes.ts';
import {errorCode} from '../../files/errors.ts';
import {healthJson, healthLine} from '../../report/health-text.ts';
import {openForReading} from '../../set/destination.ts';
import {type Health, readHealth} from '../../set/health.ts';
import {type Command, commonHelp, type Invocation} from '../command.ts';
import {UsageError} from '../flags.ts';

const help = `
  Tell in one line, for monitoring, how old and how good the newest set of this host and source is. Only that set is
  looked at, and only its totals; logbackup-tui verify reads the copies. With --dest and without --source, it is about
  each source of this host that has sets there, and first about the one that is worst off.

  Usage
    $ logbackup-tui status [--max-age AGE]

  --max-age AGE        how old it may be: 90m, 26h, 2d (26h)
${commonHelp}
  --json               print a line of JSON

  Examples
    $ sudo logbackup-tui status
    $ sudo logbackup-tui status --max-age 2d --json

  Exit codes
    0 recent enough, every file copied      6 too old, partial, damaged, or none at all
    1 the backups cannot be opened          2 wrong usage
`;

/** Milliseconds. */
const units: Readonly<Record<string, number>> = {
	s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000,
};

/** A night later than usual is no reason to wake somebody up. */
const defaultMaximumAge = 26 * 3_600_000;

function parseAge(text: string): number {
	const {number, unit} = /^(?<number>\d{1,6})(?<unit>[dhms])$/v.exec(text)?.groups ?? {};

	if (number === undefined || unit === undefined) {
		throw new UsageError(`--max-age takes a number of minutes, hours or days (90m, 26h, 2d), not ${text}`);
	}

	return Number(number) * units[unit]!;
}

/** A destination that is not there has no backup in it: that is for the monitoring to tell, too. */
async function read({destination, now, whose}: Invocation, maximumAge: number): Promise<Health> {
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

async function run(invocation: Invocation): Promise<number> {
	const {values, destination, isJson, out} = invocation;
	const [age] = values('max-age');
	const health = await read(invocation, age === undefined ? defaultMaximumAge : parseAge(age));
	const code = health.verdict === 'ok' ? exitCodes.done : exitCodes.stale;
	out.write(`${isJson ? JSON.stringify(healthJson(health, code)) : healthLine(health, destination)}\n`);
	return code;
}

export const statusCommand: Command = {
	help, flags: {'max-age': {takes: 'a number of minutes, hours or days (90m, 26h, 2d)'}, json: {}}, words: {minimum: 0, maximum: 0}, run,
};

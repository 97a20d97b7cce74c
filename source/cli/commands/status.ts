import {describeFailure, exitCodeFor} from '../../exit/failure.ts';
import {exitCodes} from '../../exit/exit-codes.ts';
import {errorCode} from '../../files/errors.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {displayText} from '../../text/display-name.ts';
import {healthJson, healthLine} from '../../report/health-text.ts';
import {healthMetrics} from '../../report/health-metrics.ts';
import {nagiosAnswer, nagiosLost, nagiosUnknown} from '../../report/health-nagios.ts';
import {formatRemotePath} from '../../remote/remote-path.ts';
import {openForReading} from '../../set/destination.ts';
import {type Health, missingHealth, readHealth} from '../../set/health.ts';
import {findLostMount} from '../../set/lost-mount.ts';
import {defineCommand, type FailureAnswer, type Invocation} from '../command/command.ts';
import {pushPlaceFlag, quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {age} from '../../flags/values.ts';

const hour = 3_600_000;

// A backup a few hours late must not wake anybody up.
const usualAge = 26 * hour;

const flags = {
	'max-age': {
		...age, isConfigurable: false, initial: () => usualAge, help: 'how old it may be: 90m, 26h, 2d', otherwise: '26h',
	},
	nagios: {isConfigurable: false, help: 'answer as a plugin of Nagios, Icinga and their like: one line, performance data, and their exit codes'},
	warning: {
		...age, short: 'w', isConfigurable: false, initial: () => usualAge, help: 'with --nagios: older is a warning', otherwise: '26h',
	},
	critical: {
		...age, short: 'c', isConfigurable: false, initial: () => 50 * hour, help: 'with --nagios: older is critical', otherwise: '50h',
	},
	...pushPlaceFlag,
	prometheus: {isConfigurable: false, help: 'print metrics for Prometheus'},
	...quietFlag,
	json: {isConfigurable: false, help: 'print a line of JSON'},
} as const satisfies FlagTable;

type StatusInvocation = Invocation<typeof flags>;

/** A destination that is not there has no backup in it: that is for the monitoring to tell, too. */
async function read({destination, now, whose, flags: {pushTo}}: StatusInvocation, maximumAge: number): Promise<Health> {
	const mountPoint = findLostMount(destination);

	try {
		await using place = await openForReading(destination);
		return await readHealth(place, {
			maximumAge, whose, now, mountPoint, pushTo: pushTo && formatRemotePath(pushTo),
		});
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return missingHealth(whose, mountPoint);
		}

		throw error;
	}
}

/** Error codes of a mount whose server, process or disk has gone. */
const lostCodes: ReadonlySet<string | undefined> = new Set(['ENOTCONN', 'ESTALE', 'EIO', 'ENODEV', 'ENXIO', 'EHOSTDOWN', 'EHOSTUNREACH', 'ETIMEDOUT', 'ECONNABORTED', 'ESHUTDOWN']);

const isLost = (error: unknown) => lostCodes.has(errorCode(error));

async function answerNagios(invocation: StatusInvocation): Promise<number> {
	const {flags: {warning, critical}, destination, out} = invocation;
	const {text, code} = await read(invocation, warning).then(health => nagiosAnswer(health, destination, {warning, critical})).catch((error: unknown) => {
		if (isLost(error)) {
			return nagiosLost(describeFailure(error).message);
		}

		throw error;
	});
	out.write(`${text}\n`);
	return code;
}

async function printMetrics(invocation: StatusInvocation): Promise<number> {
	const {destination, out} = invocation;
	const health = await read(invocation, usualAge).catch((error: unknown) => {
		if (isLost(error)) {
			return undefined;
		}

		throw error;
	});
	out.write(healthMetrics(destination, health));
	return exitCodes.done;
}

/** @throws {UsageError} For flags that do not go together. */
function checkFlags({given, flags: {nagios, warning, critical}}: StatusInvocation): void {
	const forms = ['nagios', 'prometheus', 'json'].filter(name => given.has(name));

	if (forms.length > 1) {
		throw new UsageError(`--${forms[0]!} and --${forms[1]!} cannot go together`);
	}

	const threshold = ['warning', 'critical'].find(name => given.has(name));

	if (!nagios && threshold !== undefined) {
		throw new UsageError(`--${threshold} goes with --nagios`);
	}

	if (given.has('max-age') && (given.has('nagios') || given.has('prometheus'))) {
		throw new UsageError(`--max-age does not go with --${forms[0]!}`);
	}

	if (warning > critical) {
		throw new UsageError('--warning takes an age that is not above that of --critical');
	}
}

async function run(invocation: StatusInvocation): Promise<number> {
	checkFlags(invocation);
	const {flags: {json, quiet, nagios, prometheus, maxAge: maximumAge}, destination, out} = invocation;

	if (nagios) {
		return answerNagios(invocation);
	}

	if (prometheus) {
		return printMetrics(invocation);
	}

	const health = await read(invocation, maximumAge);
	const code = health.verdict === 'ok' ? exitCodes.done : exitCodes.stale;

	if (!quiet || code !== exitCodes.done) {
		out.write(`${json ? JSON.stringify(healthJson(health, code)) : healthLine(health, destination)}\n`);
	}

	return code;
}

/** Whoever runs plugins reads one line of standard output, takes 2 for critical, and anything that is wrong with the plugin for unknown. */
function answerFailure(error: unknown, arguments_: readonly string[]): FailureAnswer | undefined {
	if (!arguments_.includes('--nagios')) {
		return undefined;
	}

	const code = exitCodeFor(error);
	return code > 128 ? undefined : nagiosUnknown(error instanceof UsageError ? displayText(error.message) : describeFailure(error).message);
}

export const statusCommand = defineCommand({
	description: [
		'Tell in one line, for monitoring, how old and how good the newest set of this host and source is. Only that set is looked at, and only its totals; logbackup-tui verify reads the copies. '
		+ 'Where there is no manifest, copies are unpacked until one is whole. A destination that is not there, or whose file system is not mounted though /etc/fstab has it, is told from one without sets.',
		'Where push-to is configured, it tells whether the newest set is off the host, by the last push or fetch; not pushed is a host whose newest set there is older than --max-age.',
		'With --dest and without --source, it is about each source of this host that has sets there, and first about the one that is worst off.',
	],
	usage: ['status [--max-age AGE]', 'status --nagios [-w AGE] [-c AGE]', 'status --prometheus'],
	details: ['With --nagios, a set that is too old, in which files failed, or that is not there at all is a warning or critical, and the exit codes are 0 (ok), 1 (warning), 2 (critical) and 3 (unknown).'],
	flags,
	examples: ['status', 'status --max-age 2d --json', 'status --nagios -w 26h -c 50h'],
	exitCodes: {
		0: 'recent enough, every file copied; --prometheus: printed', 1: 'the backups cannot be opened', 2: 'wrong usage', 6: 'too old, partial, damaged, none at all, or not pushed',
	},
	words: {minimum: 0, maximum: 0},
	answerFailure,
	run,
});

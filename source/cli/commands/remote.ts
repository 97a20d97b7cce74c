import {abortedBySignals} from '../../app/signals.ts';
import {exitCodes} from '../../exit/exit-codes.ts';
import {
	jsonFlag,
	keepFlags,
	pushPlaceFlag,
	quietFlag,
} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {readKeepPolicy} from '../../flags/keep-policy-flags.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {age} from '../../flags/values.ts';
import {planRemotePrune, pruneRemote} from '../../remote/prune-remote.ts';
import {Rclone} from '../../remote/rclone.ts';
import {formatRemotePath} from '../../remote/remote-path.ts';
import {listHosts, type RemoteSet} from '../../remote/remote-listing.ts';
import {createPruneReport, describeRemovable} from '../../report/prune-report.ts';
import {
	groupHosts,
	lateText,
	remoteJson,
	remoteLines,
} from '../../report/remote-list.ts';
import {displayText} from '../../text/display-name.ts';
import {localDate} from '../../text/format.ts';
import {askOperator} from '../command/ask.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {chooseRemote} from '../command/remote-place.ts';

const flags = {
	'max-age': {...age, isConfigurable: false, help: 'exit with 6 and name the hosts whose newest set is older: 90m, 26h, 2d'},
	...keepFlags,
	'dry-run': {short: 'n', isConfigurable: false, help: 'with prune: show the plan; remove nothing'},
	yes: {short: 'y', isConfigurable: false, help: 'with prune: do not ask'},
	...pushPlaceFlag,
	...quietFlag,
	...jsonFlag,
} as const satisfies FlagTable;

type RemoteInvocation = Invocation<typeof flags>;

/** The sets that are meant: of all hosts, or of the one that was named. */
async function list(rclone: Rclone, {given, origin: {host}}: RemoteInvocation): Promise<readonly RemoteSet[]> {
	const sets = await listHosts(rclone);
	return given.has('host') ? sets.filter(set => set.host === host) : sets;
}

async function show(rclone: Rclone, invocation: RemoteInvocation): Promise<number> {
	const {flags: {maxAge, json, quiet}, given, origin, now, out, error} = invocation;
	const sets = await list(rclone, invocation);
	const hosts = groupHosts(sets, now.getTime(), maxAge);
	const late = hosts.filter(({isLate}) => isLate);
	// One that is asked for by name, and has nothing there, is late too; and so is whoever was expected, if nobody is there.
	const isMissing = maxAge !== undefined && hosts.length === 0;
	const code = late.length > 0 || isMissing ? exitCodes.stale : exitCodes.done;
	const remote = formatRemotePath(rclone.place);

	if (json) {
		out.write(quiet && code === exitCodes.done ? '' : remoteJson(hosts, remote, code).map(line => `${JSON.stringify(line)}\n`).join(''));
		return code;
	}

	if (!quiet) {
		out.write(hosts.length === 0 ? `No sets in ${remote}\n` : remoteLines(hosts, now.getTime()).map(line => `${line}\n`).join(''));
	}

	for (const host of late) {
		error.write(`${lateText(host)}\n`);
	}

	if (isMissing) {
		error.write(`${given.has('host') ? displayText(origin.host) : 'every host'} is late: there is no set in ${remote}\n`);
	}

	return code;
}

async function prune(rclone: Rclone, invocation: RemoteInvocation, signal: AbortSignal): Promise<number> {
	const {flags: {dryRun, yes, quiet, json, ...keep}, now, out, error} = invocation;
	const policy = readKeepPolicy(keep);

	if (!policy) {
		throw new UsageError('prune takes at least one --keep flag: it says which sets stay');
	}

	if (!yes && !dryRun && (json || !process.stdin.isTTY || !process.stdout.isTTY)) {
		throw new UsageError(`${json ? 'with --json' : 'without a terminal'} there is nobody to ask`, {
			remedy: 'Run it with --yes to remove without questions, or --dry-run to see what would be removed',
		});
	}

	const sets = await list(rclone, invocation);
	const plans = planRemotePrune(sets, policy, localDate(now));
	const report = createPruneReport(out, error, {isJson: json, isQuiet: quiet});
	const planned = plans.flatMap(({plan}) => plan.removed);
	const kept = plans.reduce((sum, {plan}) => sum + plan.kept.length, 0);

	for (const {host, plan} of plans) {
		report.plan(plan, displayText(host));
	}

	if (dryRun) {
		report.summary({
			code: exitCodes.done, kept, removed: planned, failed: 0, isDry: true,
		});
		return exitCodes.done;
	}

	if (!yes && planned.length > 0 && !await askOperator(`Remove ${describeRemovable(planned)} from ${formatRemotePath(rclone.place)}? [y/N] `, signal)) {
		report.say('Nothing was removed');
		return exitCodes.done;
	}

	const {removed, failed, left} = await pruneRemote(rclone, sets, plans, signal);

	for (const {date, error: reason} of failed) {
		report.fail(reason, date);
	}

	const code = failed.length > 0 ? exitCodes.someFailed : exitCodes.done;
	report.summary({
		code, kept: kept + left, removed, failed: failed.length, isDry: false,
	});

	if (left > 0) {
		signal.throwIfAborted();
	}

	return code;
}

async function run(invocation: RemoteInvocation): Promise<number> {
	const {flags: {pushTo}, handedOn, given} = invocation;
	const isPrune = invocation.words[0] === 'prune';
	const {place, words} = chooseRemote(invocation.words.slice(isPrune ? 1 : 0), pushTo);
	const [extra] = words;

	if (extra !== undefined) {
		throw new UsageError(`unexpected argument: ${extra}`);
	}

	const misplaced = (isPrune ? ['max-age'] : ['dry-run', 'yes', ...Object.keys(keepFlags)]).find(name => given.has(name));

	if (misplaced !== undefined) {
		throw new UsageError(isPrune ? `--${misplaced} does not go with prune` : `--${misplaced} goes with remote prune`);
	}

	const signal = abortedBySignals();
	const rclone = await Rclone.open(place, {extra: handedOn, signal});
	return isPrune ? prune(rclone, invocation, signal) : show(rclone, invocation);
}

export const remoteCommand = defineCommand({
	description: [
		'List the sets that were pushed to a remote of rclone, of all hosts (or of --host): one place that watches every server. '
		+ 'With prune, remove old ones there, by rules that mean what they mean to logbackup-tui prune.',
	],
	usage: ['remote [REMOTE:PATH] [--max-age AGE]', 'remote prune [REMOTE:PATH] --keep-... [--dry-run | --yes]'],
	details: [
		'A set is unfinished while a push is under way, or after one was interrupted: the next push goes on with it. '
		+ 'The rules of prune count the sets of each host for themselves, and never remove its newest complete one. What stands after -- is handed to rclone with every call.',
	],
	flags,
	examples: ['remote nas:backups/logs', 'remote nas:logs --max-age 26h --quiet', 'remote prune nas:logs --keep-daily 30 --keep-monthly 12'],
	exitCodes: {
		0: 'listed, or removed what was to be removed, or you said no',
		1: 'no rclone, no such remote, it cannot be reached',
		2: 'wrong usage',
		3: 'some sets could not be removed',
		6: '--max-age: the newest set of a host is older, or there is none',
		130: 'stopped by Ctrl-C',
	},
	words: {minimum: 0, maximum: 2, complete: [['prune']]},
	isHandingOn: true,
	run,
});

import {exitCodes} from '../../exit/exit-codes.ts';
import {Directory} from '../../files/directory.ts';
import {DestinationError} from '../../files/errors.ts';
import {formatRemotePath} from '../../remote/remote-path.ts';
import {createPruneReport, describeRemovable, type PruneReport} from '../../report/prune-report.ts';
import {openDestination, openForReading} from '../../set/destination.ts';
import type {KeepPolicy} from '../../set/keep-policy.ts';
import {Hold} from '../../set/hold.ts';
import {Lock} from '../../set/lock/lock.ts';
import {
	planPrune,
	type PrunePlan,
	type Pruning,
	removeSets,
	sweepPruned,
} from '../../set/prune-sets.ts';
import {displayText} from '../../text/display-name.ts';
import {formatCount, localDate} from '../../text/format.ts';
import {askOperator} from '../command/ask.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {
	jsonFlag,
	keepFlags,
	pushPlaceFlag,
	quietFlag,
} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {seconds} from '../../flags/values.ts';
import {readKeepPolicy} from '../../flags/keep-policy-flags.ts';
import {abortedBySignals} from '../../app/signals.ts';
import {UsageError} from '../../flags/usage-error.ts';

const flags = {
	...keepFlags,
	...pushPlaceFlag,
	'dry-run': {short: 'n', isConfigurable: false, help: 'show the plan; remove nothing'},
	yes: {short: 'y', isConfigurable: false, help: 'do not ask'},
	...quietFlag,
	'lock-wait': {
		...seconds, isConfigurable: true, initial: () => 0, help: 'wait so long for a run to end', otherwise: '0',
	},
	...jsonFlag,
} as const satisfies FlagTable;

type PruneInvocation = Invocation<typeof flags>;

/** @throws {UsageError} If there is nobody to ask, and it is not said that nobody need be. */
function refuseUnasked({flags: {yes, dryRun, json}}: PruneInvocation): void {
	if (yes || dryRun) {
		return;
	}

	if (json || !process.stdin.isTTY || !process.stdout.isTTY) {
		throw new UsageError(`${json ? 'with --json' : 'without a terminal'} there is nobody to ask`, {
			remedy: 'Run it with --yes to remove without questions, or --dry-run to see what would be removed',
		});
	}
}

/** Removes what the policy says; of that, only what was `shown`, if somebody was asked. */
async function pruneLocked({destination, hold}: {readonly destination: Directory; readonly hold: Hold}, policy: KeepPolicy, {report, pruning, shown, signal}: {
	readonly report: PruneReport;
	readonly pruning: Pruning;
	readonly shown: PrunePlan | undefined;
	readonly signal: AbortSignal;
}): Promise<number> {
	await hold.check();
	const swept = await sweepPruned(destination);
	const plan = await planPrune(destination, policy, pruning);

	if (!shown) {
		report.plan(plan);
	}

	if (swept.files > 0) {
		const message = `the removal of an old set was interrupted: ${formatCount(swept.files, 'left-over file')} removed`;
		report.say(`Note: ${message}`, {
			message_type: 'notice', notice: 'swept', message, files: swept.files,
		});
	}

	const dates = shown && new Set(shown.removed.map(({overview}) => overview.date));
	const chosen = plan.removed.filter(({overview}) => dates?.has(overview.date) ?? true);
	const {removed, failed, left} = await removeSets({destination, hold}, chosen, signal);

	for (const problem of swept.problems) {
		report.fail(problem);
	}

	for (const {date, error} of failed) {
		report.fail(error, date);
	}

	const failures = failed.length + swept.problems.length;
	const code = failures > 0 ? exitCodes.someFailed : exitCodes.done;
	report.summary({
		code, kept: plan.kept.length + (plan.removed.length - chosen.length) + left, removed, failed: failures, isDry: false,
	});

	// Stopped when all was done, it was not stopped.
	if (left > 0) {
		signal.throwIfAborted();
	}

	return code;
}

/** The source may stand above the destination, which is then allowed more; but it need not be there. */
async function openWritable({source, destination}: PruneInvocation): Promise<Directory> {
	await using opened = await Directory.open(source).catch(() => undefined);
	const place = await openDestination(destination, {source: opened, create: false});

	if (!place) {
		throw new DestinationError(`there are no backups in ${displayText(destination)}`, {remedy: 'Name the directory that holds the sets with --dest'});
	}

	return place;
}

async function run(invocation: PruneInvocation): Promise<number> {
	const {flags: {dryRun, yes, quiet, lockWait, json, pushTo, ...keep}, now, whose, out, error} = invocation;
	const policy = readKeepPolicy(keep);

	if (!policy) {
		throw new UsageError('prune takes at least one --keep flag: it says which sets stay');
	}

	refuseUnasked(invocation);
	const pruning = {today: localDate(now), whose, pushTo: pushTo && formatRemotePath(pushTo)};
	const report = createPruneReport(out, error, {isJson: json, isQuiet: quiet});

	if (dryRun) {
		await using place = await openForReading(invocation.destination);
		const plan = await planPrune(place, policy, pruning);
		report.plan(plan);
		report.summary({
			code: exitCodes.done, kept: plan.kept.length, removed: plan.removed, failed: 0, isDry: true,
		});
		return exitCodes.done;
	}

	const signal = abortedBySignals();
	await using destination = await openWritable(invocation);
	const shown = yes ? undefined : await planPrune(destination, policy, pruning);

	if (shown) {
		report.plan(shown);

		if (shown.removed.length > 0 && !await askOperator(`Remove ${describeRemovable(shown.removed)}? [y/N] `, signal)) {
			report.say('Nothing was removed');
			return exitCodes.done;
		}
	}

	// Not held while somebody thinks: that would keep a backup from starting.
	const lock = await Lock.take(destination, lockWait, signal);

	try {
		const hold = new Hold(destination, invocation.destination, lock);
		return await pruneLocked({destination, hold}, policy, {
			report, pruning, shown, signal,
		});
	} finally {
		await lock.release();
	}
}

export const pruneCommand = defineCommand({
	description: ['Remove old sets, by rules that mean what they mean to restic: a set that one rule keeps is kept. Shows the plan, and asks.'],
	usage: ['prune --keep-... [--keep-...] [--dry-run | --yes]'],
	details: [
		'A rule that could keep more sets than there are keeps the oldest set, too. Only sets of this host (or of --host), and of --source where that is given, are counted and removed; '
		+ 'those of each source for themselves. Never removed, and not counted: sets in the future, foreign, damaged and empty ones. Never removed either: the newest complete set, '
		+ 'and what a run is filling or an interrupted one left; where push-to is configured, what is not pushed yet. Sets share unchanged files: removing one frees only what no other has.',
	],
	flags,
	examples: ['prune --keep-daily 7 --keep-weekly 5 --keep-monthly 12', 'prune --keep-within 30d --yes --quiet'],
	exitCodes: {
		0: 'done, or nothing to remove, or you said no',
		1: 'the backups cannot be opened',
		2: 'wrong usage, no rule, or nobody to ask',
		3: 'some sets could not be removed',
		11: 'a run is under way',
		130: 'stopped by Ctrl-C',
	},
	words: {minimum: 0, maximum: 0},
	run,
});

import {availableParallelism} from 'node:os';
import {exitCodes} from '../../exit/exit-codes.ts';
import type {Directory} from '../../files/directory.ts';
import {DestinationError} from '../../files/errors.ts';
import {openTarget, type TargetOptions} from '../../recovery/open-target.ts';
import {
	isOwnerLost,
	type PlannedFile,
	planRestore,
	previewRestore,
	totalSize,
} from '../../recovery/plan-restore.ts';
import type {RestoreEvent} from '../../recovery/restore-events.ts';
import {restoreFiles} from '../../recovery/restoration.ts';
import {createRestoreReport} from '../../report/restore-text.ts';
import {openForReading} from '../../set/destination.ts';
import type {OpenedSet} from '../../set/open-set.ts';
import {displayText} from '../../text/display-name.ts';
import {formatCount} from '../../text/format.ts';
import {chooseFiles} from '../command/choose-files.ts';
import {dateHelp, openChosen} from '../command/choose-set.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {jsonFlag, quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {directory, wholeNumber} from '../../flags/values.ts';
import {abortedBySignals} from '../../app/signals.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {absolutePath} from '../../flags/working-directory.ts';

const flags = {
	to: {...directory, isConfigurable: false, help: 'restore below DIR; created (mode 0700) if only its last part is missing'},
	'dry-run': {short: 'n', isConfigurable: false, help: 'show what would be restored, and what is in the way; write nothing'},
	overwrite: {isConfigurable: false, help: 'replace files that are there, each at once; else they are left, and named as failed'},
	'no-space-check': {isConfigurable: false, help: 'do not look at the free space, before or while restoring'},
	jobs: {
		...wholeNumber(1, 256),
		// Each waits for the disk as long as it computes.
		initial: () => 2 * availableParallelism(),
		isConfigurable: false,
		help: 'files restored at once',
		otherwise: 'two for each core',
	},
	...quietFlag,
	...jsonFlag,
} as const satisfies FlagTable;

type RestoreInvocation = Invocation<typeof flags>;

/** Notices before the first file. */
function noticesFor({state, problem, date, doubt}: OpenedSet, plan: readonly PlannedFile[], lost: number): RestoreEvent[] {
	const notices: ReadonlyArray<readonly [notice: Extract<RestoreEvent, {message_type: 'notice'}>['notice'], applies: boolean, message: string]> = [
		['damaged', state === 'damaged', `the manifest of ${date} is damaged (${problem ?? ''}). What it does not tell of is restored by the names of its copies`
		+ ', and checked by their own checksums only'],
		['uncovered', doubt !== undefined, `nothing vouches for the manifest of ${date}, by which names, modes and owners are restored: ${doubt ?? ''}`],
		['foreign', ['foreign', 'empty'].includes(state), `the set of ${date} has no manifest of this program: modes, owners and times are those of the copies, `
		+ 'and content is checked by their own checksums only'],
		['missing', lost > 0, `${formatCount(lost, 'file')} failed when the set was made, and ${lost === 1 ? 'is' : 'are'} not in it`],
		['owner', isOwnerLost(plan), 'only root can give files to others: what is restored belongs to you'],
	];
	return notices.filter(([, applies]) => applies).map(([notice,, message]) => ({message_type: 'notice', notice, message}));
}

function createReport({flags: {json, quiet}, out, error}: RestoreInvocation): (event: RestoreEvent) => void {
	return json
		? event => {
			if (!quiet || event.message_type === 'error') {
				out.write(`${JSON.stringify(event)}\n`);
			}
		}
		: createRestoreReport(out, error, quiet);
}

type Task = {
	readonly set: OpenedSet;
	readonly plan: readonly PlannedFile[];
	readonly report: (event: RestoreEvent) => void;
	readonly overwrite: boolean;
	readonly jobs: number;
	readonly target: Omit<TargetOptions, 'create'>;
};

const codeFor = (failed: number, {state}: OpenedSet) => failed > 0 ? exitCodes.someFailed : (state === 'damaged' ? exitCodes.damaged : exitCodes.done);

async function runDry({set, plan, report, overwrite, target: options}: Task): Promise<number> {
	const target = await openTarget({...options, create: false});
	let blocked = 0;

	for await (const entry of previewRestore(plan, target, overwrite)) {
		blocked += entry.action === 'fail' ? 1 : 0;
		report(entry);
	}

	await target?.finish();
	report({
		message_type: 'dry_run', to: displayText(options.location), total_files: plan.length, total_bytes: totalSize(plan), files_in_the_way: blocked,
	});
	return codeFor(blocked, set);
}

async function runReal({set, plan, report, overwrite, jobs, target: options}: Task): Promise<number> {
	const signal = abortedBySignals();
	const target = await openTarget({...options, create: true});
	const restored = await restoreFiles({
		set, plan, target: target!, overwrite, jobs, report, signal,
	});
	const code = codeFor(restored.files_failed, set);
	report({
		message_type: 'restore_summary', exit_code: code, to: displayText(options.location), ...restored,
	});
	return code;
}

async function restoreFrom(destination: Directory, location: string, invocation: RestoreInvocation): Promise<number> {
	const set = await openChosen(invocation.words[0]!, destination, invocation);
	await using _ = set.directory;

	if (set.isStaging) {
		const what = set.state === 'running'
			? 'the set of that date is being made just now'
			: `the run of ${set.date} was interrupted, so that there is no finished set; the next run takes over what is whole`;
		throw new DestinationError(what, {remedy: `Get single files of it with logbackup-tui cat ${set.date} NAME`});
	}

	const {files, lost} = chooseFiles(set, invocation);
	const report = createReport(invocation);
	const plan = await planRestore(set, files);

	for (const notice of noticesFor(set, plan, lost)) {
		report(notice);
	}

	const task = {
		set, plan, report, overwrite: invocation.flags.overwrite, jobs: invocation.flags.jobs, target: {location, destination, checkSpace: invocation.flags.spaceCheck},
	};
	return await (invocation.flags.dryRun ? runDry(task) : runReal(task));
}

async function run(invocation: RestoreInvocation): Promise<number> {
	const {to} = invocation.flags;

	if (to === undefined) {
		throw new UsageError('restore takes --to: the directory to restore to');
	}

	await using destination = await openForReading(invocation.destination);
	return await restoreFrom(destination, absolutePath(to), invocation);
}

export const restoreCommand = defineCommand({
	description: [
		'Restore files of a set below a directory: unpacked, with the names, sub-directories, modes, owners (as root) and times that they had. '
		+ 'Each is checked while it is unpacked, and gets its name only if it is just what was backed up.',
	],
	usage: ['restore DATE [GLOB...] --to DIR'],
	details: [
		dateHelp,
		'With GLOBs, only files that one of them matches: on the whole path if it has a slash, else on the name of the file or of a directory it is in. Quote them.',
	],
	flags,
	examples: [
		'restore latest --to /root/restored', 'restore 2026-03-14 auth.log \'nginx/*\' --to /root/restored', 'restore 2026-03-14 --to /var/log --dry-run',
	],
	exitCodes: {
		0: 'all restored',
		1: 'no such set or file, or DIR failed',
		2: 'wrong usage',
		3: 'some files could not be restored; each is named, with the reason, on standard error',
		5: 'the manifest of the set is damaged; all that could be told of it is restored',
		14: 'not enough space in DIR',
		130: 'stopped by Ctrl-C; what was restored stays',
	},
	words: {
		minimum: 1, maximum: Infinity, missing: 'restore takes the date of a set', complete: ['set', 'copy'],
	},
	run,
});

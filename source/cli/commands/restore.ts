import {availableParallelism} from 'node:os';
import path from 'node:path';
import {exitCodes} from '../../exit/exit-codes.ts';
import type {Directory} from '../../files/directory.ts';
import {DestinationError} from '../../files/errors.ts';
import {findJournalRemote} from '../../journal/journal-remote.ts';
import {isJournalDay} from '../../origin/journal-facts.ts';
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
import type {OpenedSet, SetFile} from '../../set/open-set.ts';
import {displayText} from '../../text/display-name.ts';
import {formatCount} from '../../text/format.ts';
import {quoteWord} from '../../text/shell.ts';
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
	journal: {isConfigurable: false, help: 'make of days of the journal a journal, which journalctl --directory reads, in place of exports'},
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

/**
The program that makes journals.

@throws {DestinationError} If it is not installed, or there is nothing for it to do.
*/
function requireJournalRemote({date}: OpenedSet, files: readonly SetFile[]): string {
	if (files.every(file => !isJournalDay(file))) {
		throw new DestinationError(`--journal makes a journal of days of the journal, and of those nothing is chosen in the set of ${date}`, {remedy: `See logbackup-tui show ${date}`});
	}

	const program = findJournalRemote();

	if (program === undefined) {
		throw new DestinationError('--journal takes systemd-journal-remote, which is not installed', {
			remedy: 'Install the package systemd-journal-remote, or restore the exports without --journal and make a journal of them elsewhere',
		});
	}

	return program;
}

type Task = {
	readonly set: OpenedSet;
	readonly plan: readonly PlannedFile[];
	readonly report: (event: RestoreEvent) => void;
	readonly overwrite: boolean;
	readonly journalRemote: string | undefined;
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

/** The directory that days of the journal have become. */
function tellJournal({plan, report, journalRemote, target: {location}}: Task): void {
	const place = journalRemote === undefined ? undefined : plan.find(planned => planned.place)?.place;

	if (place) {
		const journal = path.join(location, path.dirname(place.toString()));
		report({message_type: 'notice', notice: 'journal', message: `the journal in ${displayText(journal)} is read by journalctl --directory=${displayText(quoteWord(journal))}`});
	}
}

async function runReal(task: Task): Promise<number> {
	const {set, plan, report, overwrite, journalRemote, jobs, target: options} = task;
	const signal = abortedBySignals();
	const target = await openTarget({...options, create: true});
	const restored = await restoreFiles({
		set, plan, target: target!, overwrite, journalRemote, jobs, report, signal,
	});

	if (restored.files_restored > 0) {
		tellJournal(task);
	}

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
	const {journal: asJournal} = invocation.flags;
	const journalRemote = asJournal ? requireJournalRemote(set, files) : undefined;
	const report = createReport(invocation);
	const plan = await planRestore(set, files, asJournal);

	for (const notice of noticesFor(set, plan, lost)) {
		report(notice);
	}

	const task = {
		set, plan, report, journalRemote, overwrite: invocation.flags.overwrite, jobs: invocation.flags.jobs, target: {location, destination, checkSpace: invocation.flags.spaceCheck},
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
		'A day of the journal is restored as its export, or with --journal as a journal, by systemd-journal-remote (a package of that name); journalctl --directory reads it.',
		'With GLOBs, only files that one of them matches: on the whole path if it has a slash, else on the name of the file or of a directory it is in. Quote them.',
	],
	flags,
	examples: [
		'restore latest --to /root/restored', 'restore 2026-03-14 auth.log \'nginx/*\' --to /root/restored', 'restore 2026-03-14 --to /var/log --dry-run', 'restore latest \'journal/*\' --journal --to /root/restored',
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

import {availableParallelism} from 'node:os';
import path from 'node:path';
import {exitCodes} from '../../exit/exit-codes.ts';
import {Directory} from '../../files/directory.ts';
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
import type {RestoreTarget} from '../../recovery/restore-target.ts';
import {type FarSet, openFarSet} from '../../remote/far-set.ts';
import {isHostDirectory} from '../../remote/marker.ts';
import {Rclone} from '../../remote/rclone.ts';
import type {RemotePath} from '../../remote/remote-path.ts';
import {restoreFiles} from '../../recovery/restoration.ts';
import {createRestoreReport} from '../../report/restore-text.ts';
import {openForReading} from '../../set/destination.ts';
import {isDate} from '../../set/names/set-names.ts';
import type {OpenedSet, SetFile} from '../../set/open-set.ts';
import {displayText} from '../../text/display-name.ts';
import {formatCount, localDate} from '../../text/format.ts';
import {quoteWord} from '../../text/shell.ts';
import {fractionDone, StatusClock} from '../../text/status-clock.ts';
import {chooseFiles} from '../command/choose-files.ts';
import {dateHelp, openChosen} from '../command/choose-set.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {
	fromFlag,
	jsonFlag,
	quietFlag,
	rcloneFlags,
} from '../../flags/common-flags.ts';
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
	from: {...fromFlag, help: 'restore from a remote of rclone, and the path in it that sets were pushed to: only the files that are meant are fetched', otherwise: 'from the set here'},
	...rcloneFlags,
	...quietFlag,
	...jsonFlag,
} as const satisfies FlagTable;

type RestoreInvocation = Invocation<typeof flags>;

/** Wherever its copies are. */
type RestoredSet = Omit<OpenedSet, 'directory'>;

/** Notices before the first file. */
function noticesFor({state, problem, date, doubt}: RestoredSet, plan: readonly PlannedFile[], lost: number): RestoreEvent[] {
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
function requireJournalRemote({date}: RestoredSet, files: readonly SetFile[]): string {
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
	readonly set: RestoredSet;
	/** Opens the directory that its copies are in, which may have to be fetched first. */
	readonly openCopies: (target: RestoreTarget, task: Pick<Task, 'plan' | 'report'>) => Promise<Directory>;
	/** If something listens to signals already. */
	readonly signal?: AbortSignal;
	readonly plan: readonly PlannedFile[];
	readonly report: (event: RestoreEvent) => void;
	readonly overwrite: boolean;
	readonly journalRemote: string | undefined;
	readonly jobs: number;
	readonly target: Omit<TargetOptions, 'create'>;
};

const codeFor = (failed: number, {state}: RestoredSet) => failed > 0 ? exitCodes.someFailed : (state === 'damaged' ? exitCodes.damaged : exitCodes.done);

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
	const {set, plan, report, overwrite, journalRemote, jobs, target: options, openCopies, signal = abortedBySignals()} = task;
	const target = (await openTarget({...options, create: true}))!;
	const copies = await openCopies(target, task).catch(async (error: unknown) => {
		await target.finish().catch(() => undefined);
		throw error;
	});
	const restored = await restoreFiles({
		set: {directory: copies, date: set.date}, plan, target, overwrite, journalRemote, jobs, report, signal,
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

async function restoreHere(destination: Directory, location: string, invocation: RestoreInvocation): Promise<number> {
	const set = await openChosen(invocation.words[0]!, destination, invocation);
	await using _ = set.directory;

	if (set.isStaging) {
		const what = set.state === 'running'
			? 'the set of that date is being made just now'
			: `the run of ${set.date} was interrupted, so that there is no finished set; the next run takes over what is whole`;
		throw new DestinationError(what, {remedy: `Get single files of it with logbackup-tui cat ${set.date} NAME`});
	}

	return await restoreSet(set, {location, destination, openCopies: async () => set.directory}, invocation);
}

/** What is the same wherever a set is. `directory`: missing while its copies are at a remote. */
async function restoreSet(
	set: RestoredSet & {readonly directory?: Directory},
	{location, destination, ...task}: Pick<Task, 'openCopies' | 'signal'> & Pick<TargetOptions, 'location' | 'destination'>,
	invocation: RestoreInvocation,
): Promise<number> {
	const {flags: {journal: asJournal, overwrite, jobs, spaceCheck: checkSpace, dryRun}} = invocation;
	const {files, lost} = chooseFiles(set, invocation);
	const journalRemote = asJournal ? requireJournalRemote(set, files) : undefined;
	const report = createReport(invocation);
	const plan = await planRestore(set, files, asJournal);

	for (const notice of noticesFor(set, plan, lost)) {
		report(notice);
	}

	const whole: Task = {
		...task, set, plan, report, journalRemote, overwrite, jobs, target: {location, destination, checkSpace},
	};
	return dryRun ? runDry(whole) : runReal(whole);
}

/** Fetches the copies that are to be restored, into a directory that goes when that is done. */
async function fetchCopies({fetch}: FarSet, target: RestoreTarget, {plan, report}: Pick<Task, 'plan' | 'report'>): Promise<Directory> {
	const copies = plan.flatMap(({file: {record}}) => record ? [record] : []);
	const bytes = copies.reduce((sum, {bytesOut}) => sum + bytesOut, 0);
	const content = copies.reduce((sum, {bytesIn}) => sum + bytesIn, 0);
	await target.refuseWithoutSpace({bytes: bytes + content, files: 2 * copies.length});
	const scratch = await target.openScratch();
	const clock = new StatusClock();
	await fetch(copies, scratch, done => {
		clock.throttle(() => {
			report({
				message_type: 'fetching',
				seconds_elapsed: clock.seconds,
				percent_done: fractionDone(done, bytes),
				total_files: copies.length,
				total_bytes: bytes,
				bytes_done: done,
			});
		});
	});
	return scratch;
}

async function restoreAway(place: RemotePath, location: string, invocation: RestoreInvocation): Promise<number> {
	const {words, now, origin: {host}, flags: {bwlimit}} = invocation;
	const word = words[0]!;
	const date = word === 'today' ? localDate(now) : word;

	if (date !== 'latest' && !isDate(date)) {
		throw new UsageError(`not the date of a set: ${word}`, {remedy: 'Give it as YYYY-MM-DD, latest or today'});
	}

	if (!isHostDirectory(host)) {
		throw new UsageError('the name of the host cannot be that of a directory at a remote');
	}

	const signal = abortedBySignals();
	const far = await openFarSet(await Rclone.open(place, {bandwidth: bwlimit, signal}), host, date);
	// There may be none: then nothing can be restored into it.
	await using destination = await Directory.open(invocation.destination).catch(() => undefined);
	return await restoreSet(far.set, {
		location, destination, signal, openCopies: async (target, task) => fetchCopies(far, target, task),
	}, invocation);
}

async function run(invocation: RestoreInvocation): Promise<number> {
	const {to, from, bwlimit} = invocation.flags;

	if (to === undefined) {
		throw new UsageError('restore takes --to: the directory to restore to');
	}

	if (bwlimit !== undefined && !from) {
		throw new UsageError('--bwlimit goes with --from');
	}

	const location = absolutePath(to);

	if (from) {
		return restoreAway(from, location, invocation);
	}

	await using destination = await openForReading(invocation.destination);
	return await restoreHere(destination, location, invocation);
}

export const restoreCommand = defineCommand({
	description: [
		'Restore files of a set below a directory: unpacked, with the names, sub-directories, modes, owners (as root) and times that they had. '
		+ 'Each is checked while it is unpacked, and gets its name only if it is just what was backed up.',
	],
	usage: ['restore DATE [GLOB...] --to DIR', 'restore DATE [GLOB...] --from REMOTE:PATH --to DIR'],
	details: [
		dateHelp,
		'A day of the journal is restored as its export, or with --journal as a journal, by systemd-journal-remote (a package of that name); journalctl --directory reads it.',
		'With --from, the set is one that was pushed off the host: only what is meant of it is fetched, into a directory below DIR that goes at the end, and checked as ever. It needs no sets here.',
		'With GLOBs, only files that one of them matches: on the whole path if it has a slash, else on the name of the file or of a directory it is in. Quote them.',
	],
	flags,
	examples: [
		'restore latest --to /root/restored', 'restore latest auth.log --from nas:logs --to /root/back', 'restore 2026-03-14 auth.log \'nginx/*\' --to /root/restored', 'restore 2026-03-14 --to /var/log --dry-run', 'restore latest \'journal/*\' --journal --to /root/restored',
	],
	exitCodes: {
		0: 'all restored',
		1: 'no such set or file, or DIR failed; with --from: no rclone, no such remote, or it cannot be reached',
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

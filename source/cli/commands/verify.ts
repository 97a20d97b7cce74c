import {availableParallelism} from 'node:os';
import {exitCodes} from '../../exit/exit-codes.ts';
import type {Directory} from '../../files/directory.ts';
import {DestinationError} from '../../files/errors.ts';
import type {VerifyEvent} from '../../recovery/verify-events.ts';
import {verifySets} from '../../recovery/verification.ts';
import {eraseLine} from '../../report/output.ts';
import {createVerifyReport} from '../../report/verify-text.ts';
import {isRunUnderWay, listSetNames} from '../../set/catalog.ts';
import {openForReading} from '../../set/destination.ts';
import {describeCurrent, isNoBackup} from '../../set/latest.ts';
import {directoryName, type SetName} from '../../set/names/set-names.ts';
import {displayText} from '../../text/display-name.ts';
import {localDate} from '../../text/format.ts';
import {chooseLatest, chooseSet, dateHelp} from '../command/choose-set.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {jsonFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {abortedBySignals} from '../../app/signals.ts';

const flags = {
	all: {isConfigurable: false, help: 'all finished sets, newest first; what several sets share is read once'},
	quiet: {short: 'q', isConfigurable: false, help: 'print what is wrong only'},
	...jsonFlag,
} as const satisfies FlagTable;

type VerifyInvocation = Invocation<typeof flags>;

/** The newest set, and any newer dated directory that is not a backup, so that it is reported. */
async function chooseNewest(place: Directory, names: readonly SetName[], invocation: VerifyInvocation): Promise<readonly SetName[]> {
	const doubtful: SetName[] = [];

	for (const overview of describeCurrent(place, names, localDate(invocation.now))) {
		if (!overview.isUnsettled && !isNoBackup(overview)) {
			break;
		}

		doubtful.push({date: overview.date, isStaging: false});
	}

	const choosing = {...invocation, place};
	const newest = await chooseLatest(names, choosing);

	// A directory that is not a backup does not count as the newest set, and is reported beside it.
	if (newest) {
		return [...doubtful.filter(({date}) => date > newest.date), newest];
	}

	return doubtful.length > 0 ? doubtful : [await chooseSet('latest', names, choosing)];
}

async function choose(place: Directory, names: readonly SetName[], invocation: VerifyInvocation): Promise<readonly SetName[]> {
	const {words, flags: {all}} = invocation;

	if (!all) {
		const chosen = words.length > 0
			? await Promise.all(words.map(async word => chooseSet(word, names, {...invocation, place})))
			: await chooseNewest(place, names, invocation);
		return [...new Map(chosen.map(name => [directoryName(name), name])).values()];
	}

	const finished = names.filter(({isStaging}) => !isStaging);

	if (finished.length === 0) {
		throw new DestinationError(`there is no finished set in ${displayText(invocation.destination)}`);
	}

	return finished;
}

/** Notices before the verification: left-overs that are not verified. */
function noticesFor(names: readonly SetName[], chosen: readonly SetName[], isRunning: boolean): VerifyEvent[] {
	return names.filter(name => name.isStaging && chosen.every(({date, isStaging}) => !isStaging || date !== name.date) && !isRunning).map(({date}) => ({
		message_type: 'notice', notice: 'staging', date, message: `an interrupted run of ${date} left copies for the next one; they are not verified here`,
	}));
}

async function verifyIn(place: Directory, invocation: VerifyInvocation): Promise<number> {
	const {flags: {json, quiet}, out, error} = invocation;
	const names = await listSetNames(place);
	const chosen = await choose(place, names, invocation);
	const isRunning = await isRunUnderWay(place);

	if (isRunning && chosen.some(({isStaging}) => isStaging)) {
		throw new DestinationError('the set of that date is being made just now; verify it when that run has ended');
	}

	const signal = abortedBySignals();
	const text = createVerifyReport(out, error, quiet);
	const report = json
		? (event: VerifyEvent) => {
			if (!quiet || event.message_type === 'finding') {
				out.write(`${JSON.stringify(event)}\n`);
			}
		}
		: text;

	for (const notice of noticesFor(names, chosen, isRunning)) {
		report(notice);
	}

	const verified = await verifySets({
		destination: place, names: chosen, isRunning, jobs: availableParallelism(), report, signal,
	}).catch((error_: unknown) => {
		error.write(!json && error.columns !== undefined ? eraseLine : '');
		throw error_;
	});
	const code = verified.findings > 0 ? exitCodes.damaged : exitCodes.done;
	report({message_type: 'verify_summary', exit_code: code, ...verified});
	return code;
}

async function run(invocation: VerifyInvocation): Promise<number> {
	if (invocation.flags.all && invocation.words.length > 0) {
		throw new UsageError('--all verifies all sets; no date can go with it');
	}

	await using place = await openForReading(invocation.destination);
	return await verifyIn(place, invocation);
}

export const verifyCommand = defineCommand({
	description: [
		'Check that sets are whole and sound: every copy is there, has the checksum that the manifest and SHA256SUMS say, and unpacks to just what was backed up; nothing else is there, '
		+ 'and no mode or owner lets others in. A foreign set has no manifest: its compressed files are unpacked, as gzip -t and zstd -t do.',
	],
	usage: ['verify [DATE...]     the newest set, if no date is given', 'verify --all         all of them'],
	details: [dateHelp, 'What an interrupted run left is verified only if its date is given, and has no finished set.'],
	flags,
	examples: ['verify', 'verify --all --quiet'],
	exitCodes: {
		0: 'all is well',
		1: 'no such set, or it cannot start',
		2: 'wrong usage',
		5: 'something is wrong; each is named on standard error',
		130: 'stopped by Ctrl-C',
	},
	words: {
		minimum: 0, maximum: Infinity, complete: ['set'],
	},
	run,
});

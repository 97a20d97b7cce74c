import {exitCodes} from '../../exit/exit-codes.ts';
import {abortedBySignals} from '../../app/signals.ts';
import {
	jsonFlag,
	pushPlaceFlag,
	quietFlag,
	rcloneFlags,
} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {remoteCheck} from '../../flags/values.ts';
import type {Directory} from '../../files/directory.ts';
import {push, type Pushing, pushSummary} from '../../remote/push-sets.ts';
import {Rclone} from '../../remote/rclone.ts';
import {eraseLine} from '../../report/output.ts';
import {createPushReport} from '../../report/push-text.ts';
import {chooseRemoteReport} from '../../report/remote-report.ts';
import {listSetNames} from '../../set/catalog.ts';
import {openForReading} from '../../set/destination.ts';
import {chooseSet, dateHelp} from '../command/choose-set.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {chooseRemote} from '../command/remote-place.ts';

const flags = {
	all: {isConfigurable: false, help: 'sets of other hosts and sources too'},
	check: {
		...remoteCheck, isConfigurable: false, help: 'how to look whether all has come: read it back, go by the remote\'s checksums, or by sizes alone; also looks at sets that were there before', otherwise: 'SHA-256: of the remote if it has that, else read back',
	},
	...pushPlaceFlag,
	...rcloneFlags,
	...quietFlag,
	...jsonFlag,
} as const satisfies FlagTable;

type PushInvocation = Invocation<typeof flags>;

async function chooseDates(place: Directory, words: readonly string[], invocation: PushInvocation): Promise<readonly string[]> {
	const names = await listSetNames(place);
	const chosen = await Promise.all(words.map(async word => chooseSet(word, names, {...invocation, place})));
	const unfinished = chosen.find(({isStaging}) => isStaging);

	if (unfinished) {
		throw new UsageError(`the set of ${unfinished.date} is not finished`);
	}

	return [...new Set(chosen.map(({date}) => date))].toSorted();
}

const codeOf = ({pushed, present, failed, findings}: Pushing): number => {
	if (findings > 0) {
		return exitCodes.damaged;
	}

	return failed === 0 ? exitCodes.done : (pushed + present > 0 ? exitCodes.someFailed : exitCodes.couldNotRun);
};

async function run(invocation: PushInvocation): Promise<number> {
	const {flags: {all, check, pushTo, bwlimit, json, quiet}, handedOn, out, error, destination, whose} = invocation;
	const {place, words} = chooseRemote(invocation.words, pushTo);

	if (all && words.length > 0) {
		throw new UsageError('--all pushes all sets; no date can go with it');
	}

	const signal = abortedBySignals();
	const report = chooseRemoteReport(out, createPushReport(out, error, quiet), {json, quiet});
	await using directory = await openForReading(destination);
	const dates = words.length > 0 ? await chooseDates(directory, words, invocation) : undefined;
	const rclone = await Rclone.open(place, {extra: handedOn, bandwidth: bwlimit, signal});
	const pushing = await push({
		rclone, destination: directory, destinationPath: destination, whose, isAll: all, ...(dates && {dates}), check, report, signal,
	}).catch((error_: unknown) => {
		error.write(!json && error.columns !== undefined ? eraseLine : '');
		throw error_;
	});
	const code = codeOf(pushing);
	report(pushSummary(pushing, place, code));
	return code;
}

export const pushCommand = defineCommand({
	description: [
		'Send finished sets that are not there to a remote of rclone, the oldest first, below PATH/HOST/DATE: S3, SFTP, WebDAV and whatever else rclone speaks. What is unchanged is copied there, where the remote can; '
		+ 'all is looked at once it has come, and only then is it a set. A push that was interrupted is taken up again by the next one.',
	],
	usage: ['push [REMOTE:PATH] [DATE...]', 'push [REMOTE:PATH] --all'],
	details: [
		'REMOTE is a name in rclone\'s own configuration (rclone config), where its address and secrets are; without it, push-to of the configuration says where. '
		+ 'Without a DATE, all sets of this host and source are meant.',
		dateHelp,
		'A set there is never replaced; what --retry or --add has added here is added there. With --check, sets that were there are looked at as well. '
		+ 'What stands after -- is handed to rclone with every call.',
	],
	flags,
	examples: ['push nas:backups/logs', 'push offsite:logs latest --bwlimit 2M', 'push --check download', 'push nas:logs -- --transfers 2'],
	exitCodes: {
		0: 'all is there',
		1: 'nothing could be pushed: no rclone, no such remote, it cannot be reached',
		2: 'wrong usage',
		3: 'some sets could not be pushed; each is named on standard error',
		5: 'a file that was there before is not as it was sent',
		11: 'another push or fetch is under way',
		130: 'stopped by Ctrl-C; the next push goes on',
	},
	words: {minimum: 0, maximum: Infinity, complete: ['set']},
	isHandingOn: true,
	run,
});

import {abortedBySignals} from '../../app/signals.ts';
import {exitCodes} from '../../exit/exit-codes.ts';
import {Directory} from '../../files/directory.ts';
import {
	fromFlag,
	jsonFlag,
	pushPlaceFlag,
	quietFlag,
	rcloneFlags,
} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {fetch, type Fetching, fetchSummary} from '../../remote/fetch-sets.ts';
import {isHostDirectory} from '../../remote/marker.ts';
import {Rclone} from '../../remote/rclone.ts';
import {createFetchReport} from '../../report/fetch-text.ts';
import {eraseLine} from '../../report/output.ts';
import {chooseRemoteReport} from '../../report/remote-report.ts';
import {openDestination} from '../../set/destination.ts';
import {isDate} from '../../set/names/set-names.ts';
import {localDate} from '../../text/format.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {ownHost} from '../command/own-host.ts';

const flags = {
	from: {
		...fromFlag, otherwise: 'push-to of the configuration',
	},
	all: {isConfigurable: false, help: 'all sets of the host'},
	...pushPlaceFlag,
	...rcloneFlags,
	...quietFlag,
	...jsonFlag,
} as const satisfies FlagTable;

type FetchInvocation = Invocation<typeof flags>;

const codeOf = ({fetched, present, failed, findings}: Fetching): number => {
	if (findings > 0) {
		return exitCodes.damaged;
	}

	return failed === 0 ? exitCodes.done : (fetched + present > 0 ? exitCodes.someFailed : exitCodes.couldNotRun);
};

function chooseDates({words, now, flags: {all}}: FetchInvocation): readonly string[] | 'latest' | 'all' {
	if (all && words.length > 0) {
		throw new UsageError('--all fetches all sets; no date can go with it');
	}

	if (all || words.length === 0) {
		if (!all) {
			throw new UsageError('a date is missing: that of a set, latest, or --all');
		}

		return 'all';
	}

	if (words.length === 1 && words[0] === 'latest') {
		return 'latest';
	}

	const dates = words.map(word => word === 'today' ? localDate(now) : word);
	const wrong = dates.find(date => !isDate(date));

	if (wrong !== undefined) {
		throw new UsageError(`not a date: ${wrong}`);
	}

	return [...new Set(dates)];
}

async function openPlace({destination, source}: FetchInvocation): Promise<Directory> {
	await using opened = await Directory.open(source).catch(() => undefined);
	return (await openDestination(destination, {source: opened, create: true}))!;
}

async function run(invocation: FetchInvocation): Promise<number> {
	const {flags: {from, pushTo, bwlimit, json, quiet}, handedOn, out, error, destination, origin: {host, machine}} = invocation;
	const remote = from ?? pushTo;

	if (!remote) {
		throw new UsageError('no remote is named', {remedy: 'Name one with --from REMOTE:PATH, or set push-to in the configuration'});
	}

	if (!isHostDirectory(host)) {
		throw new UsageError('the name of the host cannot be that of a directory at a remote');
	}

	const dates = chooseDates(invocation);
	const signal = abortedBySignals();
	const rclone = await Rclone.open(remote, {extra: handedOn, bandwidth: bwlimit, signal});
	const report = chooseRemoteReport(out, createFetchReport(out, error, quiet), {json, quiet});
	await using directory = await openPlace(invocation);
	const fetching = await fetch({
		rclone, host, machine, dates, destination: directory, destinationPath: destination, isApart: host !== ownHost(invocation), report, signal,
	}).catch((error_: unknown) => {
		error.write(!json && error.columns !== undefined ? eraseLine : '');
		throw error_;
	});
	const code = codeOf(fetching);
	report(fetchSummary(fetching, remote, code));
	return code;
}

export const fetchCommand = defineCommand({
	description: [
		'Get sets back that were pushed off the host: each copy is read and compared with its checksum, gets its mode, owner and time, and only then the set gets its name. '
		+ 'What other sets here have is not fetched again. A fetch that was interrupted is taken up again by the next one.',
	],
	usage: ['fetch DATE... --from REMOTE:PATH [--host HOST]', 'fetch --all --from REMOTE:PATH [--host HOST]'],
	details: [
		'DATE is that of a set there (YYYY-MM-DD), or `today`, or `latest`. Sets of another host are kept apart, in a directory of its name below the destination, where --dest finds them. '
		+ 'What stands after -- is handed to rclone with every call.',
	],
	flags,
	examples: ['fetch latest --from nas:backups/logs', 'fetch --all --from nas:backups/logs', 'fetch 2026-03-14 --from nas:logs --host web2'],
	exitCodes: {
		0: 'all is here',
		1: 'nothing could be fetched: no rclone, no such remote or set, no access',
		2: 'wrong usage',
		3: 'some sets could not be fetched; each is named on standard error',
		5: 'a set is damaged at the remote; each file is named, and the set gets no name',
		11: 'another push or fetch is under way',
		14: 'not enough space',
		130: 'stopped by Ctrl-C; the next fetch goes on',
	},
	words: {minimum: 0, maximum: Infinity},
	isHandingOn: true,
	run,
});

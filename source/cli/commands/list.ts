import {exitCodes} from '../../exit/exit-codes.ts';
import {listJson, listLines} from '../../report/set-list.ts';
import {readCatalog, type SetOverview} from '../../set/catalog.ts';
import {openForReading} from '../../set/destination.ts';
import {SpaceCounter} from '../../set/space-taken.ts';
import {displayText} from '../../text/display-name.ts';
import {localDate} from '../../text/format.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';

const flags = {...quietFlag, json: {isConfigurable: false, help: 'print a line of JSON for each'}} as const satisfies FlagTable;

async function run({destination, flags: {json, quiet}, now, out}: Invocation<typeof flags>): Promise<number> {
	await using place = await openForReading(destination);
	const overviews: SetOverview[] = [];

	for await (const overview of readCatalog(place)) {
		overviews.unshift(overview);
	}

	if (quiet) {
		return exitCodes.done;
	}

	const counter = new SpaceCounter(place);
	const sets = overviews.map(overview => counter.count(overview));

	if (json) {
		out.write(listJson(sets).map(line => `${JSON.stringify(line)}\n`).join(''));
	} else if (sets.length === 0) {
		out.write(`No backups in ${displayText(destination)}\n`);
	} else {
		out.write(listLines(sets, localDate(now)).map(line => `${line}\n`).join(''));
	}

	return exitCodes.done;
}

export const listCommand = defineCommand({
	description: ['List the sets, the newest last.'],
	usage: ['list'],
	flags,
	sections: [
		{
			title: 'Columns',
			lines: [
				'TOOK     time from the start of the run to the finished set',
				'IN, OUT  bytes read from the sources, and bytes of the copies',
				'NEW      bytes on disk that no older set in the list holds too',
			],
		},
		{
			title: 'States',
			lines: [
				'complete     every file copied          damaged  its manifest is not sound',
				'partial      some files failed          foreign  without a manifest',
				'interrupted  left for the next run      empty    no copy in it: no backup',
				'running      being made now',
			],
		},
	],
	examples: ['list', 'list --json | jq -r \'select(.state == "partial").date\''],
	exitCodes: {0: 'listed, even if there is none', 1: 'the backups cannot be opened', 2: 'wrong usage'},
	words: {minimum: 0, maximum: 0},
	run,
});

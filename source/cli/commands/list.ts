import {exitCodes} from '../../backup/exit-codes.ts';
import {listJson, listLines} from '../../report/set-list.ts';
import {readCatalog, type SetOverview} from '../../set/catalog.ts';
import {openForReading} from '../../set/destination.ts';
import {SpaceCounter} from '../../set/space-taken.ts';
import {displayText} from '../../text/display-name.ts';
import {type Command, commonHelp, type Invocation} from '../command.ts';

const help = `
  List the sets, the newest last.

  Usage
    $ logbackup-tui list

${commonHelp}
  --json               print a line of JSON for each

  Columns
    TOOK     time from the start of the run to the finished set
    IN, OUT  bytes read from the sources, and bytes of the copies
    NEW      bytes on disk that no older set in the list holds too: what is linked counts once

  States
    complete     every file copied            damaged   its manifest is not sound; see verify
    partial      some files failed            foreign   without a manifest, as the old script's
    interrupted  left for the next run        empty     no copy in it: no backup
    running      being made now

  Examples
    $ sudo logbackup-tui list
    $ sudo logbackup-tui list --json | jq -r 'select(.state == "partial").date'

  Exit codes
    0 listed, even if there is none      1 the backups cannot be opened      2 wrong usage
`;

async function run({destination, isJson, out}: Invocation): Promise<number> {
	await using place = await openForReading(destination);
	const overviews: SetOverview[] = [];

	for await (const overview of readCatalog(place)) {
		overviews.unshift(overview);
	}

	const counter = new SpaceCounter(place);
	const sets = overviews.map(overview => counter.count(overview));

	if (isJson) {
		out.write(listJson(sets).map(line => `${JSON.stringify(line)}\n`).join(''));
	} else if (sets.length === 0) {
		out.write(`No backups in ${displayText(destination)}\n`);
	} else {
		out.write(listLines(sets).map(line => `${line}\n`).join(''));
	}

	return exitCodes.done;
}

export const listCommand: Command = {
	help, flags: {json: {}}, words: {minimum: 0, maximum: 0}, run,
};

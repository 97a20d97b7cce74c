import {hostname} from 'node:os';
import type {Directory} from '../../files/directory.ts';
import {
	causedBy,
	DestinationError,
	errorCode,
	errorReason,
} from '../../files/errors.ts';
import {formatRemotePath} from '../../remote/remote-path.ts';
import {openForReading} from '../../set/destination.ts';
import {displayText} from '../../text/display-name.ts';
import {quoteWord} from '../../text/shell.ts';
import {localDate} from '../../text/format.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {ownHost} from '../command/own-host.ts';
import {backupFlags} from '../../flags/backup-flags.ts';
import {pushPlaceFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {chooseDrawing} from '../../flags/drawing.ts';
import {describeConfiguration} from '../../app/describe-configuration.ts';
import {isPlainWanted} from '../../app/plain-wanted.ts';
import {createSetBrowser} from '../../app/set-browser.ts';
import {version} from '../../flags/version.ts';

const flags = {
	plain: backupFlags.plain,
	'screen-reader': backupFlags['screen-reader'],
	slow: backupFlags.slow,
	...pushPlaceFlag,
} as const satisfies FlagTable;

const withoutTerminal = 'Add --plain to ask from a script; the commands list, show, verify, cat and restore do the same without asking';

/** @throws {DestinationError} If there is no directory of sets; where they are pushed, it says how to get them back. */
async function openPlace({destination, flags: {pushTo}, given}: Invocation<typeof flags>): Promise<Directory> {
	try {
		return await openForReading(destination);
	} catch (error) {
		const fetching = `logbackup-tui fetch --all${given.has('dest') ? ` --dest ${quoteWord(destination)}` : ''}`;
		throw pushTo && errorCode(error) === 'ENOENT'
			? new DestinationError(errorReason(error), {...causedBy(error), remedy: `Get those back that are at ${formatRemotePath(pushTo)}: ${fetching}`})
			: error;
	}
}

async function run(invocation: Invocation<typeof flags>): Promise<number> {
	const {flags: display, configuration, source, destination, origin, whose, now} = invocation;
	const isPlain = isPlainWanted(display, withoutTerminal);
	await using place = await openPlace(invocation);
	const {runBrowser} = await (isPlain ? import('../../tui/plain/run-dialogue.ts') : import('../../tui/run-browser.ts'));
	const date = localDate(now);
	return await runBrowser({
		version,
		host: displayText(hostname()),
		destination: displayText(destination),
		date,
		...describeConfiguration(configuration.files),
		...chooseDrawing(display, process.env),
		// Sets of another host are kept apart, where these screens do not look.
		browser: createSetBrowser(place, {source, destination}, display.pushTo && origin.host === ownHost(invocation) ? {to: display.pushTo, whose} : undefined),
	});
}

export const browseCommand = defineCommand({
	description: [
		'Look through the sets: their files, what is in them, how two of them differ; verify, restore and delete. The same as the key b in the review. '
		+ '? shows its keys, or with --plain what can be typed. Where push-to is configured, it tells which sets are off the host and lists those that are only there; it pushes, and fetches them.',
	],
	usage: ['browse'],
	flags,
	sections: [{title: 'Environment', lines: ['PAGER    what shows a file (less): a program and its arguments; no shell']}],
	examples: ['browse', 'browse --dest /srv/backups', 'browse --plain'],
	exitCodes: {
		0: 'left', 1: 'there are no backups', 2: 'wrong usage, or no terminal', '128+N': 'ended by signal N',
	},
	words: {minimum: 0, maximum: 0},
	run,
});

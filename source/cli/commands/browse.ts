import {hostname} from 'node:os';
import {openForReading} from '../../set/destination.ts';
import {displayText} from '../../text/display-name.ts';
import {localDate} from '../../text/format.ts';
import {defineCommand, type Invocation} from '../command.ts';
import {backupFlags} from '../../flags/backup-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {chooseDrawing} from '../../flags/drawing.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {createSetBrowser} from '../../app/set-browser.ts';
import {version} from '../../flags/version.ts';

/** @throws {UsageError} If there is no terminal that screens could be drawn on. */
function refuseWithoutTerminal(): void {
	const what = process.stdin.isTTY ? (process.stdout.isTTY ? undefined : 'standard output is not a terminal') : 'standard input is not a terminal';
	const why = what ?? (['', 'dumb'].includes(process.env.TERM ?? '') ? 'this terminal cannot place a cursor' : undefined);

	if (why !== undefined) {
		throw new UsageError(`${why}, so that no screen can be drawn`, {remedy: 'The commands list, show, verify, cat and restore do the same without one'});
	}
}

const flags = {
	slow: backupFlags.slow,
	'screen-reader': backupFlags['screen-reader'],
} as const satisfies FlagTable;

async function run({flags: display, source, destination, now}: Invocation<typeof flags>): Promise<number> {
	refuseWithoutTerminal();
	await using place = await openForReading(destination);
	const {runBrowser} = await import('../../tui/sets-main.ts');
	const date = localDate(now);
	return await runBrowser({
		version,
		host: displayText(hostname()),
		destination: displayText(destination),
		date,
		...chooseDrawing(display, process.env),
		browser: createSetBrowser(place, {source, destination}),
	});
}

export const browseCommand = defineCommand({
	description: [
		'Look through the sets on the screen: their files, what is in them, how two of them differ; verify, restore and delete. The same as the key b in the review. Its keys are shown by ?.',
	],
	usage: ['browse'],
	flags,
	sections: [{title: 'Environment', lines: ['PAGER    what shows a file (less): a program and its arguments; no shell']}],
	examples: ['browse', 'browse --dest /srv/backups'],
	exitCodes: {
		0: 'left', 1: 'there are no backups', 2: 'wrong usage, or no terminal', '128+N': 'ended by signal N',
	},
	words: {minimum: 0, maximum: 0},
	run,
});

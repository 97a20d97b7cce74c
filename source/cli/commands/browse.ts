import {hostname} from 'node:os';
import {openForReading} from '../../set/destination.ts';
import {displayText} from '../../text/display-name.ts';
import {localDate} from '../../text/format.ts';
import {type Command, commonHelp, type Invocation} from '../command.ts';
import {chooseDrawing} from '../drawing.ts';
import {UsageError} from '../flags.ts';
import {createSetBrowser} from '../set-browser.ts';
import {version} from '../version.ts';

const help = `
  Look through the sets on the screen: their files, what is in them, how two of them differ; verify, restore and delete.
  The same as the key b in the review. Its keys are shown by ?.

  Usage
    $ logbackup-tui browse

  --ascii              draw with ASCII only
  --slow               for a slow line: draw less often
  --screen-reader      write for a screen reader (also INK_SCREEN_READER=true)
  --no-color           no colours (also NO_COLOR)
${commonHelp}

  PAGER                what shows a file (less); a program and its arguments, read by no shell

  Examples
    $ sudo logbackup-tui browse
    $ sudo PAGER='less -S' logbackup-tui browse --dest /srv/backups

  Exit codes
    0 left      1 there are no backups      2 wrong usage, or no terminal      128+N ended by signal N
`;

/** @throws {UsageError} If there is no terminal that screens could be drawn on. */
function refuseWithoutTerminal(): void {
	const what = process.stdin.isTTY ? (process.stdout.isTTY ? undefined : 'standard output is not a terminal') : 'standard input is not a terminal';
	const why = what ?? (['', 'dumb'].includes(process.env.TERM ?? '') ? 'this terminal cannot place a cursor' : undefined);

	if (why !== undefined) {
		throw new UsageError(`${why}, so that no screen can be drawn. The commands list, show, verify, cat and restore do the same without one`);
	}
}

async function run({has, source, destination, now}: Invocation): Promise<number> {
	refuseWithoutTerminal();
	await using place = await openForReading(destination);
	const {runBrowser} = await import('../../tui/browse/main.ts');
	const date = localDate(now);
	return await runBrowser({
		version,
		host: displayText(hostname()),
		destination: displayText(destination),
		date,
		...chooseDrawing({
			hasColor: !has('no-color'), isAscii: has('ascii'), isSpoken: has('screen-reader'), isSlow: has('slow'),
		}, process.env),
		browser: createSetBrowser(place, {source, destination}),
	});
}

export const browseCommand: Command = {
	help,
	flags: {
		ascii: {}, slow: {}, 'screen-reader': {}, 'no-color': {},
	},
	words: {minimum: 0, maximum: 0},
	run,
};

import {spawnSync} from 'node:child_process';
import {program} from '../../test/support/run.ts';
import {Terminal} from '../../test/support/terminal.ts';

/** Backs up a directory through the screens in a pseudo-terminal. Resolves with the seconds from the confirming key to the summary on the screen. */
export async function confirmedRun(source: string, destination: string): Promise<number> {
	await using terminal = Terminal.start({command: process.execPath, args: [program, '--no-space-check', '--source', source, '--dest', destination]});
	await terminal.waitFor(/w back up/v);
	terminal.press('w');
	await terminal.waitFor(/Back up \d+ files\?/v);
	// As before the other runs: what is still to be written to disk is written first.
	spawnSync('sync');
	const start = performance.now();
	terminal.press('enter');
	await terminal.waitFor(/Enter leave/v);
	const wall = (performance.now() - start) / 1000;
	terminal.press('enter');
	await terminal.exited;
	return wall;
}

import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {commands} from '../source/cli/commands/all.ts';
import {completionScript} from '../source/cli/completion/scripts.ts';
import {manPage} from './man-page.ts';
import {sourceDate} from './source-date.ts';

/** Where man and the shells look for what comes with a program, below `/usr/share`. */
const makers: Readonly<Record<string, () => string>> = {
	'man/man8/logbackup-tui.8': () => manPage(sourceDate()),
	'bash-completion/completions/logbackup-tui': () => completionScript('bash', commands),
	'zsh/vendor-completions/_logbackup-tui': () => completionScript('zsh', commands),
	'fish/vendor_completions.d/logbackup-tui.fish': () => completionScript('fish', commands),
};

/** Writes the manual page and the completions, laid out as below `/usr/share`. */
export async function writeShare(directory: string): Promise<void> {
	for (const [name, make] of Object.entries(makers)) {
		const file = path.join(directory, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, make());
	}
}

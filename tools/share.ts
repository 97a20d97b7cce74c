import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {commands} from '../source/cli/commands/all.ts';
import {completionScript} from '../source/cli/completion/scripts.ts';
import {exampleConfiguration} from './example-configuration.ts';
import {manPage} from './man-page.ts';
import {sourceDate} from './source-date.ts';

/** What comes with a program below `/usr/share`, where man and the shells look for it. */
const makers: Readonly<Record<string, () => string>> = {
	'man/man8/logbackup-tui.8': () => manPage(sourceDate()),
	'bash-completion/completions/logbackup-tui': () => completionScript('bash', commands),
	'zsh/vendor-completions/_logbackup-tui': () => completionScript('zsh', commands),
	'fish/vendor_completions.d/logbackup-tui.fish': () => completionScript('fish', commands),
	'doc/logbackup-tui/examples/logbackup-tui.toml': exampleConfiguration,
};

/** Writes the manual page, the completions and an example of a configuration, laid out as below `/usr/share`. */
export async function writeShare(directory: string): Promise<void> {
	for (const [name, make] of Object.entries(makers)) {
		const file = path.join(directory, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, make());
	}
}

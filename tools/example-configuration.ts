import {backupFlags} from '../source/flags/backup-flags.ts';
import {wrap} from '../source/cli/help/help-layout.ts';
import {systemConfiguration} from '../source/flags/configuration.ts';
import {type Flag, takesValue} from '../source/flags/flag.ts';

type Table = typeof backupFlags;

/** The flags that a configuration may have. */
type Key = {[Name in keyof Table]: Table[Name]['isConfigurable'] extends true ? Name : never}[keyof Table];

/** A value of each, as it is written. */
const examples: Readonly<Record<Key, string>> = {
	source: '"/var/log"',
	include: '["*.log", "/btmp"]',
	exclude: '["*.gz", "journal/"]',
	recursive: 'true',
	'cross-file-systems': 'true',
	'follow-symlinks': 'true',
	'no-journal': 'true',
	'journal-dir': '"/srv/journals"',
	dest: '"/mnt/backup/logs"',
	host: '"web1"',
	format: '"zstd"',
	level: '6',
	'no-verify': 'true',
	reserve: '"5%"',
	'no-space-check': 'true',
	'lock-wait': '600',
	full: 'true',
	engine: '"zlib"',
	jobs: '2',
	'keep-last': '30',
	'keep-daily': '7',
	'keep-weekly': '5',
	'keep-monthly': '12',
	'keep-yearly': '"unlimited"',
	'keep-within': '"30d"',
	verbose: 'true',
	nice: '10',
	textfile: '"/var/lib/prometheus/node-exporter/logbackup.prom"',
	plain: 'true',
	ascii: 'true',
	'no-color': 'true',
	'push-to': '"nas:backups/logs"',
	push: 'true',
	slow: 'true',
	'screen-reader': 'true',
};

const comment = (text: string) => wrap(text, 98).map(line => `# ${line}`);

const otherwise = (flag: Flag) => takesValue(flag) && flag.otherwise !== undefined ? ` (${flag.otherwise.replaceAll('`', '')})` : '';

/** Each key with an example of its value and what it does, for documents. */
export const configurationKeys: ReadonlyArray<readonly [key: string, example: string, flag: Flag]> = Object.entries(examples).map(([key, example]) => [key, example, backupFlags[key as Key]]);

/** A configuration in which all is explained, and everything a comment. */
export function exampleConfiguration(): string {
	return [
		...comment(`Configuration of logbackup-tui. It is read as ${systemConfiguration}, if that is there, and belongs to root, who alone may write to it.`),
		...comment('A key is the long name of a flag. A flag on the command line replaces it whole; a switch is turned off by its opposite (--no-recursive, --verify). '
			+ '"logbackup-tui config" tells what holds, "logbackup-tui config check FILE" whether all is well with a file.'),
		...configurationKeys.flatMap(([key, example, flag]) => ['', ...comment(`${flag.help}${otherwise(flag)}`), `#${key} = ${example}`]),
		'',
	].join('\n');
}

import {availableParallelism} from 'node:os';
import {defaultFormat, eachFormat} from '../formats/formats.ts';
import {localDate} from '../text/format.ts';
import {
	configurationFlags,
	displayFlags,
	helpFlag,
	keepFlags,
	pushPlaceFlag,
} from './common-flags.ts';
import type {FlagGroup, FlagTable, FlagValues} from './flag.ts';
import {
	date,
	directory,
	engine,
	file,
	format,
	glob,
	hostName,
	leftOut,
	level,
	metricsFile,
	reserve,
	seconds,
	wholeNumber,
} from './values.ts';

/** The headings of the help, in its order. */
export const flagGroups: Readonly<Record<FlagGroup, string>> = {
	selection: 'Which files',
	place: 'Where and how',
	keep: 'Afterwards, if all went well: remove old sets that no rule keeps, as prune does',
	unattended: 'Without questions',
	display: 'Others',
};

/** Every flag of the bare command that sets an option. */
export const backupFlags = {
	source: {
		...directory, group: 'selection', isConfigurable: true, help: 'back up the files directly in DIR', otherwise: '`/var/log`', manual: 'back up the files directly in this directory',
	},
	include: {
		...glob,
		isMultiple: true,
		group: 'selection',
		isConfigurable: true,
		lasts: 'selecting',
		help: 'only files that match; also takes btmp, wtmp and lastlog back in; repeatable',
		manual: 'only files that match; also takes `btmp`, `wtmp`, `lastlog` back in (repeatable)',
	},
	exclude: {
		...glob,
		isMultiple: true,
		group: 'selection',
		isConfigurable: true,
		lasts: 'selecting',
		help: 'not the files that match, nor those in directories that do ; repeatable; dir/ means directories only, /name the top of the source only',
		manual: 'not the files that match; wins over `--include` (repeatable)',
	},
	recursive: {
		short: 'r',
		group: 'selection',
		isConfigurable: true,
		lasts: 'selecting',
		help: 'also those in sub-directories; the set mirrors them',
		manual: 'also the files in sub-directories; the set mirrors the tree',
		otherwise: 'top level only',
	},
	'cross-file-systems': {
		group: 'selection',
		isConfigurable: true,
		lasts: 'selecting',
		help: 'also sub-directories on other file systems',
		manual: 'with sub-directories: also those on other file systems',
		otherwise: 'stay on one',
	},
	'follow-symlinks': {
		group: 'selection',
		isConfigurable: true,
		help: 'also symbolic links that lead to regular files',
		manual: 'also symbolic links that lead to regular files: the copy holds what the link leads to',
		otherwise: 'left out',
	},
	'no-journal': {
		group: 'selection',
		isConfigurable: true,
		lasts: 'selecting',
		help: 'not the journal of systemd, which is backed up with /var/log, each day a file',
		manual: 'not the journal of systemd, which is backed up with `/var/log`, each day a file: see [The journal](#the-journal)',
		otherwise: 'where there is one',
	},
	'journal-dir': {
		...directory,
		group: 'selection',
		isConfigurable: true,
		lasts: 'copying',
		help: 'the journal in DIR, as for journalctl --directory, with any source',
		manual: 'the journal in this directory, as for `journalctl --directory`, with any source and in place of the system\'s: see [The journal](#the-journal)',
	},
	'files-from': {
		...file,
		group: 'selection',
		isConfigurable: false,
		help: 'exactly these: NUL-separated paths relative to the source (- reads standard input)',
		manual: 'exactly these: paths relative to the source, each ended by NUL, as `find -printf \'%P\\0\'` prints them; '
			+ '`-` is standard input. A list that does not end in NUL was cut, and is refused',
	},
	'files-count': {
		...wholeNumber(0, 1e9),
		group: 'selection',
		isConfigurable: false,
		help: 'with --files-from: refuse a list that does not have N paths',
		manual: 'with `--files-from`: refuse a list that does not have N paths (it was cut short)',
	},
	'files-listed': {
		...wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a time in milliseconds since 1970'),
		placeholder: 'MS',
		group: 'selection',
		isConfigurable: false,
		isInternal: true,
		help: 'with --files-from: the list tells which files were meant then',
		manual: 'with `--files-from`: the list tells which files were meant at that time (milliseconds since 1970), '
			+ 'as the screens hand it over: before each path is `DEVICE:INODE:BORN:SIZE:MODIFIED/`',
	},
	'left-out': {
		...leftOut,
		group: 'selection',
		isConfigurable: false,
		isInternal: true,
		help: 'with --files-from: what the list leaves out',
		manual: 'with `--files-from`: what the list leaves out, by reason, as in the manifest (`left_out`); for the summary and the manifest',
	},
	'ignore-missing': {
		group: 'selection',
		isConfigurable: false,
		help: 'with --files-from or --retry: a missing path is a note, not a failure',
		manual: 'with `--files-from` or `--retry`: a missing path is `vanished`, not failed',
	},
	dest: {
		...directory, group: 'place', isConfigurable: true, help: 'the directory that holds the sets', otherwise: '`backups` in the source',
	},
	host: {
		...hostName,
		group: 'place',
		isConfigurable: true,
		help: 'the name of this host in sets, for one that was renamed',
		manual: 'the name that this host has in sets, whatever it is called now: for one that was renamed, and for containers; see [below](#whose-set-it-is)',
		otherwise: 'its host name',
	},
	date: {
		...date,
		group: 'place',
		isConfigurable: false,
		initial: (now: Date) => localDate(now),
		help: 'the date that names the set',
		otherwise: 'today',
		manual: 'the date that names the set, by the local clock at the start',
	},
	format: {
		...format,
		group: 'place',
		isConfigurable: true,
		lasts: 'copying',
		initial: () => defaultFormat,
		help: 'what copies are compressed to; zstd takes about half the CPU',
		manual: 'what copies are compressed to: `gzip` (`.gz`), or `zstd` (`.zst`), which takes about half the CPU for copies of about the same size; see [zstd](#zstd)',
		otherwise: `\`${defaultFormat}\``,
	},
	level: {
		...level,
		group: 'place',
		isConfigurable: true,
		lasts: 'copying',
		help: `how hard to compress (${eachFormat(({levels}) => `${levels.minimum}-${levels.maximum}`)})`,
		manual: `how hard to compress: ${eachFormat(({levels}) => `${levels.minimum}-${levels.maximum}`)}`,
		otherwise: eachFormat(({levels}) => levels.usual),
	},
	'no-verify': {
		group: 'place', isConfigurable: true, lasts: 'copying', help: 'do not read each copy back to compare it with what was read', otherwise: 'verify',
	},
	reserve: {
		...reserve,
		group: 'place',
		isConfigurable: true,
		lasts: 'copying',
		help: 'how much must stay free there: 500M, 2G, 5%',
		manual: 'how much must stay free at the destination: `500M`, `2G`, `1GiB`, `5%` (of its inodes, too)',
		otherwise: '5%, at most 1 GB and 1,000 inodes',
	},
	'no-space-check': {
		group: 'place', isConfigurable: true, lasts: 'copying', help: 'do not look at the free space, before or during the run',
	},
	'lock-wait': {
		...seconds, group: 'place', isConfigurable: true, lasts: 'copying', initial: () => 0, help: 'wait so long for another run to end', otherwise: '0',
	},
	full: {
		group: 'place',
		isConfigurable: true,
		lasts: 'copying',
		help: 'copy also what has not changed since the newest set, instead of linking it from there',
	},
	engine: {
		...engine,
		group: 'place',
		isConfigurable: true,
		lasts: 'copying',
		help: 'for gzip: zlib, or libdeflate, which is about twice as fast',
		manual: '`zlib` or `libdeflate`: what compresses to gzip (to zstd, it is always `zstd`). If libdeflate is asked for and cannot be had, zlib does it, and that is said',
		otherwise: 'libdeflate where it is installed, else zlib',
	},
	jobs: {
		...wholeNumber(1, 256),
		group: 'place',
		isConfigurable: true,
		lasts: 'copying',
		initial: () => availableParallelism(),
		help: 'cores to compress on',
		manual: 'cores that are taken for compressing and unpacking',
		otherwise: 'all',
	},
	...keepFlags,
	yes: {
		short: 'y', group: 'unattended', isConfigurable: false, help: 'start at once', manual: 'start at once, without questions',
	},
	retry: {
		group: 'unattended',
		isConfigurable: false,
		help: 'if the day\'s set is there: try again what failed in it, and add that',
		manual: 'if the set of the date is there, try again what failed in it, and add that (with `--yes` or `--dry-run`; see [below](#trying-again))',
		otherwise: 'leave it alone',
	},
	add: {
		isConfigurable: false,
		group: 'unattended',
		help: 'if the day\'s set is there: add what is selected and not in it',
		manual: 'if the set of the date is there, add what is selected and not in it (with `--yes` or `--dry-run`; see [below](#adding-to-a-set))',
		otherwise: 'leave it alone',
	},
	'dry-run': {
		short: 'n', group: 'unattended', isConfigurable: false, help: 'show what would be copied, and what not and why; write nothing',
	},
	quiet: {
		short: 'q', group: 'unattended', isConfigurable: false, help: 'print failures only', manual: 'print failures only (with `--yes` or `--dry-run`)',
	},
	verbose: {
		group: 'unattended', isConfigurable: true, lasts: 'copying', help: 'say more: why libdeflate is not used',
	},
	json: {
		group: 'unattended', isConfigurable: false, help: 'print events as JSON Lines', manual: 'print events as [JSON Lines](json-lines.md) (with `--yes` or `--dry-run`)',
	},
	unattended: {
		group: 'unattended',
		isConfigurable: false,
		help: 'go on when nobody reads the output any more',
		manual: 'go on when nobody reads the output any more; the outcome goes to the system log too',
	},
	nice: {
		...wholeNumber(0, 19),
		group: 'unattended',
		isConfigurable: true,
		lasts: 'copying',
		initial: () => 10,
		help: 'let others go first: how nice a run is, as nice(1) has it, and the disk last; 0: not at all',
		manual: 'let other programs go first: how nice a run is, as nice(1) has it; from 1 on it also takes the disk only when nobody else wants it (I/O class idle, where the system\'s scheduler knows classes, and koffi is there). 0: not at all',
		otherwise: '10',
	},
	textfile: {
		...metricsFile,
		group: 'unattended',
		isConfigurable: true,
		lasts: 'copying',
		help: 'write how the run went to FILE, for Prometheus: metrics of node_exporter\'s textfile collector',
		manual: 'write how the run went to this file, for Prometheus: metrics for node_exporter\'s textfile collector, see [Monitoring](#monitoring)',
	},
	...pushPlaceFlag,
	push: {
		group: 'unattended',
		isConfigurable: true,
		help: 'with --yes: afterwards, push what is not off the host',
		manual: 'with `--yes`: after a run that made a set, [push](#off-the-host) what is not off the host; what fails then gives exit code 3',
	},
	plain: {
		group: 'display',
		isConfigurable: true,
		help: 'ask in lines and numbers, without screens',
		otherwise: 'where the terminal cannot move its cursor',
	},
	...displayFlags,
	slow: {
		group: 'display',
		isConfigurable: true,
		help: 'redraw less often, for slow connections',
		manual: 'redraw less often, and wait longer for the rest of a key, for a slow connection',
	},
	'screen-reader': {
		group: 'display',
		isConfigurable: true,
		help: 'the same as --plain (INK_SCREEN_READER=true does it on a terminal, too)',
		manual: 'the same as `--plain`; on a terminal `INK_SCREEN_READER=true` does it too, but sudo drops that',
	},
	...helpFlag,
	version: {
		short: 'V', group: 'display', isConfigurable: false, help: 'print the version',
	},
} as const satisfies FlagTable;

/** All that the bare command takes. */
export const lineFlags = {...backupFlags, ...configurationFlags} as const satisfies FlagTable;

export type BackupFlags = FlagValues<typeof backupFlags>;

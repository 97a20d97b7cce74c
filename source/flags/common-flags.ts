import type {Flag, FlagTable} from './flag.ts';
import {
	bandwidth,
	directory,
	hostName,
	keptCount,
	remotePlace,
	span,
} from './values.ts';

/*
Flags that several commands take.
*/

export const helpFlag = {
	help: {
		short: 'h', group: 'display', isConfigurable: false, help: 'print this',
	},
} as const satisfies FlagTable;

/** Of every command that prints. */
export const displayFlags = {
	ascii: {
		group: 'display', isConfigurable: true, help: 'ASCII only, as screens have it where the locale is not UTF-8', otherwise: 'screens: where the locale is not UTF-8',
	},
	'no-color': {
		group: 'display', isConfigurable: true, help: 'no colours (NO_COLOR is heeded, too, but sudo drops it)', manual: 'no colours; `NO_COLOR` is heeded too, but sudo drops it',
	},
} as const satisfies FlagTable;

/** Flags about configurations, which are read before any other flag has its value. */
export const configurationFlags = {
	config: {
		placeholder: 'FILE',
		takes: 'a configuration file',
		completes: 'file',
		isPath: true,
		parse: (text: string) => text,
		group: 'display',
		isConfigurable: false,
		help: 'read this configuration, in place of /etc/logbackup-tui.toml',
		manual: 'read this [configuration](#configuration), in place of the usual ones',
	},
	'no-config': {
		group: 'display', isConfigurable: false, help: 'read no configuration',
	},
} as const satisfies FlagTable;

export const jsonFlag = {
	json: {isConfigurable: false, help: 'print events as JSON Lines'},
} as const satisfies FlagTable;

export const quietFlag = {
	quiet: {short: 'q', isConfigurable: false, help: 'print only what fails'},
} as const satisfies FlagTable;

/** Directory of the sets, and whose are chosen. */
export const flagsOfSets = {
	dest: {
		...directory, isConfigurable: true, help: 'the directory that holds the sets', otherwise: '`backups` in the source',
	},
	source: {
		...directory, isConfigurable: true, help: 'the directory that was backed up; says where the sets are without --dest', otherwise: '`/var/log`',
	},
	host: {
		...hostName, isConfigurable: true, help: 'the host whose sets are meant', otherwise: 'this one',
	},
} as const satisfies FlagTable;

/** Where sets are pushed. */
export const pushPlaceFlag = {
	'push-to': {
		...remotePlace,
		group: 'unattended',
		isConfigurable: true,
		lasts: 'copying',
		help: 'where push sends sets: a remote of rclone, and a path in it',
		manual: 'where `push` sends sets: a remote of rclone and a path in it; see [Off the host](#off-the-host)',
	},
} as const satisfies FlagTable;

/** Where sets are fetched from. */
export const fromFlag = {
	...remotePlace, isConfigurable: false, help: 'a remote of rclone, and the path in it that sets were pushed to',
} as const satisfies Flag;

/** Limits of what rclone does. */
export const rcloneFlags = {
	bwlimit: {...bandwidth, isConfigurable: false, help: 'send no faster, as rclone --bwlimit has it'},
} as const satisfies FlagTable;

/** Which sets are kept. */
export const keepFlags = {
	'keep-last': {
		...keptCount, group: 'keep', isConfigurable: true, lasts: 'copying', help: 'keep the newest N sets (N may be "unlimited")',
	},
	'keep-daily': {
		...keptCount, group: 'keep', isConfigurable: true, lasts: 'copying', help: 'keep the newest set of each of the last N days that have one',
	},
	'keep-weekly': {
		...keptCount, group: 'keep', isConfigurable: true, lasts: 'copying', help: 'the same for weeks, which begin on Monday',
	},
	'keep-monthly': {
		...keptCount, group: 'keep', isConfigurable: true, lasts: 'copying', help: 'the same for months',
	},
	'keep-yearly': {
		...keptCount, group: 'keep', isConfigurable: true, lasts: 'copying', help: 'the same for years',
	},
	'keep-within': {
		...span, group: 'keep', isConfigurable: true, lasts: 'copying', help: 'keep all that are less than TIME older than the newest: 30d, 2m, 1y6m',
	},
} as const satisfies FlagTable;

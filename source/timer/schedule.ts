import {readFile} from 'node:fs/promises';
import {errorCode} from '../files/errors.ts';
import {isPathWithin} from '../files/path-within.ts';
import {
	cronFile,
	cronTime,
	isCronInstalled,
	nextAt,
} from './cron.ts';
import {isSystemdThere, parseSystemdTime, showUnit} from './systemctl.ts';
import {services, timers} from './units.ts';

/** How the last run that the timer started went. */
export type LastScheduled = {
	/** Missing while it is under way. */
	readonly ended?: Date;
	/** Its exit code; missing where a signal ended it, or systemd did not let it run. */
	readonly code?: number;
	/** Its result, in systemd's words: `success`, `exit-code`, `signal`, `timeout`; or `running`. */
	readonly result: string;
};

/** When backups are made by themselves. */
export type Schedule = {
	readonly manager: 'systemd' | 'cron';
	readonly isOn: boolean;
	/** When the next run is due, where that is known. */
	readonly next?: Date;
	/** Missing if there was none since the machine started, or nothing is known of it. */
	readonly last?: LastScheduled;
	/** There is a file for cron, and no cron. */
	readonly isUnread?: boolean;
	/** Directories that the nightly run may write to; missing where nothing confines it. */
	readonly places?: readonly string[];
};

/** `si_code` of a process that has ended by itself: see waitid(2). */
const exited = '1';

function decodeLast(found: ReadonlyMap<string, string>): LastScheduled | undefined {
	const state = found.get('ActiveState');

	if (state === 'activating' || state === 'active') {
		return {result: 'running'};
	}

	const ended = parseSystemdTime(found.get('ExecMainExitTimestamp'));
	return ended && {ended, result: found.get('Result') ?? '', ...(found.get('ExecMainCode') === exited && {code: Number(found.get('ExecMainStatus'))})};
}

/** Paths in a property: separated by spaces, those that need not be there with a dash. */
const decodePaths = (told: string) => told.split(' ').map(word => word.replace(/^[+\-]+/v, '')).filter(Boolean);

async function readSystemd(): Promise<Schedule> {
	const found = await showUnit(timers.backup, 'ActiveState', 'NextElapseUSecRealtime');
	const service = await showUnit(services.backup, 'ActiveState', 'ExecMainExitTimestamp', 'ExecMainCode', 'ExecMainStatus', 'Result', 'ReadWritePaths');
	const isOn = found.get('ActiveState') === 'active';
	const next = isOn ? parseSystemdTime(found.get('NextElapseUSecRealtime')) : undefined;
	const last = decodeLast(service);
	const places = decodePaths(service.get('ReadWritePaths') ?? '');
	return {
		manager: 'systemd', isOn, ...(next && {next}), ...(last && {last}), ...(isOn && places.length > 0 && {places}),
	};
}

/** A file of this machine; `undefined` if it is not there. */
export async function readIfThere(file: string): Promise<string | undefined> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

async function readCron(now: Date): Promise<Schedule> {
	const time = cronTime(await readIfThere(cronFile) ?? '');
	return time === undefined
		? {manager: 'cron', isOn: false}
		: {
			manager: 'cron', isOn: true, next: nextAt(time, now), ...(!await isCronInstalled() && {isUnread: true}),
		};
}

/** When backups are made by themselves here: by systemd, or by cron where systemd does not run the machine. */
export const readSchedule = async (now: Date): Promise<Schedule> => await isSystemdThere() ? readSystemd() : readCron(now);

/** Whether the nightly run may write to a directory. */
export const mayWriteTo = ({places}: Schedule, directory: string): boolean =>
	places === undefined || places.some(place => isPathWithin(directory, place));

import {existsSync} from 'node:fs';
import {
	mkdir,
	realpath,
	rm,
	rmdir,
	stat,
} from 'node:fs/promises';
import path from 'node:path';
import {Directory} from '../files/directory.ts';
import {errorReason, ForeseenError} from '../files/errors.ts';
import {replaceFile} from '../files/replace-file.ts';
import {displayText} from '../text/display-name.ts';
import {
	cronFile,
	cronText,
	cronTime,
	ownMark,
} from './cron.ts';
import {readIfThere} from './schedule.ts';
import {isSystemdThere, showUnit, systemctl} from './systemctl.ts';
import {
	daily,
	quoteForUnit,
	services,
	timers,
	unitFiles,
	usualTime,
} from './units.ts';

const unitDirectory = '/etc/systemd/system';
const timeDropIn = path.join(unitDirectory, `${timers.backup}.d/time.conf`);
/** What writes to the destination: the backup its sets, the push what it remembers. */
const placesDropIns = [services.backup, services.push].map(service => path.join(unitDirectory, `${service}.d/places.conf`));

/** The timer cannot be turned on or off. */
export class TimerError extends ForeseenError {}

/** A plan for turning the timer on. */
export type TimerPlan = {
	readonly manager: 'systemd' | 'cron';
	/** Of the nightly run: `02:30`. */
	readonly time: string;
	/** Whether sets are pushed, too. */
	readonly isPushed: boolean;
	/** Contents, by absolute paths. */
	readonly files: ReadonlyMap<string, string>;
};

/** Needs of the nightly run. */
export type TimerNeeds = {
	/** `02:30`; missing if it is to stay as it is. */
	readonly time: string | undefined;
	/** Absolute paths of directories beside the usual one that it writes to. */
	readonly places: readonly string[];
	/** Whether it is configured where sets are pushed. */
	readonly isPushed: boolean;
	/** The command, as words. */
	readonly program: readonly string[];
};

const timeText = (time: string) => `${ownMark}\n[Timer]\nOnCalendar=\nOnCalendar=${daily(time)}\nRandomizedDelaySec=0\n`;

/** With its disk not mounted, a run is to fail, and not to fill another one. */
const placesText = (places: readonly string[]) => {
	const words = places.map(place => quoteForUnit(place)).join(' ');
	return `${ownMark}\n[Unit]\nRequiresMountsFor=${words}\n\n[Service]\nReadWritePaths=${words}\n`;
};

/** The time that a drop-in says. */
const timeIn = (text: string | undefined) => /^OnCalendar=\*-\*-\* (?<time>\d{2}:\d{2})$/mv.exec(text ?? '')?.groups?.time;

/** Whether a file is one that this program wrote; `undefined` if it is not there. */
async function isOwn(file: string): Promise<boolean | undefined> {
	const text = await readIfThere(file);
	return text?.startsWith(ownMark);
}

async function planSystemd({time, places, isPushed, program}: TimerNeeds): Promise<TimerPlan> {
	const files = new Map<string, string>();
	const loaded = await showUnit(timers.backup, 'LoadState');

	// Those of a package stay as they are, and so does what the operator has put in their place.
	if (loaded.get('LoadState') === 'not-found' || await isOwn(path.join(unitDirectory, timers.backup))) {
		for (const [name, text] of Object.entries(unitFiles(program))) {
			files.set(path.join(unitDirectory, name), `${ownMark}\n${text}`);
		}
	}

	if (time !== undefined) {
		files.set(timeDropIn, timeText(time));
	}

	if (places.length > 0) {
		// A run makes the last part of its destination, in what is there.
		const text = placesText(places.map(place => existsSync(place) ? place : path.dirname(place)));

		for (const file of placesDropIns) {
			files.set(file, text);
		}
	}

	return {
		manager: 'systemd', time: time ?? timeIn(await readIfThere(timeDropIn)) ?? usualTime, isPushed, files,
	};
}

/**
Plans how to turn it on, before anything is done.

@throws {TimerError} If there is neither systemd nor cron.
*/
export async function planTimer(needs: TimerNeeds): Promise<TimerPlan> {
	if (await isSystemdThere()) {
		return planSystemd(needs);
	}

	const isCronThere = await stat(path.dirname(cronFile), {bigint: true}).then(stats => stats.isDirectory()).catch(() => false);

	if (!isCronThere) {
		throw new TimerError(`there is neither systemd nor ${path.dirname(cronFile)} here`, {remedy: 'Have logbackup-tui --yes called by what starts things here'});
	}

	const time = needs.time ?? cronTime(await readIfThere(cronFile) ?? '') ?? usualTime;
	return {
		manager: 'cron', time, isPushed: needs.isPushed, files: new Map([[cronFile, cronText(time, needs.program, needs.isPushed)]]),
	};
}

const asRoot = () => process.geteuid!() === 0 ? {} : {remedy: 'Run it with sudo'};

/** Does something to a file of the machine; what that throws says what was tried. */
async function attempt(action: string, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		throw error instanceof TimerError ? error : new TimerError(`cannot ${action}: ${errorReason(error)}`, asRoot());
	}
}

async function write(file: string, content: string): Promise<void> {
	await attempt(`write ${displayText(file)}`, async () => {
		if (await isOwn(file) === false) {
			throw new TimerError(`${displayText(file)} is there, and was not made by this program`, {remedy: 'Move it away, or set the timer up by hand'});
		}

		const parent = path.dirname(file);
		await mkdir(parent, {recursive: true, mode: 0o755});
		await using directory = await Directory.open(await realpath(parent));
		await replaceFile(directory, path.basename(file), content, {mode: 0o644});
	});
}

async function removeOwn(file: string): Promise<void> {
	await attempt(`remove ${displayText(file)}`, async () => {
		if (await isOwn(file)) {
			await rm(file);
			// The directory of drop-ins stays where somebody else has one in it.
			await (file.endsWith('.conf') ? rmdir(path.dirname(file)).catch(() => undefined) : undefined);
		}
	});
}

/** Turns the timer of pushes off, if it is on. */
async function turnOffPush(): Promise<void> {
	const found = await showUnit(timers.push, 'ActiveState');

	if (found.get('ActiveState') === 'active') {
		await askSystemd(['disable', '--now', timers.push]);
	}
}

/** @throws {TimerError} With what systemctl said. */
async function askSystemd(args: readonly string[]): Promise<void> {
	const answer = await systemctl(args);

	if (answer?.code !== 0) {
		throw new TimerError(`systemctl ${args.join(' ')} failed: ${displayText(answer?.stderr.trim() ?? 'it cannot be run')}`, asRoot());
	}
}

/**
Turns the timer on, or changes it.

@throws {TimerError}
*/
export async function turnOn({manager, isPushed, files}: TimerPlan): Promise<void> {
	for (const [file, content] of files) {
		await write(file, content);
	}

	if (manager === 'cron') {
		return;
	}

	for (const file of placesDropIns.filter(name => !files.has(name))) {
		// The configuration names no place of its own any more.
		await removeOwn(file);
	}

	await askSystemd(['daemon-reload']);
	const wanted = [timers.backup, timers.verify, ...(isPushed ? [timers.push] : [])];
	await askSystemd(['enable', ...wanted]);
	// One that is on already takes its new time only so.
	await askSystemd(['restart', ...wanted]);

	if (!isPushed) {
		await turnOffPush();
	}
}

/**
Turns the timer off, and removes what turning it on has written.

@throws {TimerError}
*/
export async function turnOff(): Promise<void> {
	if (await isSystemdThere()) {
		const loaded = await showUnit(timers.backup, 'LoadState');

		if (loaded.get('LoadState') !== 'not-found') {
			await askSystemd(['disable', '--now', timers.backup, timers.verify]);
		}

		await turnOffPush();

		for (const file of [timeDropIn, ...placesDropIns, ...Object.keys(unitFiles([])).map(name => path.join(unitDirectory, name))]) {
			await removeOwn(file);
		}

		await askSystemd(['daemon-reload']);
	}

	await removeOwn(cronFile);
}

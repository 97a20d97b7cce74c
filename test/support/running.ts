import fs from 'node:fs/promises';
import path from 'node:path';
import type {BackupEvent} from '../../source/backup/events.ts';
import type {Interruption} from '../../source/exit/failure.ts';
import {runBackup} from '../../source/backup/run.ts';
import type {RunOptions} from '../../source/backup/run-options.ts';
import {Directory} from '../../source/files/directory.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {sampleLog} from './sample-logs.ts';
import {Sandbox, someDate} from './sandbox.ts';
import {until} from './files.ts';

/** A sandbox with three logs: a.log, b.log and c.log, of 3, 9 and 6 kB. */
export async function withLogs(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(3000, 1));
	await sandbox.add('b.log', sampleLog(9000, 2));
	await sandbox.add('c.log', sampleLog(6000, 3));
	return sandbox;
}

export type EventOf<Type extends BackupEvent['message_type']> = Extract<BackupEvent, {message_type: Type}>;

/** All events of a queue, once it is closed; `onEvent` hears of each as it comes. */
export async function taken(queue: AsyncIterable<BackupEvent>, onEvent?: (event: BackupEvent) => void): Promise<BackupEvent[]> {
	const events: BackupEvent[] = [];

	for await (const event of queue) {
		events.push(event);
		onEvent?.(event);
	}

	return events;
}

/** What a run reported, by kind. */
export class Reported {
	readonly events: readonly BackupEvent[];

	constructor(events: readonly BackupEvent[]) {
		this.events = events;
	}

	of<Type extends BackupEvent['message_type']>(type: Type): Array<EventOf<Type>> {
		return this.events.filter((event): event is EventOf<Type> => event.message_type === type);
	}

	/** The only one of its kind. */
	one<Type extends BackupEvent['message_type']>(type: Type): EventOf<Type> {
		const found = this.of(type);

		if (found.length !== 1) {
			throw new Error(`${found.length} events of type ${type}, the last of all: ${JSON.stringify(this.events.at(-1))}`);
		}

		return found[0]!;
	}

	/** The notices of a kind. */
	notices(notice: EventOf<'notice'>['notice']): Array<EventOf<'notice'>> {
		return this.of('notice').filter(event => event.notice === notice);
	}
}

export type Changed = Partial<RunOptions> & {
	/** Heard as they come. */
	readonly onEvent?: (event: BackupEvent, controller: AbortController) => void;
};

/** Waits until the files of a source have been left alone for longer than a tick of the clock: what was changed just now is copied anew the next time. */
async function settle(source: Directory, entries: readonly Entry[]): Promise<void> {
	const changes = await Promise.all(entries.map(async ({path: name}) => source.lstat(name).then(({ctimeMs}) => Number(ctimeMs)).catch(() => 0)));
	const last = Math.max(0, ...changes);
	await until('the sources to be settled', () => Date.now() > last + 25);
}

/** Backs up a sandbox, all that stands directly in its source, in this process; with options that are only changed where a test is about them. */
export async function backUpHere(sandbox: Pick<Sandbox, 'source' | 'destination'>, {onEvent, ...changed}: Changed = {}): Promise<Reported> {
	await using source = await Directory.open(sandbox.source);
	const names = (await source.list()).toSorted((one, other) => one.compare(other));
	const entries = names.map(name => readEntry(source, name)!).filter(({kind}) => kind === 'file');
	await settle(source, changed.entries ?? entries);
	const origin = {host: 'web1', source: sandbox.source};
	const controller = new AbortController();
	const run = runBackup({
		version: '1.2.3',
		source,
		origin,
		own: {host: origin.host, sources: [origin.source]},
		destinationPath: sandbox.destination,
		date: someDate,
		entries,
		listedSince: Date.now(),
		missing: [],
		leftOut: undefined,
		unused: [],
		selectRetry: undefined,
		full: false,
		format: 'gzip',
		engine: 'zlib',
		isVerbose: false,
		level: 6,
		jobs: 2,
		verify: true,
		checkSpace: false,
		reserve: undefined,
		keep: undefined,
		lockWait: 0,
		...changed,
	}, controller.signal);

	return new Reported(await taken(run, event => {
		onEvent?.(event, controller);
	}));
}

/** Stops a run by a signal once something is reported. */
export const stoppingAt = (isIt: (event: BackupEvent) => boolean, reason: Interruption) => (event: BackupEvent, controller: AbortController): void => {
	if (isIt(event)) {
		controller.abort(reason);
	}
};

/** Entries of a source by their names. */
export async function entriesOf(sandbox: Pick<Sandbox, 'source'>, ...names: readonly string[]): Promise<Entry[]> {
	await using source = await Directory.open(sandbox.source);
	return names.map(name => readEntry(source, Buffer.from(name))!);
}

export type Manifest = Readonly<Record<string, unknown>> & {
	readonly entries: ReadonlyArray<Readonly<Record<string, unknown>> & {readonly path: string}>;
};

export const readManifest = async (sandbox: Pick<Sandbox, 'destination'>, date: string = someDate): Promise<Manifest> =>
	JSON.parse(await fs.readFile(path.join(sandbox.destination, date, 'manifest.json'), 'utf8')) as Manifest;

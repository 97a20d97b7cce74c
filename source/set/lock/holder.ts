import {readFile, readlink} from 'node:fs/promises';
import {hostname} from 'node:os';
import {displayText} from '../../text/display-name.ts';

/** Holder of a lock. The host's name is for people: hosts are renamed, and names given to other hosts. */
export type Holder = {
	readonly pid: number;
	readonly host: string;
	/** Of the kernel that runs it: the same in all containers of a machine, until that starts anew. Empty if it cannot be told. */
	readonly boot_id: string;
	/** Where its pid and its start time mean something: the namespaces of both, as /proc/self/ns shows them. Earlier versions did not say. */
	readonly namespaces?: string;
	/** Field 22 of `/proc/<pid>/stat` (proc(5)): clock ticks after boot; tells a process from a later one with the same pid. */
	readonly start_ticks: string;
	/** ISO 8601. */
	readonly since: string;
	/** `kernel`: it has the lock as long as the kernel says so. `file`: as long as it is alive, which it shows by writing this anew. */
	readonly kept_by: 'kernel' | 'file';
};

async function readBootId(): Promise<string> {
	const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
	return id.trim();
}

/** Empty without /proc; old kernels have no namespaces of time. */
async function readNamespaces(): Promise<string> {
	const names = await Promise.all(['pid', 'time'].map(async name => readlink(`/proc/self/ns/${name}`).catch(() => '')));
	return names.join(' ').trim();
}

/** States of a process that has ended, and only waits for its parent to ask how (proc(5), field 3). */
const ended: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/** @returns `undefined` if there is no such process, or it has ended. */
async function readStartTicks(pid: number | 'self'): Promise<string | undefined> {
	try {
		const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
		// The second field, the program's name, may hold spaces and parentheses; the third comes after the last ") ".
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return ended.has(fields[0]!) ? undefined : fields[19];
	} catch {
		return undefined;
	}
}

/** This process, as the holder of a lock. */
export const describeSelf = async (keptBy: Holder['kept_by']): Promise<Holder> => ({
	pid: process.pid,
	host: hostname(),
	boot_id: await readBootId(),
	namespaces: await readNamespaces(),
	start_ticks: await readStartTicks('self') ?? '',
	since: new Date().toISOString(),
	kept_by: keptBy,
});

/** Reads what a holder wrote: its first line. `undefined` if that says nothing of the kind. */
export function parseHolder(text: string): Holder | undefined {
	try {
		const holder = JSON.parse(text.split('\n', 1)[0]!) as Partial<Holder>;
		return Number.isSafeInteger(holder.pid) && typeof holder.boot_id === 'string' && typeof holder.start_ticks === 'string'
			? {
				pid: holder.pid!,
				host: String(holder.host),
				boot_id: holder.boot_id,
				...(typeof holder.namespaces === 'string' && {namespaces: holder.namespaces}),
				start_ticks: holder.start_ticks,
				since: String(holder.since),
				kept_by: holder.kept_by === 'file' ? 'file' : 'kernel',
			}
			: undefined;
	} catch {
		return undefined;
	}
}

/** Time for which another holder's sign of life counts, in milliseconds: longer than a file server takes to come back. */
export const freshness = 120_000;

/** Interval between signs of life, in milliseconds. */
export const heartbeat = 5000;

/**
Where a holder is seen from: `here`, where its pid and start time tell whether it is alive; `elsewhere`, in another container or on another host,
where only what it writes tells; `gone`, if its host has been started anew since.
*/
export type HolderPlace = 'here' | 'elsewhere' | 'gone';

/**
Tells where a holder is to be looked for. Its host's name tells nothing: that changes. A container shares the boot id of its host, but numbers
processes in its own way.

@param isLocal Whether no other host can write to the file system: then another boot id is one of a time before.
*/
export async function locate(holder: Holder, isLocal: boolean): Promise<HolderPlace> {
	const bootId = await readBootId();

	if (bootId === '' || holder.boot_id !== bootId) {
		return isLocal && bootId !== '' && holder.boot_id !== '' ? 'gone' : 'elsewhere';
	}

	return holder.namespaces === undefined || holder.namespaces === await readNamespaces() ? 'here' : 'elsewhere';
}

/** Whether a holder's pid means that process here. */
export const isHere = async (holder: Holder): Promise<boolean> => await locate(holder, false) === 'here';

/** Whether the process that a holder names, which is `here`, is alive. */
export const isAliveHere = async (holder: Holder): Promise<boolean> => holder.start_ticks === await readStartTicks(holder.pid);

/** Holder of a lock, for a person. */
export const describeHolder = (holder: Holder | undefined): string => holder
	? `process ${holder.pid} on ${displayText(holder.host)}, since ${displayText(holder.since)}`
	: 'a process that has not said who it is';

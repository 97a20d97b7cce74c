import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import {spawnBounded} from '../files/bounded-spawn.ts';

/** The longest to wait for it, in milliseconds: a manager that is busy answers late. */
const patience = 30_000;

type Answer = {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
};

/** Runs systemctl(1), which tells times in UTC then. Resolves with how it ended; `undefined` where there is none. */
export async function systemctl(args: readonly string[]): Promise<Answer | undefined> {
	const child = spawnBounded('systemctl', args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		patience,
		env: {
			...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8', SYSTEMD_PAGER: '',
		},
	});

	try {
		const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close') as Promise<[number | null]>]);
		return {code: code ?? 1, stdout, stderr};
	} catch {
		return undefined;
	}
}

/** Whether systemd runs this machine: it may be installed all the same, as in a container. */
export async function isSystemdThere(): Promise<boolean> {
	const answer = await systemctl(['is-system-running']);
	return answer !== undefined && !['', 'offline', 'unknown'].includes(answer.stdout.trim());
}

/** Properties of a unit, by name; none where they cannot be had. */
export async function showUnit(unit: string, ...properties: readonly string[]): Promise<ReadonlyMap<string, string>> {
	const answer = await systemctl(['show', `--property=${properties.join(',')}`, unit]);
	const lines = answer?.stdout.split('\n') ?? [];
	return new Map(lines.filter(line => line.includes('=')).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** A moment as systemctl tells it (`Sat 2026-11-28 02:30:00 UTC`); `undefined` where there is none. */
export function parseSystemdTime(told: string | undefined): Date | undefined {
	const {date, time} = /\b(?<date>\d{4}-\d{2}-\d{2}) (?<time>\d{2}:\d{2}:\d{2}) UTC$/v.exec(told ?? '')?.groups ?? {};
	return date === undefined || time === undefined ? undefined : new Date(`${date}T${time}Z`);
}

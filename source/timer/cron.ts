import {access} from 'node:fs/promises';
import path from 'node:path';
import {quoteWord} from '../text/shell.ts';
import {calls} from './units.ts';

/*
The same without systemd: a file that cron reads. Its daemon looks at it again by itself.
*/

export const cronFile = '/etc/cron.d/logbackup-tui';

/** What daemons that read `cronFile` are called, and where they are. */
const daemons = ['cron', 'crond', 'fcron'] as const;
const daemonDirectories = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/bin'] as const;

/** Whether anything is installed that would read `cronFile`: the directory for it may be there without. */
export async function isCronInstalled(directories: readonly string[] = daemonDirectories): Promise<boolean> {
	const files = directories.flatMap(directory => daemons.map(name => path.join(directory, name)));
	const found = await Promise.all(files.map(async file => access(file).then(() => true).catch(() => false)));
	return found.includes(true);
}

/** First line of all files that `timer on` writes: those alone are ever changed or removed. */
export const ownMark = '# Made by "logbackup-tui timer on"; "logbackup-tui timer off" removes it.';

/**
@param time `02:30`.
@param program The command, as words.
@param isPushed Whether sets are pushed, too.
*/
export function cronText(time: string, program: readonly string[], isPushed: boolean): string {
	const [hour, minute] = time.split(':', 2).map(Number);
	// An unescaped percent sign ends the command in a line of cron.
	const call = program.map(word => quoteWord(word)).join(' ').replaceAll('%', String.raw`\%`);
	return `${ownMark}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${minute} ${hour} * * * root nice -n 10 ${call} ${calls.backup} --quiet
0 5 * * 0 root nice -n 10 ${call} ${calls.verify}
${isPushed ? `17 * * * * root nice -n 10 ${call} ${calls.push} --quiet\n` : ''}`;
}

/** The time in what `cronText` made; `undefined` in anything else. */
export function cronTime(text: string): string | undefined {
	const {minute, hour} = /^(?<minute>\d{1,2}) (?<hour>\d{1,2}) \* \* \* root /mv.exec(text)?.groups ?? {};
	return minute === undefined || hour === undefined ? undefined : `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

/** When a time of day comes next, by the local clock. */
export function nextAt(time: string, now: Date): Date {
	const [hour = 0, minute = 0] = time.split(':', 2).map(Number);
	const next = new Date(now);
	next.setHours(hour, minute, 0, 0);

	if (next <= now) {
		next.setDate(next.getDate() + 1);
	}

	return next;
}

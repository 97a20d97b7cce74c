import type {LeftOutEvent} from '../../backup/events.ts';
import {
	harmlessReasons,
	type LeftOutContent,
	type LeftOutCounts,
	type LeftOutReason,
	leftOutReasons,
	noContent,
} from '../../files/left-out.ts';
import {formatBytes, formatCount, formatNumber} from '../../text/format.ts';

/** Phrase for a count of entries left out, by reason. */
const phrases: Readonly<Record<LeftOutReason, (count: number) => string>> = {
	directory: count => `${formatCount(count, 'sub-directory', 'sub-directories')} not entered`,
	file_system: count => `${formatCount(count, 'directory', 'directories')} on other file systems`,
	depth: count => `${formatCount(count, 'directory', 'directories')} nested too deeply`,
	loop: count => `${formatCount(count, 'directory', 'directories')} mounted within ${count === 1 ? 'itself' : 'themselves'}`,
	no_answer: count => `${formatCount(count, 'directory', 'directories')} that ${count === 1 ? 'does' : 'do'} not answer`,
	excluded: count => `${formatNumber(count)} by --exclude`,
	not_included: count => `${formatNumber(count)} that no --include matches`,
	default: count => `${formatNumber(count)} by default`,
	unmarked: count => `${formatNumber(count)} not marked`,
	symlink: count => formatCount(count, 'symbolic link'),
	fifo: count => formatCount(count, 'named pipe'),
	socket: count => formatCount(count, 'socket'),
	device: count => formatCount(count, 'device'),
	name_taken: count => `${formatNumber(count)} whose name in the set is taken`,
	no_permission: count => `${formatCount(count, 'journal file')} that this user may not read`,
	covered: count => `${formatCount(count, 'directory', 'directories')} of which the journal's days have all`,
	backups: () => 'the backups',
};

/** Reasons that nobody asked for: some of the entries are named. */
const named: ReadonlySet<LeftOutReason> = new Set(['file_system', 'depth', 'loop', 'no_answer', 'default', 'name_taken']);
const mostNamed = 3;

/** Whether anything was left out that somebody could want. */
export const isAnyLeftOut = (counts: LeftOutCounts | undefined): boolean => leftOutReasons.some(reason => !harmlessReasons.has(reason) && (counts?.[reason] ?? 0) > 0);

/** `130 files, 523 MB, and what is in 2 directories`: the files that are left out, as far as anybody has looked; empty where there are none. */
export function leftOutAmount({files, bytes, unseen}: LeftOutContent = noContent): string {
	return [
		...(files > 0 ? [`${formatCount(files, 'file')}, ${formatBytes(bytes)}`] : []),
		...(unseen > 0 ? [`what is in ${formatCount(unseen, 'directory', 'directories')}`] : []),
	].join(', and ');
}

/**
One line of what was left out: how much, then why; empty where nobody could miss any of that.

@param events What is there to name.
@param content How much it is; left away if unknown.
*/
export function leftOutText(counts: LeftOutCounts | undefined, events: readonly LeftOutEvent[] = [], content?: LeftOutContent): string {
	if (!counts || !isAnyLeftOut(counts)) {
		return '';
	}

	const amount = leftOutAmount(content);
	return (amount === '' ? '' : `${amount}: `) + leftOutReasons.filter(reason => (counts[reason] ?? 0) > 0).map(reason => {
		const count = counts[reason]!;
		const paths = named.has(reason) ? events.find(event => event.reason === reason)?.paths.slice(0, mostNamed) ?? [] : [];
		const more = count > paths.length ? ', …' : '';
		return phrases[reason](count) + (paths.length > 0 ? ` (${paths.map(({path}) => path).join(', ')}${more})` : '');
	}).join(', ');
}

/*
The run as text: what its screen shows, without the drawing.
*/
import type {ActiveFile} from '../../backup/events.ts';
import {
	formatBytes,
	formatCount,
	formatNumber,
	formatSeconds,
} from '../../text/format.ts';
import {noDataText} from '../../report/words/progress.ts';
import {cellWidth, truncateMiddle} from '../kit/columns.ts';
import {type Heading, routeHeading} from '../kit/facts.ts';
import {glyphs} from '../kit/glyphs.ts';
import {leftText, sparkline} from './pace.ts';
import {runPhase} from './run-phase.ts';
import type {RunState, RunView} from './run-state.ts';
import {waitingFiles} from './tally.ts';

/** The progress of a file being copied: bytes, of a total that is an estimate where the size is unknown; or the time that has been reached, of what is made of records, and bytes. */
export function amountText({bytes_done: done, total_bytes: total, estimated, time_reached: time}: ActiveFile): string {
	const clock = /T(?<clock>\d{2}:\d{2}):/v.exec(time ?? '')?.groups?.clock;
	return clock === undefined ? `${formatBytes(done)} of ${estimated ? '~' : ''}${formatBytes(total)}` : `at ${clock}, ${formatBytes(done)}`;
}

/** 0–1, by bytes of source read. */
export function runFraction({start, status}: RunState): number {
	const total = status?.total_bytes ?? start?.total_bytes ?? 0;
	const fraction = status === undefined ? 0 : (total > 0 ? status.bytes_done / total : status.percent_done);
	return Number.isFinite(fraction) ? Math.max(0, Math.min(1, fraction)) : 0;
}

/** Seconds that the sparkline shows, a cell each. */
const drawnSeconds = 30;

/** Cells from which on there is room for it beside all else, so that it does not come and go. */
const roomy = 110;

/** Seconds for which nothing was heard of are not worth a word until there are so many. */
const noticedSilence = 5;

/** That nothing has been read or written for a while, or nothing was heard of the run at all; empty where it goes on. */
export function idleText(run: RunState): string {
	const {status, clock, heardAt, end} = run;
	const phase = runPhase(run);
	const seconds = (status?.seconds_idle ?? 0) + Math.floor((clock - heardAt) / 1000);
	return !end && seconds >= noticedSilence && (phase === 'copying' || phase === 'starting') ? noDataText(seconds) : '';
}

/** Bytes, rate and time in at most `width` cells; the least telling is left out first. */
export function runNumbers(run: RunState, width: number): string {
	const {start, status, startedAt, clock, pace} = run;
	const lasted = run.isPaused && status ? status.seconds_elapsed * 1000 : clock - startedAt;
	const elapsed = `${formatSeconds(lasted / 1000)} so far`;

	const idle = idleText(run);

	if (!start || !status) {
		return [idle, elapsed].filter(part => part !== '').join(` ${glyphs.dot} `);
	}

	const isCopying = runPhase(run) === 'copying' && idle === '';
	const bytes = `${formatBytes(status.bytes_done)} of ${formatBytes(status.total_bytes)}`;
	const rate = isCopying && status.bytes_per_second > 0 ? `${formatBytes(status.bytes_per_second)}/s` : '';
	const line = rate === '' || width < roomy ? '' : sparkline(pace, drawnSeconds);
	const drawn = line === '' ? rate : `${rate}, last ${drawnSeconds} s ${line}`;
	const left = isCopying ? leftText(pace) : idle;
	const candidates = [[bytes, drawn, left, elapsed], [bytes, rate, left, elapsed], [bytes, rate, left], [bytes, left], [left === '' ? bytes : left]]
		.map(parts => parts.filter(part => part !== '').join(` ${glyphs.dot} `));
	return candidates.find(text => cellWidth(text) <= width) ?? bytes;
}

/** The numbers of files done, failed and vanished. */
export function runCounts({start, status, filesDone, filesVanished, failures}: RunState): {readonly done: string; readonly failed: string; readonly rest: string} {
	const total = start?.total_files ?? 0;
	// Files that failed or vanished are over, but not done.
	const done = Math.max(filesDone, (status?.files_done ?? 0) - Math.max(failures.length, status?.error_count ?? 0) - filesVanished);
	const isWhole = failures.length === 0;
	const vanished = filesVanished > 0 ? `, ${formatNumber(filesVanished)} vanished` : '';

	return {
		done: isWhole ? `${formatNumber(done)} of ${formatCount(total, 'file')} done${vanished}` : `${formatNumber(done)} done`,
		failed: isWhole ? '' : `${formatNumber(failures.length)} failed`,
		rest: isWhole ? '' : `${vanished}, of ${formatCount(total, 'file')}`,
	};
}

/** The number of files waiting for their turn. */
export function waitingCount({start, status, outcomes}: RunState): number {
	const {current_files: current = [], files_checking: checking = 0} = status ?? {};
	if (outcomes.isPlanned && status?.files_checking === undefined) {
		return waitingFiles(outcomes).length;
	}

	const copying = current.filter(file => !file.checking);
	// Small files have their turn beside the others: which those are that wait is told by number alone.
	const open = outcomes.isPlanned ? outcomes.results.filter(result => result === undefined).length : (start?.total_files ?? 0) - outcomes.files.length;
	const isOpen = (path: string) => outcomes.results[outcomes.numbers.get(path) ?? -1] === undefined;
	return Math.max(0, open - copying.filter(({path}) => isOpen(path)).length - checking);
}

/** Names longer than this, in cells, are cut in the queue. */
const longestQueued = 30;

/** The files next in turn with their sizes, and how many come after them, in at most `width` cells; empty where none are. */
export function queueText(run: RunState, width: number): string {
	const count = waitingCount(run);
	const {files} = run.outcomes;
	const waiting = run.outcomes.isPlanned ? waitingFiles(run.outcomes) : [];
	let text = count === 0 ? '' : formatCount(count, 'more file', 'more files');

	for (let shown = 1; shown <= waiting.length; shown++) {
		const rest = count - shown;
		const names = waiting.slice(0, shown).map(number => {
			const {name, bytes} = files[number]!;
			return `${truncateMiddle(name, longestQueued)}${bytes === undefined ? '' : ` ${formatBytes(bytes)}`}`;
		});
		const next = `${names.join(', ')}${rest === 0 ? '' : `, ${glyphs.more} ${formatNumber(rest)} more`}`;

		if (cellWidth(next) > width) {
			break;
		}

		text = next;
	}

	return text;
}

const taskTexts: Readonly<Record<RunState['task'], string | undefined>> = {
	new: undefined,
	retry: 'Retrying the failed files; they are added to the existing backup.',
	add: 'Adding files to the existing backup.',
};

/** The header of a run. */
export function runHeading({facts, run}: Pick<RunView, 'facts' | 'run'>): Heading {
	const attached = run.isAttached ? 'This run was started elsewhere; this screen has joined it.' : undefined;
	return routeHeading({...facts, set: run.start?.set ?? facts.set, lastRun: run.end ? undefined : attached ?? taskTexts[run.task]});
}

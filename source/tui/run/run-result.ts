/*
How a run ended: its exit code and what is to be said of it, on the summary screen and in the lines that stay on the normal one.
*/
import {constants} from 'node:os';
import {exitCodes} from '../../exit/exit-codes.ts';
import type {
	ErrorEvent,
	FileEvent,
	LeftOutEvent,
	NoticeEvent,
	PrunedEvent,
	SummaryEvent,
} from '../../backup/events.ts';
import {leftOutAmount, leftOutText} from '../../report/words/left-out-words.ts';
import {noteText} from '../../report/words/note-words.ts';
import {vanishedText} from '../../report/words/outcomes.ts';
import {
	bytesRead,
	type SelectionKind,
	ratioText,
	remarkableCounts,
	verdictText,
} from '../../report/words/summary.ts';
import {
	capitalize,
	formatBytes,
	formatCount,
	formatDuration,
	formatNumber,
} from '../../text/format.ts';
import {withRemedy} from '../../text/with-remedy.ts';
import type {RunState, RunView} from './run-state.ts';

/** The exit code in a line; in words only what nothing else tells: which signal ended a process that could not say so itself. */
export function codeLine(code: number, run?: Pick<RunState, 'summary' | 'exitError'>): string {
	const isTold = run?.summary !== undefined || run?.exitError !== undefined;
	const signal = isTold ? undefined : Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
	return `Exit code ${code}${signal === undefined ? '' : `: ended by ${signal}`}.`;
}

/** The exit code of a run that has ended. */
export function endCode({end, summary, exitError}: RunState): number {
	const own = end?.code ?? exitCodes.couldNotRun;
	const said = summary?.exit_code ?? exitError?.code;

	// Without a result, even a process that ended with 0 has not told that anything is safe.
	return own === 0 ? said ?? exitCodes.couldNotRun : own;
}

/** The line about a copy with notes, or about a file that has no copy. */
export const noteLine = ({path, listed_as: listedAs, outcome, notes}: FileEvent): string =>
	`${path}${listedAs === undefined ? '' : ` (listed as ${listedAs})`}: ${outcome === 'vanished' ? vanishedText : notes.map(note => noteText(note)).join('; ')}`;

/** Lines of what a run had to remark, each remedy on its own. */
export const noticeLines = (notices: Report['notices']): readonly string[] => notices.flatMap(notice => withRemedy(notice).split('\n'));

/** The notes and failures of a set's files, from all the runs that made it. */
export type Report = {
	readonly failures: readonly ErrorEvent[];
	readonly noted: readonly FileEvent[];
	readonly notices: ReadonlyArray<NoticeEvent | PrunedEvent>;
};

/** Notes and failures to show: those of a retry together with the first run's. */
export function reportOf(run: RunState): Report {
	const {earlier, failures, noted, notices, summary, outcomes, task} = run;

	if (!earlier) {
		return {failures, noted, notices};
	}

	const before = reportOf(earlier);
	const told = new Set(failures.map(({path}) => path));
	const isCopied = (path: string) => {
		const outcome = outcomes.results[outcomes.numbers.get(path) ?? -1];
		return outcome !== undefined && outcome.word !== 'failed';
	};

	// Earlier failures are still open if this attempt broke off before them, or only added files.
	const open = summary && task === 'retry' ? [] : before.failures.filter(({path}) => !told.has(path) && !isCopied(path));
	return {failures: [...open, ...failures], noted: [...before.noted, ...noted], notices: [...before.notices, ...notices]};
}

/** The set that exists, made by this run or by the one whose failures it copied. */
export const standingSet = (run: RunState): string | undefined => run.summary?.set ?? run.standing ?? (run.earlier && standingSet(run.earlier));

/** The date of the set whose failures a run copies, however many attempts there were before; missing where only the set is known. */
export const standingDate = ({earlier}: RunState): string | undefined => earlier && (standingDate(earlier) ?? earlier.start?.date);

/** Whether there is a set in which files are missing that another attempt may get. */
export function canRetry({run, facts}: Pick<RunView, 'run' | 'facts'>): boolean {
	// Of a run from elsewhere only the destination is known to be the same.
	const isOurs = run.start === undefined || run.start.source === facts.source;
	return isOurs && standingSet(run) !== undefined && reportOf(run).failures.length > 0;
}

/** The summary of a run, with all files that vanished: a set does not tell of one whose name another file has there. */
export function fullSummary({summary, noted}: Pick<RunState, 'summary' | 'noted'>): SummaryEvent | undefined {
	const lost = noted.filter(({outcome}) => outcome === 'vanished').length - (summary?.files_vanished ?? 0);
	return summary && lost > 0 && summary.files_tried === undefined
		? {...summary, files_vanished: summary.files_vanished + lost, total_files: summary.total_files + lost}
		: summary;
}

/** How the files of a run came to be in it: of one that this screen has joined, nobody knows. */
export const chosenIn = ({isAttached}: Pick<RunState, 'isAttached'>): SelectionKind => isAttached ? 'selected' : 'marked';

/** Verdict on a run that finished, as a sentence: how many of the files are backed up. */
export function verdictOf(run: RunState, summary: SummaryEvent): string {
	const cut = run.noted.filter(({notes}) => notes.includes('shrunk') || notes.includes('truncated')).length;
	return `${verdictText(summary, chosenIn(run), cut)}.`;
}

/** How much was left out, as a sentence; empty where nothing was. It stands apart from the verdict: that not all is backed up must not look as if all were well. */
export function omissionOf({left_out_content: content}: SummaryEvent): string {
	const omitted = leftOutAmount(content);
	return omitted === '' ? '' : `Left out: ${omitted}.`;
}

/** Counts and sizes of a run that finished, by label. */
export function describeSummary(summary: SummaryEvent, leftOut: readonly LeftOutEvent[] = []): ReadonlyArray<readonly [label: string, text: string]> {
	const {
		files_done: done, files_verified: verified,
		bytes_in: bytesIn, bytes_reused: bytesReused = 0, bytes_out: bytesOut, bytes_new: bytesNew, files_reused: reused, seconds_elapsed: seconds,
	} = summary;
	const read = bytesRead(summary);
	const left = leftOutText(summary.left_out, leftOut, summary.left_out_content);
	const rate = seconds >= 1 ? `, ${formatBytes(read / seconds)}/s` : '';
	const copies = formatCount(done, 'copy', 'copies');
	const checked = verified === done ? `all ${copies}` : `${formatNumber(verified)} of ${copies}`;
	const files = [`${formatNumber(done)} done`, ...remarkableCounts(summary)];

	return [
		...(summary.set === undefined ? [] : [['Set', summary.set] as const]),
		['Files', files.join(', ')],
		// Of a set that was completed, the sizes are of the whole, and the time is not.
		...(summary.files_tried === undefined
			? [['Read', `${formatBytes(read)} in ${formatDuration(seconds * 1000)}${rate}`] as const]
			: [
				['Added', `${formatNumber(summary.files_added ?? 0)} of ${formatCount(summary.files_tried, 'file')}, in ${formatDuration(seconds * 1000)}`] as const,
				['Size', formatBytes(bytesIn)] as const,
			]),
		...(bytesReused > 0 && summary.files_tried === undefined ? [['Linked', `${formatCount(reused, 'unchanged file')}, ${formatBytes(bytesReused)}: not read again`] as const] : []),
		['Copies', `${formatBytes(bytesOut)}${ratioText(summary)}${bytesNew < bytesOut ? `, ${formatBytes(bytesNew)} of it new on disk` : ''}`],
		...(left === '' ? [] : [['Left out', left] as const]),
		['Checked', verified === 0 ? 'no copy was read back' : `${checked} read back: no differences`],
	];
}

/** Whether a run that was begun here was refused for want of space, before anything was written: with other marks it may fit. */
export const isRefused = ({exitError, start, isAttached, task}: RunState): boolean =>
	exitError?.code === exitCodes.noSpace && start === undefined && !isAttached && task !== 'retry';

export type Outage = {
	readonly title: string;
	readonly details: readonly string[];
	/** Advice on what to do now, if there is any. */
	readonly advice: string | undefined;
	/** The remedy for the error itself, where there is one. */
	readonly remedy?: string | undefined;
	/** The last lines its process wrote, if it gave no result. */
	readonly lastWords: readonly string[];
};

const again = 'Start logbackup-tui again to go on';

/** A run whose process ended without a word. */
function describeLoss(run: RunState, set: string | undefined): Outage {
	// The signal was there before the process could say anything.
	if (run.stop === 'stopping' && !run.start) {
		return {
			title: `The backup was stopped before it began; ${set === undefined ? 'nothing was kept' : `the set stands as it was in ${set}`}.`, details: [], advice: undefined, lastWords: [],
		};
	}

	const done = run.filesDone > 0 ? ` after ${formatCount(run.filesDone, 'file')}` : '';
	const stderr = run.end?.stderr ?? '';
	return {
		title: run.stop === 'killing' ? `The backup was ended at once${done}.` : `The backup process ended without a result${done}.`,
		details: [
			set === undefined ? 'There is no finished set; the next run resumes or clears away what is left.' : `The set of the run before stands in ${set}.`,
			...(run.garbled === undefined ? [] : [`Its output could not be read: ${run.garbled}`]),
		],
		advice: set === undefined ? `${again}.` : undefined,
		lastWords: stderr === '' ? [] : stderr.split('\n'),
	};
}

/** The exit code of a run that was asked to stop. */
const interrupted = 128 + constants.signals.SIGINT;

/** A run that did not finish: what happened, what was kept, what to do. */
export function describeOutage(run: RunState): Outage {
	const set = standingSet(run);

	if (!run.exitError) {
		return describeLoss(run, set);
	}

	const {code, message, remedy, files_kept: kept, files_not_done: open} = run.exitError;
	const advices: ReadonlyMap<number, string> = new Map([
		[exitCodes.locked, 'Start logbackup-tui again to watch that run.'],
		[exitCodes.alreadyExists, 'Start logbackup-tui again to see that set.'],
	]);
	return {
		// By q or Ctrl-C here: that it was a signal by which the run was told is of no use to anybody.
		title: run.stop === 'stopping' && code === interrupted ? 'Stopped by you.' : capitalize(message),
		details: [
			...(kept > 0 ? [`${formatCount(kept, 'complete copy', 'complete copies')} kept for the next run.`] : []),
			...(open > 0 ? [`${formatCount(open, 'file')} not done.`] : []),
			...(set === undefined ? [] : [`The set of the run before stands in ${set}.`]),
		],
		advice: advices.get(code) ?? (kept > 0 ? `${again}: it takes over the complete copies of what is still the same.` : undefined),
		remedy,
		lastWords: [],
	};
}

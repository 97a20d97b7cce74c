/*
What stays in the scrollback: the lines printed on the normal screen after the alternate one is gone.
*/
import {constants} from 'node:os';
import {exitCodes} from '../backup/exit-codes.ts';
import type {FileEvent, Note, SummaryEvent} from '../backup/events.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatCount, formatDuration} from '../text/format.ts';
import {closingCommand} from './command-lines.ts';
import {describeSet} from './exists-lines.ts';
import type {RunState, State} from './state.ts';

/** Lists of files are cut after this many lines, all of them together. */
const mostListed = 200;

export type Closing = {
	readonly code: number;
	readonly stdout: readonly string[];
	readonly stderr: readonly string[];
};

const noteTexts: Readonly<Record<Note, string>> = {
	grew: 'grew meanwhile; the copy ends where the file ended when it was opened',
	truncated: 'was truncated meanwhile; the copy holds what was left',
	rotated: 'was renamed or removed meanwhile; the copy is whole',
};

const codeTexts: ReadonlyMap<number, string> = new Map([
	[exitCodes.done, 'everything was backed up.'],
	[exitCodes.couldNotRun, 'nothing was backed up.'],
	[exitCodes.usage, 'the backup was started in a way it doesn\'t understand.'],
	[exitCodes.someFailed, 'finished, some files failed.'],
	[exitCodes.alreadyExists, 'today\'s backup already exists.'],
	[exitCodes.locked, 'another run holds the lock.'],
	[exitCodes.noSpace, 'not enough space at the destination.'],
]);

function codeLine(code: number, summary?: SummaryEvent): string {
	const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
	const isPruneFailure = code === exitCodes.someFailed && summary?.files_failed === 0;
	const text = isPruneFailure ? 'finished, but old backups could not be removed.' : codeTexts.get(code);
	return `Exit code ${code}: ${text ?? (signal ? `ended by ${signal}.` : 'it failed.')}`;
}

function ratio({bytes_in: bytesIn, bytes_out: bytesOut}: SummaryEvent): string {
	return bytesOut > 0 && bytesIn > bytesOut ? ` (${(bytesIn / bytesOut).toFixed(1)} to 1)` : '';
}

function summaryLines(summary: SummaryEvent): readonly string[] {
	const {
		files_done: done, files_failed: failed, files_vanished: vanished, files_resumed: resumed, files_verified: verified, bytes_in: bytesIn, bytes_out: bytesOut, seconds_elapsed: seconds,
	} = summary;
	const parts = [
		`${formatCount(done, 'file')} done${resumed > 0 ? ` (${resumed.toLocaleString('en-US')} by an earlier run)` : ''}`,
		...(verified > 0 ? [verified === done ? 'all verified' : `${verified.toLocaleString('en-US')} verified`] : []),
		...(summary.files_reused > 0 ? [`${summary.files_reused.toLocaleString('en-US')} unchanged and linked (${formatBytes(summary.bytes_new)} new)`] : []),
		...(failed > 0 ? [`${failed.toLocaleString('en-US')} failed`] : []),
		...(vanished > 0 ? [`${vanished.toLocaleString('en-US')} vanished`] : []),
	];

	return [
		summary.set === undefined ? 'Nothing was backed up: not one of the files could be copied.' : `Backup completed in ${summary.set}`,
		`  ${parts.join(', ')}`,
		`  ${formatBytes(bytesIn)} read, ${formatBytes(bytesOut)} written${ratio(summary)}, in ${formatDuration(seconds * 1000)}`,
	];
}

const noteLine = ({path, outcome, notes}: FileEvent) =>
	`  ${path}: ${outcome === 'vanished' ? 'vanished before its turn' : notes.map(note => noteTexts[note]).join('; ')}`;

type Section = {readonly title: string; readonly lines: readonly string[]};

/** The sections with their lines, `mostListed` of them at most; what is left out is counted, and stands in the manifest of `set`. */
function listSections(sections: readonly Section[], set: string | undefined): readonly string[] {
	let room = mostListed;

	return sections.filter(({lines}) => lines.length > 0).flatMap(({title, lines}) => {
		const shown = lines.slice(0, room);
		room -= shown.length;
		const rest = lines.length - shown.length;
		const where = set === undefined ? '' : `: see ${set}/manifest.json`;
		return [title, ...shown, ...(rest > 0 ? [`  … and ${rest.toLocaleString('en-US')} more${where}`] : [])];
	});
}

function fileSections({failures, noted, notices, summary}: RunState): readonly string[] {
	return listSections([
		{title: 'Failed:', lines: failures.map(({path, error}) => `  ${path}: ${error.message}`)},
		{title: 'Notes:', lines: [...notices.map(({message}) => `  ${message}`), ...noted.map(file => noteLine(file))]},
	], summary?.set);
}

/** A run whose process ended without a word. */
function lostLines(run: RunState, stderr: string): readonly string[] {
	const done = run.filesDone > 0 ? ` after ${formatCount(run.filesDone, 'file')}` : '';

	// The signal was there before the process could say anything.
	if (run.stop === 'stopping' && !run.start) {
		return ['The backup was stopped before it began; nothing was kept.'];
	}

	return [
		run.stop === 'killing' ? `The backup was ended at once${done}.` : `The backup process ended without a result${done}.`,
		'  There is no finished set; the next run resumes or clears away what is left.',
		...(run.garbled === undefined ? [] : [`  Its output could not be read: ${run.garbled}`]),
		...(stderr === '' ? [] : ['Its last words:', ...stderr.split('\n').map(line => `  ${line}`)]),
	];
}

const capitalize = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function endLines(run: RunState, stderr: string): readonly string[] {
	const {summary, exitError} = run;

	if (summary) {
		return [...summaryLines(summary), ...fileSections(run)];
	}

	if (!exitError) {
		return [...lostLines(run, stderr), ...fileSections(run)];
	}

	const kept = exitError.files_kept > 0 ? [`  ${formatCount(exitError.files_kept, 'complete copy', 'complete copies')} kept for the next run.`] : [];
	const open = exitError.files_not_done > 0 ? [`  ${formatCount(exitError.files_not_done, 'file')} not done.`] : [];
	return [capitalize(exitError.message), ...kept, ...open, ...fileSections(run)];
}

function endCode({end, summary, exitError}: RunState): number {
	const own = end?.code ?? exitCodes.couldNotRun;
	const said = summary?.exit_code ?? exitError?.code;

	// Without a result, even a process that ended with 0 has not told that anything is safe.
	return own === 0 ? said ?? exitCodes.couldNotRun : own;
}

const signalCode = (signal: keyof typeof constants.signals) => 128 + constants.signals[signal];

/** The backup outlives its screen. */
function goesOn({facts, run}: State): readonly string[] {
	return [
		`The backup goes on${run.pid === undefined ? '' : ` as process ${run.pid}`}. Its set will be ${run.start?.set ?? facts.set}`,
	];
}

/** What to print once the screen is left, and the exit code that follows. */
export function closing(state: State): Closing {
	const {exit, run, existing, facts, screen} = state;
	const isRunning = screen === 'run' && !run.end;

	switch (exit?.kind) {
		case 'ended': {
			const code = endCode(run);
			return {code, stdout: [...endLines(run, run.end?.stderr ?? ''), ...closingCommand(state), codeLine(code, run.summary)], stderr: []};
		}

		case 'signal': {
			return {
				code: signalCode(exit.signal),
				stdout: isRunning ? goesOn(state) : ['Nothing was written.'],
				stderr: [],
			};
		}

		case 'left': {
			return {code: exitCodes.done, stdout: [...goesOn(state), 'Start logbackup-tui again to watch it.'], stderr: []};
		}

		case 'failed': {
			return {code: exitCodes.couldNotRun, stdout: isRunning ? goesOn(state) : [], stderr: [exit.message]};
		}

		case 'broken': {
			const message = exit.error instanceof Error ? exit.error.message : String(exit.error);
			return {
				code: exitCodes.couldNotRun,
				stdout: isRunning ? goesOn(state) : [],
				stderr: [`The screen broke, which is a mistake in logbackup-tui: ${displayText(message)}`],
			};
		}

		case 'quit':
		case undefined: {
			return existing
				? {
					code: exitCodes.alreadyExists,
					stdout: [
						`Backup for ${facts.date} already exists!`,
						...describeSet(existing).map(([label, text]) => `  ${`${label}:`.padEnd(10)} ${text}`),
						codeLine(exitCodes.alreadyExists),
					],
					stderr: [],
				}
				: {code: exitCodes.done, stdout: ['Nothing was written.'], stderr: []};
		}
	}
}

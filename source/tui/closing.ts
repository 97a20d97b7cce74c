/*
The lines that stay in the scrollback, printed on the normal screen after the alternate one is gone.
*/
import {constants} from 'node:os';
import {exitCodes} from '../exit/exit-codes.ts';
import {errorLine} from '../exit/failure.ts';
import type {SummaryEvent} from '../backup/events.ts';
import {groupFailures, groupText} from '../report/words/failures.ts';
import {leftOutText} from '../report/words/left-out-words.ts';
import {
	backedUpText,
	bytesRead,
	headlineOf,
	ratioText,
	remarkableCounts,
} from '../report/words/summary.ts';
import {displayText} from '../text/display-name.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {
	formatBytes,
	formatDuration,
	formatNumber,
	formatPart,
} from '../text/format.ts';
import {closingCommand} from './review/command-page.ts';
import {existingSetFacts} from './review/exists-page.ts';
import {
	chosenIn,
	codeLine,
	describeOutage,
	endCode,
	fullSummary,
	noteLine,
	noticeLines,
	reportOf,
	standingSet,
} from './run/run-result.ts';
import type {RunState} from './run/run-state.ts';
import {screens} from './screens.ts';
import {taskSummary} from './sets/task.ts';
import type {State} from './state.ts';

/** Lists of files are cut after this many lines, all of them together. */
const mostListed = 200;

export type Closing = {
	readonly code: number;
	readonly stdout: readonly string[];
	readonly stderr: readonly string[];
	/** The line of standard output that is a command, where there is one. */
	readonly command?: string;
};

function summaryLines(run: RunState, summary: SummaryEvent): readonly string[] {
	const {files_done: done, files_verified: checked, bytes_in: bytesIn, bytes_out: bytesOut, seconds_elapsed: seconds} = summary;
	const isCompleted = summary.files_tried !== undefined;
	const parts = [
		...(summary.set === undefined ? [] : [isCompleted ? `The set has ${formatPart(done, summary.total_files, 'file')} now` : backedUpText(summary, chosenIn(run))]),
		...(checked > 0 ? [`${checked === done ? 'all' : formatNumber(checked)} checked`] : []),
		...remarkableCounts(summary),
	];
	const added = summary.files_reused > 0 ? `, ${formatBytes(summary.bytes_new)} of it new` : '';

	const left = leftOutText(summary.left_out, run.leftOut, summary.left_out_content);
	const time = isCompleted ? '' : `, in ${formatDuration(seconds * 1000)}`;

	return [
		headlineOf(summary),
		...(parts.length > 0 ? [`  ${parts.join(', ')}`] : []),
		`  ${formatBytes(isCompleted ? bytesIn : bytesRead(summary))} read, ${formatBytes(bytesOut)} written${ratioText(summary)}${added}${time}`,
		...(left === '' ? [] : [`  Left out: ${left}`]),
	];
}

type Section = {readonly title: string; readonly lines: readonly string[]};

/** The sections with their lines, `mostListed` of them at most; what is left out is counted, and stands in the manifest of `set`. */
function listSections(sections: readonly Section[], set: string | undefined): readonly string[] {
	let room = mostListed;

	return sections.filter(({lines}) => lines.length > 0).flatMap(({title, lines}) => {
		const shown = lines.slice(0, room);
		room -= shown.length;
		const rest = lines.length - shown.length;
		const where = set === undefined ? '' : `: see ${set}/manifest.json`;
		return [title, ...shown, ...(rest > 0 ? [`  … and ${formatNumber(rest)} more${where}`] : [])];
	});
}

function fileSections(run: RunState): readonly string[] {
	const {failures, noted, notices} = reportOf(run);
	// Once each, however many files have the same.
	const remedies = new Set(failures.map(({error: {remedy}}) => remedy).filter(remedy => remedy !== undefined));
	const groups = groupFailures(failures, ({message}) => message);
	return listSections([
		...groups.filter(({files}) => files.length > 1).map(({reason, files}) => ({title: `Failed: ${groupText(files.length, reason)}`, lines: files.map(({path}) => `  ${path}`)})),
		{title: 'Failed:', lines: groups.filter(({files}) => files.length === 1).map(({reason, files}) => `  ${files[0]!.path}: ${reason}`)},
		{title: 'What helps:', lines: Array.from(remedies, remedy => `  ${remedy}`)},
		{title: 'Notes:', lines: [...noticeLines(notices).map(line => `  ${line}`), ...noted.map(file => `  ${noteLine(file)}`)]},
	], standingSet(run));
}

function endLines(run: RunState): readonly string[] {
	const summary = fullSummary(run);

	if (summary) {
		return [...summaryLines(run, summary), ...fileSections(run)];
	}

	const {title, details, remedy, lastWords} = describeOutage(run);
	return [
		title,
		...details.map(line => `  ${line}`),
		...(remedy === undefined ? [] : [`  ${remedy}`]),
		...(lastWords.length > 0 ? ['Its last words:', ...lastWords.map(line => `  ${line}`)] : []),
		...fileSections(run),
	];
}

/** The lines about work whose end was not heard of: a terminal is not kept waiting for ever. */
function openDeeds({browse: {task}}: State): readonly string[] {
	if (task === undefined || task.end !== undefined || task.kind === 'verify') {
		return [];
	}

	const {kind, names, to} = task;

	if (kind === 'push' || kind === 'fetch') {
		return [`${taskSummary(task)} was not finished: the next ${kind} goes on.`];
	}

	return [kind === 'remove'
		? `The set of ${names[0]!.date} was being deleted: logbackup-tui list tells what is left of it.`
		: `Files of the set of ${names[0]!.date} were being restored to ${to ?? ''}; it was not heard how many are there. Those that are, are whole.`];
}

/** The selection that was saved, with what makes backups of it. */
const savedLine = ({savedIn}: State): readonly string[] => savedIn === undefined ? [] : [`The selection is saved in ${savedIn}. logbackup-tui timer on has it backed up each night.`];

const allDeeds = (state: State): readonly string[] => [...savedLine(state), ...state.browse.deeds, ...openDeeds(state)];

/** How to have the same each night, where there is a command for it and nobody has saved it. */
const saveHint = ({canSave, savedIn, isAddition}: State, command: readonly string[]): readonly string[] =>
	command.length > 0 && canSave && savedIn === undefined && !isAddition ? ['To have the same each night: save the selection (S in the list), then: logbackup-tui timer on'] : [];

/** The closing lines of a run that is over, whichever way the operator left its summary. */
function endClosing(state: State): Closing {
	const code = endCode(state.run);
	const command = state.run.isAttached ? [] : closingCommand(state);
	return {
		code,
		stdout: [...allDeeds(state), ...endLines(state.run), ...command, ...saveHint(state, command), codeLine(code, state.run)],
		stderr: [],
		...(command.length > 0 && {command: command.at(-1)!}),
	};
}

const signalCode = (signal: keyof typeof constants.signals) => 128 + constants.signals[signal];

/** The closing lines of a backup that goes on without its screen. */
function goesOn(state: State): readonly string[] {
	const {facts, run} = state;
	return [
		...allDeeds(state),
		`The backup goes on${run.pid === undefined ? '' : ` as process ${run.pid}`}. Its set will be ${run.start?.set ?? facts.set}`,
	];
}

/** What is known of a backup that was killed and has not ended. */
const stuckText = ({pid}: RunState): string =>
	`the backup${pid === undefined ? '' : `, process ${pid},`} was ended at once, and is still there: it waits for a file system that does not answer, and ends when that does or is unmounted (umount -f -l)`;

/** The changes made to files while the sets were browsed, or that there were none. */
function whatWasDone(state: State): readonly string[] {
	const deeds = allDeeds(state);
	const isOnlyBrowsing = state.browse.origin === 'none' && screens[state.screen].phase === 'browsing';
	return deeds.length === 0 && !isOnlyBrowsing ? ['Nothing was written.'] : deeds;
}

/** The lines to print once the screen is left, and the exit code. */
export function closing(state: State): Closing {
	const {exit, run, existing, facts} = state;
	const {phase} = screens[state.screen === 'save' ? state.saving?.base ?? 'review' : state.screen];
	const isRunning = phase === 'running' && !run.end;
	const isOver = phase === 'over';

	switch (exit?.kind) {
		case 'ended': {
			return endClosing(state);
		}

		case 'signal': {
			return isOver
				? endClosing(state)
				: {
					code: signalCode(exit.signal),
					stdout: isRunning ? goesOn(state) : whatWasDone(state),
					stderr: [],
				};
		}

		case 'left': {
			return run.stop === 'killing'
				? {code: signalCode('SIGINT'), stdout: allDeeds(state), stderr: [errorLine(stuckText(run))]}
				: {code: exitCodes.done, stdout: [...goesOn(state), 'Start logbackup-tui again to watch it.'], stderr: []};
		}

		case 'failed': {
			return {code: exit.code ?? exitCodes.couldNotRun, stdout: isRunning ? goesOn(state) : allDeeds(state), stderr: [errorLine(exit.message)]};
		}

		case 'broken': {
			const message = exit.error instanceof Error ? exit.error.message : String(exit.error);
			return {
				...(isOver ? endClosing(state) : {code: exitCodes.couldNotRun, stdout: isRunning ? goesOn(state) : allDeeds(state)}),
				stderr: [errorLine(`the screen broke, which is a mistake of this program: ${displayText(message)}`)],
			};
		}

		case 'quit':
		case undefined: {
			if (existing?.problem !== undefined) {
				return {code: exitCodes.couldNotRun, stdout: [...allDeeds(state), codeLine(exitCodes.couldNotRun)], stderr: [errorLine(withRemedy(existing.problem))]};
			}

			return existing
				? {
					code: exitCodes.alreadyExists,
					stdout: [
						`Backup for ${facts.date} already exists!`,
						...existingSetFacts(existing).map(([label, text]) => `  ${`${label}:`.padEnd(10)} ${text}`),
						...allDeeds(state),
						codeLine(exitCodes.alreadyExists),
					],
					stderr: [],
				}
				: {code: exitCodes.done, stdout: whatWasDone(state), stderr: []};
		}
	}
}

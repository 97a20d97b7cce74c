import {restorationText, verificationText, verifiedText} from '../../report/words/summary.ts';
import {
	checkedText,
	fetchedText,
	fetchText,
	paceTexts,
	phaseText,
	pushedText,
	pushText,
	transferredTexts,
} from '../../report/words/transfer.ts';
import type {MovingFile} from '../../remote/transfer-progress.ts';
import type {SetName} from '../../set/names/set-names.ts';
import {formatBytes, formatCount, formatNumber} from '../../text/format.ts';
import {inOneLine} from '../../text/with-remedy.ts';
import type {WorkEvent} from './browser.ts';
import {nameText} from './set-name.ts';
import type {LongRequest} from './request.ts';

/** A file something is wrong with, and what. */
export type Trouble = {
	/** Missing if it is about a set as a whole. */
	readonly path?: string;
	readonly message: string;
};

/** Work that takes its time: what it has reported by now. */
export type TaskState = {
	readonly kind: LongRequest['kind'];
	/** The request that began it. */
	readonly request: LongRequest;
	/** `verify`: none for all. */
	readonly names: readonly SetName[];
	/** The directory that files are restored to, or the remote. */
	readonly to: string | undefined;
	/** 0–1. */
	readonly fraction: number;
	/** Its progress, in a line. */
	readonly progress: string;
	/** The files on their way to or from a remote. */
	readonly moving: readonly MovingFile[];
	/** The errors of the task, and the damage that it found. */
	readonly troubles: readonly Trouble[];
	/** Lines of what is done, or to be known. */
	readonly notes: readonly string[];
	readonly stop: 'no' | 'asking' | 'stopping';
	/** The way it ended. */
	readonly end: {readonly isGood: boolean; readonly text: string} | undefined;
};

const isTransfer = ({kind}: LongRequest): boolean => kind === 'push' || kind === 'fetch';

export const startTask = (request: LongRequest, names: readonly SetName[], to?: string): TaskState => ({
	kind: request.kind, request, names, to, fraction: 0, progress: isTransfer(request) ? `asking ${to ?? ''} what is there` : '', moving: [], troubles: [], notes: [], stop: 'no', end: undefined,
});

type WorkStatus = Extract<WorkEvent, {message_type: 'status'}>;

/** How far work is. */
function progressText(event: WorkStatus): string {
	return 'phase' in event
		? [phaseText(event), ...transferredTexts(event), ...paceTexts(event)].join(', ')
		: `${countText(event)}, ${formatBytes(event.bytes_done)} of ${formatBytes(event.total_bytes)}`;
}

/** The files of a restoration, counted; or the sets that are verified. */
function countText(event: Exclude<WorkStatus, {phase: unknown}>): string {
	if ('total_files' in event) {
		return `${formatNumber(event.files_done)} of ${formatCount(event.total_files, 'file')}`;
	}

	const {total_sets: sets, sets_done: done, date, files_done: files} = event;
	return sets > 1 ? `set ${Math.min(done + 1, sets)} of ${sets}, ${date}` : formatCount(files, 'file');
}

function findingTrouble({date, file, message}: Extract<WorkEvent, {message_type: 'finding'}>, isOneOfMany: boolean): Trouble {
	const path = [...(isOneOfMany ? [date] : []), ...(file === undefined ? [] : [file])].join(': ');
	return {message, ...(path !== '' && {path})};
}

type TaskDraft = {
	-readonly [Key in keyof TaskState]: TaskState[Key];
};

type TaskLists = {
	readonly troubles: Trouble[];
	readonly notes: string[];
};

/** Takes one event into a draft whose lists belong to it. */
function take(draft: TaskDraft, event: WorkEvent, {troubles, notes}: TaskLists): void {
	switch (event.message_type) {
		case 'status': {
			draft.fraction = event.percent_done;
			draft.progress = progressText(event);
			draft.moving = 'current' in event ? event.current : [];
			break;
		}

		case 'finding': {
			troubles.push(findingTrouble(event, draft.names.length > 1));
			break;
		}

		case 'error': {
			troubles.push('date' in event ? {path: event.date, message: inOneLine(event.error)} : {path: event.path, message: event.error.message});
			break;
		}

		case 'notice': {
			notes.push(event.message);
			break;
		}

		case 'set_verified': {
			notes.push(verifiedText(event));
			break;
		}

		case 'verify_summary': {
			draft.fraction = 1;
			draft.end = {isGood: event.findings === 0, text: `${verificationText(event)}.`};
			break;
		}

		case 'restore_summary': {
			draft.fraction = 1;
			draft.end = {isGood: event.files_failed === 0, text: `${restorationText(event)}.`};
			break;
		}

		case 'set_pushed': {
			notes.push(pushedText(event));
			break;
		}

		case 'set_checked': {
			notes.push(checkedText(event));
			break;
		}

		case 'set_fetched': {
			notes.push(fetchedText(event));
			break;
		}

		case 'push_summary': {
			draft.fraction = 1;
			draft.end = {isGood: event.exit_code === 0, text: `${pushText(event)}.`};
			break;
		}

		case 'fetch_summary': {
			draft.fraction = 1;
			draft.end = {isGood: event.exit_code === 0, text: `${fetchText(event)}.`};
			break;
		}

		case 'verify_start':
		case 'push_start':
		case 'fetch_start':
		case 'restore_start':
		case 'fetching':
		case 'file':
		case 'entry':
		case 'dry_run': {
			break;
		}
	}
}

/** Takes note of what the work reports. */
export function addTaskEvents(task: TaskState, events: readonly WorkEvent[]): TaskState {
	const draft: TaskDraft = {...task};
	const lists: TaskLists = {troubles: [], notes: []};

	for (const event of events) {
		take(draft, event, lists);
	}

	// Once for all events: lists copied for each of many thousand findings would stop the keys.
	return {
		...draft,
		troubles: lists.troubles.length > 0 ? [...task.troubles, ...lists.troubles] : task.troubles,
		notes: lists.notes.length > 0 ? [...task.notes, ...lists.notes] : task.notes,
	};
}

/** Takes note that it was stopped, or could not go on; `problem` is why. */
export function endTask(task: TaskState, problem: string | undefined): TaskState {
	if (problem === undefined) {
		return task.end ? task : {...task, fraction: 1, end: {isGood: true, text: task.kind === 'remove' ? `Removed the set of ${task.names[0]!.date}.` : 'Done.'}};
	}

	return {...task, end: {isGood: false, text: problem}};
}

const titles: Readonly<Record<TaskState['kind'], (task: TaskState) => string>> = {
	verify: ({names}) => names.length === 1 ? `Verifying the set of ${nameText(names[0]!)}` : `Verifying ${formatCount(names.length, 'set')}`,
	restore: ({names, to}) => `Restoring from the set of ${nameText(names[0]!)} to ${to ?? ''}`,
	remove: ({names}) => `Deleting the set of ${nameText(names[0]!)}`,
	push: ({to}) => `Pushing to ${to ?? ''}`,
	fetch: ({names, to}) => `Fetching the set of ${nameText(names[0]!)} from ${to ?? ''}`,
};

/** The task in one line. */
export const taskSummary = (task: TaskState): string => titles[task.kind](task);

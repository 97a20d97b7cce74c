import type {MovingFile} from '../../remote/transfer-progress.ts';
import {
	capitalize,
	formatBytes,
	formatCount,
	formatPercent,
} from '../../text/format.ts';
import {
	back,
	type CommonCommand,
	everywhere,
	goOn,
	help,
	type KeyTable,
	moves,
} from '../keys/key-bindings.ts';
import {ask, type Screen} from '../keys/screen.ts';
import {barCells, percentCells} from '../kit/bar.ts';
import {fitStart} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import {
	blank,
	laidOnce,
	paragraph,
	type PageLine,
} from '../kit/page-lines.ts';
import {setsHeading} from './sets-heading.ts';
import {lastKeys} from './sets-keys.ts';
import type {SetsSlice} from './sets-state.ts';
import {relist, withBrowse} from './sets-steps.ts';
import {taskSummary, type TaskState, type Trouble} from './task.ts';

type TaskCommand = 'ask' | 'goOn' | 'stop' | 'back';

type TaskContext = 'work' | 'workAsking' | 'workStopping' | 'workOver';

const tables: Readonly<Record<TaskContext, KeyTable<TaskCommand | CommonCommand>>> = {
	work: [
		{
			keys: ['escape', 'q', 'ctrl-c'], command: 'ask', help: 'stop; asks first', footer: 'stop', isEssential: true,
		},
		...moves,
		help,
		...everywhere,
	],
	workAsking: [
		{
			keys: ['y', 'ctrl-c'], command: 'stop', help: 'stop it', footer: 'stop', isEssential: true, isAnswer: true,
		},
		goOn,
		...everywhere,
	],
	workStopping: [
		{
			keys: ['ctrl-c'], command: 'interrupt', help: 'quit at once', footer: 'quit at once', isEssential: true,
		},
		...everywhere,
	],
	workOver: [back(['enter', 'escape', 'q'], 'to where you came from'), ...lastKeys],
};

function taskContext(task: TaskState | undefined): TaskContext {
	if (!task || task.end) {
		return 'workOver';
	}

	// A removal is over in a moment, and half of one helps nobody.
	return task.stop === 'stopping' || task.kind === 'remove' ? 'workStopping' : (task.stop === 'asking' ? 'workAsking' : 'work');
}

const troubleText = ({path, message}: Trouble) => path === undefined ? message : `${path}: ${message}`;

/** The most findings listed while there is still work; all are listed when it is over. */
const mostShown = 200;

/** Cells from which on the bytes of a file on its way are shown, too. */
const wideMoving = 70;

/** A file on its way, with a bar for how much of it is there. */
function movingLine({file, bytes_done: done, total_bytes: total}: MovingFile, width: number): PageLine {
	const fraction = total === 0 ? 0 : Math.min(1, done / total);
	const bytes = width < wideMoving ? '' : `  ${formatBytes(done).padStart(7)} of ${formatBytes(total).padEnd(7)}`;
	const nameWidth = Math.floor(width * 0.4);
	const {filled, empty} = barCells(fraction, width - nameWidth - bytes.length - 9);
	return {text: `${fitStart(file, nameWidth)} ${glyphs.thinFilled.repeat(filled)}${glyphs.thinEmpty.repeat(empty)} ${percentCells(fraction)}${bytes}`, indent: 1};
}

/** The lines about work under way, or about its result. */
const taskLines = laidOnce((task: TaskState, width: number): readonly PageLine[] => {
	const {fraction, progress, moving, troubles, notes, stop, end} = task;
	const title = taskSummary(task);
	const shown = end ? troubles : troubles.slice(-mostShown);
	const found = shown.flatMap(trouble => paragraph(troubleText(trouble), width, 'bad'));
	const told = notes.flatMap(text => paragraph(text, width));

	if (end) {
		return [...paragraph(capitalize(end.text), width, end.isGood ? 'good' : 'bad'), ...(found.length > 0 ? [blank, ...found] : []), ...(told.length > 0 ? [blank, ...told] : [])];
	}

	const {filled, empty} = barCells(fraction, Math.max(4, width - 8));
	const asked: readonly PageLine[] = stop === 'asking' ? paragraph('Stop? It keeps running until you answer.', width, 'warning') : [];
	return [
		...asked,
		...paragraph(stop === 'stopping' ? `Stopping${glyphs.more}` : title, width, 'strong'),
		blank,
		...(task.kind === 'remove' ? [] : [{text: `${glyphs.filled.repeat(filled)}${glyphs.empty.repeat(empty)} ${formatPercent(fraction).padStart(5)}`, indent: 1}]),
		...paragraph(progress, width),
		...(moving.length > 0 ? [blank, ...moving.map(file => movingLine(file, width))] : []),
		...(troubles.length > 0 ? [blank, ...paragraph(formatCount(troubles.length, 'problem'), width, 'bad'), ...found] : []),
		...(told.length > 0 ? [blank, ...told] : []),
	];
});

/** Goes from one state of stopping to another, while there is work. */
const stopStep = (stop: TaskState['stop']) => (state: SetsSlice): SetsSlice => {
	const {task} = state.browse;

	if (!task || task.end) {
		return state;
	}

	const next = withBrowse(state, {task: {...task, stop}});
	return stop === 'stopping' && task.stop !== 'stopping' ? ask(next, {type: 'stopWork'}) : next;
};

/** Leaves the page of work that is over, and reads the sets again. */
function leave(state: SetsSlice): SetsSlice {
	const {task, base} = state.browse;
	return task?.end ? relist(withBrowse({...state, screen: base, pageTop: 0}, {task: undefined})) : state;
}

/** The page of work under way, or of its result. */
export const taskScreen = {
	title: 'While it works',
	phase: 'browsing',
	keys: tables,
	context: ({browse: {task}}) => taskContext(task),
	commands: {
		ask: stopStep('asking'), goOn: stopStep('no'), stop: stopStep('stopping'), back: leave,
	},
	// An answer is asked for first, even if help lies over the screen.
	interrupt: state => taskContext(state.browse.task) === 'work' ? stopStep('asking')({...state, isHelpOpen: false, pageTop: 0}) : undefined,
	heading: setsHeading,
	lines: ({browse: {task}, size}) => task ? taskLines(task, size.columns) : [],
} as const satisfies Screen<SetsSlice, TaskCommand, TaskContext>;

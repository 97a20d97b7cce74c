/*
The pages of text among the screens of the sets.
*/
import type {Change, ChangeKind} from '../../set/compare.ts';
import {displayName, displayText} from '../../text/display-name.ts';
import {formatBytes, formatCount} from '../../text/format.ts';
import {truncateStart} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import {blank, paragraph, type PageLine} from '../kit/page-lines.ts';
import {barCells} from '../run/run-view.ts';
import type {State} from '../state.ts';
import type {Tone} from '../kit/theme.ts';
import {type BrowseScreen, type Editor, isBrowseScreen} from './sets-state.ts';
import {taskSummary, type TaskState, type Trouble} from './task.ts';

/** The line being typed, of which the end is what must be seen. */
const editorLine = ({text}: Editor, width: number): PageLine => ({text: `${truncateStart(displayText(text), width - 4)}_`, indent: 1, tone: 'strong'});

function editorAnswer({problem, isBusy}: Editor, width: number): readonly PageLine[] {
	return problem === undefined ? (isBusy ? paragraph(`Looking${glyphs.more}`, width, 'faint') : []) : paragraph(problem, width, 'bad');
}

function targetLines({browse: {order, editor}, size: {columns}}: State): readonly PageLine[] {
	const count = order?.paths.length ?? 0;
	const what = count === 0 ? 'all files' : formatCount(count, 'file');
	return [
		...paragraph(`Restore ${what} of the set of ${order?.name.date ?? ''} to the directory:`, columns),
		blank,
		editorLine(editor, columns),
		blank,
		...editorAnswer(editor, columns),
		...(editor.problem === undefined ? paragraph('Nothing is written yet: Enter shows what would be.', columns, 'faint') : []),
	];
}

function planLines({browse: {preview, order, editor}, size: {columns}}: State): readonly PageLine[] {
	if (!preview || !order) {
		return [];
	}

	const {files, bytes, to, isNew, replaced, blocked, notices} = preview;
	const question = editor.isBusy ? `Looking anew${glyphs.more}` : `Restore ${formatCount(files, 'file')}, ${formatBytes(bytes)}?`;
	return [
		...paragraph(question, columns, 'strong'),
		blank,
		...paragraph(`From the set of ${order.name.date}.`, columns),
		...paragraph(`To ${to}${isNew ? ', which will be made, for you alone' : ''}.`, columns),
		...paragraph('Each is checked while it is unpacked, and gets its name, mode, owner and time once it is whole.', columns, 'faint'),
		...notices.flatMap(text => paragraph(text, columns, 'warning')),
		...(replaced.length > 0
			? [
				blank,
				...paragraph(`${formatCount(replaced.length, 'file')} there will be replaced (o leaves them):`, columns, 'warning'),
				...replaced.flatMap(path => paragraph(path, columns)),
			]
			: []),
		...(blocked.length > 0
			? [
				blank,
				...paragraph(`${formatCount(blocked.length, 'file')} will not be restored, because of what is there${order.overwrite ? '' : ' (o replaces files)'}:`, columns, 'warning'),
				...blocked.flatMap(({path, reason}) => paragraph(`${path}: ${reason}`, columns)),
			]
			: []),
	];
}

function removalLines({browse: {sets, cursor, editor}, size: {columns}}: State): readonly PageLine[] {
	const row = sets[cursor];
	const foreign = row?.state === 'foreign' ? ['It was not made by this program, which can tell nothing of what is in it.'] : [];
	const size = row?.bytesNew === undefined ? '' : ` It takes ${formatBytes(row.bytesNew)} that older sets don't; what it shares with others stays.`;
	return row
		? [
			...paragraph(`Delete the set of ${row.name.date}?`, columns, 'strong'),
			blank,
			...foreign.flatMap(text => paragraph(text, columns, 'warning')),
			...paragraph(`It is ${row.state ?? 'unread'}.${size} This cannot be undone.`, columns),
			blank,
			...paragraph(`Type its date, ${row.name.date}:`, columns),
			editorLine(editor, columns),
			blank,
			...editorAnswer(editor, columns),
		]
		: [];
}

const troubleText = ({path, message}: Trouble) => path === undefined ? message : `${path}: ${message}`;

/** Beside the list of them while there is still work; all are named when it is over. */
const mostShown = 200;

const remembered = new WeakMap<TaskState, {readonly width: number; readonly lines: readonly PageLine[]}>();

/** The same, made once: there may be as many findings as files, and each key asks for the lines. */
function taskLines(task: TaskState, width: number): readonly PageLine[] {
	const known = remembered.get(task);
	const lines = known?.width === width ? known.lines : makeTaskLines(task, width);
	remembered.set(task, {width, lines});
	return lines;
}

/** Work under way, or what it came to. */
function makeTaskLines(task: TaskState, width: number): readonly PageLine[] {
	const {fraction, progress, troubles, notes, stop, end} = task;
	const title = taskSummary(task);
	const shown = end ? troubles : troubles.slice(-mostShown);
	const found = shown.flatMap(trouble => paragraph(troubleText(trouble), width, 'bad'));
	const told = notes.flatMap(text => paragraph(text, width));

	if (end) {
		return [...paragraph(end.text, width, end.isGood ? 'good' : 'bad'), ...(found.length > 0 ? [blank, ...found] : []), ...(told.length > 0 ? [blank, ...told] : [])];
	}

	const {filled, empty} = barCells(fraction, Math.max(4, width - 8));
	const asked: readonly PageLine[] = stop === 'asking' ? paragraph('Stop it? It goes on meanwhile.', width, 'warning') : [];
	return [
		...asked,
		...paragraph(stop === 'stopping' ? `Stopping${glyphs.more}` : title, width, 'strong'),
		blank,
		...(task.kind === 'remove' ? [] : [{text: `${glyphs.filled.repeat(filled)}${glyphs.empty.repeat(empty)} ${String(Math.floor(fraction * 100)).padStart(3)} %`, indent: 1}]),
		...paragraph(progress, width),
		...(troubles.length > 0 ? [blank, ...paragraph(formatCount(troubles.length, 'problem'), width, 'bad'), ...found] : []),
		...(told.length > 0 ? [blank, ...told] : []),
	];
}

const kinds: ReadonlyArray<readonly [kind: ChangeKind, word: string, tone: Tone]> = [
	['gone', 'gone', 'warning'], ['changed', 'changed', 'warning'], ['added', 'added', 'good'], ['grown', 'grown', 'plain'], ['rotated', 'renamed', 'plain'],
];

function changeText({kind, before, after}: Change, word: string): string {
	const name = displayName((after ?? before!).path);
	const size = (after ?? before)?.bytesIn;
	const amount = size === undefined ? '' : (kind === 'grown' ? `+${formatBytes(size - (before?.bytesIn ?? 0))}` : formatBytes(size));
	return `${word.padEnd(8)} ${amount.padStart(7)}  ${kind === 'rotated' ? `${displayName(before!.path)} ${glyphs.arrow} ${name}` : name}`;
}

function diffLines({browse: {comparison}, size: {columns}}: State): readonly PageLine[] {
	if (!comparison) {
		return paragraph(`Comparing${glyphs.more}`, columns, 'faint');
	}

	const {older, newer, changes} = comparison;
	const byKind = Map.groupBy(changes, ({kind}) => kind);
	const counts = [...kinds.map(([kind, word]) => [kind, word] as const), ['unchanged', 'unchanged'] as const]
		.map(([kind, word]) => `${(byKind.get(kind)?.length ?? 0).toLocaleString('en-US')} ${word}`);
	const rows = kinds.flatMap(([kind, word, tone]) => (byKind.get(kind) ?? []).flatMap(change => paragraph(changeText(change, word), columns, tone)));
	return [
		...paragraph(`From ${older} to ${newer}`, columns, 'strong'),
		...paragraph(counts.join(', '), columns),
		blank,
		...(rows.length > 0 ? rows : paragraph('Every file is the same in both.', columns)),
	];
}

const pages: Readonly<Record<BrowseScreen, (state: State) => readonly PageLine[]>> = {
	sets: () => [],
	set: () => [],
	diff: diffLines,
	restoreTo: targetLines,
	restorePlan: planLines,
	removal: removalLines,
	task: ({browse: {task}, size}) => task ? taskLines(task, size.columns) : [],
};

/** The lines of a screen of the sets that is a page of text; none of another. */
export const browseLines = (state: State): readonly PageLine[] => isBrowseScreen(state.screen) ? pages[state.screen](state) : [];

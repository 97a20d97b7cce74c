import {formatBytes, formatCount, formatPart} from '../../text/format.ts';
import {
	back,
	everywhere,
	help,
	moves,
} from '../keys/key-bindings.ts';
import type {Screen} from '../keys/screen.ts';
import {glyphs} from '../kit/glyphs.ts';
import {isTooSmall} from '../kit/layout.ts';
import {blank, paragraph, type PageLine} from '../kit/page-lines.ts';
import type {RestoreOrder, RestorePreview} from './browser.ts';
import {setsHeading} from './sets-heading.ts';
import {quitAtOnce} from './sets-keys.ts';
import type {SetsSlice} from './sets-state.ts';
import {
	begin,
	goBack,
	request,
	withBrowse,
} from './sets-steps.ts';

/** How many files a restoration would write: none of those that are blocked. */
export const possibleFiles = ({files, blocked}: Pick<RestorePreview, 'files' | 'blocked'>): number => files - blocked.length;

function planLines({browse: {preview, order, editor}, size: {columns}}: SetsSlice): readonly PageLine[] {
	if (!preview || !order) {
		return [];
	}

	const {files, bytes, to, isNew, replaced, blocked, notices} = preview;
	const possible = possibleFiles(preview);
	const question = possible === 0 ? 'No file can be restored there.' : `Restore ${formatPart(possible, files, 'file')}, ${formatBytes(bytes)}?`;
	return [
		...paragraph(editor.isBusy ? `Looking again${glyphs.more}` : question, columns, 'strong'),
		blank,
		...paragraph(`From the set of ${order.name.date}.`, columns),
		...paragraph(`To ${to}${isNew ? ', which will be created (mode 0700)' : ''}.`, columns),
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

/** A restoration and its preview; nothing while a new preview is on its way, or the screen is too small to show it. */
function planOf({browse: {order, preview, editor}, size}: SetsSlice): {readonly order: RestoreOrder; readonly preview: RestorePreview} | undefined {
	return order && preview && !editor.isBusy && !isTooSmall(size) ? {order, preview} : undefined;
}

function accept(state: SetsSlice): SetsSlice {
	const plan = planOf(state);
	return plan && possibleFiles(plan.preview) > 0 ? begin(state, {kind: 'restore', order: plan.order}, {names: [plan.order.name], to: plan.preview.to}) : state;
}

function turnOverwrite(state: SetsSlice): SetsSlice {
	const {order} = planOf(state) ?? {};
	return order
		? request(withBrowse(state, {editor: {...state.browse.editor, isBusy: true, problem: undefined}}), {kind: 'preview', order: {...order, overwrite: !order.overwrite}})
		: state;
}

/** Shows what a restoration would write, and asks. */
export const restorePlanScreen = {
	title: 'Before files are restored',
	phase: 'browsing',
	keys: {
		restorePlan: [
			{
				keys: ['enter', 'y'], command: 'accept', help: 'restore', footer: 'restore', isEssential: true, isAnswer: true,
			},
			back(['escape', 'n', 'q'], 'to the directory'),
			{
				keys: ['o'], command: 'overwrite', help: 'overwrite existing files: off/on', footer: 'overwrite: off', isAnswer: true,
			},
			...moves,
			help,
			quitAtOnce,
			...everywhere,
		],
	},
	context: () => 'restorePlan',
	footers: ({browse: {order, preview}}) => ({
		...(order?.overwrite && {overwrite: 'overwrite: on'}),
		// Nothing to begin with.
		...(preview && possibleFiles(preview) === 0 && {accept: ''}),
	}),
	commands: {accept, overwrite: turnOverwrite, back: state => goBack(state, 'restoreTo')},
	question: ({browse: {order, preview}}) => [order, preview],
	heading: setsHeading,
	lines: planLines,
} as const satisfies Screen<SetsSlice, 'accept' | 'back' | 'overwrite', 'restorePlan'>;

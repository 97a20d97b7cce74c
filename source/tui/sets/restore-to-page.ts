import {formatCount} from '../../text/format.ts';
import type {Screen} from '../keys/screen.ts';
import {blank, paragraph, type PageLine} from '../kit/page-lines.ts';
import {
	editCommands,
	editorAnswer,
	editorLine,
	typeInLine,
} from './editor.ts';
import {setsHeading} from './sets-heading.ts';
import {typingKeys} from './sets-keys.ts';
import type {SetsSlice} from './sets-state.ts';
import {goBack, request, withBrowse} from './sets-steps.ts';

function targetLines({browse: {order, editor}, size: {columns}}: SetsSlice): readonly PageLine[] {
	const count = order?.paths.length ?? 0;
	const what = count === 0 ? 'all files' : formatCount(count, 'file');
	return [
		...paragraph(`Restore ${what} of the set of ${order?.name.date ?? ''} to the directory:`, columns),
		blank,
		editorLine(editor, columns),
		blank,
		...editorAnswer(editor, columns),
		...(editor.problem === undefined ? paragraph('Nothing is written yet. Enter shows a preview.', columns, 'faint') : []),
	];
}

function accept(state: SetsSlice): SetsSlice {
	const {order, editor} = state.browse;
	const to = editor.text.trim();

	if (!order || editor.isBusy) {
		return state;
	}

	return to.startsWith('/')
		? request(withBrowse(state, {editor: {...editor, isBusy: true, problem: undefined}}), {kind: 'preview', order: {...order, to, overwrite: false}})
		: withBrowse(state, {editor: {...editor, problem: 'Name it from the root on: /…'}});
}

/** Asks for the directory to restore to. */
export const restoreToScreen = {
	title: 'Where to restore to',
	phase: 'browsing',
	keys: {
		restoreTo: [
			{
				keys: ['enter'], command: 'accept', help: 'see what would be written', footer: 'go on…', isEssential: true,
			},
			{
				keys: ['escape'], command: 'back', help: 'back, nothing is restored', footer: 'back', isEssential: true,
			},
			...typingKeys,
		],
	},
	context: () => 'restoreTo',
	typed: ['restoreTo'],
	type: typeInLine,
	commands: {...editCommands, accept, back: state => goBack(state, state.browse.base)},
	heading: setsHeading,
	lines: targetLines,
} as const satisfies Screen<SetsSlice, 'accept' | 'back' | 'erase' | 'clearLine', 'restoreTo'>;

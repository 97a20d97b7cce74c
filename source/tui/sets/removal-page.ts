import {formatBytes} from '../../text/format.ts';
import type {Screen} from '../keys/screen.ts';
import {isTooSmall} from '../kit/layout.ts';
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
import {begin, goBack, withBrowse} from './sets-steps.ts';

function removalLines({browse: {sets, cursor, editor, freed}, size: {columns}}: SetsSlice): readonly PageLine[] {
	const row = sets[cursor];
	const foreign = row?.state === 'foreign' ? ['It was not made by this program, which can tell nothing of what is in it.'] : [];
	const size = freed === undefined ? '' : ` Deleting it frees ${formatBytes(freed)}; what it shares with others stays.`;
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

function accept(state: SetsSlice): SetsSlice {
	const {editor, sets, cursor} = state.browse;
	const {name} = sets[cursor]!;

	// Nothing that can't be seen may be begun.
	if (isTooSmall(state.size)) {
		return state;
	}

	return editor.text.trim() === name.date
		? begin(state, {kind: 'remove', name}, {names: [name]})
		: withBrowse(state, {editor: {...editor, problem: `That is not ${name.date}: nothing is deleted.`}});
}

/** Asks for the date of a set before it is deleted. */
export const removalScreen = {
	title: 'Before a set is deleted',
	phase: 'browsing',
	keys: {
		removal: [
			{
				keys: ['enter'], command: 'accept', help: 'delete it, if its date is typed', footer: 'delete', isEssential: true, isAnswer: true,
			},
			{
				keys: ['escape'], command: 'back', help: 'back, nothing is deleted', footer: 'back', isEssential: true,
			},
			...typingKeys,
		],
	},
	context: () => 'removal',
	typed: ['removal'],
	type: typeInLine,
	commands: {...editCommands, accept, back: state => goBack(state, state.browse.base)},
	heading: setsHeading,
	lines: removalLines,
} as const satisfies Screen<SetsSlice, 'accept' | 'back' | 'erase' | 'clearLine', 'removal'>;

/*
A line that is typed: a directory, or a date.
*/
import {displayText} from '../../text/display-name.ts';
import {truncateStart} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import {paragraph, type PageLine} from '../kit/page-lines.ts';
import type {Editor, SetsSlice} from './sets-state.ts';
import {withBrowse} from './sets-steps.ts';

function editLine(state: SetsSlice, change: (text: string) => string): SetsSlice {
	const {editor} = state.browse;
	return editor.isBusy ? state : withBrowse(state, {editor: {...editor, text: change(editor.text), problem: undefined}});
}

/** Takes in what is typed. */
export const typeInLine = (state: SetsSlice, text: string): SetsSlice => editLine(state, line => line + text);

/** The commands that delete text. */
export const editCommands: Readonly<Record<'erase' | 'clearLine', (state: SetsSlice) => SetsSlice>> = {
	erase: state => editLine(state, text => [...text].slice(0, -1).join('')),
	clearLine: state => editLine(state, () => ''),
};

/** The line, of which the end is what must be seen. */
export const editorLine = ({text}: Editor, width: number): PageLine => ({text: `${truncateStart(displayText(text), width - 4)}_`, indent: 1, tone: 'strong'});

/** The lines below the input field: its error, or that it is being checked. */
export function editorAnswer({problem, isBusy}: Editor, width: number): readonly PageLine[] {
	return problem === undefined ? (isBusy ? paragraph(`Looking${glyphs.more}`, width, 'faint') : []) : paragraph(problem, width, 'bad');
}

import {helpLines} from './keys/help-lines.ts';
import {pageHeight} from './kit/layout.ts';
import type {PageLine} from './kit/page-lines.ts';
import {keyTable, screens} from './screens.ts';
import type {State} from './state.ts';

/** The help for the screen that it lies over. */
function helpOf(state: State): readonly PageLine[] {
	const {title, helpContext, context, about} = screens[state.screen];
	const {columns} = state.size;
	return helpLines({title, table: keyTable[helpContext ?? context(state)], about: about(columns)}, columns);
}

/** The page of text that is shown, all of its lines, and where they are more than fit without the blank ones; `undefined` where the screen is drawn. */
export function pageOf(state: State): readonly PageLine[] | undefined {
	const lines = state.isHelpOpen ? helpOf(state) : screens[state.screen].lines(state);
	return lines && lines.length > pageHeight(state.size) ? lines.filter(({text}) => text !== '') : lines;
}

/** The same; no lines where there is no page. */
export const pageLines = (state: State): readonly PageLine[] => pageOf(state) ?? [];

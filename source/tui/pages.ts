import {browseLines} from './sets/sets-pages.ts';
import {commandLines} from './review/command-lines.ts';
import {confirmLines} from './review/confirm-lines.ts';
import {existsLines} from './review/exists-lines.ts';
import {helpLines} from './keys/help-lines.ts';
import {pageHeight} from './kit/layout.ts';
import {type PageLine} from './kit/page-lines.ts';
import type {State} from './state.ts';
import {summaryLines} from './run/summary-lines.ts';

function allLines(state: State): readonly PageLine[] {
	if (state.isHelpOpen) {
		return helpLines(state);
	}

	if (state.screen === 'exists' && state.existing) {
		return existsLines(state.existing, state.facts.date, state.size.columns);
	}

	if (state.screen === 'command') {
		return commandLines(state);
	}

	if (state.screen === 'summary') {
		return summaryLines(state);
	}

	return state.screen === 'confirm' ? confirmLines(state) : browseLines(state);
}

/** The page of text that is shown, all of its lines; where they are more than fit, without the blank ones. */
export function pageLines(state: State): readonly PageLine[] {
	const lines = allLines(state);
	return lines.length <= pageHeight(state.size) ? lines : lines.filter(({text}) => text !== '');
}

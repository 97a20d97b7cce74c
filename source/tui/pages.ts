import {commandLines} from './command-lines.ts';
import {confirmLines} from './confirm-lines.ts';
import {existsLines} from './exists-lines.ts';
import {helpLines} from './help-lines.ts';
import {pageHeight} from './layout.ts';
import {type PageLine} from './page-lines.ts';
import type {State} from './state.ts';
import {summaryLines} from './summary-lines.ts';

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

	return state.screen === 'confirm' ? confirmLines(state) : [];
}

/** The page of text that is shown, all of its lines; where they are more than fit, without the blank ones. */
export function pageLines(state: State): readonly PageLine[] {
	const lines = allLines(state);
	return lines.length <= pageHeight(state.size) ? lines : lines.filter(({text}) => text !== '');
}

import {commandLine} from './command-line.ts';
import {blank, paragraph, type PageLine} from './page-lines.ts';
import type {State} from './state.ts';

/** What is longer is not typed again by anybody, and would only push the summary out of sight. */
const longest = 2000;

/** The command that backs up what is marked, if it can be told. */
export const commandOf = ({facts: {command}, review}: State): string | undefined => command && commandLine(review, command);

/** The page that shows it. */
export function commandLines(state: State): readonly PageLine[] {
	const {size: {columns: width}} = state;
	const command = commandOf(state);

	if (command === undefined) {
		return paragraph('Nothing is marked, so there is no command for it.', width);
	}

	const isLong = command.length > longest;
	return [
		...paragraph('The same without questions, for a script or a timer:', width, 'strong'),
		blank,
		...paragraph(command, width),
		blank,
		...paragraph(isLong ? 'It names each file, as no shorter way of saying it selects exactly these.' : 'It is printed once more, in one piece, at the end of the run.', width, 'faint'),
	];
}

/** What is said of it after the summary. */
export function closingCommand(state: State): readonly string[] {
	const command = state.run.isAttached ? undefined : commandOf(state);
	return command === undefined || command.length > longest ? [] : ['The same without questions:', `  ${command}`];
}

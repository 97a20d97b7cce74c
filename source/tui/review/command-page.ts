import {
	back,
	everywhere,
	interrupt,
	moves,
} from '../keys/key-bindings.ts';
import type {Screen} from '../keys/screen.ts';
import {routeHeading} from '../kit/facts.ts';
import {blank, paragraph, type PageLine} from '../kit/page-lines.ts';
import {isUncertain} from '../tree/tree-state.ts';
import {commandLine} from './command-line.ts';
import type {ReviewSlice, ReviewState, ReviewView} from './review-state.ts';
import {backToList} from './review-steps.ts';

/** Characters of the longest command that the summary shows. Nobody types a longer one again, and it would only push the summary out of sight. */
const longest = 2000;

type Found = Pick<ReviewState, 'unread'> & {readonly text: string | undefined};

/** The command for each set of marks: among many files it takes long to find, and each frame of its page asks for it. */
const found = new WeakMap<ReviewState['marks'], Found>();

/** The command that backs up what is marked, if it can be told. */
function commandOf({command, review, isAddition}: Pick<ReviewView, 'command' | 'review' | 'isAddition'>): string | undefined {
	const {marks, unread} = review;
	const known = found.get(marks);

	if (!command || known?.unread === unread) {
		return known?.text;
	}

	const text = commandLine(review, isAddition ? {...command, flags: ['--add', ...command.flags]} : command);
	found.set(marks, {unread, text});
	return text;
}

/** The page with the command. */
export function commandLines(state: Pick<ReviewView, 'command' | 'review' | 'size' | 'isAddition'>): readonly PageLine[] {
	const {size: {columns: width}, review} = state;

	if (review.isScanning || isUncertain(review)) {
		return paragraph('Still reading what is marked. The command appears here when that is done.', width);
	}

	const command = commandOf(state);

	if (command === undefined) {
		return paragraph('Nothing is marked, so there is no command.', width);
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

/** The lines about the command that follow the summary; none of files that were added to a set, which is no command for every day. */
export function closingCommand(state: Pick<ReviewView, 'command' | 'review' | 'isAddition'>): readonly string[] {
	const command = state.isAddition ? undefined : commandOf(state);
	return command === undefined || command.length > longest ? [] : ['The same without questions:', `  ${command}`];
}

export const commandScreen = {
	title: 'The same without questions',
	phase: 'choosing',
	keys: {command: [back(['escape', 'c', 'q', 'enter'], 'to the list'), ...moves, interrupt, ...everywhere]},
	context: () => 'command',
	commands: {back: backToList},
	heading: ({facts}) => routeHeading(facts),
	lines: commandLines,
} as const satisfies Screen<ReviewSlice, 'back', 'command'>;

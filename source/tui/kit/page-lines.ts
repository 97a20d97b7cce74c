import {wrapWords} from './columns.ts';
import type {Tone} from './theme.ts';

/** One line of a page of text. */
export type PageLine = {
	readonly text: string;
	/** Cells left free before it; 0 if missing. */
	readonly indent?: number;
	readonly tone?: Tone;
};

/** A paragraph, one cell away from both edges. `width` in cells. */
export const paragraph = (text: string, width: number, tone: Tone = 'plain'): readonly PageLine[] =>
	wrapWords(text, width - 2).map(line => ({text: line, indent: 1, tone}));

export const blank: PageLine = {text: ''};

/** A label and what it stands for, which goes on under itself where it is long. `width` and `indent` in cells. */
export function labelled(label: string, text: string, {width, indent, tone = 'plain'}: {
	readonly width: number;
	readonly indent: number;
	readonly tone?: Tone;
}): readonly PageLine[] {
	return wrapWords(text, width - indent - 2).map((line, index) => index === 0
		? {text: label.padEnd(indent) + line, indent: 1, tone}
		: {text: line, indent: indent + 1, tone});
}

/**
Lets a page be laid out once for each width: its lines are asked for at each key, and can be many.

@param lay Gives the lines of `source`, of which nothing may change, in `width` cells; `state` for all that does not matter to whether they are the same.
*/
export function laidOnce<Source extends object, State = undefined>(
	lay: (source: Source, width: number, state: State) => readonly PageLine[],
): (source: Source, width: number, ...state: State extends undefined ? [] : [State]) => readonly PageLine[] {
	const pages = new WeakMap<Source, {readonly width: number; readonly lines: readonly PageLine[]}>();
	return (source, width, state?: State) => {
		const known = pages.get(source);
		const lines = known?.width === width ? known.lines : lay(source, width, state!);
		pages.set(source, {width, lines});
		return lines;
	};
}

/** A line as it is drawn. */
export const drawnText = ({text, indent = 0}: PageLine): string => ' '.repeat(indent) + text;

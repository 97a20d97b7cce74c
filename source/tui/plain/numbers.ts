import {formatNumber} from '../../text/format.ts';
import {displayText} from '../../text/display-name.ts';

/** The numbers that can be named now, both included; none where `to` is less than `from`. */
export type Span = {
	readonly from: number;
	readonly to: number;
};

export type Numbers =
	{readonly numbers: readonly number[]}
	/** The mistake in the text: one sentence for a person, without its full stop. */
	| {readonly problem: string};

/** The most characters of a text that are repeated in an answer. */
const longestQuote = 40;

/** A text of the operator's in quotes, harmless and not too long. */
export function quote(text: string): string {
	const shown = displayText(text.slice(0, longestQuote));
	return `"${shown}${text.length > longestQuote ? '…' : ''}"`;
}

function readPart(part: string, {from, to}: Span): readonly [first: number, last: number] | string {
	const {start, end = start} = /^(?<start>\d+)(?:-(?<end>\d+))?$/v.exec(part)?.groups ?? {};

	if (start === undefined) {
		return `${quote(part)} is not a number or range; write them like 3,5-9`;
	}

	const [first, last] = [Number(start), Number(end)];
	const outside = [first, last].find(number => !(number >= from && number <= to));

	if (outside !== undefined) {
		return `${quote(outside === first ? start : end!)} was not listed; the list has ${formatNumber(from)} to ${formatNumber(to)}`;
	}

	return first > last ? `${quote(part)} runs backwards; write ${last}-${first}` : [first, last];
}

/** Reads numbers and ranges such as `3,5-9`, each named once and in order. Nothing of it counts where any part is wrong. */
export function parseNumbers(text: string, span: Span): Numbers {
	const parts = text.split(/[\s,]+/v).filter(part => part !== '');

	if (parts.length === 0) {
		return {problem: 'a number or range is missing; write them like 3,5-9'};
	}

	if (span.to < span.from) {
		return {problem: 'nothing is listed that has a number'};
	}

	const isNamed = new Uint8Array(span.to - span.from + 1);

	for (const part of parts) {
		const ends = readPart(part, span);

		if (typeof ends === 'string') {
			return {problem: ends};
		}

		isNamed.fill(1, ends[0] - span.from, ends[1] - span.from + 1);
	}

	return {numbers: [...isNamed.keys()].filter(index => isNamed[index] === 1).map(index => index + span.from)};
}

/*
Lines of a file: its first and last ones, those of a compressed one unpacked.
*/
import type {PrintableContent, UnpackProgress} from '../../backup/inspect.ts';
import {formatBytes} from '../../text/format.ts';
import {truncateEnd, wrapWords} from '../kit/columns.ts';
import type {PageLine} from '../kit/page-lines.ts';

const cutLines = (lines: readonly string[], width: number): readonly PageLine[] => lines.map(text => ({text: truncateEnd(text, width)}));

const head = (text: string): PageLine => ({text, tone: 'strong'});

/** How much there is in a compressed file, or why that is not known. */
function unpackedText({format, bytes, problem}: UnpackProgress): string {
	return `${format}: ${problem ?? (bytes === undefined ? 'its end takes too long to unpack' : `${formatBytes(bytes)} unpacked`)}`;
}

type Text = PrintableContent & {readonly kind: 'text'};

function textLines({first, last, unpacked}: Text, height: number, width: number): readonly PageLine[] {
	// The end of what has not been unpacked to there is not known.
	if (unpacked && unpacked.bytes === undefined) {
		return [head('First lines'), ...cutLines(first.slice(0, height - 1), width)];
	}

	if (last.length === 0 && first.length < height) {
		return [head('Content'), ...cutLines(first, width)];
	}

	const end = last.length === 0 ? first : last;

	if (height < 7) {
		return height < 3 ? cutLines(end.slice(-height), width) : [head('Last lines'), ...cutLines(end.slice(1 - height), width)];
	}

	const shownFirst = Math.min(first.length, Math.floor((height - 2) / 3));
	return [head('First lines'), ...cutLines(first.slice(0, shownFirst), width), head('Last lines'), ...cutLines(end.slice(shownFirst + 2 - height), width)];
}

/** Lines of a content in `height` rows of `width` cells: from both ends, more of the last ones, which in a log are the newest. */
export function contentLines(content: PrintableContent, height: number, width: number): readonly PageLine[] {
	if (height < 1) {
		return [];
	}

	if (content.kind === 'none') {
		return wrapWords(content.reason, width).slice(0, height).map(text => ({text, tone: 'faint'}));
	}

	const {unpacked} = content;
	return unpacked && height > 2
		? [{text: truncateEnd(unpackedText(unpacked), width), tone: 'faint'}, ...textLines(content, height - 1, width)]
		: textLines(content, height, width);
}

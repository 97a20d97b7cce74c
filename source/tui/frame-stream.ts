/*
Between Ink and the terminal. Ink (8.0.0, not incremental) writes each frame whole, after what erases the one before, and between two marks of
synchronized output. What goes on from here are the cells that changed, in one write.
*/
import {type Frame, frameDifference, readFrame} from './frame-difference.ts';
import {streamWithWrite} from './stream-with-write.ts';

/* Synchronized output: a terminal that knows it shows the frame when it is complete. */
const begin = '\u{1B}[?2026h';
const end = '\u{1B}[?2026l';

/** What Ink puts before a frame: it erases the last one line by line, or the whole screen. */
const erasing = /^(?:(?:\u{1B}\[2K(?:\u{1B}\[1A)?)+\u{1B}\[G|\u{1B}\[1;1H\u{1B}\[J)/v;
const cursorVisibility = /^\u{1B}\[\?25[hl]$/v;

/** A terminal for Ink to draw on. Only for the alternate screen, where frames begin in the first row. */
export function frameStream(terminal: NodeJS.WriteStream): NodeJS.WriteStream {
	let shown: Frame | undefined;
	let isFrame = false;

	const draw = (text: string) => {
		const frame = readFrame(text, {columns: terminal.columns, rows: terminal.rows}, shown);
		const difference = frameDifference(shown, frame);
		shown = frame;
		return difference === '' ? undefined : `${begin}${difference}${end}`;
	};

	return streamWithWrite(terminal, chunk => {
		if (typeof chunk !== 'string' || cursorVisibility.test(chunk)) {
			return chunk;
		}

		if (chunk === begin || chunk === end) {
			isFrame = chunk === begin;
			return undefined;
		}

		const text = chunk.replace(erasing, '');

		if (isFrame) {
			return draw(text.replace(/\n$/v, ''));
		}

		// Something else than a frame: the next one is drawn on a screen of which nothing is known.
		shown = undefined;
		return text === '' ? undefined : chunk;
	});
}

/*
Between Ink and the terminal. Ink (8.0.0, not incremental) writes each frame whole, after what erases the one before, and between two marks of
synchronized output. What goes on from here are the cells that changed, in one write.
*/
import {terminalSize} from '../../text/terminal-size.ts';
import {type Frame, frameDifference, readFrame} from './frame-difference.ts';
import {streamWithWrite} from './stream-with-write.ts';

/* Synchronized output: a terminal that knows it shows the frame when it is complete. */
const begin = '\u{1B}[?2026h';
const end = '\u{1B}[?2026l';

/** The escape sequences that Ink writes before a frame: it erases the last one line by line, or the whole screen. */
const erasing = /^(?:(?:\u{1B}\[2K(?:\u{1B}\[1A)?)+\u{1B}\[G|\u{1B}\[1;1H\u{1B}\[J)/v;
const cursorVisibility = /^\u{1B}\[\?25[hl]$/v;

export type FrameStream = {
	/** The stream that Ink draws on. */
	readonly stream: NodeJS.WriteStream;
	/** Sends the whole current frame, to a terminal that may show something else. */
	readonly repaint: () => void;
	/**
	The terminal has changed its size, and may have lost lines by that, even where it has its old size again. So the next frame is sent whole; and the
	last one again if Ink draws none, as it does not for a size that came and went.
	*/
	readonly resized: () => void;
	/** Stops the timer that `resized` has started. */
	readonly close: () => void;
};

/**
A terminal for Ink to draw on. Only for the alternate screen, where frames begin in the first row.

@param drawingTime Milliseconds in which Ink draws a frame, if a new size makes it draw one at all.
@param onFrame Called before a frame is written.
*/
export function frameStream(terminal: NodeJS.WriteStream, drawingTime: number, onFrame: () => void): FrameStream {
	/** The last frame as Ink wrote it. */
	let text: string | undefined;
	/** The frame on the terminal; `undefined` if unknown. */
	let shown: Frame | undefined;
	let isFrame = false;
	let timer: NodeJS.Timeout | undefined;

	const draw = (content: string) => {
		const frame = readFrame(content, terminalSize(terminal), shown);
		const difference = frameDifference(shown, frame);
		text = content;
		shown = frame;
		return difference === '' ? undefined : `${begin}${difference}${end}`;
	};

	const repaint = () => {
		if (text !== undefined) {
			shown = undefined;
			terminal.write(draw(text) ?? '');
		}
	};

	const stream = streamWithWrite(terminal, chunk => {
		if (typeof chunk !== 'string' || cursorVisibility.test(chunk)) {
			return chunk;
		}

		if (chunk === begin || chunk === end) {
			isFrame = chunk === begin;
			return undefined;
		}

		const content = chunk.replace(erasing, '');

		if (isFrame) {
			onFrame();
			return draw(content.replace(/\n$/v, ''));
		}

		// Output that is no frame: the next frame is drawn on a screen of unknown content.
		text = undefined;
		shown = undefined;
		return content === '' ? undefined : chunk;
	});

	return {
		stream,
		repaint,
		resized() {
			shown = undefined;
			clearTimeout(timer);
			timer = setTimeout(() => {
				if (!shown) {
					repaint();
				}
			}, drawingTime);
		},
		close() {
			clearTimeout(timer);
		},
	};
}

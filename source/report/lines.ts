import {eraseLine, type Output} from './output.ts';
import {ProgressReminder} from './progress-reminder.ts';

export type Lines = {
	/** Writes a line. */
	readonly say: (output: Output, line: string) => void;
	/** Writes a line on standard output, unless only failures are to be said. */
	readonly inform: (line: string) => void;
	/** Shows how far the work is, where standard error is a terminal: in one line there, which the next line takes away. Of its parts, between commas, as many as fit are shown. */
	readonly progress: (line: string) => void;
	/** The same of what may take hours: where standard error is no terminal, a line on standard output now and then. */
	readonly follow: (line: string, status: Following) => void;
};

export type Following = {
	readonly seconds_elapsed: number;
	/** 0–1. */
	readonly percent_done: number;
};

/** As much of a line as fits: whole parts of it, where that is possible. */
function fitLine(line: string, width: number): string {
	const cut = line.length <= width ? line.length : line.lastIndexOf(', ', width);
	return line.slice(0, cut > 0 ? cut : width);
}

/**
Lines of text on both standard streams.

@param isQuiet Whether only failures are said.
*/
export function createLines(out: Output, error: Output, isQuiet: boolean): Lines {
	let hasProgress = false;
	const reminder = new ProgressReminder();

	const say = (output: Output, line: string) => {
		if (hasProgress) {
			hasProgress = false;
			error.write(eraseLine);
		}

		output.write(`${line}\n`);
	};

	const inform = (line: string) => {
		if (!isQuiet) {
			say(out, line);
		}
	};

	const progress = (line: string) => {
		if (error.columns !== undefined && !isQuiet) {
			hasProgress = true;
			error.write(`${eraseLine}${fitLine(line, error.columns - 1)}`);
		}
	};

	return {
		say,
		inform,
		progress,
		follow(line, {seconds_elapsed: seconds, percent_done: fraction}) {
			if (error.columns !== undefined) {
				progress(line);
			} else if (reminder.isDue(fraction, seconds * 1000)) {
				inform(line);
			}
		},
	};
}

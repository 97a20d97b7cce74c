import {eraseLine, type Output} from './output.ts';

export type Lines = {
	/** Writes a line. */
	readonly say: (output: Output, line: string) => void;
	/** Writes a line on standard output, unless only failures are to be said. */
	readonly inform: (line: string) => void;
	/** Shows how far the work is, where standard error is a terminal: in one line there, which the next line takes away. Of its parts, between commas, as many as fit are shown. */
	readonly progress: (line: string) => void;
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

	const say = (output: Output, line: string) => {
		if (hasProgress) {
			hasProgress = false;
			error.write(eraseLine);
		}

		output.write(`${line}\n`);
	};

	return {
		say,
		inform(line) {
			if (!isQuiet) {
				say(out, line);
			}
		},
		progress(line) {
			if (error.columns !== undefined && !isQuiet) {
				hasProgress = true;
				error.write(`${eraseLine}${fitLine(line, error.columns - 1)}`);
			}
		},
	};
}

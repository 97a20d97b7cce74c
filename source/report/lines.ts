import {eraseLine, type Output} from './output.ts';

export type Lines = {
	/** Writes a line. */
	readonly say: (output: Output, line: string) => void;
	/** Writes a line on standard output, unless only failures are to be said. */
	readonly inform: (line: string) => void;
	/** Shows how far the work is, where standard error is a terminal: in one line there, which the next line takes away. */
	readonly progress: (line: string) => void;
};

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
				error.write(`${eraseLine}${line.slice(0, error.columns - 1)}`);
			}
		},
	};
}

import {formatCount} from '../../text/format.ts';
import {wrapWords} from './columns.ts';
import {type PageLine, paragraph} from './page-lines.ts';

/** A file that could not be copied, as text for a person. */
export type FailedFile = {
	readonly path: string;
	readonly error: {readonly message: string};
};

type Made = {readonly width: number; readonly lines: readonly PageLine[]};

/** A page is asked for its lines at each key, and failures can be many. */
const made = new WeakMap<readonly FailedFile[], Made>();

const indent = 2;

/** The files that failed, each with its reason in full. `width` in cells. The same list gives the same lines. */
export function failureLines(failures: readonly FailedFile[], width: number): readonly PageLine[] {
	const known = made.get(failures);

	if (known?.width === width) {
		return known.lines;
	}

	const files = failures.flatMap(({path, error}) => wrapWords(`${path}: ${error.message}`, width - 2 - indent)
		.map((text, index) => ({text, indent: index === 0 ? 1 : indent + 1})));
	const lines = failures.length === 0 ? [] : [...paragraph(`${formatCount(failures.length, 'file')} failed:`, width, 'bad'), ...files];
	made.set(failures, {width, lines});
	return lines;
}

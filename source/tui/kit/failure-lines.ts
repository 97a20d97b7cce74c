import {formatCount} from '../../text/format.ts';
import {wrapWords} from './columns.ts';
import {laidOnce, paragraph} from './page-lines.ts';

/** A file that could not be copied, as text for a person. */
export type FailedFile = {
	readonly path: string;
	readonly error: {readonly message: string; readonly remedy?: string};
};

const indent = 2;

/** The files that failed, each with its reason in full. `width` in cells. */
export const failureLines = laidOnce((failures: readonly FailedFile[], width) => {
	const files = failures.flatMap(({path, error}) => wrapWords(`${path}: ${error.message}`, width - 2 - indent)
		.map((text, index) => ({text, indent: index === 0 ? 1 : indent + 1})));
	return failures.length === 0 ? [] : [...paragraph(`${formatCount(failures.length, 'file')} failed:`, width, 'bad'), ...files];
});

import {type FailedFile, groupFailures, groupText} from '../../report/words/failures.ts';
import {formatCount} from '../../text/format.ts';
import {wrapWords} from './columns.ts';
import {laidOnce, type PageLine, paragraph} from './page-lines.ts';

const indent = 2;

/** A text that goes on under itself, `from` cells from the left. */
const hanging = (text: string, from: number, width: number): readonly PageLine[] =>
	wrapWords(text, width - 1 - from - indent).map((line, index) => ({text: line, indent: index === 0 ? from : from + indent}));

/** The files that failed, each with its reason in full; where several failed for one, that stands once above them. `width` in cells. */
export const failureLines = laidOnce((failures: readonly FailedFile[], width) => {
	const groups = groupFailures(failures);
	const [first] = groups;

	if (first && groups.length === 1 && failures.length > 1) {
		return [...paragraph(`${formatCount(failures.length, 'file')} failed: ${first.reason}`, width, 'bad'), ...failures.flatMap(({path}) => hanging(path, 1, width))];
	}

	const files = groups.flatMap(({reason, files: group}) => group.length === 1
		? hanging(`${group[0]!.path}: ${reason}`, 1, width)
		: [...hanging(`${groupText(group.length, reason)}:`, 1, width), ...group.flatMap(({path}) => hanging(path, 1 + indent, width))]);
	return first ? [...paragraph(`${formatCount(failures.length, 'file')} failed:`, width, 'bad'), ...files] : [];
});

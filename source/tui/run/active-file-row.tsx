import Spinner from 'ink-spinner';
import type {ActiveFile} from '../../backup/events.ts';
import {fitEnd, fitStart, truncateMiddle} from '../kit/columns.ts';
import {Line} from '../kit/line.tsx';
import {ProgressBar} from '../kit/progress-bar.tsx';
import {percentCells} from '../kit/bar.ts';
import type {RunColumns} from './run-layout.ts';
import {amountText} from './run-view.ts';

type Props = {
	readonly file: ActiveFile;
	readonly columns: RunColumns;
};

/** A file that is being copied. */
export function ActiveFileRow({file, columns: {tag, name, bar, figures}}: Props) {
	const text = `${tag > 0 ? (file.checking ? 'checking' : 'copying').padEnd(tag) : ''}${fitStart(file.path, name, truncateMiddle)}${tag > 0 ? '  ' : ' '}`;

	// Of an empty file there is nothing to measure.
	if (file.total_bytes <= 0) {
		return <Line>{` ${text}`}<Spinner/></Line>;
	}

	const fraction = Math.min(1, file.bytes_done / file.total_bytes);
	return (
		<Line>
			{` ${text}`}<ProgressBar isThin fraction={fraction} width={bar}/>{` ${percentCells(fraction)}`}
			{figures > 0 && <Line tone='faint'>{`  ${fitEnd(amountText(file), figures)}`}</Line>}
		</Line>
	);
}

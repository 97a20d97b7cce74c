import type {FileEvent} from '../../backup/events.ts';
import {outcomeWords} from '../../report/words/outcomes.ts';
import {formatBytes} from '../../text/format.ts';
import {fitEnd, fitStart, truncateMiddle} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import {Line} from '../kit/line.tsx';
import {type RunColumns, wordWidth} from './run-layout.ts';

type Props = {
	readonly file: FileEvent;
	readonly columns: RunColumns;
	/** Cells of the terminal. */
	readonly width: number;
};

/** A file that is finished, with what became of its size, and what is to be known of its copy. */
export function FinishedFileRow({file: {path, outcome, notes, bytes_in: bytesIn, bytes_out: bytesOut}, columns, width}: Props) {
	const {figures, name, bar} = columns;
	const remark = notes.length > 0 ? ` (${notes.join(', ')})` : '';
	const nameWidth = figures > 0 ? name + 2 + bar + 6 : width - 2 - wordWidth;

	return (
		<Line>
			<Line tone={outcome === 'vanished' ? 'warning' : 'good'}>{` ${outcomeWords[outcome].padEnd(wordWidth)}`}</Line>
			{fitStart(`${truncateMiddle(path, nameWidth - remark.length)}${remark}`, nameWidth)}
			{figures > 0 && outcome !== 'vanished' && <Line tone='faint'>{`  ${fitEnd(`${formatBytes(bytesIn)} ${glyphs.arrow} ${formatBytes(bytesOut)}`, figures)}`}</Line>}
		</Line>
	);
}

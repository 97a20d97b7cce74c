import type {ErrorEvent} from '../../backup/events.ts';
import {reasonText} from '../../report/words/failures.ts';
import {outcomeWords} from '../../report/words/outcomes.ts';
import {formatNumber} from '../../text/format.ts';
import {cellWidth, truncateEnd, truncateMiddle} from '../kit/columns.ts';
import {Line} from '../kit/line.tsx';
import {wordWidth} from './run-layout.ts';

type Props = {
	readonly failures: readonly ErrorEvent[];
	/** Rows there are for them. */
	readonly rows: number;
	/** Cells of the terminal. */
	readonly width: number;
};

const tag = ` ${outcomeWords.failed.padEnd(wordWidth)}`;

/** The failed files with their reasons; the last ones if there are more than fit, with a count of the rest. */
export function Failures({failures, rows, width}: Props) {
	const isCut = failures.length > rows && rows > 1;
	const shown = failures.slice(Math.max(0, failures.length - rows + (isCut ? 1 : 0)));
	const room = width - tag.length - 1;

	return (
		<>
			{isCut && <Line tone='bad'>{`${tag}${formatNumber(failures.length - shown.length)} more before these`}</Line>}
			{rows > 0 && shown.map(({path, error}) => {
				const reason = reasonText(error);
				const name = truncateMiddle(path, Math.max(Math.floor(room / 2), room - cellWidth(reason) - 2));
				return <Line key={path}><Line tone='bad'>{tag}</Line>{truncateEnd(`${name}: ${reason}`, room)}</Line>;
			})}
		</>
	);
}

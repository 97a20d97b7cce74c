import type {SummaryEvent} from '../../backup/events.ts';
import {exitCodes} from '../../exit/exit-codes.ts';
import {isAnyLeftOut} from '../../report/words/left-out-words.ts';
import {headlineOf} from '../../report/words/summary.ts';
import {formatCount} from '../../text/format.ts';
import type {Screen} from '../keys/screen.ts';
import {failureLines} from '../kit/failure-lines.ts';
import {
	blank,
	labelled,
	laidOnce,
	type PageLine,
	paragraph,
} from '../kit/page-lines.ts';
import type {Tone} from '../kit/theme.ts';
import {
	canRetry,
	codeLine,
	describeOutage,
	describeSummary,
	endCode,
	hasLost,
	isRefused,
	noteLine,
	noticeLines,
	type Report,
	reportOf,
} from './run-result.ts';
import {type SummaryCommand, type SummaryContext, summaryKeys} from './run-keys.ts';
import type {RunSlice, RunState, RunView} from './run-state.ts';
import {summaryCommands} from './run-steps.ts';
import {runHeading} from './run-view.ts';

function outcomeTitle(code: number, run: RunState, summary: SummaryEvent): readonly [text: string, tone: Tone] {
	const {files_failed: failed, left_out: leftOut} = summary;

	if (code === exitCodes.done) {
		const what = isAnyLeftOut(leftOut) ? 'all that was chosen' : 'everything';
		return [`Done: ${hasLost(run) ? 'all that was still there' : what} was backed up.`, 'good'];
	}

	const text = code === exitCodes.someFailed
		? `Finished, but ${formatCount(failed, 'file')} could not be copied.`
		: `${headlineOf(summary)}.`;
	return [text, 'bad'];
}

/** The result of the run, above the lists. */
function headLines(state: RunView): readonly PageLine[] {
	const {run, size: {columns: width}} = state;
	const {summary} = run;
	const code = endCode(run);

	if (summary) {
		const [text, tone] = outcomeTitle(code, run, summary);
		return [
			...paragraph(text, width, tone),
			blank,
			...describeSummary(summary).flatMap(([label, value]) => labelled(label, value, {width, indent: 9})),
		];
	}

	const {title, details, advice, remedy, lastWords} = describeOutage(run);
	return [
		...paragraph(title, width, 'bad'),
		blank,
		...details.flatMap(text => paragraph(text, width)),
		...(lastWords.length > 0 ? [...paragraph('Its last words:', width), ...lastWords.flatMap(text => paragraph(text, width))] : []),
		...(remedy === undefined ? [] : [blank, ...paragraph(remedy, width)]),
		...(advice === undefined ? [] : [blank, ...paragraph(advice, width)]),
	];
}

function noteLines({noted, notices}: Report, width: number): readonly PageLine[] {
	const texts = [...noticeLines(notices), ...noted.map(file => noteLine(file))];
	return texts.length === 0 ? [] : [blank, ...paragraph('Notes:', width, 'strong'), ...texts.flatMap(text => paragraph(text, width))];
}

const laySummary = laidOnce((run: RunState, width: number, state: RunView): readonly PageLine[] => {
	const report = reportOf(run);
	const failures = failureLines(report.failures, width);

	return [
		...headLines(state),
		...(failures.length > 0 ? [blank, ...failures] : []),
		...(isRefused(run) ? [blank, ...paragraph('Press Enter to go back to the list: all marks are as they were.', width)] : []),
		...(canRetry(state) ? [blank, ...paragraph('Press r to retry the failed files.', width)] : []),
		...noteLines(report, width),
		blank,
		...paragraph(codeLine(endCode(run), run), width, 'faint'),
	];
});

/** The page shown when a run is over, until the operator leaves it. */
export const summaryLines = (state: RunView): readonly PageLine[] => laySummary(state.run, state.size.columns, state);

/** The summary of a run; or, over it, the list of all its files. */
export const summaryScreen = {
	title: 'When the backup is over',
	phase: 'over',
	keys: summaryKeys,
	context: state => state.run.list.isOpen ? 'summaryOutcomes' : (isRefused(state.run) ? 'summaryRefused' : (canRetry(state) ? 'summaryFailed' : 'summary')),
	commands: summaryCommands,
	question: ({run}) => [run.isRetry],
	heading: runHeading,
	lines: state => state.run.list.isOpen ? undefined : summaryLines(state),
	brief: ({run}) => `Over, exit code ${endCode(run)}; q leaves`,
} as const satisfies Screen<RunSlice, SummaryCommand, SummaryContext, 'choose'>;

import {exitCodes} from '../../exit/exit-codes.ts';
import type {Screen} from '../keys/screen.ts';
import {failureLines} from '../kit/failure-lines.ts';
import {
	blank,
	labelled,
	laidOnce,
	type PageLine,
	paragraph,
} from '../kit/page-lines.ts';
import {
	canRetry,
	codeLine,
	describeOutage,
	describeSummary,
	endCode,
	fullSummary,
	isRefused,
	noteLine,
	noticeLines,
	omissionOf,
	type Report,
	reportOf,
	verdictOf,
} from './run-result.ts';
import {type SummaryCommand, type SummaryContext, summaryKeys} from './run-keys.ts';
import type {RunSlice, RunState, RunView} from './run-state.ts';
import {
	isListShown,
	listContext,
	listFooters,
	summaryCommands,
	typeInOutcomes,
} from './run-steps.ts';
import {runHeading} from './run-view.ts';

/** The result of the run, above the lists. */
function headLines(state: RunView): readonly PageLine[] {
	const {run, size: {columns: width}} = state;
	const summary = fullSummary(run);
	const code = endCode(run);

	if (summary) {
		const omission = omissionOf(summary);
		return [
			...paragraph(verdictOf(run, summary), width, code === exitCodes.done ? 'good' : 'bad'),
			...(omission === '' ? [] : paragraph(omission, width, 'warning')),
			blank,
			...describeSummary(summary, run.leftOut).flatMap(([label, value]) => labelled(label, value, {width, indent: 10})),
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

/** Where a key goes that is pressed over the list of all files. */
const contexts = {plain: 'summaryOutcomes', filtered: 'summaryFiltered', filter: 'summaryFilter'} as const;

function contextOf(state: RunSlice): SummaryContext {
	if (isListShown(state)) {
		return contexts[listContext(state.run.list)];
	}

	return isRefused(state.run) ? 'summaryRefused' : (canRetry(state) ? 'summaryFailed' : 'summary');
}

/** The summary of a run; or, over it, the list of all its files. */
export const summaryScreen = {
	title: 'When the backup is over',
	phase: 'over',
	keys: summaryKeys,
	context: contextOf,
	footers: listFooters,
	typed: ['summaryFilter'],
	type: typeInOutcomes,
	interrupt: state => summaryCommands.finish(state),
	commands: summaryCommands,
	question: ({run}) => [run.task],
	heading: runHeading,
	lines: state => isListShown(state) ? undefined : summaryLines(state),
	brief: ({run}) => `Over, exit code ${endCode(run)}; q leaves`,
} as const satisfies Screen<RunSlice, SummaryCommand, SummaryContext, 'choose' | 'saveMarks'>;

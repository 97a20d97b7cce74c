import type {ExitErrorEvent, SummaryEvent} from '../backup/events.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import type {Origin} from '../set/names/provenance.ts';
import {displayText} from '../text/display-name.ts';
import {
	type Labels,
	metric,
	type Metric,
	metricsText,
	seriesText,
	toSeconds,
} from './metrics.ts';

const lastSuccess = 'logbackup_last_success_timestamp_seconds';

/** Labels of what is about the backups of a host and source. */
export const originLabels = ({host, source}: Origin): Labels => ({host: displayText(host), source: displayText(source)});

/** When the last run ended that did all it was to do, in seconds since 1970, by what an earlier one wrote; `undefined` if there was none of this host and source. */
function readLastSuccess(text: string, labels: Labels): number | undefined {
	const start = `${seriesText(lastSuccess, labels)} `;
	const line = text.split('\n').find(other => other.startsWith(start));
	const value = line === undefined ? NaN : Number(line.slice(start.length));
	return Number.isSafeInteger(value) ? value : undefined;
}

function summaryMetrics(summary: SummaryEvent, labels: Labels): readonly Metric[] {
	const {files_done: done, files_reused: reused, files_failed: failed, files_vanished: vanished} = summary;
	const outcomes = Object.entries({
		done: done - reused, reused, failed, vanished,
	});
	return [
		metric('logbackup_last_run_duration_seconds', 'How long the last run took.', labels, summary.seconds_elapsed),
		{
			name: 'logbackup_last_run_files',
			help: 'Files of the set that the last run made, by what became of them.',
			samples: outcomes.map(([outcome, value]) => ({labels: {...labels, outcome}, value})),
		},
		metric('logbackup_last_run_source_bytes', 'Size of the files before compression.', labels, summary.bytes_in),
		metric('logbackup_last_run_set_bytes', 'Size of the copies in the set.', labels, summary.bytes_out),
		metric('logbackup_last_run_new_bytes', 'Size of the copies that are not shared with an earlier set.', labels, summary.bytes_new),
	];
}

/** The metrics of a run for Prometheus, however it ended. `earlier`: those of the run before, which say when the last one that did all ended. */
export function runMetrics(last: SummaryEvent | ExitErrorEvent, {origin, now, earlier}: {readonly origin: Origin; readonly now: Date; readonly earlier: string}): string {
	const labels = originLabels(origin);
	const code = last.message_type === 'summary' ? last.exit_code : last.code;
	const success = code === exitCodes.done ? toSeconds(now) : readLastSuccess(earlier, labels);
	return metricsText([
		metric('logbackup_last_run_timestamp_seconds', 'When the last run ended.', labels, toSeconds(now)),
		metric('logbackup_last_run_exit_code', 'How the last run ended: 0 all done, 3 some files failed, 4 the backup of the day was there already; see logbackup-tui(8).', labels, code),
		...(success === undefined ? [] : [metric(lastSuccess, 'When the last run ended that did all it was to do.', labels, success)]),
		...(last.message_type === 'summary' ? summaryMetrics(last, labels) : []),
	]);
}

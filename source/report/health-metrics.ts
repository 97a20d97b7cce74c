import {type Health, isAvailable, type SourceHealth} from '../set/health.ts';
import {displayText} from '../text/display-name.ts';
import {
	type Labels,
	metric,
	type Metric,
	metricsText,
	toSeconds,
} from './metrics.ts';
import {originLabels} from './run-metrics.ts';

const states = ['complete', 'partial', 'damaged', 'foreign', 'empty'] as const;

/** Labels of the sets of a source; of one without a manifest, those that were asked for. */
function labelsOf({newest}: SourceHealth, {whose}: Health): Labels {
	return originLabels(newest?.origin ?? {host: whose.host, source: whose.sources?.[0] ?? ''});
}

type Told = {readonly source: SourceHealth; readonly labels: Labels};

/** A metric that each source has, if it is known. */
const each = (name: string, help: string, told: readonly Told[], valueOf: (source: SourceHealth) => number | undefined): Metric => ({
	name,
	help,
	samples: told.flatMap(({source, labels}) => {
		const value = valueOf(source);
		return value === undefined ? [] : [{labels, value}];
	}),
});

/**
The state of the sets at a place, for Prometheus.

@param place Its path.
@param health `undefined` where it cannot be reached.
*/
export function healthMetrics(place: string, health: Health | undefined): string {
	const labels = {destination: displayText(place)};
	const available = metric('logbackup_destination_available', 'Whether the directory of the sets is there, with its file system mounted.', labels, health && isAvailable(health) ? 1 : 0);

	if (!health) {
		return metricsText([available]);
	}

	const told = [health, ...health.sources].filter(({newest}) => newest).map(source => ({source, labels: labelsOf(source, health)}));
	return metricsText([
		available,
		metric('logbackup_run_under_way', 'Whether a run is filling a set just now.', labels, health.isRunning ? 1 : 0),
		metric('logbackup_interrupted_runs', 'How many interrupted runs have left copies for the next one.', labels, health.interrupted.length),
		metric('logbackup_newest_sets', 'How many sources have a newest set below.', labels, told.length),
		each('logbackup_newest_set_timestamp_seconds', 'When the newest set was finished.', told, ({newest}) => newest?.head && toSeconds(newest.head.finished)),
		{
			name: 'logbackup_newest_set_state',
			help: 'The state of the newest set: 1 for the one that it is in.',
			samples: told.flatMap(({source, labels: own}) => states.map(state => ({labels: {...own, state}, value: source.newest?.state === state ? 1 : 0}))),
		},
		each('logbackup_newest_set_pushed', 'Whether the newest set is off the host, where sets are pushed, by the last look there.', told, ({push}) => push && Number(push.isPushed)),
		each('logbackup_remote_seen_timestamp_seconds', 'When the remote was last looked at.', told, ({push}) => push?.seen && toSeconds(push.seen)),
		each('logbackup_newest_set_files', 'Files in the newest set.', told, ({newest}) => newest?.head?.filesDone),
		each('logbackup_newest_set_failed_files', 'Files that failed when the newest set was made.', told, ({newest}) => newest?.head?.filesFailed),
		each('logbackup_newest_set_size_bytes', 'Size of the copies in the newest set.', told, ({newest}) => newest?.head?.bytesOut),
	]);
}

import {type Health, isAvailable, type SourceHealth} from '../set/health.ts';
import {displayText} from '../text/display-name.ts';
import {largestOf} from '../text/lists.ts';
import {healthDetail} from './health-text.ts';

/*
The protocol of plugins for Nagios, Icinga and their like: one line, performance data after a bar, and exit codes of its own. See
https://nagios-plugins.org/doc/guidelines.html
*/

/** The words for each level, by exit code. */
const levels = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

const [ok, warning, critical, unknown] = [0, 1, 2, 3] as const;

export type NagiosAnswer = {readonly text: string; readonly code: number};

/** Ages in milliseconds. */
export type Thresholds = {readonly warning: number; readonly critical: number};

/** A bar would begin the performance data, and a line end them. */
const safe = (text: string) => text.replaceAll('|', String.raw`\x7c`).replaceAll('\n', ' ');

const answer = (code: number, text: string, data = ''): NagiosAnswer => ({code, text: `LOGBACKUP ${levels[code]!}: ${safe(text)}${data === '' ? '' : ` | ${data}`}`});

function levelOf({verdict, age}: SourceHealth, thresholds: Thresholds): number {
	if (verdict === 'damaged' || verdict === 'none') {
		return critical;
	}

	// One that was finished in the future is of no known age, and is called too old.
	const isOld = age === undefined || age > thresholds.critical || (age < 0 && verdict === 'too old');
	return isOld ? critical : (verdict === 'partial' || verdict === 'not pushed' || age > thresholds.warning ? warning : ok);
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 1000);

/** A label in quotes, where a quote and an equals sign may not be. */
const label = (name: string, suffix: string) => suffix === '' ? name : `'${name} ${safe(suffix).replaceAll(/['=]/gv, '_')}'`;

function performanceData({newest, age}: SourceHealth, suffix: string, thresholds: Thresholds): readonly string[] {
	const {head} = newest ?? {};
	return [
		...(age === undefined ? [] : [`${label('age', suffix)}=${seconds(age)}s;${seconds(thresholds.warning)};${seconds(thresholds.critical)}`]),
		...(head ? [`${label('files', suffix)}=${head.filesDone};;;0`, `${label('failed', suffix)}=${head.filesFailed};;;0`, `${label('size', suffix)}=${head.bytesOut}B;;;0`] : []),
	];
}

/** The plugin's answer about the sets at a place. */
export function nagiosAnswer(health: Health, place: string, thresholds: Thresholds): NagiosAnswer {
	const all = [health, ...health.sources];
	const code = largestOf(all.map(source => levelOf(source, thresholds)), isAvailable(health) ? ok : critical);
	const data = all.flatMap(source => performanceData(source, all.length > 1 ? displayText(source.newest?.origin?.source ?? '') : '', thresholds));
	return answer(code, healthDetail(health, place), data.join(' '));
}

/** Its answer where nothing can be told. */
export const nagiosUnknown = (message: string): NagiosAnswer => answer(unknown, message);

/** Where the destination is there no more. */
export const nagiosLost = (message: string): NagiosAnswer => answer(critical, message);

/* What monitoring is told: the line of a plugin, and metrics. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import type {SummaryEvent} from '../../source/backup/events.ts';
import {healthMetrics} from '../../source/report/health-metrics.ts';
import {nagiosAnswer, nagiosUnknown} from '../../source/report/health-nagios.ts';
import {healthJson, healthLine} from '../../source/report/health-text.ts';
import {metric, metricsText} from '../../source/report/metrics.ts';
import {runMetrics} from '../../source/report/run-metrics.ts';
import {type Health, missingHealth, type SourceHealth} from '../../source/set/health.ts';
import type {ManifestHead} from '../../source/set/manifest/manifest-head.ts';
import {run} from '../support/run.ts';
import {origin, overviewOf} from '../support/set-fixtures.ts';

const hour = 3_600_000;
const now = new Date('2026-03-14T12:00:00.000Z');
const thresholds = {warning: 26 * hour, critical: 50 * hour};
const whose = {host: 'web1', sources: ['/var/log']};

const head: ManifestHead = {
	version: '1', ...origin, engine: 'zlib', started: new Date('2026-03-14T01:00:00Z'), finished: new Date('2026-03-14T01:02:00Z'), filesDone: 12, filesFailed: 0, filesVanished: 0, bytesIn: 9000, bytesOut: 5000,
};

const health = (changes: Partial<Health> = {}): Health => ({
	verdict: 'ok', newest: overviewOf('2026-03-14', {head}), age: 2 * hour, isMissing: false, whose, sources: [], isRunning: false, interrupted: [], future: [], ...changes,
});

/** A line of the protocol: what it says, then numbers with their limits. */
const line = /^LOGBACKUP (?<level>OK|WARNING|CRITICAL|UNKNOWN): [^\n\|]+(?: \| (?<data>[^\n\|]+))?$/v;

const datum = /^(?:[a-z]+|'[^'=]+')=-?\d+[Bs]?(?:;\d*){0,3}$/v;

test('a plugin answers with the code of its word, in one line', () => {
	const other: SourceHealth = {verdict: 'ok', newest: overviewOf('2026-03-01', {head, origin: {...origin, source: '/srv/a|b\'=c'}}), age: 60 * hour};
	const cases: ReadonlyArray<readonly [code: number, changes: Partial<Health>]> = [
		[0, {}],
		[0, {age: 26 * hour}],
		[1, {verdict: 'too old', age: (26 * hour) + 1}],
		[1, {verdict: 'too old', age: 50 * hour}],
		[2, {verdict: 'too old', age: (50 * hour) + 1}],
		[2, {verdict: 'too old', age: -hour}],
		[0, {age: -60_000}],
		[1, {verdict: 'partial'}],
		[2, {verdict: 'partial', age: 51 * hour}],
		[2, {verdict: 'damaged'}],
		[2, {mountPoint: '/mnt'}],
		[2, {sources: [other]}],
	];

	for (const [code, changes] of cases) {
		const answer = nagiosAnswer(health(changes), '/back|ups', thresholds);
		assert.equal(answer.code, code, JSON.stringify(changes));
		const {level, data} = line.exec(answer.text)?.groups ?? {};
		assert.equal(level, ['OK', 'WARNING', 'CRITICAL'][code], answer.text);
		assert.deepEqual(data?.split(/ (?=[a-z]+=|'[a-z]+ )/v).filter(part => !datum.test(part)) ?? [], []);
	}

	assert.match(nagiosAnswer(health(), '/backups', thresholds).text, / \| age=7200s;93600;180000 files=12;;;0 failed=0;;;0 size=5000B;;;0$/v);
	assert.equal(nagiosAnswer(missingHealth(whose, undefined), '/backups', thresholds).code, 2);
	assert.deepEqual(nagiosUnknown('a\nb|c'), {code: 3, text: String.raw`LOGBACKUP UNKNOWN: a b\x7cc`});
});

test('a destination that is not there, or not mounted, is told from one without sets', () => {
	const {newest: _newest, age: _age, ...none} = health({verdict: 'none'});
	const texts = [none, missingHealth(whose, undefined), missingHealth(whose, '/mnt'), {...none, mountPoint: '/mnt'}].map(state => healthLine(state, '/mnt/backups'));
	assert.equal(new Set(texts).size, 4);
	assert.ok(texts.every(text => text.startsWith('NO BACKUP: ') && text.includes('/mnt/backups')), texts.join('\n'));
	assert.deepEqual([none, missingHealth(whose, undefined), missingHealth(whose, '/mnt')].map(state => (healthJson(state, 6) as {destination?: string}).destination), [undefined, 'missing', 'not_mounted']);
});

const promtool = spawnSync('promtool', ['--version']).status !== 0 && 'promtool not installed';

/** Values by series. */
const valuesIn = (text: string) => new Map(text.split('\n').filter(entry => entry !== '' && !entry.startsWith('#')).map(entry => [entry.slice(0, entry.lastIndexOf(' ')), entry.slice(entry.lastIndexOf(' ') + 1)]));

const odd = {host: 'web"1\\', source: '/var/l\nog'};

const summary: SummaryEvent = {
	message_type: 'summary', exit_code: 3, set: '/x', started: '', finished: '', total_files: 5, files_done: 4, files_failed: 1, files_vanished: 0, files_resumed: 0, files_reused: 3, files_verified: 1, bytes_in: 100, bytes_out: 40, bytes_new: 10, seconds_elapsed: 1.25,
};

const runText = (code: 0 | 3, earlier: string, time = now) => runMetrics({...summary, exit_code: code}, {origin: odd, now: time, earlier});

test('promtool finds nothing wrong with the metrics', {skip: promtool}, async () => {
	const texts = [healthMetrics('/back"ups', health({sources: [{verdict: 'ok', newest: overviewOf('2026-03-01', {origin: odd}), age: 1}]})), healthMetrics('/b', undefined), healthMetrics('/b', missingHealth(whose, undefined)), runText(0, ''), runText(3, '')];

	for (const text of texts) {
		const {stdout, stderr} = await run('promtool', ['check', 'metrics'], {stdin: text});
		assert.equal(stdout + stderr, '', text);
	}
});

test('metrics tell of the newest set of each source, and of a destination that is not there only that', () => {
	const values = valuesIn(healthMetrics('/backups', health()));
	assert.equal(values.get('logbackup_destination_available{destination="/backups"}'), '1');
	assert.equal(values.get('logbackup_newest_set_timestamp_seconds{host="web1",source="/var/log"}'), '1773450120');
	assert.equal(values.get('logbackup_newest_set_state{host="web1",source="/var/log",state="complete"}'), '1');
	assert.equal(values.get('logbackup_newest_set_state{host="web1",source="/var/log",state="damaged"}'), '0');
	assert.equal(values.get('logbackup_newest_set_size_bytes{host="web1",source="/var/log"}'), '5000');
	assert.deepEqual([...valuesIn(healthMetrics('/b', undefined))], [['logbackup_destination_available{destination="/b"}', '0']]);
	assert.equal(valuesIn(healthMetrics('/b', health({mountPoint: '/'}))).get('logbackup_destination_available{destination="/b"}'), '0');
	assert.equal(metricsText([metric('a', 'b\nc', {d: 'e"\\\nf'}, 0.5)]), '# HELP a b\\nc\n# TYPE a gauge\na{d="e\\"\\\\\\nf"} 0.5\n');
});

test('when a run last did all it was to do is taken over from one to the next', () => {
	const success = (text: string) => [...valuesIn(text)].find(([name]) => name.startsWith('logbackup_last_success'))?.[1];
	const later = (text: string, code: 0 | 3, hours: number) => runText(code, text, new Date(now.getTime() + (hours * hour)));
	const seconds = (hours: number) => String((now.getTime() + (hours * hour)) / 1000);
	const first = runText(3, '');
	assert.equal(success(first), undefined);
	const second = later(first, 0, 1);
	assert.equal(success(second), seconds(1));
	const third = later(second, 3, 2);
	assert.equal(success(third), seconds(1));
	assert.equal(success(later(third, 3, 3)), seconds(1));
	assert.equal(success(runMetrics(summary, {origin, now, earlier: second})), undefined, 'nor from those of another source');
	assert.equal(success(later(second.replaceAll(seconds(1), 'x'), 3, 4)), undefined);
	assert.equal(valuesIn(third).get(String.raw`logbackup_last_run_files{host="web\"1\\\\",source="/var/l\\nog",outcome="done"}`), '1');
});

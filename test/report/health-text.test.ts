import assert from 'node:assert/strict';
import {test} from 'node:test';
import {healthJson, healthLine} from '../../source/report/health-text.ts';
import type {Health, Verdict} from '../../source/set/health.ts';
import type {ManifestHead} from '../../source/set/manifest/manifest-head.ts';
import {origin, overviewOf} from '../support/set-fixtures.ts';
import {lacking} from './captured.ts';

const head: ManifestHead = {
	version: '1', ...origin, engine: 'zlib', started: new Date('2026-03-14T01:00:00Z'), finished: new Date('2026-03-14T01:02:00Z'), filesDone: 12, filesFailed: 0, filesVanished: 0, bytesIn: 9000, bytesOut: 5000,
};
const hour = 3_600_000;
const whose = {host: 'web1', machine: origin.machine, sources: ['/var/log']};
const health = (changes: Partial<Health> = {}): Health => ({
	verdict: 'ok', newest: overviewOf('2026-03-14', {head}), age: 2 * hour, isMissing: false, whose, sources: [], isRunning: false, interrupted: [], future: [], ...changes,
});

const line = (changes: Partial<Health> = {}) => healthLine(health(changes), '/backups');

test('one line begins with the verdict, and has the numbers of the newest set', () => {
	assert.match(line(), /^OK: 2026-03-14 complete/v);
	assert.deepEqual(lacking(line(), '2 h 00 min', '12 files', '5.00 kB', '/backups'), []);
	assert.doesNotMatch(line(), /[\n;]|failed|future/v);

	for (const [verdict, word] of Object.entries({
		'too old': 'TOO OLD', partial: 'PARTIAL', damaged: 'DAMAGED', none: 'NO BACKUP',
	})) {
		assert.ok(line({verdict: verdict as Verdict}).startsWith(`${word}: `));
	}

	assert.ok(line({newest: overviewOf('2026-03-14', {head: {...head, filesFailed: 3}, state: 'partial'})}).includes('3 failed'));
	assert.ok(line({newest: overviewOf('2026-03-14', {state: 'damaged', problem: 'torn'})}).includes('(torn)'));
});

test('a set that was finished in the future is told as that, with how far', () => {
	const text = line({verdict: 'too old', age: -48 * hour});
	assert.deepEqual(lacking(text, 'TOO OLD', '2 d 0 h', 'in the future'), []);
	assert.equal(line({age: 0}).includes('future'), false);
});

test('what else there is stands behind it', () => {
	assert.strictEqual(line({isRunning: true}).split('; ').length, 2);
	assert.deepEqual(lacking(line({interrupted: ['2026-03-12', '2026-03-11']}), '2026-03-12, 2026-03-11'), []);
	assert.deepEqual(lacking(line({future: ['2027-01-01', '2026-12-31']}), '2 sets', '2027-01-01'), []);
	const {newest: _newest, age: _age, ...bare} = health({verdict: 'none'});
	const other = healthLine({...bare, other: overviewOf('2026-03-10', {origin: {...origin, host: 'web2'}})}, '/backups');
	assert.deepEqual(lacking(other, 'NO BACKUP', '2026-03-10', 'web2', '/var/log on web1', '--host'), []);
	assert.equal(line({other: overviewOf('2026-03-10')}).includes('2026-03-10'), false, 'which does not matter where there is a set');
	assert.match(healthLine(bare, '/backups'), /^NO BACKUP: [^;]*$/v);
});

test('of several sources each has its verdict', () => {
	const text = line({
		verdict: 'partial', sources: [{verdict: 'too old', newest: overviewOf('2026-03-01', {origin: {...origin, source: '/srv/log'}}), age: 99 * hour}],
	});
	const [first, second] = text.split('; ', 2);
	assert.deepEqual(lacking(first!, 'PARTIAL', 'of /var/log in'), []);
	assert.deepEqual(lacking(second!, '/srv/log', 'TOO OLD', '2026-03-01', '4 d 3 h'), []);
});

test('as JSON, it has the same', () => {
	assert.deepEqual(healthJson(health({
		verdict: 'too old', isRunning: true, interrupted: ['2026-03-12'], future: ['2027-01-01'],
	}), 6), {
		message_type: 'health', exit_code: 6, verdict: 'too_old', date: '2026-03-14', state: 'complete', host: 'web1', source: '/var/log',
		finished: '2026-03-14T01:02:00.000Z', files_done: 12, files_failed: 0, bytes_out: 5000, age_seconds: 7200, running: true, interrupted: ['2026-03-12'], future: ['2027-01-01'],
	});
	const {newest: _newest, age: _age, ...bare} = health({verdict: 'none'});
	assert.deepEqual(healthJson({...bare, other: {...overviewOf('2026-03-10'), origin: {host: 'web2', source: '/x'}}}, 6), {
		message_type: 'health', exit_code: 6, verdict: 'none', other: {
			date: '2026-03-10', state: 'complete', host: 'web2', source: '/x',
		}, running: false, interrupted: [], future: [],
	});
	const unknown = {date: '2026-03-10', isStaging: false, state: 'foreign'} as const;
	assert.deepEqual(healthJson({...bare, other: unknown}, 6), {
		message_type: 'health', exit_code: 6, verdict: 'none', other: {date: '2026-03-10', state: 'foreign'}, running: false, interrupted: [], future: [],
	});
	assert.deepEqual(healthJson({...bare, verdict: 'ok', newest: unknown}, 0), {
		message_type: 'health', exit_code: 0, verdict: 'ok', date: '2026-03-10', state: 'foreign', running: false, interrupted: [], future: [],
	});
	assert.ok(healthLine({
		...bare, verdict: 'ok', newest: unknown, sources: [{verdict: 'none'}],
	}, '/backups').includes('in /backups'));
	const several = healthJson(health({age: 1499, newest: overviewOf('2026-03-14', {state: 'damaged', problem: 'torn'}), sources: [{verdict: 'none'}]}), 6) as Record<string, unknown>;
	assert.deepEqual([several.age_seconds, several.problem, several.sources], [1, 'torn', [{verdict: 'none'}]]);
});

/* What restore, verify and prune say: on which stream, with which numbers, and what of it with --quiet. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {RestoreEvent} from '../../source/recovery/restore-events.ts';
import type {VerifyEvent} from '../../source/recovery/verify-events.ts';
import {createPruneReport, describeRemovable, type PruneSummary} from '../../source/report/prune-report.ts';
import {createRestoreReport} from '../../source/report/restore-text.ts';
import {createVerifyReport} from '../../source/report/verify-text.ts';
import {overviewOf} from '../support/set-fixtures.ts';
import {captureBoth, lacking} from './captured.ts';

type Told = readonly [event: unknown, stream: 'out' | 'error' | 'none', words: readonly string[], others?: RegExp];

function assertTold<Event>(create: (isQuiet: boolean, both: ReturnType<typeof captureBoth>) => (event: Event) => void, table: readonly Told[]): number {
	for (const [event, stream, words, others = /\0/v] of table) {
		const what = JSON.stringify(event);
		const loud = captureBoth();
		create(false, loud)(event as Event);
		const {out, error} = loud.taken();
		assert.deepEqual(lacking(out + error, ...words), [], `${what}: ${out}${error}`);
		assert.deepEqual([out !== '', error !== ''], [stream === 'out', stream === 'error'], what);
		assert.doesNotMatch(out + error, others);
		const quiet = captureBoth();
		create(true, quiet)(event as Event);
		assert.deepEqual(quiet.taken(), {out: '', error}, what);
	}

	return table.length;
}

const restored = {
	message_type: 'restore_summary', exit_code: 0, to: '/to', total_files: 2000, files_restored: 2000, files_failed: 0, bytes_restored: 3_000_000, seconds_elapsed: 90,
};

test('a restoration', () => {
	const told = assertTold<RestoreEvent>((isQuiet, {out, error}) => createRestoreReport(out.output, error.output, isQuiet), [
		[{message_type: 'restore_start'}, 'none', []],
		[{message_type: 'file', path: 'a'}, 'none', []],
		[{
			message_type: 'status', percent_done: 0.5, files_done: 1, total_files: 2, error_count: 0,
		}, 'none', []],
		[{message_type: 'notice', message: 'words'}, 'error', ['words']],
		[{message_type: 'error', path: 'a', error: {message: 'no'}}, 'error', ['a', 'no']],
		[{
			message_type: 'entry', action: 'restore', path: 'a', size: 1000,
		}, 'out', ['1.00 kB', 'a'], /\(/v],
		[{
			message_type: 'entry', action: 'replace', path: 'a', size: 1000,
		}, 'out', ['1.00 kB', 'a', '(']],
		[{
			message_type: 'entry', action: 'fail', path: 'a', reason: 'because',
		}, 'out', ['-', 'a', 'because']],
		[{
			message_type: 'dry_run', to: '/to', total_files: 10, total_bytes: 2000, files_in_the_way: 3,
		}, 'out', ['7 files', '2.00 kB', '/to', '3 cannot']],
		[{
			message_type: 'dry_run', to: '/to', total_files: 10, total_bytes: 2000, files_in_the_way: 1,
		}, 'out', ['9 files', '1 cannot']],
		[{
			message_type: 'dry_run', to: '/to', total_files: 10, total_bytes: 2000, files_in_the_way: 0,
		}, 'out', ['10 files'], /cannot/v],
		[restored, 'out', ['2,000 files', '3.00 MB', '/to', '1 min 30 s'], /fail|of 2,000/v],
		[{...restored, files_restored: 1998, files_failed: 2}, 'out', ['1,998 of 2,000 files', '2 failed']],
	]);
	assert.equal(told, 13);
});

const verified = {
	message_type: 'set_verified', date: '2026-03-14', state: 'complete', files: 12, bytes: 5000, findings: 0, files_unchecked: 0,
};

test('a verification', () => {
	assertTold<VerifyEvent>((isQuiet, {out, error}) => createVerifyReport(out.output, error.output, isQuiet), [
		[{message_type: 'verify_start'}, 'none', []],
		[{
			message_type: 'status', percent_done: 0.5, date: '2026-03-14', sets_done: 0, total_sets: 1, error_count: 0,
		}, 'none', []],
		[{message_type: 'notice', message: 'words'}, 'out', ['words']],
		[{message_type: 'finding', date: '2026-03-14', message: 'no'}, 'error', ['2026-03-14: no']],
		[{
			message_type: 'finding', date: '2026-03-14', file: 'a.gz', message: 'no',
		}, 'error', ['2026-03-14: a.gz: no']],
		[verified, 'out', ['2026-03-14', '12 files', '5.00 kB'], /complete|\d problem|other/v],
		[{...verified, state: 'partial', findings: 2}, 'out', ['partial', '2 problems']],
		[{...verified, state: 'foreign', files_unchecked: 3}, 'out', ['foreign', '3 other files']],
		[{
			message_type: 'verify_summary', sets: 1, files: 1, bytes: 1, findings: 0, seconds_elapsed: 1,
		}, 'none', []],
		[{
			message_type: 'verify_summary', sets: 2, files: 30, bytes: 7000, findings: 0, seconds_elapsed: 61,
		}, 'out', ['2 sets', '30 files', '7.00 kB', '1 min 01 s', 'no problem']],
		[{
			message_type: 'verify_summary', sets: 2, files: 30, bytes: 7000, findings: 1, seconds_elapsed: 61,
		}, 'out', ['1 problem'], /no problem/v],
	]);
	// Of a foreign set, all that can be told is another thing than of one with a manifest.
	const say = (event: unknown) => {
		const {out, error, taken} = captureBoth();
		createVerifyReport(out.output, error.output, false)(event as VerifyEvent);
		return taken().out;
	};

	assert.notEqual(say({...verified, state: 'foreign'}).replace('foreign, ', ''), say(verified));
});

test('how far they are is told where standard error is a terminal', () => {
	const restore = captureBoth(80);
	createRestoreReport(restore.out.output, restore.error.output, false)({
		message_type: 'status', percent_done: 0.509, files_done: 1, total_files: 2, error_count: 3,
	} as RestoreEvent);
	assert.deepEqual(lacking(restore.taken().error, '50 %', '1 of 2 files', '3 failed'), []);
	const verify = captureBoth(80);
	const report = createVerifyReport(verify.out.output, verify.error.output, false);
	report({
		message_type: 'status', percent_done: 0.509, date: '2026-03-14', sets_done: 1, total_sets: 3, error_count: 1,
	} as VerifyEvent);
	assert.deepEqual(lacking(verify.taken().error, '50 %', 'set 2 of 3 (2026-03-14)', '1 problem'), []);
	report({
		message_type: 'status', percent_done: 0.5, date: '2026-03-14', sets_done: 0, total_sets: 1, error_count: 0,
	} as VerifyEvent);
	assert.doesNotMatch(verify.taken().error, /set|problem/v);
});

const removable = (date: string, bytesFreed: number) => ({overview: overviewOf(date), bytesFreed});
const plan = {
	kept: [{overview: overviewOf('2026-03-14'), reasons: ['daily set', 'weekly set']}, {overview: overviewOf('2026-03-11', {state: 'partial' as const}), reasons: ['monthly set']}],
	removed: [removable('2026-03-13', 2000), removable('2026-03-12', 3000)],
};
const pruned: PruneSummary = {
	code: 0, kept: 2, removed: plan.removed, failed: 0, isDry: false,
};

function prune(isJson: boolean, isQuiet: boolean, act: (report: ReturnType<typeof createPruneReport>) => void) {
	const {out, error, taken} = captureBoth();
	act(createPruneReport(out.output, error.output, {isJson, isQuiet}));
	return taken();
}

const jsonOf = (text: string): unknown[] => text.trimEnd().split('\n').map(line => JSON.parse(line) as unknown);

test('a plan of what is removed: oldest first for a person, newest first for a program', () => {
	assert.equal(describeRemovable(plan.removed), '2 sets, 5.00 kB');
	const {out, error} = prune(false, false, report => {
		report.plan(plan);
	});
	assert.equal(error, '');
	assert.deepEqual([...out.matchAll(/2026-03-\d\d/gv)].map(([date]) => date), ['2026-03-11', '2026-03-14', '2026-03-12', '2026-03-13']);
	assert.deepEqual(lacking(out, '2 sets', 'daily set, weekly set', 'partial', '2.00 kB', '3.00 kB'), []);
	const nothing = prune(false, false, report => {
		report.plan({kept: [], removed: []});
	});
	assert.equal(nothing.out, '');
	const json = prune(true, false, report => {
		report.plan(plan);
	});
	assert.deepEqual(jsonOf(json.out), [
		{
			message_type: 'prune_set', date: '2026-03-14', state: 'complete', action: 'keep', reasons: ['daily set', 'weekly set'],
		},
		{
			message_type: 'prune_set', date: '2026-03-13', state: 'complete', action: 'remove', bytes_freed: 2000,
		},
		{
			message_type: 'prune_set', date: '2026-03-12', state: 'complete', action: 'remove', bytes_freed: 3000,
		},
		{
			message_type: 'prune_set', date: '2026-03-11', state: 'partial', action: 'keep', reasons: ['monthly set'],
		},
	]);
});

test('what a prune came to, as text and as JSON', () => {
	const text = (changes: Partial<PruneSummary>) => prune(false, false, report => {
		report.summary({...pruned, ...changes});
	}).out;

	assert.deepEqual(lacking(text({}), 'Removed 2 sets', '5.00 kB', '2 kept'), []);
	assert.deepEqual(lacking(text({isDry: true}), 'Would remove 2 sets', '5.00 kB', '2 kept'), []);
	assert.deepEqual(lacking(text({failed: 3, removed: []}), '3 could not', 'Removed 0 sets'), []);
	assert.doesNotMatch(text({removed: []}), /emoved \d|Would|could not/v);
	const json = prune(true, false, report => {
		report.summary({...pruned, code: 3, failed: 1});
	});
	assert.deepEqual(jsonOf(json.out), [{
		message_type: 'prune_summary', exit_code: 3, dry_run: false, sets_kept: 2, sets_removed: 2, sets_failed: 1, bytes_freed: 5000,
	}]);
});

test('what cannot be removed is told however quiet it is, and to a program on standard output', () => {
	for (const isQuiet of [false, true]) {
		assert.deepEqual(prune(false, isQuiet, report => {
			report.fail({message: 'no'}, '2026-03-12');
		}), {out: '', error: 'no\n'});
		const json = prune(true, isQuiet, report => {
			report.fail({message: 'no'}, '2026-03-12');
			report.fail({message: 'no', remedy: 'Do'});
		});
		assert.equal(json.error, '');
		assert.deepEqual(jsonOf(json.out), [{message_type: 'error', date: '2026-03-12', error: {message: 'no'}}, {message_type: 'error', error: {message: 'no', remedy: 'Do'}}]);
	}
});

test('with --quiet nothing else is told; a program is told only events', () => {
	for (const isJson of [false, true]) {
		assert.deepEqual(prune(isJson, true, report => {
			report.plan(plan);
			report.summary(pruned);
			report.say('words', {a: 1});
		}), {out: '', error: ''});
	}

	assert.equal(prune(true, false, report => {
		report.say('words');
		report.say('words', {a: 1});
	}).out, '{"a":1}\n');
	assert.equal(prune(false, false, report => {
		report.say('words');
	}).out, 'words\n');
});

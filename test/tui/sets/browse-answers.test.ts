/*
An answer belongs to its question: what comes late, or was asked for on a screen that was left since, is dropped.
*/
import assert from 'node:assert/strict';
import {performance} from 'node:perf_hooks';
import {test} from 'node:test';
import type {RestorePreview, WorkEvent} from '../../../source/tui/sets/browser.ts';
import type {SetsRequest} from '../../../source/tui/sets/request.ts';
import {closing} from '../../../source/tui/closing.ts';
import {keyContext} from '../../../source/tui/meanings.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {screens} from '../../../source/tui/screens.ts';
import {refuseRemoval} from '../../../source/tui/sets/removal.ts';
import {setDetail} from '../../../source/tui/sets/sets-text.ts';
import {initialState, type State} from '../../../source/tui/state.ts';
import {
	after,
	context,
	now,
	type,
} from '../../support/screen-fixtures.ts';
import {
	copyItem,
	rowsOfSet,
	tell,
	withSets,
} from './browsing.ts';

const content = {items: [copyItem('syslog', 3000), copyItem('nginx/access.log', 2000), copyItem('nginx/error.log', 100)], problems: []};
const pageText = (state: State) => pageLines(state).map(({text}) => text.trim()).join(' ');

function asked<Kind extends SetsRequest['kind']>({browse: {request}}: State, kind: Kind): SetsRequest & {readonly kind: Kind} {
	assert.equal(request?.kind, kind);
	return request as SetsRequest & {readonly kind: Kind};
}

const previewOf = (to: string, more: Partial<RestorePreview> = {}): RestorePreview => ({
	files: 1, bytes: 3000, to, isNew: false, replaced: [], blocked: [], notices: [], ...more,
});

/** On the plan to restore all of the newest set. */
function planned(to = '/old'): State {
	const state = type(withSets(), `r\u{15}${to}\r`);
	return tell(state, {kind: 'previewed', preview: previewOf(to)});
}

test('a plan names its set and its directory', () => {
	assert.match(pageText(planned()), /2026-03-14.*\/old/v);
});

test('o, then Enter: nothing is restored before the new plan is there, and it shows that it is on its way', () => {
	const looking = type(planned(), 'o');
	assert.notEqual(pageText(looking), pageText(planned()));
	const pressed = type(looking, '\ry');
	assert.equal(pressed.screen, 'restorePlan');
	assert.equal(pressed.browse.request?.kind, 'preview');
	const anew = tell(pressed, {kind: 'previewed', preview: previewOf('/old', {files: 2})});
	const begun = type(anew, '\r');
	const {order} = asked(begun, 'restore');
	assert.deepEqual([order.to, order.overwrite], ['/old', true]);
});

test('a plan by which no file can be restored begins nothing, until what is there may be replaced', () => {
	const blocked = [{path: 'syslog', reason: 'already exists'}];
	const state = tell(type(withSets(), 'r\u{15}/old\r'), {kind: 'previewed', preview: previewOf('/old', {blocked})});
	assert.equal(type(state, '\ry'), state);
	assert.equal(screens.restorePlan.footers(state).accept, '');
	const anew = tell(type(state, 'o'), {kind: 'previewed', preview: previewOf('/old', {replaced: ['syslog']})});
	assert.equal(asked(type(anew, '\r'), 'restore').order.overwrite, true);
	const some = tell(type(withSets(), 'r\u{15}/old\r'), {kind: 'previewed', preview: previewOf('/old', {files: 2, blocked})});
	assert.equal(asked(type(some, '\r'), 'restore').order.overwrite, false);
});

test('a plan that comes late does not turn the page under who types another directory', () => {
	const first = type(withSets(), 'r\u{15}/old\r');
	const request = asked(first, 'preview');
	const typing = type(first, '\u{1B}jr\u{15}/new');
	const late = tell(typing, {kind: 'previewed', request, preview: previewOf('/old')});
	assert.equal(late, typing);
	assert.equal(asked(type(late, '\r'), 'preview').order.to, '/new');
	assert.equal(asked(type(late, '\r'), 'preview').order.name.date, '2026-03-13');
	const back = type(first, '\u{1B}');
	assert.equal(tell(back, {kind: 'previewed', request, preview: previewOf('/old')}), back, 'nor who has gone back');
});

test('a plan that was left while it was looked at anew is not taken up again', () => {
	const looking = type(planned('/etc/live'), 'o');
	const request = asked(looking, 'preview');
	const elsewhere = type(looking, 'n\u{15}/tmp/safe');
	assert.equal(elsewhere.screen, 'restoreTo');
	assert.equal(elsewhere.browse.editor.text, '/tmp/safe');
	assert.equal(tell(elsewhere, {kind: 'previewed', request, preview: previewOf('/etc/live')}), elsewhere);
});

test('a comparison shows what was compared last', () => {
	const first = type(withSets(), '=j\r');
	const request = asked(first, 'compare');
	const second = type(first, 'qjj=k\r');
	const late = tell(second, {kind: 'compared', request, comparison: {older: '2026-03-13', newer: '2026-03-14', changes: []}});
	assert.equal(late.browse.comparison, undefined);
	assert.equal(tell(late, {kind: 'compared', comparison: {older: '2026-03-01', newer: '2026-03-12', changes: []}}).browse.comparison?.older, '2026-03-01');
});

test('a refusal closes nothing but what was refused', () => {
	const first = type(withSets(), '\r');
	const request = asked(first, 'open');
	const second = type(first, 'qj\r');
	assert.equal(tell(second, {kind: 'refused', request, problem: 'gone'}), second);
	assert.equal(tell(second, {kind: 'opened', content, now}).browse.opened?.isReading, false);
	const typing = type(first, 'qr');
	assert.equal(tell(typing, {kind: 'refused', request, problem: 'gone'}).browse.editor.problem, undefined);
});

test('the end of one piece of work ends no other', () => {
	const first = type(withSets(), 'V');
	const request = asked(first, 'verify');
	const second = type(tell(first, {kind: 'workEnded', problem: undefined}), '\rjV');
	assert.equal(tell(second, {kind: 'workEnded', request, problem: undefined}), second);
});

test('Ctrl-C with the help over a restoration asks, as it does without', () => {
	const help = type(planned(), '\r?');
	assert.equal(keyContext(help), 'help');
	const state = type(help, '\u{3}');
	assert.equal(state.exit, undefined);
	assert.equal(keyContext(state), 'workAsking');
});

const removing = () => type(withSets(), 'jD2026-03-13\r');

test('what work has done is told, also if the screen was left before it ended', () => {
	for (const leave of [{kind: 'signal', signal: 'SIGINT'}, {kind: 'signal', signal: 'SIGTERM'}, {kind: 'broken', error: 'x'}, {kind: 'failed', message: 'x'}] as const) {
		const removed = tell(after(removing(), {type: 'exit', exit: leave}), {kind: 'workEnded', problem: undefined});
		assert.match(closing(removed).stdout.join('\n'), /Removed the set of 2026-03-13/v);
		const restoring = after(type(planned(), '\r'), {type: 'exit', exit: leave});
		const request = asked(restoring, 'restore');
		const stopped = tell(
			restoring,
			{kind: 'worked', request, events: [{message_type: 'notice', notice: 'stopped', message: '620 files restored before that, and what is restored stays in /old'}]},
			{kind: 'workEnded', request, problem: 'This operation was aborted'},
		);
		assert.match(closing(stopped).stdout.join('\n'), /2026-03-14[\s\S]*620 files/v);
		assert.doesNotMatch(closing(stopped).stdout.join('\n'), /Nothing was written/v);
	}
});

test('where it is not heard how work ended, nobody says that nothing was written', () => {
	for (const state of [removing(), type(planned(), '\r')]) {
		const {stdout} = closing(after({...state, browse: {...state.browse, origin: 'review'}}, {type: 'exit', exit: {kind: 'signal', signal: 'SIGTERM'}}));
		assert.match(stdout.join('\n'), /2026-03-1[34]/v);
		assert.doesNotMatch(stdout.join('\n'), /Nothing was written/v);
	}
});

test('after a set was removed, what was derived from the sets is forgotten, and they are listed anew', () => {
	const state = removing();
	const known = {...state, review: {...state.review, past: {date: '2026-03-13', files: new Map()}}};
	const done = tell(known, {kind: 'workEnded', problem: undefined});
	assert.equal(done.review.past.date, undefined);
	assert.equal(done.browse.removals, 1);
	assert.equal(asked(type(done, '\r'), 'list').kind, 'list');
});

test('a set of a day to come is called so, and only such a one', () => {
	const [row] = rowsOfSet;
	const text = setDetail(row!, row!.name.date);
	assert.equal(setDetail(row!, undefined), text);
	const future = setDetail(row!, '2000-01-01');
	assert.notEqual(future, text);
	assert.ok(future.endsWith(text));
});

test('once today\'s set has been removed it exists no more', () => {
	const date = '2026-11-22';
	const existing = {
		directory: `/var/log/backups/${date}`, files: 3, failed: 1, failures: [{path: 'a', error: {message: 'x'}}], isForeign: false,
	};
	const start = initialState({...context, existing}, {columns: 80, rows: 24});
	const sets = [{...rowsOfSet[1]!, name: {date, isStaging: false}}, ...rowsOfSet];
	const browsing: State = {
		...start, screen: 'sets', browse: {
			...start.browse, isThere: true, origin: 'exists', sets,
		},
	};
	const done = tell(type(browsing, `D${date}\r`), {kind: 'workEnded', problem: undefined});
	const back = type(done, '\rq');
	assert.equal(back.screen, 'review');
	assert.equal(back.existing, undefined);
	const {code, stdout} = closing(type(back, 'q'));
	assert.equal(code, 0);
	assert.match(stdout.join('\n'), /Removed/v);
	assert.doesNotMatch(stdout.join('\n'), /already exists/v);
});

test('a set that was found damaged when it was verified is called so, and is not the newest complete one', () => {
	const begun = type(withSets(), 'V');
	const verified = tell(begun, {
		kind: 'worked', events: [{
			message_type: 'set_verified', date: '2026-03-14', state: 'complete', files: 3, files_unchecked: 0, bytes: 100, findings: 2,
		}],
	}, {kind: 'workEnded', problem: undefined});
	assert.equal(verified.browse.sets[0]!.state, 'damaged');
	const listed = tell(type(verified, '\r'), {kind: 'listed', step: {rows: rowsOfSet}});
	assert.equal(listed.browse.sets[0]!.state, 'damaged', 'what its manifest says does not change that');
});

test('after midnight the day is another one', () => {
	const state = tell(withSets([{...rowsOfSet[0]!, name: {date: '2026-11-23', isStaging: false}}, ...rowsOfSet]), {kind: 'listed', step: {rows: []}, today: '2026-11-23'});
	assert.match(type(state, 'D').browse.message!, /newest complete/v);
	assert.equal(refuseRemoval(state.browse.sets[1]!, state.browse, state.browse.today!), undefined);
});

test('80,000 findings cost no more each than a few', () => {
	const findings = (count: number) => Array.from({length: count}, (_, index): WorkEvent => ({
		message_type: 'finding', date: '2026-03-14', finding: 'mode', file: `f${index}.gz`, message: 'has another mode',
	}));
	let state = type(withSets(), 'V');
	const started = performance.now();

	for (let batch = 0; batch < 80; batch++) {
		state = tell(state, {kind: 'worked', events: findings(1000)});
	}

	state = tell(state, {kind: 'workEnded', problem: undefined});
	type(state, 'jjjjjjjjjj');
	// It took 25 s when each of them copied the list; this is no measure of speed.
	assert.ok(performance.now() - started < 8000);
	assert.equal(state.browse.task!.troubles.length, 80_000);
});

test('what is restored of a directory, with a filter, is what that shows of it', () => {
	const opened = tell(type(withSets(), '\r'), {kind: 'opened', content, now});
	const asking = type(opened, '/error\rkr');
	assert.deepEqual(asking.browse.order?.paths.map(path => path.toString()), ['nginx/error.log']);
	assert.ok(Buffer.isBuffer(asking.browse.order.paths[0]));
});

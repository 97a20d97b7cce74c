/*
Earlier backups in lines: what is heard of them, and that a number means what was printed.
*/
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {viewerLines} from '../../../source/tui/plain/viewer.ts';
import type {SetBrowser, WorkEvent} from '../../../source/tui/sets/browser.ts';
import {initialState} from '../../../source/tui/state.ts';
import {rowsOfSet} from '../sets/browsing.ts';
import {
	context,
	failedEvent,
	startEvent,
	summaryEvent,
} from '../../support/screen-fixtures.ts';
import {
	boundless,
	fakeBrowser,
	setsAlone,
	talk,
} from './talking.ts';

async function begin(changes: Partial<SetBrowser> = {}, settings: {readonly page?: number; readonly isScripted?: boolean} = {}) {
	const browser = fakeBrowser(changes);
	const session = talk(setsAlone(), {...settings, browser});
	await session.dialogue.open();
	return {...session, deeds: browser.deeds};
}

test('each set is a line with a number, the newest first', async () => {
	const {said, type} = await begin();
	assert.match(said(), /backups in \/var\/log\/backups\n/v);
	assert.match(said(), /^1 2026-03-14 complete, 12 files, 1\.00 MB, 200 kB new$/mv);
	assert.match(said(), /^2 2026-03-13 partial, 12 files, 2 failed, 900 kB, 100 kB new$/mv);
	assert.match(said(), /^3 2026-03-12 damaged, 3 files, 500 kB, 500 kB new$/mv);
	assert.match(said(), /^4 sets, 900 kB on disk\. Command: $/mv);
	assert.match(await type('t 3'), /its manifest is cut short/v);
	assert.match(await type('t 1'), /\/var\/log on web-01\n10\.0 MB read in 14/v);
	const help = await type('?');
	assert.match(help, /^d, delete: /mv);
	// There is no remote.
	assert.doesNotMatch(help + said(), /\b(?:push|fetch)\b/v);
	assert.match(await type('p'), /not a command/v);
});

test('sets come in pages, and only what was listed can be named', async () => {
	const {said, type, store} = await begin({}, {page: 2});
	assert.match(said(), /^2 2026-03-13 .*\n1 to 2 of 4 sets\. m lists more\.\n/mv);
	assert.match(await type('3'), /"3" was not listed/v);
	assert.match(await type('m'), /^3 2026-03-12/v);
	assert.match(await type('m'), /^There is no more/v);
	assert.equal(store.getState().screen, 'sets');
});

test('a number means the set that was printed, also when others have come since', async () => {
	const {store, type, deeds} = await begin();
	const today = {name: {date: '2026-03-15', isStaging: false}, state: 'complete'} as const;
	store.dispatch({type: 'browse', event: {kind: 'listed', step: {names: [today, ...rowsOfSet].map(({name}) => name)}}});
	await type('d 2');
	await type('2026-03-13');
	assert.deepEqual(deeds, ['remove 2026-03-13']);
});

test('a set that is gone is told of, and nothing else is taken for it', async () => {
	const {store, type, deeds} = await begin();
	store.dispatch({type: 'browse', event: {kind: 'listed', step: {names: rowsOfSet.slice(1).map(({name}) => name)}}});

	for (const line of ['1', 'v 1', 'r 1', 'd 1', 'c 1 2', 't 1']) {
		assert.match(await type(line), /2026-03-14 is gone/v, line);
		assert.equal(store.getState().screen, 'sets');
	}

	assert.deepEqual(deeds, []);
});

test('the files of a set have mark, number, size and note, and what is known of one is told', async () => {
	const {type} = await begin();
	const listed = await type('1');
	assert.match(listed, /^\[ \] 1 app\/ +2\.00 kB .*1 file$/mv);
	assert.match(listed, /^ {4}2 auth\.log .*failed: permission denied \(EACCES\)$/mv);
	assert.match(listed, /^\[ \] 3 syslog +3\.00 kB .*300 B$/mv);
	assert.match(await type('t 3'), /^Outcome +copied, checked\n.*\nOwner +root:adm\n[\s\S]*SHA-256/mv);
	assert.match(await type('t 2'), /permission denied/v);
	assert.match(await type('o 1'), /^\[ \] 2 app\/worker\.log/mv);
	assert.match(await type('q'), /^4 sets, .*Command: $/v);
});

test('a file is printed a page at a time, harmlessly, and left when nobody wants more', async () => {
	const {type, store, dialogue} = await begin({}, {page: 3});
	await type('1');
	assert.match(await type('p 3'), /^first\nsecond\\x1b\[2J\nthird\n3 lines\. Enter prints more, q ends: $/v);
	assert.match(await type(''), /^fourth\nEnd\.\n2 sets?|^fourth\nEnd\.\n/v);
	assert.equal(store.getState().browse.isPaging, false);
	await type('p 3');
	assert.match(await type('q'), /^[^\n]*2 files, 5\.00 kB[^\n]*Command: $/v);
	assert.match(await type('p 1'), /o opens it/v);
	assert.match(await type('p 2'), /^There is no copy of auth\.log: [^\n]*\n[^\n]*Command: $/v);
	await type('p 3');
	dialogue.interrupt();
	assert.match(await type('t 3'), /Outcome/v);
	assert.equal(store.getState().exit, undefined);
});

test('a copy that turns out damaged while it is printed is told of', async () => {
	const {type} = await begin({
		async page(_name, _file, show) {
			try {
				return await show!((async function * () {
					yield Buffer.from('a\nb\nc\nd\n');
					throw new Error('bad checksum');
				})(), 'a name');
			} catch (error) {
				return `syslog is damaged: ${(error as Error).message}`;
			}
		},
	}, {page: 3});
	await type('1');
	await type('p 3');
	assert.match(await type(''), /^d\nsyslog is damaged: bad checksum\n.*Command: $/v);
});

test('content is cut into lines wherever its chunks end, and a line without end is not kept', async () => {
	const chunks = async function * () {
		yield Buffer.from('a');
		yield Buffer.from('b\n\nc');
		yield Buffer.alloc(1_000_000, 'x');
		yield Buffer.from('\nend');
	};

	const lines: string[] = [];
	const reader = viewerLines(chunks());

	for (let step = await reader.next(); !step.done; step = await reader.next()) {
		lines.push(step.value);
	}

	assert.deepEqual(lines.map(line => line.slice(0, 5)), ['ab', '', 'cxxxx', 'end']);
	assert.equal(lines[2]!.length, 1001);
});

test('restores what is marked, to a directory that is asked for, after saying what is in the way', async () => {
	const {type, store, deeds} = await begin({}, {isScripted: true});
	await type('1');
	assert.match(await type('r'), /^Nothing is marked/v);
	await type('3');
	assert.match(await type('r'), /^Restore 1 file of the set of 2026-03-14\. .*\nDirectory \(Enter takes \/root\/restore-2026-03-14, n goes back\): $/v);
	assert.match(await type('here'), /from the root on.*\nDirectory/v);
	assert.equal(store.getState().screen, 'restoreTo');
	assert.match(await type(''), /^No file can be restored[^\n]*\n[\s\S]*will not be restored[\s\S]*syslog: it is there already\nn goes back; o .*: $/v);
	assert.match(await type('y'), /^No file can be restored there/v);
	assert.equal(store.getState().screen, 'restorePlan');
	assert.match(await type('o'), /will be replaced/v);
	assert.match(await type('x'), /y restores/v);
	assert.deepEqual(deeds, []);
	assert.match(await type('y'), /^Restoring from the set of 2026-03-14 to \/root\/restore-2026-03-14\.[\s\S]*\nDone\.\n1 file marked/v);
	assert.deepEqual(deeds, ['restore 2026-03-14 syslog to /root/restore-2026-03-14 over']);
});

test('n goes back from each question, and nothing is done', async () => {
	const {type, store, deeds} = await begin();
	await type('r 1');
	await type('n');
	assert.equal(store.getState().screen, 'sets');
	await type('r 1');
	await type('/srv/out');
	await type('n');
	assert.equal(store.getState().screen, 'restoreTo');
	await type('n');
	await type('d 2');
	assert.match(await type('2026-03-12'), /nothing is deleted/v);
	assert.match(await type(''), /Nothing was deleted/v);
	assert.match(await type('d 1'), /newest complete set/v);
	assert.equal(store.getState().screen, 'sets');
	assert.deepEqual(deeds, []);
});

test('a set is deleted by its date alone, and the list is said anew', async () => {
	const {type, deeds} = await begin({}, {isScripted: true});
	assert.match(await type('d 2'), /^Delete the set of 2026-03-13\?\n[\s\S]*cannot be undone[\s\S]*n goes back: $/v);
	assert.match(await type('2026-03-13'), /^Deleting the set of 2026-03-13\.\nRemoved the set of 2026-03-13\.\n1 2026-03-14[\s\S]*\n3 2026-03-01/v);
	assert.deepEqual(deeds, ['remove 2026-03-13']);
});

test('two sets are compared, and a long difference comes in pages', async () => {
	const {type} = await begin();
	assert.match(await type('c 1 2'), /^From 2026-03-13 to 2026-03-14\n[\s\S]*added +10 B +fresh\.log\nEnd\.\n4 sets/v);
	const paged = await begin({}, {page: 2});
	assert.match(await paged.type('c 1 2'), /2 lines\. Enter prints more, q ends: $/v);
	assert.match(await paged.type(''), /^added .*\nEnd\.\n4 sets/v);
});

const status = (done: number): WorkEvent => ({
	message_type: 'status', seconds_elapsed: 1, percent_done: done, date: '2026-03-14', total_sets: 1, sets_done: 0, files_done: 2, total_bytes: 4000, bytes_done: 2000, error_count: 0,
});

test('what verification finds is said at once, how far it is on demand, and q asks before it stops', async () => {
	const {promise: stopped, resolve: stop} = Promise.withResolvers<void>();
	const {type, hear, store} = await begin({
		async verify(_names, {report, signal}) {
			report(status(0.5));
			report({
				message_type: 'finding', date: '2026-03-14', finding: 'damaged', file: 'syslog.gz', message: 'it is cut short',
			});
			signal.addEventListener('abort', () => {
				stop();
			});
			await stopped;
			signal.throwIfAborted();
		},
	});
	assert.match(await type('v 1'), /^Verifying the set of 2026-03-14\. /v);
	await hear(/^PROBLEM syslog\.gz: it is cut short$/mv);
	assert.match(await type(''), /^50 %, 2 files, 2\.00 kB of 4\.00 kB\n$/v);
	assert.match(await type('x'), /"x" is not a command now/v);
	assert.match(await type('q'), /Stop it\? y or n: $/v);
	assert.match(await type('n'), /^It goes on\./v);
	await type('q');
	await type('y');
	assert.match(await hear(/Command: $/v), /^Stopping\.\nStopped\.\n[\s\S]*4 sets/v);
	assert.equal(store.getState().screen, 'sets');
});

test('a script takes its next line when the work is over', async () => {
	const {type, deeds} = await begin({}, {isScripted: true});
	assert.match(await type('a'), /PROBLEM[\s\S]*Verified 4 sets[\s\S]*1 problem\.\n/v);
	await type('q');
	assert.deepEqual(deeds, ['verify 2026-03-14 2026-03-13 2026-03-12 2026-03-01']);
});

test('what cannot be meant changes nothing', async () => {
	const {type, store, deeds} = await begin();

	for (const line of ['', 'x', '0', '9', '1-2', '+1', '/log', 's', 'd', 'c 1', undefined]) {
		assert.match(await type(line), /^[^\n]+\.\n4 sets, 900 kB on disk\. Command: $/v, String(line));
		assert.equal(store.getState().screen, 'sets');
	}

	assert.deepEqual(deeds, []);
});

test('the end of the input leaves the sets, and no drawing is said anywhere', async () => {
	const session = await begin();
	let heard = session.said();

	for (const line of ['?', 't 1', '1', '?', 't 3', '3', 'r', 'n', 'q', 'd 2', 'n', 'c 1 2']) {
		heard += await session.type(line);
	}

	assert.doesNotMatch(heard, /[\u{1B}_›─━│┃█░▸▾]/v);
	session.dialogue.endInput(true);
	assert.deepEqual(session.store.getState().exit, {kind: 'quit'});
});

test('where today\'s backup exists, what failed can be tried again, and earlier backups be looked at', async () => {
	const existing = {
		directory: '/var/log/backups/2026-11-22', files: 2, failed: 1, failures: [{path: 'auth.log', error: {message: 'permission denied'}}], isForeign: false,
	};
	const browser = fakeBrowser();
	const open = async (isScripted: boolean) => {
		const session = talk(initialState({...context, existing, browser}, boundless), {isScripted, browser});
		await session.dialogue.open();
		return session;
	};

	const scripted = await open(true);
	assert.deepEqual(scripted.store.getState().exit, {kind: 'quit'});
	const {said, type, store} = await open(false);
	assert.match(said(), /already exists!\n[\s\S]*auth\.log: permission denied[\s\S]*r retries the failed files, a adds files, b earlier backups, q quits\. Command: $/v);
	assert.match(await type('?'), /"\?" is not a command now/v);
	assert.match(await type('b'), /^1 2026-03-14 complete/v);
	assert.match(await type('q'), /^r retries the failed files/v);
	await type('r');
	assert.equal(store.getState().screen, 'run');
	assert.equal(store.getState().run.task, 'retry');
});

test('after a run with failures they can be heard again, tried again, or left', async () => {
	const running = initialState(context, boundless);
	const {type, hear, store} = talk({...running, screen: 'run', run: {...running.run, pid: 1}});
	const events = [startEvent, failedEvent('auth.log'), {...summaryEvent, exit_code: 3, files_failed: 1} as const];
	store.dispatch({type: 'tick', clock: 1, events});
	assert.match(await type('f'), /^FAILED auth\.log: permission denied\n/v);
	assert.match(await type('l'), /^failed auth\.log: permission denied\n/v);
	store.dispatch({type: 'ended', code: 3, stderr: ''});
	assert.match(await hear(/Command: $/v), /1 file failed\.\nr tries what failed again/v);
	assert.match(await type('f'), /^FAILED auth\.log: permission denied\nr tries/v);
	await type('r');
	assert.equal(store.getState().screen, 'run');
	store.dispatch({type: 'ended', code: 1, stderr: ''});
	await hear(/Command: $/v);
	await type('');
	assert.deepEqual(store.getState().exit, {kind: 'ended'});
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import type {Inspection} from '../../../source/backup/inspect.ts';
import {detailLines, outcomeText} from '../../../source/tui/review/detail-lines.ts';
import {Inspector} from '../../../source/tui/review/inspector.ts';
import {createSessionStore} from '../../../source/tui/session-store.ts';
import {
	after,
	begin,
	directoryOf,
	fileOf,
	filesOf,
	linkOf,
	now,
	scanned,
	skipOf,
	type,
} from '../../support/screen-fixtures.ts';

const inspection = {
	kind: 'known', owner: 'syslog', group: 'adm', mode: 0o4640, modified: now - 90_000, changed: now - 4000, size: 41e6, allocated: 4e6, inode: '4711', links: 2,
	content: {kind: 'text', first: ['first'], last: ['one', 'two', 'three']},
} as const satisfies Inspection;

const known = (found: Inspection = inspection) =>
	after(scanned([fileOf('syslog', {size: 41e6, allocated: 4e6})]), {type: 'inspected', details: {key: 'syslog', number: 0, inspection: found}});

const textOf = (state: ReturnType<typeof begin>, height: number, width = 70) =>
	detailLines(state.review, '/var/log', {width, height}).map(({text}) => text);

test('details name path, owner, mode, times, sizes, inode, and the content\'s ends', () => {
	const text = textOf(known(), 40).join('\n');

	for (const part of ['/var/log/syslog', 'syslog:adm', 'rwSr----- 4640', '41.0 MB, 4.00 MB on disk', '4711, 2 hard links', '(1m)', '(4s)', 'first', 'three']) {
		assert.ok(text.includes(part), `${part} in\n${text}`);
	}
});

test('the fewer rows, the fewer facts, but the last line of the file is always among them', () => {
	for (let height = 4; height < 40; height++) {
		const lines = textOf(known(), height, 38);
		assert.ok(lines.length <= height, `${lines.length} lines in ${height}`);
		assert.equal(lines.at(-1), 'three');
	}
});

test('what can\'t be read or isn\'t there any more says so', () => {
	assert.ok(textOf(known({kind: 'unknown', reason: 'It is gone.'}), 10).includes('It is gone.'));
	assert.ok(textOf(known({...inspection, content: {kind: 'none', reason: 'Not text.'}}), 10).includes('Not text.'));
});

test('each row is told what will become of it', () => {
	const state = after(
		scanned([fileOf('new'), fileOf('same'), fileOf('secret', {isReadable: false}), skipOf('btmp'), linkOf('link'), directoryOf('apt'), {
			...fileOf('pipe'), isSelected: false, isSelectable: false, reason: 'named pipe',
		}]),
		{type: 'compared', date: '2026-11-21', files: [['same', {isUnchanged: true}], ['new', {isUnchanged: false, before: {size: 500, ratio: 0.5}}]]},
		{type: 'scanned', choices: [fileOf('apt/term.log')], now},
	);
	const outcomes = Object.fromEntries(state.review.rows.map(({name}, number) => [name, outcomeText(state.review, number)]));
	assert.deepEqual(outcomes, {
		new: 'Will be copied: about 500 B, going by how it compressed on 2026-11-21.',
		same: 'Will be linked from the set of 2026-11-21, unchanged since: no new space.',
		secret: 'Will be tried and fail: no permission to read.',
		btmp: 'Left out: skipped by default.',
		link: 'Left out: symlink.',
		'apt/': 'Left out, with the 1 file in it.',
		pipe: 'Can\'t be backed up: named pipe.',
		'apt/term.log': 'Left out: not marked.',
	});
});

test('of a directory, the marked files that can\'t be read are not said to be backed up', () => {
	const state = after(
		scanned([directoryOf('apt')]),
		{type: 'scanned', choices: [fileOf('apt/term.log'), fileOf('apt/history.log', {isReadable: false}), fileOf('apt/eipp.log')], now},
	);
	assert.match(outcomeText(type(state, ' ').review, 0), /^2 of 3 files .+ 1 can't be read/v);
	assert.doesNotMatch(outcomeText(type(state, ' ljj ').review, 0), /can't be read/v);
});

test('details stay where they are while the list is read anew, and follow their row', () => {
	const reading = type(known(), 'r');
	assert.deepEqual(textOf(reading, 40), []);
	const read = after(reading, {type: 'scanned', choices: [fileOf('auth.log'), fileOf('syslog')], now});
	assert.ok(textOf(read, 40).includes('/var/log/syslog'));
});

test('a row is looked into when the cursor stands still, and one it only passes is not', async () => {
	const store = createSessionStore(type(scanned(filesOf(50), begin(200, 60)), 'j'));
	const asked: string[] = [];
	const inspector = new Inspector(store, async ({path}) => {
		asked.push(path.toString());
		return inspection;
	});
	store.subscribe(next => {
		inspector.follow(next);
	});
	store.dispatch({type: 'inspected', details: {key: 'f00001', number: 1, inspection}});

	for (let count = 0; count < 20; count++) {
		store.dispatch({type: 'command', command: 'down'});
	}

	while (store.getState().review.details?.key !== 'f00021') {
		await delay(5);
	}

	assert.deepEqual(asked, ['f00021']);
	store.dispatch({type: 'command', command: 'details'});
	store.dispatch({type: 'command', command: 'down'});
	await delay(150);
	assert.deepEqual(asked, ['f00021'], 'nothing is read that is not shown');
	inspector.stop();
});

test('a look that takes long holds nothing up, and is followed by one at where the cursor is then', async () => {
	const store = createSessionStore(type(scanned(filesOf(50), begin(200, 60)), 'j'));
	const slow = Promise.withResolvers<Inspection>();
	const asked: string[] = [];
	const inspector = new Inspector(store, async ({path}) => {
		asked.push(path.toString());
		return asked.length === 1 ? slow.promise : inspection;
	});
	store.subscribe(next => {
		inspector.follow(next);
	});
	store.dispatch({type: 'command', command: 'down'});

	while (asked.length === 0) {
		await delay(5);
	}

	store.dispatch({type: 'command', command: 'down'});
	store.dispatch({type: 'command', command: 'down'});
	await delay(150);
	assert.deepEqual(asked, ['f00002'], 'one at a time');
	slow.resolve(inspection);

	while (store.getState().review.details?.inspection === undefined) {
		await delay(5);
	}

	assert.equal(store.getState().review.details?.key, 'f00004');
	assert.deepEqual(asked, ['f00002', 'f00004']);
	inspector.stop();
});

test('details of a directory name its size, its count and its largest files', () => {
	const listed = after(
		scanned([directoryOf('apt')]),
		{type: 'scanned', choices: [fileOf('apt/small', {size: 10}), fileOf('apt/large', {size: 5000}), directoryOf('apt/old'), fileOf('apt/old/middle', {size: 700})], now},
		{type: 'inspected', details: {key: 'apt', number: 0, inspection}},
	);
	const text = textOf(listed, 40);
	assert.ok(text.some(line => line.includes('3 files, 5.71 kB')), text.join('\n'));
	assert.deepEqual(text.slice(-3).map(line => line.trim().split('  ')), [['5.00 kB', 'large'], ['700 B', 'old/middle'], ['10 B', 'small']]);
	assert.ok(textOf(listed, 8).length <= 8);
});

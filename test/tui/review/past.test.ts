import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setImmediate} from 'node:timers/promises';
import type {Earlier} from '../../../source/backup/growth.ts';
import {Comparer} from '../../../source/tui/review/comparer.ts';
import {forecast, nextSample} from '../../../source/tui/review/forecast.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {countUnchanged, pastRemark} from '../../../source/tui/review/past.ts';
import {rowNote} from '../../../source/tui/tree/tree-text.ts';
import type {State} from '../../../source/tui/state.ts';
import {createSessionStore} from '../../../source/tui/session-store.ts';
import {totalsLine} from '../../../source/tui/review/totals-text.ts';
import {
	after,
	fileOf,
	filesOf,
	scanned,
	skipOf,
	type,
} from '../../support/screen-fixtures.ts';

const big = (name: string, size: number) => fileOf(name, {size, allocated: size});

const date = '2026-11-21';

/** Of the day before: `a` is the same, `b` was a quarter as large and shrank to a tenth, `c` is new. */
const compared = (): State => after(scanned([big('a', 1e9), big('b', 2e9), big('c', 1e9), skipOf('wtmp')]), {
	type: 'compared', date, files: [['a', {isUnchanged: true, before: {size: 1e9, ratio: 0.5}}], ['b', {isUnchanged: false, before: {size: 5e8, ratio: 0.1}}]],
});

const note = ({review}: State, number: number) => rowNote({row: review.rows[number]!, folder: undefined, ...pastRemark(review, review.rows[number]!)});

test('what has not changed costs nothing, what the set knows needs no sample, and the rest is taken to be like that', () => {
	const {review} = compared();
	assert.equal(review.rows[nextSample(review)!]!.name, 'c');
	assert.equal(forecast(review), 3e8);
	assert.equal(countUnchanged(review), 1);
	assert.equal(forecast(after(compared(), {type: 'sampled', ratios: [['c', 0.5]]}).review), 7e8);
});

test('a file taken out is counted no more among the unchanged', () => {
	assert.equal(countUnchanged(type(compared(), ' ').review), 0);
});

test('rows say what has not changed, and what has grown much and since when', () => {
	const state = compared();
	assert.deepEqual([0, 1, 2].map(number => note(state, number)), ['unchanged', 'grew 4.0x since 2026-11-21', '']);
});

test('the line below the list says how many are unchanged, since when if there is room', () => {
	const {review} = compared();
	const outlook = {space: {free: 14.2e9, reserve: 0}, copied: 3e8, unchanged: 1};
	assert.match(totalsLine(review, outlook, 118), /^3 files marked, 4\.00 GB; 1 unchanged since 2026-11-21 → about 300 MB +14\.2 GB free → 13\.9 GB$/v);
	assert.match(totalsLine(review, outlook, 78), /^3 files marked, 4\.00 GB; 1 unchanged → about 300 MB +14\.2 GB free → 13\.9 GB$/v);
	assert.match(totalsLine(review, outlook, 38), /^3 files marked, 4\.00 GB → about 300 MB$/v);
});

test('the question says what is linked, and what is new on disk', () => {
	const text = pageLines(type(compared(), 'w')).map(line => line.text.trim()).join('\n');
	assert.match(text, /Files +3; 1 unchanged since 2026-11-21/v);
	assert.match(text, /New +about 300 MB on disk/v);
});

test('what is known of the last set survives reading the directory again, until it is compared anew', () => {
	const state = type(compared(), 'r');
	assert.equal(state.review.past.date, date);
	assert.equal(state.review.past.files.size, 2);
	assert.equal(after(state, {type: 'compared', date, files: [['a', undefined]]}).review.past.files.size, 1);
});

test('all files are compared in the background, those that turn up later too, and all again when the directory is read again', async () => {
	const store = createSessionStore(scanned(filesOf(1200)));
	const asked: string[][] = [];
	const comparer = new Comparer(store, async () => ({
		date,
		async compare(entries) {
			asked.push(entries.map(({path}) => path.toString()));
			return entries.map((): Earlier => ({isUnchanged: true}));
		},
	}));
	await comparer.wake();
	assert.deepEqual(asked.map(({length}) => length), [500, 500, 200, 0]);
	assert.equal(store.getState().review.past.files.size, 1200);
	store.dispatch({type: 'scanned', choices: [fileOf('late.log')], now: 0});
	await comparer.wake();
	assert.ok(asked.flat().includes('late.log'));
	assert.equal(asked.flat().length, 1201);
	store.dispatch({type: 'command', command: 'rescan'});
	store.dispatch({type: 'scanned', choices: filesOf(2), now: 0});
	await comparer.wake();
	assert.equal(asked.flat().length, 1203);
	await setImmediate();
});

test('without a set there is nothing to compare with', async () => {
	const store = createSessionStore(scanned(filesOf(2)));
	await new Comparer(store, async () => undefined).wake();
	await new Comparer(store, async () => {
		throw new Error('cannot be listed');
	}).wake();
	assert.equal(store.getState().review.past.date, undefined);
});

import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {test} from 'node:test';
import type {Earlier} from '../../../source/backup/growth.ts';
import {sampleAndEstimate, sampleRatio} from '../../../source/backup/sample.ts';
import {formatOf} from '../../../source/formats/formats.ts';
import {Directory} from '../../../source/files/directory.ts';
import {cellWidth} from '../../../source/tui/kit/columns.ts';
import {
	forecast,
	foresee,
	nextSample,
	shortage,
} from '../../../source/tui/review/forecast.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {Sampler} from '../../../source/tui/review/sampler.ts';
import {createSessionStore} from '../../../source/tui/session-store.ts';
import {totalsLine} from '../../../source/tui/review/totals-text.ts';
import {entriesOf} from '../../support/running.ts';
import {Sandbox} from '../../support/sandbox.ts';
import {sampleLog} from '../../support/sample-logs.ts';
import {
	after,
	fileOf,
	scanned,
	skipOf,
	type,
} from '../../support/screen-fixtures.ts';

const big = (name: string, size: number) => fileOf(name, {size, allocated: size});

const list = () => scanned([big('a', 1e9), big('b', 2e9), big('c', 1e9), skipOf('d')]);

test('the largest marked file is sampled first, and none twice', () => {
	const state = list();
	assert.equal(state.review.rows[nextSample(state.review)!]!.name, 'b');
	const next = after(state, {type: 'sampled', ratios: [['b', 0.1]]});
	assert.equal(next.review.rows[nextSample(next.review)!]!.name, 'a');
	assert.equal(nextSample(after(next, {type: 'sampled', ratios: [['a', 1], ['c', 1]]}).review), undefined, 'what is left is not marked');
});

test('the forecast takes files not sampled yet for the like of those that are, and follows the marks', () => {
	const state = list();
	assert.equal(forecast(state.review), undefined);
	const sampled = after(state, {type: 'sampled', ratios: [['b', 0.1]]});
	assert.equal(forecast(sampled.review), 4e8);
	const all = after(sampled, {type: 'sampled', ratios: [['a', 1], ['c', 0]]});
	assert.equal(forecast(all.review), 1.2e9);
	assert.equal(forecast(type(all, ' ').review), 2e8);
});

test('what has been sampled and is not marked any more does not keep what is marked from being sampled', () => {
	const names = Array.from({length: 400}, (_, number) => `s${number}`);
	const state = after(scanned([...names.map(name => big(name, 1e6)), skipOf('z')]), {type: 'sampled', ratios: names.map(name => [name, 0.1] as const)});
	assert.equal(nextSample(state.review), undefined);
	// All of them off, and the one that was left out by default on.
	const other = type(state, 'iG ');
	const marked = type(state, 'i');
	assert.ok([other, marked].some(({review}) => review.rows[nextSample(review) ?? -1]?.name === 'z'));
});

test('holes are not copied', () => {
	const state = after(scanned([fileOf('sparse', {size: 290e9, allocated: 48_000})]), {type: 'sampled', ratios: [['sparse', 0.5]]});
	assert.equal(forecast(state.review), 24_000);
});

test('the line says what will be taken and what is free then, as far as there is room', () => {
	const {review} = list();
	const outlook = {space: {free: 14.2e9, reserve: 0}, copied: 1.2e9};
	assert.match(totalsLine(review, outlook, 78), /^3 files marked, 4\.00 GB → about 1\.20 GB +14\.2 GB free → 13\.0 GB$/v);
	assert.match(totalsLine(review, outlook, 38), /^3 files, 4\.00 GB → about 1\.20 GB +$/v);

	for (let width = 30; width < 120; width++) {
		assert.equal(cellWidth(totalsLine(review, outlook, width)), width);
	}
});

test('files are sampled in the background, and one that can\'t be read is taken for whole', async () => {
	const store = createSessionStore(list());
	const asked: string[] = [];
	const sampler = new Sampler(store, async ({path}) => {
		asked.push(path.toString());

		if (path.toString() === 'a') {
			throw new Error('no');
		}

		return 0.1;
	});
	const sampled = sampler.wake();
	void sampler.wake();
	await sampled;
	assert.deepEqual(asked, ['b', 'a', 'c']);
	assert.deepEqual([...store.getState().review.ratios], [['b', 0.1], ['a', 1], ['c', 0.1]]);
});

test('the review reckons as the run does: to the byte the same, with samples, an earlier set, unchanged files, and files nobody can read', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', sampleLog(600_000, 1));
	await sandbox.add('noise', randomBytes(600_000));
	await sandbox.add('same', sampleLog(400_000, 2));
	await sandbox.add('known', sampleLog(500_000, 3));
	await sandbox.add('closed', sampleLog(700_000, 4));
	await using source = await Directory.open(sandbox.source);
	const entries = (await entriesOf(sandbox, 'log', 'noise', 'same', 'known', 'closed')).map(entry => ({...entry, isReadable: entry.path.toString() !== 'closed'}));
	const earlier = new Map<string, Earlier>([['same', {isUnchanged: true}], ['known', {isUnchanged: false, before: {size: 500_000, ratio: 0.25}}]]);
	const usual = {format: 'gzip', level: 6} as const;
	const store = createSessionStore(after(scanned(entries.map(entry => ({entry, isSelected: true, isSelectable: true}))), {type: 'compared', date: '2026-11-21', files: [...earlier]}));
	await new Sampler(store, async entry => sampleRatio(source, entry, usual)).wake();
	const run = await sampleAndEstimate(source, entries.map(entry => {
		const known = earlier.get(entry.path.toString());
		return {entry, ratio: known?.before?.ratio, isLinked: known?.isUnchanged ?? false};
	}), usual);
	const review = foresee({...store.getState().review, mostBytes: formatOf('gzip').mostBytes});
	assert.deepEqual(review, run);
	assert.ok(run.likely! < run.most && run.likely! > 600_000);
	assert.ok(run.most < 600_600 + 500_000 + 100_000, 'nothing of what is closed or linked');
});

test('many small files are sampled too, as far as tells what they are like', () => {
	const state = scanned(Array.from({length: 5000}, (_, number) => big(`s${number}`, 20_000)));
	assert.equal(forecast(state.review), undefined);
	let {review} = state;
	let count = 0;

	for (let number = nextSample(review); number !== undefined; number = nextSample(review)) {
		review = after({...state, review}, {type: 'sampled', ratios: [[review.rows[number]!.key, 0.1]]}).review;
		count++;
	}

	assert.equal(count, 16);
	assert.equal(forecast(review), 1e7);
});

test('what does not fit is said, and by how much, however narrow the line; but not before enough is known', () => {
	const state = list();
	const space = {free: 1.5e9, reserve: 1e9};
	assert.equal(shortage(state.review, space, foresee(state.review)), 0);
	const {review} = after(state, {type: 'sampled', ratios: [['a', 0.1], ['b', 0.1], ['c', 0.1]]});
	const lack = shortage(review, space, foresee(review));
	assert.equal(lack, foresee(review)!.most - 5e8);
	assert.ok(lack > 9e7 && lack < 1.1e8);
	assert.equal(shortage(review, {free: 2e9, reserve: 1e9}, foresee(review)), 0);

	for (let width = 30; width < 160; width++) {
		const line = totalsLine(review, {
			space, copied: 4e8, most: 6e8, lack,
		}, width);
		assert.equal(cellWidth(line), width);
		assert.match(line, /100 MB too little$/v);
	}
});

test('the question says first, in the tone of what is wrong, that it does not fit: a small screen shows no more than its first lines', () => {
	const known = after(list(), {type: 'sampled', ratios: [['a', 0.1], ['b', 0.1], ['c', 0.1]]});
	const tones = (free: number) => pageLines(type(after(known, {type: 'space', space: {free, reserve: 1e9}}), 'w')).map(({tone}) => tone);
	assert.deepEqual(tones(1.5e9).slice(0, 3), ['strong', undefined, 'bad']);
	assert.ok(!tones(9e9).includes('bad'));
});

test('free space and ages are told as of now, and not as of the start', () => {
	const state = list();
	const later = state.review.now + 7_200_000;
	const {space, review} = after(state, {type: 'space', space: {free: 5e8, reserve: 0}, now: later});
	assert.deepEqual([space?.free, review.now], [5e8, later]);
	assert.equal(after(state, {type: 'space', space: {free: 5e8, reserve: 0}}).review.now, state.review.now);
});

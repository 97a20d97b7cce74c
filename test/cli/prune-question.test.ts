/* The question that prune asks on a terminal: what is removed after it, and which answers remove nothing. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {makeSet, Place, recordOf} from '../support/set-fixtures.ts';
import {program} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';

/** Whose sets none are but those of the host that is named. */
const host = {host: 'web1'};

const start = (place: Place) => Terminal.start({
	command: process.execPath, args: [program, 'prune', '--dest', place.root, '--host', 'web1', '--keep-last', '1'], cwd: place.root,
});

const setsOf = async (place: Place) => (await fs.readdir(place.root)).filter(name => /^\d/v.test(name)).toSorted();

async function withSets(...dates: readonly string[]): Promise<Place> {
	const place = await Place.create();

	for (const date of dates) {
		await makeSet(place, date, [recordOf('a')], host);
	}

	return place;
}

const question = /Remove 1 set, .+\[y\/N\]/v;

test('only sets that were shown when it asked are removed, though others would go by now', async () => {
	await using place = await withSets('2026-01-01', '2026-01-03');
	await using terminal = start(place);
	await terminal.waitFor(question);
	// A run that ends meanwhile, and one whose set is older than all.
	await makeSet(place, '2026-01-02', [recordOf('a')], host);
	await makeSet(place, '2025-12-31', [recordOf('a')], host);
	terminal.press('y', 'enter');
	assert.equal((await terminal.waitForExit()).exitCode, 0);
	assert.deepEqual(await setsOf(place), ['2025-12-31', '2026-01-02', '2026-01-03']);
	// And those are told as kept.
	assert.match(terminal.normalLines().join('\n'), /\b3 kept/v);
});

test('a set that was to go, and is the newest by now, stays', async () => {
	await using place = await withSets('2026-01-01', '2026-01-03');
	await using terminal = start(place);
	await terminal.waitFor(question);
	await fs.rm(`${place.root}/2026-01-03`, {recursive: true});
	terminal.press('y', 'enter');
	assert.equal((await terminal.waitForExit()).exitCode, 0);
	assert.deepEqual(await setsOf(place), ['2026-01-01']);
});

for (const answer of ['n', '', 'yy', 'no', 'x']) {
	test(`the answer "${answer}" removes nothing`, async () => {
		await using place = await withSets('2026-01-01', '2026-01-03');
		await using terminal = start(place);
		await terminal.waitFor(question);
		terminal.press(...answer, 'enter');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.deepEqual(await setsOf(place), ['2026-01-01', '2026-01-03']);
	});
}

for (const answer of ['y', 'Y', 'yes', ' YES ']) {
	test(`the answer "${answer}" is a yes`, async () => {
		await using place = await withSets('2026-01-01', '2026-01-03');
		await using terminal = start(place);
		await terminal.waitFor(question);
		terminal.press(...answer, 'enter');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.deepEqual(await setsOf(place), ['2026-01-03']);
	});
}

test('Ctrl-C at the question, and the end of the input, remove nothing', async () => {
	for (const [key, isInterrupted] of [['ctrl-c', true], ['ctrl-d', false]] as const) {
		await using place = await withSets('2026-01-01', '2026-01-03');
		await using terminal = start(place);
		await terminal.waitFor(question);
		terminal.press(key);
		const {exitCode, signal} = await terminal.waitForExit();
		assert.deepEqual([signal, exitCode], [isInterrupted ? 'SIGINT' : undefined, 0]);
		assert.deepEqual(await setsOf(place), ['2026-01-01', '2026-01-03']);
	}
});

test('where nothing would go, nothing is asked', async () => {
	await using place = await withSets('2026-01-03');
	await using terminal = start(place);
	assert.equal((await terminal.waitForExit()).exitCode, 0);
	assert.doesNotMatch(terminal.normalLines().join('\n'), /\[y\/N\]/v);
	assert.deepEqual(await setsOf(place), ['2026-01-03']);
});

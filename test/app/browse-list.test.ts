import assert from 'node:assert/strict';
import {test} from 'node:test';
import fs from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {listSets, type ListOptions} from '../../source/app/browse-list.ts';
import {Directory} from '../../source/files/directory.ts';
import {checksumOf} from '../../source/set/checksums.ts';
import {openRemoteDirectory, rememberPushed} from '../../source/set/pushed.ts';
import {Sandbox} from '../support/sandbox.ts';
import {runProgram} from '../support/run.ts';

/** Whether each set is off the host, by date, as the list tells in the end. */
async function listPushed(place: Directory, push: ListOptions['push']): Promise<Record<string, boolean | undefined>> {
	const told: Record<string, boolean | undefined> = {};

	for await (const step of listSets(place, {signal: new AbortController().signal, push})) {
		for (const {name, isPushed} of 'rows' in step ? step.rows : []) {
			told[name.date] = isPushed;
		}
	}

	return told;
}

test('the list of sets tells which are off the host as they are here, and only where sets are pushed', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('app.log', 'one\n');

	for (const date of ['2026-03-01', '2026-03-02', '2026-03-03']) {
		await runProgram(['--yes', '--quiet', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date]);
	}

	await using place = await Directory.open(sandbox.destination);
	const sumOf = async (date: string) => checksumOf(await fs.readFile(path.join(sandbox.destination, date, 'manifest.json')));
	const remote = 'far:logs';
	await using directory = await openRemoteDirectory(place);
	// The second was added to after it was pushed, the third is new.
	await rememberPushed(directory, {remote, host: hostname(), sets: new Map([['2026-03-01', await sumOf('2026-03-01')], ['2026-03-02', 'other']])});
	const whose = {host: hostname()};
	assert.deepEqual(await listPushed(place, {to: remote, whose}), {'2026-03-01': true, '2026-03-02': false, '2026-03-03': false});
	assert.deepEqual(await listPushed(place, {to: 'other:place', whose}), {'2026-03-01': false, '2026-03-02': false, '2026-03-03': false});
	// Those of another host are not pushed here.
	assert.deepEqual(Object.values(await listPushed(place, {to: remote, whose: {host: 'another'}})), [undefined, undefined, undefined]);
	assert.deepEqual(Object.values(await listPushed(place, undefined)), [undefined, undefined, undefined]);
});

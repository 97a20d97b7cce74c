import assert from 'node:assert/strict';
import {test} from 'node:test';
import {OlderStreams} from '../../../source/backup/copying/older-streams.ts';
import {Directory} from '../../../source/files/directory.ts';
import {Streams} from '../../../source/origin/streams.ts';
import {PreviousSet} from '../../../source/set/previous.ts';
import {backUpHere} from '../../support/running.ts';
import {Sandbox} from '../../support/sandbox.ts';
import {Commands} from './commands.ts';

const day = (number: number) => `2026-03-${number}`;

test('a stream that the newest set lacks is looked for in the five before it, but for those of days before its last record', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	const own = {host: 'web1', sources: [sandbox.source]};
	const source = new Commands({one: {script: 'echo one', isClosed: true}});
	const streams = new Streams([source]);
	const [entry] = source.entries;

	for (let number = 14; number <= 20; number++) {
		await backUpHere(sandbox, {date: day(number), streams, ...(number === 14 && {entries: source.entries})});
	}

	await using destination = await Directory.open(sandbox.destination);
	const found = async (newest: number, modified = entry!.modified) => {
		const run = {date: day(30), own, today: day(30)};
		await using set = await PreviousSet.openNewest(destination, {...run, before: day(newest + 1)});
		const listed = {...entry!, modified};
		await using older = await OlderStreams.find(destination, [listed], {newest: set!, streams, run});
		return older.of(listed)?.set.date;
	};

	assert.equal(await found(15), day(14));
	assert.equal(await found(19), day(14));
	assert.equal(await found(20), undefined, 'it would be the sixth');
	const noon = (number: number) => new Date(2026, 2, number, 12).getTime();
	assert.equal(await found(16, noon(14)), day(14), 'it may have been copied in the evening');
	assert.equal(await found(16, noon(15)), undefined);
});

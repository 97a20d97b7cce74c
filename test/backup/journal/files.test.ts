/* Files of the journal that are copied as files. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {settleJournal} from '../../../source/origin/settle-journal.ts';
import {exists, until} from '../../support/files.ts';
import {entryOf} from '../../support/screen-fixtures.ts';
import {messages, noJournals, writeJournal} from '../../support/journals.ts';
import {withStub} from '../../support/journal-place.ts';
import {readManifest} from '../../support/running.ts';
import {Sandbox} from '../../support/sandbox.ts';

/** Byte of a journal file that says whether it is being written to, and that it is. */
const statePlace = 16;
const online = 1;

test('one that is being written to is told by its header, and not by its name alone', {skip: noJournals}, async () => {
	await using sandbox = await Sandbox.create();
	const file = path.join(sandbox.source, 'system.journal');
	await writeJournal(file, messages('2026-03-12T00:00:00Z', '2026-03-12T01:00:00Z', 10));
	const content = await fs.readFile(file);
	content[statePlace] = 0;
	await fs.writeFile(path.join(sandbox.source, 'closed.journal'), content);
	content[statePlace] = online;
	await fs.writeFile(file, content);
	await sandbox.run(['--yes']);
	const {entries} = await readManifest(sandbox);
	assert.deepEqual(Object.fromEntries(entries.map(({path: name, notes}) => [name, notes])), {'closed.journal': [], 'system.journal': ['online']});
});

test('journald is asked to write down what it has before they are copied, and for no other file; nobody waits for it after a stop', async () => {
	await using sandbox = await Sandbox.create();
	const asked = path.join(sandbox.root, 'asked');
	const signal = new AbortController();
	await withStub(sandbox.root, `echo "$*" > '${asked}'`, async () => {
		await settleJournal([entryOf('syslog'), entryOf('journal/system@1.journal'), entryOf('x.journal', {kind: 'directory'})], signal.signal);
		assert.equal(await exists(asked), false);
		await settleJournal([entryOf('journal/system.journal')], signal.signal);
	});
	assert.equal(await fs.readFile(asked, 'utf8'), '--sync\n');
	const [begun, ended] = ['begun', 'ended'].map(name => path.join(sandbox.root, name)) as [string, string];
	await withStub(sandbox.root, `echo > '${begun}'; sleep 20; echo > '${ended}'`, async () => {
		const settling = settleJournal([entryOf('journal/system.journal')], signal.signal);
		await until('the stub to be started', async () => exists(begun));
		signal.abort();
		await settling;
	});
	assert.equal(await exists(ended), false);
});

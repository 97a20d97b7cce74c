/* The journal of the system, which is backed up with /var/log: here one that a mount puts in its place. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {
	type JournalEntry,
	messages,
	noJournals,
	writeJournal,
} from '../support/journals.ts';
import {canDo} from '../support/needs.ts';
import type {Argument} from '../support/run.ts';
import {readManifest} from '../support/running.ts';
import {someDays, SystemLog, systemLogNeeds} from '../support/system-log.ts';

const skip = noJournals;
const days = someDays.map(day => `journal/${day}`);

type Event = Readonly<Record<string, unknown>> & {readonly message_type: string; readonly path?: string};

async function eventsOf(log: SystemLog, ...args: readonly Argument[]): Promise<readonly Event[]> {
	const {stdout} = await log.run(['--json', ...args]);
	return stdout.trim().split('\n').map(line => JSON.parse(line) as Event);
}

/** What would be copied. */
async function planned(log: SystemLog, ...args: readonly string[]) {
	const events = await eventsOf(log, '--dry-run', ...args);
	return events.filter(({message_type: type, action}) => type === 'entry' && action === 'copy').map(({path: name}) => name);
}

test('the journal of the system is backed up with its logs, unless that is turned off', {skip}, async t => {
	if (!await canDo(t, ...systemLogNeeds)) {
		return;
	}

	await using log = await SystemLog.create();
	assert.deepEqual(await planned(log), ['syslog'], 'there is none');
	await log.addJournal();
	// Until the next start journals are kept elsewhere; those of other machines are none of this one's.
	await writeJournal(path.join(log.volatile, path.basename(log.journal), 'system.journal'), messages(`${someDays[1]}T10:00:00Z`, `${someDays[1]}T11:00:00Z`, 10));
	await writeJournal(path.join(log.sandbox.source, 'journal', 'd'.repeat(32), 'system.journal'), messages('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', 10));
	assert.deepEqual(await planned(log), [...days, 'syslog']);
	assert.deepEqual(await planned(log, '--no-journal'), ['syslog']);
	assert.deepEqual(await planned(log, '--exclude', 'journal/*'), ['syslog']);
	assert.deepEqual(await planned(log, '--include', 'journal/*-13'), [days[1]]);
	const configuration = path.join(log.sandbox.root, 'some.toml');
	await fs.writeFile(configuration, 'no-journal = true\n');
	assert.deepEqual(await planned(log, '--config', configuration), ['syslog']);
	assert.deepEqual(await planned(log, '--config', configuration, '--journal'), [...days, 'syslog']);
	const list = path.join(log.sandbox.root, 'list');
	await fs.writeFile(list, `${days[1]!}\0`);
	assert.deepEqual(await planned(log, '--config', configuration, '--files-from', list), [days[1]]);
	// Another source has no part in it, and another journal takes its place.
	const other = path.join(log.sandbox.root, 'other');
	await fs.mkdir(other);
	assert.deepEqual(await planned(log, '--source', other), []);
	const elsewhere = path.join(log.sandbox.root, 'journals');
	await writeJournal(path.join(elsewhere, 'x.journal'), messages('2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z', 10));
	assert.deepEqual(await planned(log, '--journal-dir', elsewhere), ['journal/2026-02-01', 'syslog']);

	const leftOut = async () => (await eventsOf(log, '--dry-run')).at(-1)!.left_out;
	assert.deepEqual(await leftOut(), {directory: 1}, 'the directory has journals of another machine, too');
	await fs.rm(path.join(log.sandbox.source, 'journal', 'd'.repeat(32)), {recursive: true});
	assert.deepEqual(await leftOut(), {covered: 1});
	const copied = await eventsOf(log, '--yes');
	assert.partialDeepStrictEqual(copied.at(-1), {exit_code: 0, files_done: 3});
	assert.deepEqual((await fs.readdir(path.join(log.sandbox.set, 'journal'))).toSorted(), someDays.map(day => `${day}.export.gz`));
	const {entries} = await readManifest(log.sandbox);
	assert.partialDeepStrictEqual(entries.find(({path: name}) => name === days[1]), {facts: {entries: 1010}});
});

test('a journal that is there and cannot be exported has failed, in part or as a whole', {skip}, async t => {
	if (!await canDo(t, ...systemLogNeeds)) {
		return;
	}

	await using log = await SystemLog.create();
	await log.addJournal();
	const failures = async (...args: readonly Argument[]) => (await eventsOf(log, '--yes', ...args)).filter(({message_type: type}) => type === 'error').map(({path: name}) => name);
	await fs.writeFile(path.join(log.journal, 'broken.journal'), 'no journal at all');
	assert.deepEqual(await failures({code: 3}), [`journal/damaged/var/log/journal/${path.basename(log.journal)}/broken.journal`]);
	assert.deepEqual(await fs.readdir(path.join(log.sandbox.set, 'journal')), someDays.map(day => `${day}.export.gz`));
	await fs.rm(log.sandbox.destination, {recursive: true});
	await fs.rm(path.join(log.journal, 'broken.journal'));
	const bin = path.join(log.sandbox.root, 'bin');
	await fs.mkdir(bin);

	for (const tool of ['bash', 'mount', 'mkdir']) {
		await fs.symlink(`/bin/${tool}`, path.join(bin, tool));
	}

	await fs.symlink('/usr/bin/unshare', path.join(bin, 'unshare'));
	const {stdout} = await log.run(['--yes', '--json', {code: 3}], {env: {PATH: bin}});
	assert.match(stdout, /"message_type":"error","path":"journal"/v);
});

test('files of the journal that a user may not read are counted as left out', {skip}, async t => {
	if (!await canDo(t, ...systemLogNeeds, 'setpriv')) {
		return;
	}

	await using log = await SystemLog.create();
	await log.addJournal();
	const own: JournalEntry[] = messages(`${someDays[0]}T10:00:00Z`, `${someDays[0]}T11:00:00Z`, 5);
	await log.addJournal('user-1000.journal', own);
	await fs.chmod(path.join(log.journal, 'system.journal'), 0o600);
	await fs.chmod(path.join(log.journal, 'user-1000.journal'), 0o644);
	await fs.chmod(log.sandbox.root, 0o755);
	const {stdout} = await log.runAsNobody(['--dry-run', '--json']);
	const events = stdout.trim().split('\n').map(line => JSON.parse(line) as Event);
	assert.deepEqual(events.filter(({kind}) => kind === 'stream').map(({path: name}) => name), [days[0]]);
	assert.deepEqual(events.at(-1)!.left_out, {directory: 1, no_permission: 1}, 'not all that is in the directory is among the days');
});

/* The journal of a directory, backed up by the program as it is built, and what its other commands make of the copies. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gunzip, runProgram} from '../support/run.ts';
import {
	messages,
	noJournals,
	parseExport,
	writeJournal,
} from '../support/journals.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';

const skip = noJournals;
const days = ['journal/2026-03-12', 'journal/2026-03-13'];

async function begin() {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a file');
	const directory = path.join(sandbox.root, 'journals');
	await writeJournal(path.join(directory, 'system.journal'), messages('2026-03-12T00:00:00Z', '2026-03-14T00:00:00Z', 2000));
	return {
		sandbox,
		directory,
		run: async (args: readonly string[], options: Parameters<Sandbox['run']>[1] = {}) => sandbox.run(['--journal-dir', directory, ...args], options),
		command: async (...args: readonly string[]) => runProgram([args[0]!, '--dest', sandbox.destination, ...args.slice(1)]),
		[Symbol.asyncDispose]: async () => sandbox[Symbol.asyncDispose](),
	};
}

type Event = Readonly<Record<string, unknown>> & {readonly message_type: string; readonly path?: string};

const eventsOf = ({stdout}: {readonly stdout: string}): readonly Event[] => stdout.trim().split('\n').map(line => JSON.parse(line) as Event);

test('the days are told before, copied, listed, verified, printed and restored', {skip}, async () => {
	await using place = await begin();
	const {sandbox} = place;
	const planned = eventsOf(await place.run(['--dry-run', '--json'])).filter(({message_type: type}) => type === 'entry');
	assert.deepEqual(planned.filter(({kind}) => kind === 'stream').map(({path: name, action}) => [name, action]), days.map(name => [name, 'copy']));
	await place.run(['--yes']);
	assert.deepEqual(await fs.readdir(path.join(sandbox.set, 'journal')), ['2026-03-12.export.gz', '2026-03-13.export.gz']);
	await place.command('verify', someDate);
	const {stdout} = await place.command('cat', someDate, days[0]!);
	assert.equal(parseExport(Buffer.from(stdout)).length, 1000);
	assert.ok((await gunzip(path.join(sandbox.set, `${days[0]!}.export.gz`))).equals(Buffer.from(stdout)));
	const to = path.join(sandbox.root, 'restored');
	await place.command('restore', someDate, 'journal/*-12', '--to', to);
	assert.equal(await fs.readFile(path.join(to, days[0]!), 'utf8'), stdout);
	const shown = eventsOf(await place.command('show', someDate, '--json'));
	assert.deepEqual(shown.filter(({path: name}) => name?.startsWith('journal/')).map(({path: name, file, outcome}) => [name, file, outcome]), days.map(name => [name, `${name}.export.gz`, 'done']));
	const second = eventsOf(await place.command('--yes', '--source', sandbox.source, '--journal-dir', place.directory, '--json', '--date', '2026-03-15'));
	assert.deepEqual(new Set(second.filter(({outcome}) => outcome === 'reused').map(({path: name}) => name)), new Set(['a.log', ...days]));
});

test('how many entries days have is shown, and by how many they grew; lines of them are printed', {skip}, async () => {
	await using place = await begin();
	const {sandbox} = place;
	await place.run(['--yes']);
	const [day] = eventsOf(await place.command('show', someDate, '--json', days[1]!)).slice(1);
	assert.partialDeepStrictEqual(day, {from: 'journal', facts: {entries: 1000, closed: true}});
	assert.match((await place.command('show', someDate, days[1]!)).stdout, /\b1,000\b/v);
	await writeJournal(path.join(place.directory, 'more.journal'), messages('2026-03-13T12:00:00Z', '2026-03-13T13:00:00Z', 50));
	await place.command('--yes', '--source', sandbox.source, '--journal-dir', place.directory, '--date', '2026-03-15');
	const changes = eventsOf(await place.command('show', someDate, '--diff', '2026-03-15', '--json'));
	assert.partialDeepStrictEqual(changes.find(({path: name}) => name === days[1]), {entries_before: 1000, entries_after: 1050});
	assert.match((await place.command('show', someDate, '--diff', '2026-03-15')).stdout, /\+50\b/v);

	const lines = (await place.command('cat', someDate, days[0]!, '--text')).stdout.trim().split('\n');
	assert.deepEqual([lines.length, lines[0]], [1000, '2026-03-12T00:00:00+0000 web1 app[512]: request 0 answered in 0 ms']);
	await runProgram(['cat', someDate, 'a.log', '--text', '--dest', sandbox.destination], {code: 2});
});

test('rules and lists choose among days', {skip}, async () => {
	await using place = await begin();
	const copied = async (...args: readonly string[]) => eventsOf(await place.run(['--dry-run', '--json', ...args]))
		.filter(({message_type: type, action}) => type === 'entry' && action === 'copy').map(({path: name}) => name);
	assert.deepEqual(await copied('--exclude', 'journal/*'), ['a.log']);
	assert.deepEqual(await copied('--include', 'journal/*-13'), [days[1]]);
	const list = path.join(place.sandbox.root, 'list');
	await fs.writeFile(list, `${days[1]!}\0a.log\0`);
	assert.deepEqual(await copied('--files-from', list), ['a.log', days[1]]);
});

test('a directory without journals, or without journalctl, has failed; a list names what of it', {skip}, async () => {
	await using place = await begin();
	const {sandbox} = place;
	const failures = async (args: readonly string[], env = {}) => eventsOf(await sandbox.run([...args, '--yes', '--json'], {code: 3, env}))
		.filter(({message_type: type}) => type === 'error').map(({path: name}) => name);
	const list = path.join(sandbox.root, 'list');
	await fs.writeFile(list, `${days[1]!}\0a.log\0`);
	const bin = path.join(sandbox.root, 'bin');
	await fs.mkdir(bin);
	// What starts the program, and nothing else.
	await fs.symlink('/bin/bash', path.join(bin, 'bash'));
	const noPrograms = {PATH: bin};
	assert.deepEqual(await failures(['--journal-dir', path.join(sandbox.root, 'none')]), ['journal']);
	await fs.rm(sandbox.destination, {recursive: true});
	assert.deepEqual(await failures(['--journal-dir', place.directory], noPrograms), ['journal']);
	// Mended, it is tried again.
	const mended = eventsOf(await place.run(['--yes', '--json', '--retry']));
	assert.partialDeepStrictEqual(mended.at(-1), {exit_code: 0, files_added: 2});
	await fs.rm(sandbox.destination, {recursive: true});
	assert.deepEqual(await failures(['--journal-dir', place.directory, '--files-from', list], noPrograms), [days[1]]);
	await sandbox.run(['--journal-dir', place.directory], {code: 2});
});

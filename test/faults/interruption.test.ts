import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Interruption} from '../../source/exit/failure.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {type Finished} from '../support/run.ts';
import {until} from '../support/files.ts';
import {heldName, HeldRun} from '../support/held-run.ts';
import {isOpen, launch} from '../support/launch.ts';
import {
	assertSound,
	backUp,
	judge,
	namesIn,
	runArgs,
	setOf,
	type Site,
	stagingOf,
} from '../support/site.ts';

const smallFiles = 40;

async function sandboxWithSmallFiles(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (let index = 0; index < smallFiles; index++) {
		await sandbox.add(`small-${String(index).padStart(2, '0')}.log`, `file ${index}\n`.repeat(index + 1));
	}

	return sandbox;
}

type Json = Readonly<Record<string, unknown>>;

const eventsOf = ({stdout}: Finished): Json[] => stdout.trim().split('\n').map(line => JSON.parse(line) as Json);

/** The next run must take over what stands in staging, say how much of it, and come to a good end. */
async function assertTakenOver(site: Site, standing: readonly string[], least: number): Promise<void> {
	await fs.truncate(path.join(site.source, heldName), 10);
	const before = new Map<string, bigint>();

	for (const name of standing) {
		const {ino} = await fs.stat(path.join(stagingOf(site), name), {bigint: true});
		before.set(name, ino);
	}

	const next = await backUp(site, ['--json']);
	assert.equal(next.code, 0, `${next.stdout}${next.stderr}`);
	const events = eventsOf(next);
	const {files: resumed} = events.find(({notice}) => notice === 'resumed') ?? {};
	assert.ok(Number(resumed) >= least && Number(resumed) <= standing.length, `${String(resumed)} of ${standing.length} taken over`);
	assert.equal(events.at(-1)!.files_resumed, resumed);
	assert.equal(events.filter(event => event.resumed === true).length, resumed);
	let same = 0;

	for (const [name, ino] of before) {
		const now = await fs.stat(path.join(setOf(site), name), {bigint: true});
		same += now.ino === ino ? 1 : 0;
	}

	assert.ok(same >= Number(resumed), `${same} files are still the ones of the interrupted run`);
	const facts = await assertSound(site);
	assert.equal(facts.sets[someDate]?.done.length, smallFiles + 1);
	assert.deepEqual(await namesIn(site.destination), [someDate]);
}

test('killed in the middle of a large run, it leaves whole copies and no set; the next run takes them over and says how many', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const held = await HeldRun.start(sandbox, [], {jobs: 2});
	await held.copies(smallFiles / 2);
	await held.kill('SIGKILL');
	const facts = await assertSound(sandbox);
	assert.deepEqual(facts.sets, {});
	const standing = facts.staging[path.basename(stagingOf(sandbox))]!;
	// The last group may have had its names and not its lines in the journal yet.
	await assertTakenOver(sandbox, standing, 1);
});

for (const stopping of ['SIGTERM', 'SIGINT'] as const) {
	test(`${stopping} ends the run by that signal, keeps what is complete, and the next run takes it over`, async () => {
		await using sandbox = await sandboxWithSmallFiles();
		const held = await HeldRun.start(sandbox, [], {jobs: 2});
		await held.copies(smallFiles);
		const {stderr} = await held.kill(stopping);
		assert.ok(stderr.includes(new Interruption(stopping).message), stderr);
		const kept = Number(/^(?<kept>\d+) complete cop(?:y|ies) kept/mv.exec(stderr)?.groups?.kept);
		const facts = await assertSound(sandbox);
		assert.deepEqual(facts.sets, {});
		assert.equal(facts.lock, 0, 'the lock names nobody');
		const standing = facts.staging[path.basename(stagingOf(sandbox))]!;
		assert.equal(kept, standing.length);
		assert.deepEqual(await fs.readdir(path.join(stagingOf(sandbox), '.logbackup')), ['journal'], 'nothing unfinished is left');
		await assertTakenOver(sandbox, standing, standing.length);
	});
}

test('a file that changed since the interrupted run is copied anew', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const held = await HeldRun.start(sandbox, [], {jobs: 2});
	await held.copies(smallFiles);
	await held.kill('SIGTERM');
	await fs.truncate(path.join(sandbox.source, heldName), 10);
	// Of another length, and of the same length and time, but another file.
	await fs.appendFile(path.join(sandbox.source, 'small-07.log'), 'more\n');
	const replaced = path.join(sandbox.source, 'small-08.log');
	const {mtime, size} = await fs.stat(replaced);
	await fs.rename(replaced, `${sandbox.root}/moved-away`);
	await fs.writeFile(replaced, 'x'.repeat(size), {mode: 0o640});
	await fs.utimes(replaced, mtime, mtime);
	const next = await backUp(sandbox, ['--json']);
	assert.equal(next.code, 0, next.stderr);
	const anew = eventsOf(next).filter(event => event.message_type === 'file' && event.resumed === false).map(({path: name}) => String(name)).toSorted();
	assert.deepEqual(anew, [heldName, 'small-07.log', 'small-08.log']);
	await assertSound(sandbox);
});

test('a connection that is lost (SIGHUP) does not stop a run that asks nothing', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const held = await HeldRun.start(sandbox);
	process.kill(held.pid, 'SIGHUP');
	await held.release();
	const facts = await judge(sandbox, '--changing-times', '--vanished', `--prefix=${heldName}`);
	assert.equal(facts.sets[someDate]?.done.length, smallFiles + 1);
});

test('a second run is turned away with 11, and told who holds the lock and since when', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const held = await HeldRun.start(sandbox);
	const second = await backUp(sandbox, [], {code: 11});
	assert.match(second.stderr, new RegExp(String.raw`another run is under way: process ${held.pid} on .+, since 2\d{3}-\d\d-\d\dT`, 'v'));
	const stats = await fs.lstat(path.join(sandbox.destination, '.lock'));
	assert.equal(stats.mode & 0o777, 0o600);
	// Also one that would make another set, and one that may wait, but not for long.
	await backUp(sandbox, ['--lock-wait=1'], {code: 11});
	await held.release();
	assert.deepEqual(await namesIn(sandbox.destination), [someDate]);
});

test('--lock-wait waits until the other run has ended, and then runs', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const other = '2026-03-15';
	const held = await HeldRun.start(sandbox);
	const waiting = launch(process.execPath, runArgs(sandbox, ['--lock-wait=600'], other), {cwd: sandbox.root, env: sandbox.env});
	// It has the destination open for as long as it waits.
	await until('the second run to have come to the lock', async () => isOpen(waiting.pid, sandbox.destination));
	await held.release();
	await waiting.end();
	assert.deepEqual(await namesIn(sandbox.destination), [someDate, other]);
});

test('a lock whose holder was killed is taken over', async () => {
	await using sandbox = await sandboxWithSmallFiles();
	const held = await HeldRun.start(sandbox);
	await held.kill('SIGKILL');
	const lock = await fs.readFile(path.join(sandbox.destination, '.lock'), 'utf8');
	assert.match(lock, new RegExp(`"pid":${held.pid}`, 'v'));
	await fs.truncate(path.join(sandbox.source, heldName));
	const next = await backUp(sandbox);
	assert.equal(next.code, 0, next.stderr);
	await assertSound(sandbox);
});

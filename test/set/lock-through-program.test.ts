/* The lock where koffi is not installed: through the program `flock`, whichever that is, or through what is written in the file alone. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {heartbeat} from '../../source/set/lock/holder.ts';
import {flock} from '../../source/set/lock/kernel-lock.ts';
import {LockedError} from '../../source/set/lock/lock.ts';
import {until} from '../support/files.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';
import {fakeProgram, setPath} from '../support/fake-programs.ts';
import {hideKoffi} from '../support/without-koffi.ts';
import {take, writeLock} from './locking.ts';

hideKoffi();

const onPipe = 'case "$(readlink /proc/self/fd/3)" in pipe:*|socket:*) exit 0;; esac;';

/** What may be called `flock`, and what its answer comes to: of a file that nobody has locked, and of one that somebody has. */
const programs: ReadonlyArray<readonly [kind: string, script: string, free: string | undefined, locked: string | undefined]> = [
	['as it should be', 'exec /usr/bin/flock "$@"', 'taken', 'held'],
	['with other exit codes', '/usr/bin/flock "$@" && exit 3; exit 9', 'taken', undefined],
	['that complains', 'echo "no such option" >&2; exit 1', undefined, undefined],
	['that refuses everything', 'exit 1', undefined, undefined],
	['that does nothing', 'exit 0', undefined, undefined],
	['that is killed', 'kill -9 $$', undefined, undefined],
	// Where it can lock a pipe, and not this file: for another one has that, or because there are no locks on its file system.
	['that refuses files without a word', `${onPipe} exit 1`, 'held', 'held'],
	['that refuses files with a word', `${onPipe} echo "no locks" >&2; exit 1`, undefined, undefined],
	['that is killed over files', `${onPipe} kill -9 $$`, undefined, undefined],
];

for (const [kind, script, free, locked] of programs) {
	test(`the kernel's lock through a flock ${kind}`, async t => {
		await using place = await Place.create();
		await place.write('file');
		await using holder = await fs.open(place.at('file'), 'r+');
		await using asker = await fs.open(place.at('file'), 'r+');
		const usual = process.env.PATH!;
		await fakeProgram(t, place, 'flock', script);
		assert.equal(await flock(asker.fd), free);
		setPath(t, usual);
		await using third = await fs.open(place.at('file'), 'r+');
		assert.equal(await flock(holder.fd), free === 'taken' ? 'held' : 'taken');
		setPath(t, `${place.at('bin')}:${usual}`);
		assert.equal(await flock(third.fd), locked);
	});
}

test('without flock nothing can be said', async t => {
	await using place = await Place.create();
	setPath(t, place.at('nothing'));
	await using handle = await fs.open(place.at('file'), 'w');
	assert.equal(await flock(handle.fd), undefined);
});

test('without a lock of the kernel, the last to write its name has it, and loses it when another has written', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'flock', 'exit 1');
	const lock = await take(place.directory);
	assert.match(await place.read('.lock'), /"kept_by":"file"/v);
	await lock.check();
	await assert.rejects(take(place.directory), LockedError);
	await writeLock(place, {pid: 1});
	await assert.rejects(lock.check(), LockedError);
	await lock.release();
	assert.match(await place.read('.lock'), /"pid":1,/v, 'what another one wrote stays');
	await fs.unlink(place.at('.lock'));
	const other = await take(place.directory);
	await fs.unlink(place.at('.lock'));
	await assert.rejects(other.check(), {name: 'DestinationError'});
	assert.deepEqual((await fs.readdir(place.root)), ['bin'], 'nor is it taken anew');
	await other.release();
});

test('a holder that the kernel does not keep shows that it is alive, for as long as the file is its own', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'flock', 'exit 1');
	t.mock.timers.enable({apis: ['setInterval']});
	const lock = await take(place.directory);

	const calls = await Calls.watch(t, place.root);
	await fs.utimes(place.at('.lock'), 1000, 1000);
	t.mock.timers.tick(heartbeat);
	await until('a sign of life', () => calls.made.includes('datasync .lock'));
	assert.ok((await fs.stat(place.at('.lock'))).mtimeMs > 1_000_000);
	await place.write('.lock', '{"pid":1}\n');
	calls.made.length = 0;
	t.mock.timers.tick(heartbeat);
	await until('a look at the file', () => calls.made.includes('read .lock'));
	await lock.release();
	assert.deepEqual(calls.matching(/^(?:write|datasync|truncate) /v), []);
	assert.equal(await place.read('.lock'), '{"pid":1}\n');
});


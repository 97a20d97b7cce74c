import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Directory} from '../../source/files/directory.ts';
import type {VerifyEvent} from '../../source/recovery/verify-events.ts';
import {type Verified, verifySets} from '../../source/recovery/verification.ts';
import {listSetNames} from '../../source/set/catalog.ts';
import {backUpHere, readManifest} from '../support/running.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {sealManifest} from '../support/sets.ts';

type EventOf<Type extends VerifyEvent['message_type']> = Extract<VerifyEvent, {message_type: Type}>;

const isRoot = process.geteuid!() === 0;

/** Verifies all sets at a destination. */
async function verify(destination: string): Promise<{readonly events: VerifyEvent[]; readonly verified: Verified; readonly findings: string[]}> {
	await using place = await Directory.open(destination);
	const events: VerifyEvent[] = [];
	const verified = await verifySets({
		destination: place,
		names: await listSetNames(place),
		isRunning: false,
		jobs: 1,
		engine: 'zlib',
		report(event) {
			events.push(event);
		},
		signal: new AbortController().signal,
	});
	const findings = events.filter((event): event is EventOf<'finding'> => event.message_type === 'finding').map(({finding, file}) => file === undefined ? finding : `${finding} ${file}`);
	return {events, verified, findings: findings.toSorted()};
}

async function withSet(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(30_000, 1));
	await sandbox.add('b.gz', gzipSync(sampleLog(30_000, 2)));
	await sandbox.add('c.log', sampleLog(30_000, 3));
	await backUpHere(sandbox);
	return sandbox;
}

/** Changes what a manifest says, and lets its checksum say so too. */
async function forge(sandbox: Sandbox, change: (text: string) => string): Promise<void> {
	const file = path.join(sandbox.set, 'manifest.json');
	const text = await fs.readFile(file, 'utf8');
	assert.notEqual(change(text), text);
	await fs.writeFile(file, change(text));
	await sealManifest(sandbox.set);
}

test('what is sound is told with its numbers: sets, files, bytes of copies', async () => {
	await using sandbox = await withSet();
	await backUpHere(sandbox, {date: '2026-03-15'});
	const {events, verified, findings} = await verify(sandbox.destination);
	const {bytes_out: bytes} = await readManifest(sandbox) as unknown as {readonly bytes_out: number};
	assert.deepEqual(findings, []);
	assert.deepEqual(events.filter(event => event.message_type !== 'status'), [
		{message_type: 'verify_start', total_sets: 2, total_bytes: 2 * bytes},
		...['2026-03-15', someDate].map(date => ({
			message_type: 'set_verified', date, state: 'complete', files: 3, bytes, findings: 0, files_unchecked: 0,
		})),
	]);
	const {seconds_elapsed: seconds, ...numbers} = verified;
	assert.deepEqual(numbers, {
		sets: 2, files: 6, bytes: 2 * bytes, findings: 0,
	});
	assert.ok(seconds >= 0 && seconds < 300);
});

test('a set of the old script: its gzip files are unpacked, and what cannot be checked is counted', async () => {
	await using sandbox = await Sandbox.create();
	const set = path.join(sandbox.destination, '2020-01-01');
	await fs.mkdir(set, {recursive: true});
	const packed = gzipSync('x');
	await fs.writeFile(path.join(set, 'x.gz'), packed);
	await fs.writeFile(path.join(set, 'notes'), 'nobody knows');
	const {events, verified} = await verify(sandbox.destination);
	assert.deepEqual(events.at(-1), {
		message_type: 'set_verified', date: '2020-01-01', state: 'foreign', files: 1, bytes: packed.length, findings: 0, files_unchecked: 1,
	});
	assert.deepEqual([verified.files, verified.bytes, verified.findings], [1, packed.length, 0]);
	assert.partialDeepStrictEqual(events[0], {total_sets: 1, total_bytes: 0});
});

test('each thing that can be wrong is found, and no other', async () => {
	const copy = (sandbox: Sandbox, name: string) => path.join(sandbox.set, name);
	const wrongs: ReadonlyArray<readonly [what: string, spoil: (sandbox: Sandbox) => Promise<unknown>, expected: readonly string[]]> = [
		['a copy is gone', async sandbox => fs.rm(copy(sandbox, 'a.log.gz')), ['missing a.log.gz']],
		['a copy is a directory', async sandbox => {
			await fs.rm(copy(sandbox, 'a.log.gz'));
			await fs.mkdir(copy(sandbox, 'a.log.gz'));
		}, ['unreadable a.log.gz']],
		['a copy is cut short', async sandbox => fs.truncate(copy(sandbox, 'a.log.gz'), 100), ['damaged a.log.gz']],
		['a copy is a sound one of something else', async sandbox => fs.copyFile(copy(sandbox, 'c.log.gz'), copy(sandbox, 'a.log.gz')), ['damaged a.log.gz']],
		['a file too many', async sandbox => fs.writeFile(copy(sandbox, 'more'), ''), ['extra more']],
		['a directory too many', async sandbox => fs.mkdir(copy(sandbox, 'more')), ['extra more']],
		['a link too many', async sandbox => fs.symlink('a.log.gz', copy(sandbox, 'more')), ['extra more']],
		['others may enter', async sandbox => fs.chmod(sandbox.set, 0o750), ['mode']],
		['others may read a copy', async sandbox => fs.chmod(copy(sandbox, 'a.log.gz'), 0o644), ['mode a.log.gz']],
		['the checksums are gone', async sandbox => fs.rm(copy(sandbox, 'SHA256SUMS')), ['missing SHA256SUMS']],
		['the checksums lack a copy', async sandbox => {
			const file = copy(sandbox, 'SHA256SUMS');
			await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace(/^.*a\.log\.gz\n/mv, ''));
		}, ['checksums a.log.gz']],
		['the checksums know more', async sandbox => fs.appendFile(copy(sandbox, 'SHA256SUMS'), `${'0'.repeat(64)}  more.gz\n`), ['checksums more.gz']],
		['the checksums have another sum', async sandbox => {
			const file = copy(sandbox, 'SHA256SUMS');
			await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace(/^.{64} {2}a\.log\.gz/mv, () => `${'0'.repeat(64)}  a.log.gz`));
		}, ['checksums a.log.gz']],
		['the checksums are cut in their last line end', async sandbox => {
			const file = copy(sandbox, 'SHA256SUMS');
			await fs.truncate(file, (await fs.stat(file)).size - 1);
		}, ['checksums SHA256SUMS']],
		['a line of the checksums is nonsense', async sandbox => fs.appendFile(copy(sandbox, 'SHA256SUMS'), 'nonsense\n'), ['checksums SHA256SUMS']],
		['the manifest has another CRC-32', async sandbox => forge(sandbox, text => text.replace(/"crc32":"[\da-f]{8}"/v, '"crc32":"00000000"')), ['damaged a.log.gz']],
	];

	for (const [what, spoil, expected] of wrongs) {
		await using sandbox = await withSet();
		await spoil(sandbox);
		const {findings, events, verified} = await verify(sandbox.destination);
		assert.deepEqual(findings, expected, what);
		assert.equal(verified.findings, expected.length, what);
		assert.partialDeepStrictEqual(events.at(-1), {message_type: 'set_verified', findings: expected.length});
	}
});

test('owners: a copy may be the set\'s own user\'s or its source\'s, the set the destination\'s or ours, and nobody else\'s', {skip: isRoot ? false : 'only root gives files away'}, async () => {
	await using sandbox = await withSet();
	await fs.chown(path.join(sandbox.set, 'a.log.gz'), 12_345, 0);
	assert.deepEqual((await verify(sandbox.destination)).findings, ['owner a.log.gz']);
	// The same user whose set it is.
	await fs.chown(sandbox.set, 12_345, 0);
	assert.deepEqual((await verify(sandbox.destination)).findings, ['owner']);
	await fs.chown(sandbox.destination, 12_345, 0);
	assert.deepEqual((await verify(sandbox.destination)).findings, []);
	await fs.chown(sandbox.destination, 0, 0);
	await fs.chown(sandbox.set, 0, 0);
	await forge(sandbox, text => text.replace('"uid":0', '"uid":12345'));
	assert.deepEqual((await verify(sandbox.destination)).findings, []);
});

test('the group of a copy is not to read what that of its source could not', {skip: isRoot ? false : 'only root gives files away'}, async () => {
	await using sandbox = await withSet();
	const file = path.join(sandbox.set, 'a.log.gz');
	await fs.chown(file, 0, 12_345);
	assert.deepEqual((await verify(sandbox.destination)).findings, ['mode a.log.gz']);
	await fs.chmod(file, 0o600);
	assert.deepEqual((await verify(sandbox.destination)).findings, []);
	await fs.chmod(file, 0o700);
	assert.deepEqual((await verify(sandbox.destination)).findings, [], 'what its own user may do lets nobody in');
	await fs.chmod(file, 0o4600);
	assert.deepEqual((await verify(sandbox.destination)).findings, ['mode a.log.gz']);
});

test('a copy that an ACL may have kept others from is for its owner alone', async () => {
	await using sandbox = await withSet();
	await forge(sandbox, text => text.replace(/("path":"a\.log".*?"source":\{[^\}]*\})/v, '$1,"restricted":true'));
	assert.deepEqual((await verify(sandbox.destination)).findings, ['mode a.log.gz']);
	await fs.chmod(path.join(sandbox.set, 'a.log.gz'), 0o600);
	assert.deepEqual((await verify(sandbox.destination)).findings, []);
});

test('linked copies are read once, and counted each time; what was read is what is judged', async () => {
	await using sandbox = await withSet();
	await backUpHere(sandbox, {date: '2026-03-15'});
	const file = path.join(sandbox.set, 'a.log.gz');
	const bytes = await fs.readFile(file);
	bytes[1000]! ^= 1;
	await fs.writeFile(file, bytes);
	const {events, verified} = await verify(sandbox.destination);
	assert.deepEqual(events.filter((event): event is EventOf<'finding'> => event.message_type === 'finding').map(({date, finding, file: name}) => `${date} ${finding} ${name!}`), ['2026-03-15 damaged a.log.gz', `${someDate} damaged a.log.gz`]);
	assert.deepEqual([verified.sets, verified.files, verified.findings], [2, 6, 2]);
	const {bytes_out: size} = await readManifest(sandbox) as unknown as {readonly bytes_out: number};
	assert.equal(verified.bytes, 2 * size);
});

test('verifying ends with the reason that stops it', async () => {
	await using sandbox = await withSet();
	await using place = await Directory.open(sandbox.destination);
	await assert.rejects(verifySets({
		destination: place, names: await listSetNames(place), isRunning: false, jobs: 2, engine: 'zlib', report: () => undefined, signal: AbortSignal.abort(new Error('stopped')),
	}), /^Error: stopped$/v);
});

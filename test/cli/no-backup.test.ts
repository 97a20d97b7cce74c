import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import {after, describe, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {localDate} from '../../source/text/format.ts';
import {snapshot} from '../support/sets.ts';
import {Sandbox} from '../support/sandbox.ts';
import {
	type Argument,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {replaceTree, until} from '../support/files.ts';

const today = localDate(new Date());
const yesterday = localDate(new Date(Date.now() - 86_400_000));

/** Makes a dated directory what it should not be. */
type Making = (set: string) => Promise<unknown>;

const write = (name: string, content: string | Uint8Array): Making => async set => fs.writeFile(path.join(set, name), content);

const remove = (...names: readonly string[]): Making => async set => Promise.all(names.map(async name => fs.rm(path.join(set, name), {recursive: true})));

const wholeGzip = gzipSync(Array.from({length: 10_000}, (_, index) => `${index}\n`).join(''));

/** Its CRC-32 is another than that of its content (RFC 1952 §2.3.1). */
const wrongGzip = Buffer.from(wholeGzip);
wrongGzip.writeUInt32LE(wrongGzip.readUInt32LE(wrongGzip.length - 8) + 1, wrongGzip.length - 8);

type Case = {
	readonly what: string;
	readonly from: 'nothing' | 'set';
	readonly make: Making;
	readonly state: 'empty' | 'damaged' | 'foreign';
};

/** Dated directories that are none of this program's finished sets, made from nothing, or from a set with the copies of `a.log` and `b.log`. */
const cases: readonly Case[] = [
	{
		what: 'nothing in it', from: 'nothing', make: async () => undefined, state: 'empty',
	},
	{
		what: 'empty directories', from: 'nothing', make: async set => fs.mkdir(path.join(set, 'nginx')), state: 'empty',
	},
	{
		what: 'no .gz file', from: 'nothing', make: write('notes.txt', 'x'), state: 'empty',
	},
	{
		what: 'only a .gz file that a crash left without content', from: 'nothing', make: write('syslog.gz', ''), state: 'empty',
	},
	{
		what: 'only a .gz file of zeros', from: 'nothing', make: write('syslog.gz', Buffer.alloc(4096)), state: 'empty',
	},
	{
		what: 'only a .gz file that is cut short', from: 'nothing', make: write('syslog.gz', wholeGzip.subarray(0, 900)), state: 'empty',
	},
	{
		what: 'only a .gz file that lacks its last byte', from: 'nothing', make: write('syslog.gz', wholeGzip.subarray(0, -1)), state: 'empty',
	},
	{
		what: 'only a .gz file with a wrong checksum', from: 'nothing', make: write('syslog.gz', wrongGzip), state: 'empty',
	},
	{
		what: 'only a .gz file whose second member is cut short', from: 'nothing', make: write('syslog.gz', Buffer.concat([wholeGzip, wholeGzip.subarray(0, 900)])), state: 'empty',
	},
	{
		what: 'only a large .gz file that is cut short', from: 'nothing', make: write('syslog.gz', gzipSync(randomBytes(300_000)).subarray(0, 200_000)), state: 'empty',
	},
	{
		what: 'texts that are called .gz', from: 'nothing', async make(set) {
			await write('a.gz', 'a\n')(set);
			await write('b.gz', 'b\n'.repeat(5000))(set);
		}, state: 'empty',
	},
	{
		what: 'copies that are cut short, in sub-directories too', from: 'nothing', async make(set) {
			await fs.mkdir(path.join(set, 'nginx/old'), {recursive: true});
			await write('syslog.gz', '')(set);
			await write('nginx/access.log.gz', wholeGzip.subarray(0, 20))(set);
			await write('nginx/old/access.log.gz', gzipSync(randomBytes(300_000)).subarray(0, 200_000))(set);
		}, state: 'empty',
	},
	{
		what: 'a .gz directory', from: 'nothing', make: async set => fs.mkdir(path.join(set, 'syslog.gz')), state: 'empty',
	},
	{
		what: 'only a manifest', from: 'set', make: remove('SHA256SUMS', 'a.log.gz', 'b.log.gz'), state: 'damaged',
	},
	{
		what: 'no copies', from: 'set', make: remove('a.log.gz', 'b.log.gz'), state: 'damaged',
	},
	{
		what: 'no manifest any more', from: 'set', make: remove('manifest.json'), state: 'damaged',
	},
	{
		what: 'no checksums any more', from: 'set', make: remove('SHA256SUMS'), state: 'damaged',
	},
	{
		what: 'checksums alone', from: 'set', make: remove('manifest.json', 'a.log.gz', 'b.log.gz'), state: 'damaged',
	},
	{
		what: 'a manifest that is cut short', from: 'set', make: async set => fs.truncate(path.join(set, 'manifest.json'), 700), state: 'damaged',
	},
	{
		what: 'what a run left, renamed by hand', from: 'set', async make(set) {
			await fs.rm(path.join(set, 'manifest.json'));
			await fs.mkdir(path.join(set, '.logbackup'));
		}, state: 'damaged',
	},
	{
		what: 'what the old script made', from: 'nothing', make: write('syslog.gz', gzipSync('x')), state: 'foreign',
	},
	{
		what: 'the same, and sums that somebody made', from: 'nothing', async make(set) {
			await write('syslog.gz', gzipSync('x'))(set);
			const {stdout} = await run('sha256sum', ['syslog.gz'], {cwd: set});
			await write('SHA256SUMS', stdout)(set);
		}, state: 'foreign',
	},
	{
		what: 'a copy of nothing alone', from: 'nothing', make: write('syslog.gz', gzipSync('')), state: 'foreign',
	},
	{
		what: 'copies of sub-directories alone', from: 'nothing', async make(set) {
			await fs.mkdir(path.join(set, 'nginx'));
			await write('nginx/access.log.gz', gzipSync('x'))(set);
		}, state: 'foreign',
	},
];

/** Two logs, and what a destination with yesterday's set of them has, without and with today's. */
type Fixture = {readonly sandbox: Sandbox; readonly yesterdays: string; readonly both: string};

const backUp = async ({source, destination}: Sandbox, ...flags: readonly Argument[]) => runProgram(['--yes', '--quiet', '--source', source, '--dest', destination, ...flags]);

/** The sets are made once: each case begins with a copy of them. */
async function makeFixture(): Promise<Fixture> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.add('b.log', 'b\n');
	const fixture = {sandbox, yesterdays: path.join(sandbox.root, 'yesterdays'), both: path.join(sandbox.root, 'both')};
	await backUp(sandbox, '--date', yesterday);
	await replaceTree(fixture.yesterdays, sandbox.destination);
	await backUp(sandbox);
	await replaceTree(fixture.both, sandbox.destination);
	return fixture;
}

/** Resolves with what the set of today was before all is tried on it. */
async function tryCase({sandbox, yesterdays, both}: Fixture, {from, make, state}: Case): Promise<string[]> {
	const set = path.join(sandbox.destination, today);
	await replaceTree(sandbox.destination, from === 'set' ? both : yesterdays);
	await (from === 'set' || fs.mkdir(set, {mode: 0o700}));
	await make(set);
	const made = await snapshot(set);
	const command = async (...args: readonly Argument[]) => runProgram([...args, '--dest', sandbox.destination]);
	const isBad = state !== 'foreign';
	// None of them writes.
	const [{stdout}] = await Promise.all([command('list', '--json'), command('status', {code: isBad ? 6 : 0}), command('verify', {code: isBad ? 5 : 0})]);
	assert.ok(stdout.includes(`"date":"${today}","state":"${state}"`));
	const {stderr} = await backUp(sandbox, {code: isBad ? 1 : 4});
	assert.ok(!isBad || stderr.includes(set));
	await backUp(sandbox, '--retry', {code: isBad ? 1 : 4});
	// What is no backup at all is never the newest one.
	const latest = await command('cat', 'latest', 'a.log', {code: state === 'empty' ? 0 : 'any'});
	assert.ok(state !== 'empty' || latest.stdout === 'a\n', latest.stderr);
	return made;
}

describe('a dated directory that is no finished set', () => {
	const fixture = makeFixture();

	after(async () => {
		const {sandbox} = await fixture;
		await sandbox[Symbol.asyncDispose]();
	});

	for (const aCase of cases) {
		const {what, state} = aCase;
		test(`with ${what} is ${state}, to list, status and verify; a run ${state === 'foreign' ? 'leaves it alone' : 'says what to do, and ends with 1'}`, async () => {
			const made = await tryCase(await fixture, aCase);
			const {sandbox} = await fixture;
			assert.deepEqual(await snapshot(path.join(sandbox.destination, today)), made);
		});
	}
});

test('where nothing is a backup, verify and status say so, and latest is nothing', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.destination, today), {recursive: true, mode: 0o700});
	const codes = await Promise.all([['status'], ['verify'], ['verify', '--all'], ['cat', 'latest', 'x'], ['show', 'latest']].map(async args =>
		(await runProgram([...args, '--dest', sandbox.destination], {code: 'any'})).code));
	assert.deepEqual(codes, [6, 5, 5, 1, 1]);
});

/** More than a glance at a set unpacks; not compressed, so that a part of it is as much of its content. */
const hugeGzip = gzipSync(randomBytes(17 * 1024 * 1024), {level: 0});

/** A set of today that something else made, in which all copies are large. */
async function makeHuge(copies: Readonly<Record<string, Uint8Array>>): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	const set = path.join(sandbox.destination, today);
	await fs.mkdir(set, {recursive: true, mode: 0o700});
	await Promise.all(Object.entries(copies).map(async ([name, content]) => write(name, content)(set)));
	return sandbox;
}

/** The exit codes of all that answers by whether the set of today is a backup. */
async function codesOf(sandbox: Sandbox): Promise<Readonly<Record<string, number | null>>> {
	const places = ['--source', sandbox.source, '--dest', sandbox.destination];
	const calls = {
		status: ['status'], verify: ['verify'], run: ['--yes', '--quiet'], retry: ['--yes', '--retry', '--quiet'], plan: ['--dry-run'], latest: ['show', 'latest'],
	};
	const codes = Object.entries(calls).map(async ([call, args]) => [call, (await runProgram([...args, ...places], {code: 'any'})).code] as const);
	return Object.fromEntries(await Promise.all(codes));
}

test('a dated directory whose copies are all cut short is no backup, however large they are, and a run says which', async () => {
	await using sandbox = await makeHuge({'a.gz': hugeGzip.subarray(0, -1), 'b.gz': hugeGzip.subarray(0, 16.5 * 1024 * 1024)});
	assert.deepEqual(await codesOf(sandbox), {
		status: 6, verify: 5, run: 1, retry: 1, plan: 1, latest: 1,
	});
	const {stderr} = await runProgram(['--yes', '--source', sandbox.source, '--dest', sandbox.destination], {code: 1});
	assert.ok(stderr.includes(path.join(sandbox.destination, today)) && stderr.includes('b.gz'), stderr);
	assert.deepEqual((await fs.readdir(path.join(sandbox.destination, today))).toSorted(), ['a.gz', 'b.gz']);
});

test('one whole copy among large ones that are cut short makes it a backup', async () => {
	await using sandbox = await makeHuge({'a.gz': hugeGzip.subarray(0, -1), 'b.gz': hugeGzip});
	assert.deepEqual(await codesOf(sandbox), {
		status: 0, verify: 5, run: 4, retry: 4, plan: 4, latest: 0,
	});
});

test('a run that unpacks what stands where its set would be ends when it is told to', async () => {
	await using sandbox = await makeHuge({'a.gz': hugeGzip});
	const copy = path.join(sandbox.destination, today, 'a.gz');
	// Zeros after it are part of a copy, and to read so many takes minutes.
	await fs.truncate(copy, 256 * (1024 ** 3));
	const child = spawn(process.execPath, [program, '--yes', '--source', sandbox.source, '--dest', sandbox.destination], {stdio: 'ignore'});
	const ended = once(child, 'close');
	await until('the copy to be read', async () => {
		const descriptors = await fs.readdir(`/proc/${child.pid}/fd`);
		const targets = await Promise.all(descriptors.map(async descriptor => fs.readlink(`/proc/${child.pid}/fd/${descriptor}`).catch(() => '')));
		return targets.includes(copy);
	});
	child.kill('SIGINT');
	assert.deepEqual(await ended, [null, 'SIGINT']);
});

test('copies that must not be read are not taken for none, and not for a backup', {skip: process.getuid?.() === 0 ? false : 'not root, so nobody else can be asked'}, async () => {
	await using sandbox = await makeHuge({'a.gz': wholeGzip});
	const set = path.join(sandbox.destination, today);
	await Promise.all([sandbox.root, sandbox.destination, set].map(async directory => fs.chmod(directory, 0o755)));
	await fs.chmod(path.join(set, 'a.gz'), 0o600);
	const {stdout} = await runProgram(['status', '--json', '--dest', sandbox.destination], {uid: 65_534, gid: 65_534, code: 6});
	assert.partialDeepStrictEqual(JSON.parse(stdout), {verdict: 'damaged', state: 'damaged'});
	assert.ok(stdout.includes('EACCES'), stdout);
});

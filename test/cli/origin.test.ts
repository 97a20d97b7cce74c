import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {localDate} from '../../source/text/format.ts';
import {canDo} from '../support/needs.ts';
import {snapshot} from '../support/sets.ts';
import {Sandbox} from '../support/sandbox.ts';
import {
	type Argument,
	type Finished,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {exists} from '../support/files.ts';

/** Two sources and one directory for the sets of both. */
class Shared {
	static async create(): Promise<Shared> {
		const sandbox = await Sandbox.create();
		const shared = new this(sandbox);

		for (const name of ['a', 'b']) {
			await fs.mkdir(path.join(sandbox.root, name));
			await shared.write(name, `${name}\n`);
		}

		return shared;
	}

	readonly sandbox: Sandbox;
	readonly destination: string;

	private constructor(sandbox: Sandbox) {
		this.sandbox = sandbox;
		this.destination = path.join(sandbox.root, 'sets');
	}

	source(name: string): string {
		return path.join(this.sandbox.root, name);
	}

	async write(source: string, content: string): Promise<void> {
		await fs.writeFile(path.join(this.source(source), 'syslog'), content);
	}

	/** Backs up a source, by the name of a host and for a date. */
	async backUp(source: string, {host = 'alpha', date, flags = []}: {readonly host?: string; readonly date: string; readonly flags?: readonly Argument[]}): Promise<Finished> {
		return this.call('--yes', `--host=${host}`, '--date', date, '--source', this.source(source), ...flags);
	}

	async call(...args: readonly Argument[]): Promise<Finished> {
		return runProgram([...args, '--dest', this.destination]);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.sandbox[Symbol.asyncDispose]();
	}
}

const today = localDate(new Date());
const dateBefore = (days: number) => localDate(new Date(Date.now() - (days * 86_400_000)));

test('the set of another host or source is named as such, ends a run with 1 and changes nothing', async () => {
	await using shared = await Shared.create();
	assert.equal((await shared.backUp('a', {date: today})).code, 0);
	const before = await snapshot(shared.destination);

	const attempts = [['b', 'alpha', '--quiet'], ['a', 'beta', '--quiet'], ['b', 'alpha', '--retry'], ['a', 'beta', '--dry-run'], ['b', 'beta', '--json']] as const;

	for (const [source, host, flag] of attempts) {
		const {stdout, stderr} = await shared.backUp(source, {host, date: today, flags: [flag, {code: 1}]});
		assert.ok(`${stdout}${stderr}`.includes(host === 'alpha' ? shared.source('a') : 'alpha'));
	}

	assert.deepEqual((await snapshot(shared.destination)).filter(line => !line.includes('/.')), before.filter(line => !line.includes('/.')));
	await shared.backUp('a', {date: today, flags: [{code: 4}]});
});

test('status is about the sets of this host and source alone', async () => {
	await using shared = await Shared.create();
	await shared.backUp('a', {date: dateBefore(5)});
	await shared.backUp('b', {date: today});
	await shared.backUp('a', {host: 'beta', date: dateBefore(1)});
	const status = async (...args: readonly string[]) => {
		const {code, stdout} = await shared.call('status', '--json', ...args, {code: 'any'});
		return {code, ...JSON.parse(stdout) as {verdict: string; date?: string; sources?: ReadonlyArray<{verdict: string}>; other?: {date: string}}};
	};

	// All were finished just now, whatever their dates are.
	assert.deepEqual([(await status('--host=alpha', '--source', shared.source('a'))).date, (await status('--host=beta', '--source', shared.source('a'))).date], [dateBefore(5), dateBefore(1)]);
	const none = await status('--host=gamma');
	assert.deepEqual([none.code, none.verdict, none.other?.date], [6, 'none', today]);
	const manifest = path.join(shared.destination, dateBefore(5), 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replace(/"finished": "\d{4}/v, '"finished": "2001'));
	// Where no source is named, one that is too old is not covered by another.
	const both = await status('--host=alpha');
	assert.deepEqual([both.code, both.verdict, both.date], [6, 'too_old', dateBefore(5)]);
	assert.deepEqual(both.sources?.map(({verdict}) => verdict), ['ok']);
	assert.equal((await status('--host=alpha', '--source', shared.source('b'))).code, 0);
});

test('latest, and what a new set is compared with and linked from, is of the same host and source', async () => {
	await using shared = await Shared.create();
	await shared.backUp('a', {date: dateBefore(3)});
	await shared.backUp('a', {host: 'beta', date: dateBefore(2)});
	await shared.backUp('b', {date: dateBefore(1)});
	const latest = async (...args: readonly string[]) => shared.call('cat', 'latest', 'syslog', '--host=alpha', ...args);
	const own = await latest('--source', shared.source('a'));
	assert.deepEqual([own.stdout, own.stderr], ['a\n', '']);
	const several = await latest();
	assert.equal(several.stdout, 'b\n');
	assert.ok(several.stderr.includes(shared.source('b')) && several.stderr.includes(shared.source('a')));
	assert.ok((await shared.backUp('a', {date: today, flags: ['--dry-run', '--json']})).stdout.includes(`"reused_from":"${dateBefore(3)}"`));
	const {stdout} = await shared.backUp('a', {date: today, flags: ['--json']});
	assert.ok(stdout.includes(`"reused_from":"${dateBefore(3)}"`));
	// Of a host that has none yet, all is copied.
	assert.ok(!(await shared.backUp('a', {host: 'gamma', date: dateBefore(4), flags: ['--json']})).stdout.includes('reused_from'));
});

test('the sets of another machine can be read; latest is the newest of theirs, and that is said', async () => {
	await using shared = await Shared.create();
	await shared.backUp('a', {date: dateBefore(2)});
	await shared.write('a', 'newer\n');
	await shared.backUp('a', {date: dateBefore(1)});

	for (const args of [[], ['--source', '/var/log']]) {
		const {code, stdout, stderr} = await shared.call('cat', 'latest', 'syslog', '--host=other', ...args);
		assert.deepEqual([code, stdout], [0, 'newer\n']);
		assert.ok(stderr.includes('alpha') && stderr.includes(dateBefore(1)));
	}

	assert.equal((await shared.call('verify', '--host=other')).code, 0);
	assert.equal((await shared.call('show', dateBefore(2), '--host=other')).code, 0);
	const to = path.join(shared.sandbox.root, 'restored');
	assert.equal((await shared.call('restore', 'latest', '--to', to, '--host=other')).code, 0);
	assert.equal(await fs.readFile(path.join(to, 'syslog'), 'utf8'), 'newer\n');
	assert.equal((await shared.call('status', '--host=alpha')).code, 0);
});

test('removing old sets removes those of this host and source alone, and counts no others', async () => {
	await using shared = await Shared.create();

	for (const [source, host, days] of [['a', 'alpha', 9], ['a', 'alpha', 8], ['b', 'alpha', 7], ['a', 'beta', 6], ['a', 'beta', 5], ['b', 'alpha', 4]] as const) {
		assert.equal((await shared.backUp(source, {host, date: dateBefore(days)})).code, 0);
	}

	const dates = async () => (await fs.readdir(shared.destination)).filter(name => !name.startsWith('.')).toSorted();
	const days = (...all: readonly number[]) => all.map(count => dateBefore(count));
	assert.equal((await shared.backUp('a', {date: today, flags: ['--keep-last=2']})).code, 0);
	assert.deepEqual(await dates(), days(8, 7, 6, 5, 4, 0));
	assert.equal((await shared.call('prune', '--yes', '--keep-last=1', '--host=alpha')).code, 0);
	assert.deepEqual(await dates(), days(6, 5, 4, 0));
	assert.equal((await shared.call('prune', '--yes', '--keep-last=1', '--host=gamma')).code, 0);
	assert.equal((await shared.call('prune', '--yes', '--keep-last=1', '--host=beta', '--source', shared.source('a'))).code, 0);
	assert.deepEqual(await dates(), days(5, 4, 0));
});

test('what another host left of an interrupted run is neither taken over nor removed for another date', async () => {
	await using shared = await Shared.create();
	await shared.backUp('a', {host: 'beta', date: dateBefore(1)});
	const {rename, mkdir, writeFile, readFile} = fs;
	const staging = path.join(shared.destination, `.${dateBefore(1)}.partial`);
	await rename(path.join(shared.destination, dateBefore(1)), staging);
	await mkdir(path.join(staging, '.logbackup'), {mode: 0o700});
	assert.equal((await shared.backUp('a', {date: today})).code, 0);
	assert.ok(await exists(path.join(staging, 'syslog.gz')));
	// The same where it had not come as far as its manifest.
	const records = (await readFile(path.join(staging, 'manifest.json'), 'utf8')).split('\n').filter(line => line.includes('sha256')).join('\n');
	await writeFile(path.join(staging, '.logbackup/journal'), `{"origin":{"host":"beta","source":${JSON.stringify(shared.source('a'))}}}\n${records}\n`, {mode: 0o600});
	await fs.rm(path.join(staging, 'manifest.json'));
	assert.equal((await shared.backUp('a', {date: dateBefore(2)})).code, 0);
	assert.ok(await exists(path.join(staging, 'syslog.gz')));
	const resumed = await shared.backUp('a', {host: 'beta', date: dateBefore(3)});
	assert.deepEqual([resumed.code, await exists(staging)], [0, false]);
	assert.match(resumed.stdout, /1 complete copy/v);
});

test('hosts of the same name are told apart by their machine ids, unless the host is named', async t => {
	if (!await canDo(t, 'root', 'unshare', 'mount')) {
		return;
	}

	await using shared = await Shared.create();
	const id = path.join(shared.sandbox.root, 'id');
	await fs.writeFile(id, `${'0123456789abcdef'.repeat(2)}\n`);
	const args = ['--yes', '--source', shared.source('a'), '--dest', shared.destination];
	assert.equal((await runProgram(args)).code, 0);
	const elsewhere = async (...flags: readonly Argument[]) => run('unshare', [
		'--mount', 'bash', '-c', 'mount --bind "$0" /etc/machine-id && exec "$@"', id, process.execPath, program, ...args, ...flags,
	]);
	await elsewhere({code: 1});
	const {stdout} = await run('hostname', []);
	await elsewhere(`--host=${stdout.trim()}`, {code: 4});
	// A host that has got another name is another, until it says who it is.
	const renamed = async (...flags: readonly Argument[]) => run('unshare', [
		'--uts', 'bash', '-c', 'hostname renamed && exec "$0" "$@"', process.execPath, program, ...args, ...flags,
	]);
	await renamed({code: 1});
	await renamed(`--host=${stdout.trim()}`, {code: 4});
});

test('a source that has moved, and is reached through a link in its old place, is the same', async () => {
	await using shared = await Shared.create();
	assert.equal((await shared.backUp('a', {date: dateBefore(1)})).code, 0);
	await fs.rename(shared.source('a'), shared.source('moved'));
	await fs.symlink('moved', shared.source('a'));
	await shared.backUp('a', {date: dateBefore(1), flags: [{code: 4}]});
	assert.ok((await shared.backUp('a', {date: today, flags: ['--json']})).stdout.includes('"reused_from"'));
	// By its new path it is a source that has no sets but the new one.
	await shared.backUp('moved', {date: dateBefore(1), flags: [{code: 1}]});
	await shared.backUp('moved', {date: today, flags: [{code: 4}]});
});

test('sets of earlier versions, which know no machine, belong to the host they name', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	assert.equal((await sandbox.run(['--yes'])).code, 0);
	const manifest = path.join(sandbox.set, 'manifest.json');
	const text = await fs.readFile(manifest, 'utf8');
	await fs.writeFile(manifest, text.replace(/\t"machine": .+\n/v, ''));
	await sandbox.run(['--yes'], {code: 4});
});

test('a set of a day to come is not the newest: neither to read nor to link from, nor to be resumed', async () => {
	await using shared = await Shared.create();
	await shared.write('a', 'future\n');
	assert.equal((await shared.backUp('a', {date: '2141-01-05'})).code, 0);
	const only = await shared.call('cat', 'latest', 'syslog', '--host=alpha', {code: 1});
	assert.ok(only.stderr.includes('2141-01-05'));
	const first = await shared.backUp('a', {date: dateBefore(1), flags: ['--json']});
	assert.ok(!first.stdout.includes('reused_from'));
	await shared.write('a', 'now\n');
	await fs.writeFile(path.join(shared.source('a'), 'other'), 'other\n');
	assert.equal((await shared.backUp('a', {date: today})).code, 0);
	assert.equal((await shared.call('cat', 'latest', 'syslog', '--host=alpha')).stdout, 'now\n');
	const to = path.join(shared.sandbox.root, 'restored');
	await shared.call('restore', 'latest', '--to', to, '--host=alpha');
	assert.equal(await fs.readFile(path.join(to, 'syslog'), 'utf8'), 'now\n');
	assert.match((await shared.call('verify', '--host=alpha')).stdout, new RegExp(`^${today}`, 'v'));
});

test('left-overs that a wrong clock dated are taken over only where there are no others', async () => {
	await using shared = await Shared.create();

	for (const [date, content] of [['2141-01-05', 'future\n'], [dateBefore(1), 'now\n']] as const) {
		await shared.write('a', content);
		assert.equal((await shared.backUp('a', {date, flags: ['--full']})).code, 0);
		const staging = path.join(shared.destination, `.${date}.partial`);
		await fs.rename(path.join(shared.destination, date), staging);
		await fs.mkdir(path.join(staging, '.logbackup'), {mode: 0o700});
	}

	const {code, stdout} = await shared.backUp('a', {date: today});
	assert.equal(code, 0);
	assert.match(stdout, /1 complete copy of unchanged files taken over/v);
	assert.deepEqual((await fs.readdir(shared.destination)).filter(name => name.endsWith('.partial')), []);
});

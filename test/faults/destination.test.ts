import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	backUpTraced,
	namesIn,
	type Site,
	siteAt,
	stagingOf,
} from '../support/site.ts';

const nobody = 65_534;
const makeFifo = async (file: string) => run('mkfifo', [file]);

/** What somebody wants to be overwritten, or written into. */
type Victim = {readonly file: string; readonly directory: string};

const content = 'precious\n';

async function makeVictim({root}: Site): Promise<Victim> {
	const victim = {file: path.join(root, 'victim'), directory: path.join(root, 'victims')};
	await fs.writeFile(victim.file, content, {mode: 0o644});
	await fs.mkdir(victim.directory, {mode: 0o700});
	return victim;
}

async function assertUnharmed({file, directory}: Victim, links: number): Promise<void> {
	assert.equal(await fs.readFile(file, 'utf8'), content);
	const {mode, uid, nlink} = await fs.stat(file);
	assert.deepEqual({mode: mode & 0o777, uid, nlink}, {mode: 0o644, uid: process.geteuid!(), nlink: links});
	assert.deepEqual(await fs.readdir(directory), []);
}

/** A remedy is something to do. */
const remedy = /\b(?:chown|chmod|remove|delete|rm|mv|move)\b|--dest/iv;

type Trap = {
	/** As in: refuses … */
	readonly what: string;
	readonly needsRoot?: boolean;
	readonly set: (site: Site, victim: Victim) => Promise<unknown>;
	/** What the message must name. */
	readonly names: RegExp;
};

const makeDestination = async ({destination}: Site) => fs.mkdir(destination, {mode: 0o700});

async function makeStaging(site: Site): Promise<string> {
	await makeDestination(site);
	const staging = stagingOf(site);
	await fs.mkdir(staging, {mode: 0o700});
	return staging;
}

const partial = /\.2026-03-14\.partial/v;

const traps: readonly Trap[] = [
	{
		what: 'a destination that is a symbolic link',
		set: async ({destination}, {directory}) => fs.symlink(directory, destination),
		names: /log\/backups.+symbolic link.*\n.+--dest .+victims/v,
	},
	{
		what: 'a destination that leads to a place whose name a shell would run',
		async set({destination}, {directory}) {
			const place = path.join(path.dirname(directory), 'disk;touch $(id) \'x\'');
			await fs.mkdir(place);
			await fs.symlink(place, destination);
		},
		names: /--dest '[^']+\/disk;touch \$\(id\) '\\''x'\\'''/v,
	},
	{
		what: 'a destination that leads nowhere',
		set: async ({destination}) => fs.symlink('/nowhere/at/all', destination),
		names: /log\/backups.+symbolic link/v,
	},
	{
		what: 'a destination of another owner',
		needsRoot: true,
		async set(site) {
			await makeDestination(site);
			await fs.chown(site.destination, nobody, nobody);
		},
		names: /log\/backups \(owner 65534, mode 0700\).+\n.+chown 0 .+log\/backups/v,
	},
	{
		what: 'a destination that its group can write to',
		async set(site) {
			await makeDestination(site);
			await fs.chmod(site.destination, 0o770);
		},
		names: /log\/backups \(owner \d+, mode 0770\).+\n.+chmod go-w .+log\/backups/v,
	},
	{
		what: 'a source that everybody can write to, with the destination in it',
		set: async ({source}) => fs.chmod(source, 0o777),
		names: /\/log \(owner \d+, mode 0777\).+\n.+chmod/v,
	},
	{
		what: 'a destination that is a file',
		set: async ({destination}) => fs.writeFile(destination, ''),
		names: /log\/backups is not a directory\n.+--dest/v,
	},
	{
		what: 'a lock that is a hard link to something else',
		async set(site, {file}) {
			await makeDestination(site);
			await fs.link(file, path.join(site.destination, '.lock'));
		},
		names: /\.lock/v,
	},
	{
		what: 'a lock that is a symbolic link',
		async set(site, {file}) {
			await makeDestination(site);
			await fs.symlink(file, path.join(site.destination, '.lock'));
		},
		names: /\.lock/v,
	},
	{
		what: 'a lock that is a FIFO',
		async set(site) {
			await makeDestination(site);
			await makeFifo(path.join(site.destination, '.lock'));
		},
		names: /\.lock/v,
	},
	{
		what: 'a lock that is a directory',
		async set(site) {
			await makeDestination(site);
			await fs.mkdir(path.join(site.destination, '.lock'));
		},
		names: /\.lock/v,
	},
	{
		what: 'a staging directory that is a symbolic link',
		async set(site, {directory}) {
			await makeDestination(site);
			await fs.symlink(directory, stagingOf(site));
		},
		names: partial,
	},
	{
		what: 'a staging directory that is a FIFO',
		async set(site) {
			await makeDestination(site);
			await makeFifo(stagingOf(site));
		},
		names: partial,
	},
	{
		what: 'a staging directory of another owner',
		needsRoot: true,
		async set(site) {
			await fs.chown(await makeStaging(site), nobody, nobody);
		},
		names: partial,
	},
	{
		what: 'a staging directory that others can write to',
		async set(site) {
			await fs.chmod(await makeStaging(site), 0o777);
		},
		names: partial,
	},
	{
		what: 'a work directory that is a symbolic link',
		async set(site, {directory}) {
			await fs.symlink(directory, path.join(await makeStaging(site), '.logbackup'));
		},
		names: /\.logbackup/v,
	},
	{
		what: 'a work directory that is a FIFO',
		async set(site) {
			await makeFifo(path.join(await makeStaging(site), '.logbackup'));
		},
		names: /\.logbackup/v,
	},
];

describe('what somebody has planted', {concurrency: 3}, () => {
	for (const {what, needsRoot, set, names} of traps) {
		test(`refuses ${what}: with 1, naming it and what to do, and nothing is written through it`, async t => {
			if (needsRoot && !await canDo(t, 'root')) {
				return;
			}

			await using sandbox = await Sandbox.create();
			await sandbox.add('syslog', 'a line\n');
			const victim = await makeVictim(sandbox);
			await set(sandbox, victim);
			const {nlink} = await fs.stat(victim.file);
			const {stderr} = await backUp(sandbox, [], {code: 1});
			assert.match(stderr, names);
			assert.match(stderr, remedy);
			assert.doesNotMatch(stderr, /internal error/v);
			await assertUnharmed(victim, nlink);
		});
	}
});

/** These may be refused, or cleared away as what an interrupted run left: but not waited for, or written through. */
const leftovers: ReadonlyArray<readonly [what: string, set: (work: string, victim: Victim) => Promise<unknown>]> = [
	['a FIFO under the name of the journal', async work => makeFifo(path.join(work, 'journal'))],
	['a symbolic link under the name of the journal', async (work, {file}) => fs.symlink(file, path.join(work, 'journal'))],
	['a hard link under the name of the journal', async (work, {file}) => fs.link(file, path.join(work, 'journal'))],
	['a directory under the name of the journal', async work => fs.mkdir(path.join(work, 'journal'))],
	['a FIFO under the name of a draft', async work => makeFifo(path.join(work, '1.tmp'))],
	['a symbolic link under the name of a draft', async (work, {file}) => fs.symlink(file, path.join(work, '1.tmp'))],
	['a hard link under the name of a draft', async (work, {file}) => fs.link(file, path.join(work, '1.tmp'))],
	['a FIFO under the name of the manifest', async work => makeFifo(path.join(work, '../manifest.json'))],
	['a symbolic link under the name of the manifest', async (work, {file}) => fs.symlink(file, path.join(work, '../manifest.json'))],
	['a FIFO under the name of a copy', async work => makeFifo(path.join(work, '../syslog.gz'))],
	['a symbolic link under the name of a copy', async (work, {file}) => fs.symlink(file, path.join(work, '../syslog.gz'))],
	['a symbolic link to a directory under the name of a copy', async (work, {directory}) => fs.symlink(directory, path.join(work, '../syslog.gz'))],
];

describe('what somebody has planted in staging', {concurrency: 3}, () => {
	for (const [what, set] of leftovers) {
		test(`${what} in staging neither stops the run for ever nor leads it astray`, async () => {
			await using sandbox = await Sandbox.create();
			await sandbox.add('syslog', 'a line\n');
			const victim = await makeVictim(sandbox);
			const work = path.join(await makeStaging(sandbox), '.logbackup');
			await fs.mkdir(work, {mode: 0o700});
			await set(work, victim);
			const {code, stderr} = await backUp(sandbox, [], {code: 'any'});
			const {nlink} = await fs.stat(victim.file);
			await assertUnharmed(victim, nlink);
			assert.doesNotMatch(stderr, /internal error/v);

			if (code === 1) {
				assert.match(stderr, partial);
				return;
			}

			assert.equal(code, 0, stderr);
			assert.equal(nlink, 1);
			await assertSound(sandbox);
			assert.deepEqual(await namesIn(sandbox.destination), [someDate]);
		});
	}
});

test('refuses a way to the destination that others can change, but for a directory with the sticky bit', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', 'a line\n');
	const open = path.join(sandbox.root, 'open');
	await fs.mkdir(open);
	const site = siteAt(sandbox, path.join(open, 'backups'));

	for (const [mode, owner, expected] of [[0o777, 0, 1], [0o775, 0, 1], [0o755, nobody, 1], [0o1777, 0, 0]] as const) {
		await fs.chmod(open, mode);
		await fs.chown(open, owner, owner);
		const {stderr} = await backUp(site, [], {code: expected});

		if (expected === 0) {
			await assertSound(site);
		} else {
			assert.match(stderr, new RegExp(String.raw`/open \(owner ${owner}, mode 0?${mode.toString(8)}\).+\n.+(?:chmod|chown|--dest)`, 'v'));
			assert.deepEqual(await fs.readdir(open), []);
		}
	}
});

test('nothing that stands is overwritten: what has the name of the set stays as it is', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', 'a line\n');
	await makeDestination(sandbox);
	await fs.writeFile(path.join(sandbox.destination, someDate), 'in the way\n');
	const {stderr} = await backUp(sandbox, [], {code: 1});
	assert.match(stderr, /2026-03-14 is in the way/v);
	assert.equal(await fs.readFile(path.join(sandbox.destination, someDate), 'utf8'), 'in the way\n');
});

const damages: ReadonlyArray<readonly [what: string, inject: string]> = [
	['comes back without its end', 'retval=0:when=2'],
	['comes back changed in the middle', 'poke_exit=@arg2=deadbeef:when=2'],
	['cannot be read', 'error=EIO'],
];

describe('copies that do not read back', {concurrency: 3}, () => {
	for (const kind of ['gzip', 'as-is'] as const) {
		for (const [what, inject] of kind === 'gzip' ? [...damages, ['comes back with another beginning', 'poke_exit=@arg2=00000000:when=1'] as const] : damages.slice(0, 2)) {
			test(`a copy (${kind}) that ${what} ends the run with 1, and no set is published`, async t => {
				if (!await canDo(t, 'strace')) {
					return;
				}

				await using sandbox = await Sandbox.create();
				// Large enough for several reads, whether it shrinks or not.
				const noise = randomBytes(3_000_000);
				await sandbox.add(kind === 'gzip' ? 'noise' : 'noise.gz', kind === 'gzip' ? noise : gzipSync(noise));
				const draft = path.join(stagingOf(sandbox), '.logbackup/1.tmp');
				const {stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=pread64', '-e', `inject=pread64:${inject}`, '-P', draft], ['--jobs=1'], {code: 1});
				assert.match(trace, /INJECTED/v);
				assert.match(stderr, inject.startsWith('error') ? /cannot read back the copy of noise.+EIO/v : /the copy of noise(?:\.gz)? reads back differently/v);
				assert.deepEqual(await namesIn(sandbox.destination), [], 'neither a set nor staging stays');
				// Nothing was wrong with the source: the next run finds all as it was.
				const next = await backUp(sandbox);
				assert.equal(next.code, 0, next.stderr);
				await assertSound(sandbox);
			});
		}
	}
});

test('--no-verify does not read back, and says so in the manifest', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(10_000));
	const draft = path.join(stagingOf(sandbox), '.logbackup/1.tmp');
	const {code, stderr, trace} = await backUpTraced(sandbox, ['-e', 'trace=read,pread64', '-P', draft], ['--jobs=1', '--no-verify']);
	assert.equal(code, 0, stderr);
	assert.doesNotMatch(trace, /pread64|read\(/v);
	const manifest = JSON.parse(await fs.readFile(path.join(sandbox.set, 'manifest.json'), 'utf8')) as {readonly verified: boolean};
	assert.equal(manifest.verified, false);
});

test('a copy in staging that was damaged since is not taken over', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', sampleLog(10_000));
	await sandbox.add('auth.log', sampleLog(20_000));
	const first = await backUp(sandbox);
	assert.equal(first.code, 0, first.stderr);
	// As a run leaves it that was killed just before it published.
	await fs.rename(sandbox.set, stagingOf(sandbox));
	const copy = path.join(stagingOf(sandbox), 'syslog.gz');
	await using handle = await fs.open(copy, 'r+');
	const {size} = await handle.stat();
	await handle.write('bit rot', size - 100);
	const next = await backUp(sandbox);
	assert.equal(next.code, 0, next.stderr);
	assert.match(next.stdout, /1 complete copy of unchanged files taken over/v);
	await assertSound(sandbox);
});

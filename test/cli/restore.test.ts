import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Interruption} from '../../source/exit/failure.ts';
import type {RestoreEvent} from '../../source/recovery/restore-events.ts';
import {sealManifest, snapshot} from '../support/sets.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {
	type Argument,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {exists, until} from '../support/files.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {cleanEnvironment} from '../support/environment.ts';

const isRoot = process.geteuid!() === 0;
const asRoot = {skip: isRoot ? false : 'needs root'};

const events = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as RestoreEvent);

/** A sandbox with a set of a few logs, and a place to restore to. */
async function withSet(): Promise<{readonly sandbox: Sandbox; readonly to: string; readonly restore: (...args: readonly Argument[]) => ReturnType<typeof runProgram>}> {
	const sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'nginx'));
	await sandbox.add('app.log', sampleLog(50_000, 1));
	await sandbox.add('syslog', sampleLog(2000, 2));
	await sandbox.add('old.gz', gzipSync(sampleLog(5000, 3)));
	await sandbox.add('nginx/access.log', sampleLog(3000, 4));
	await sandbox.add(Buffer.from([0x6F, 0xFF, 0x0A]), 'odd');
	const {code, stderr} = await sandbox.run(['--yes', '--quiet', '--recursive']);
	assert.equal(code, 0, stderr);
	const to = path.join(sandbox.root, 'restored');
	return {sandbox, to, restore: async (...args) => runProgram(['restore', someDate, '--dest', sandbox.destination, '--to', to, ...args])};
}

const contentOf = async (root: string, name: string) => fs.readFile(path.join(root, name));

test('restore brings every file back with its name, content, mode and time, into a directory that only its owner can enter', async () => {
	const {sandbox, to, restore} = await withSet();
	await using _ = sandbox;
	await fs.chmod(path.join(sandbox.source, 'app.log'), 0o640);
	const {code, stdout, stderr} = await restore();
	assert.equal(code, 0, stderr);
	assert.match(stdout, /^Restored 5 files, .+ to \S+restored in /v);
	assert.equal((await fs.stat(to)).mode & 0o777, 0o700);

	for (const name of ['app.log', 'syslog', 'old.gz', 'nginx/access.log', Buffer.from([0x6F, 0xFF, 0x0A])]) {
		const [original, restored] = await Promise.all([sandbox.source, to].map(async root => {
			const file = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name as string)]);
			return {content: await fs.readFile(file), stats: await fs.stat(file, {bigint: true})};
		})) as [{content: Buffer; stats: Awaited<ReturnType<typeof statBig>>}, {content: Buffer; stats: Awaited<ReturnType<typeof statBig>>}];
		assert.ok(original.content.equals(restored.content), String(name));
		assert.equal(restored.stats.mode, original.stats.mode, String(name));
		assert.equal(restored.stats.nlink, 1n);
		const difference = restored.stats.mtimeNs - original.stats.mtimeNs;
		assert.ok(difference < 1000n && difference > -1000n, `${name.toString()}: ${difference} ns`);
	}
});

const statBig = async (file: string) => fs.stat(file, {bigint: true});

test('owners are given back by root, set-id bits are not', asRoot, async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('app.log', 'x');
	await fs.chown(path.join(sandbox.source, 'app.log'), 12_345, 23_456);
	await fs.chmod(path.join(sandbox.source, 'app.log'), 0o6755);
	await sandbox.run(['--yes', '--quiet']);
	const to = path.join(sandbox.root, 'restored');
	assert.equal((await runProgram(['restore', 'latest', '--dest', sandbox.destination, '--to', to])).code, 0);
	const {uid, gid, mode} = await fs.stat(path.join(to, 'app.log'));
	assert.deepEqual([uid, gid, mode & 0o7777], [12_345, 23_456, 0o755]);
});

test('an ordinary user gets files of his own, with no looser mode, and is told so', asRoot, async () => {
	const {sandbox, to} = await withSet();
	await using _ = sandbox;
	await fs.chmod(path.join(sandbox.set, 'app.log.gz'), 0o640);
	await run('chown', ['-R', '65534:65534', sandbox.root]);
	const {code, stderr} = await runProgram(['restore', someDate, 'app.log', '--dest', sandbox.destination, '--to', to], {uid: 65_534, gid: 65_534});
	assert.equal(code, 0, stderr);
	assert.match(stderr, /only root can give files to others/v);
	const {uid, mode} = await fs.stat(path.join(to, 'app.log'));
	assert.deepEqual([uid, mode & 0o777], [65_534, 0o600]);
});

test('only what a name, a directory or a glob means is restored; one that matches nothing is refused before anything is written', async () => {
	const {sandbox, to, restore} = await withSet();
	await using _ = sandbox;
	const refused = await restore('syslog', 'sysl', {code: 1});
	assert.match(refused.stderr, /no file in the set of 2026-03-14 matches sysl\n.+ syslog\?$/mv);
	assert.equal(await exists(to), false);
	assert.equal((await restore('sys*', 'nginx')).code, 0);
	assert.deepEqual((await fs.readdir(to, {recursive: true})).toSorted(), ['nginx', 'nginx/access.log', 'syslog']);
	assert.equal((await restore(String.raw`o\xff\n`)).code, 0);
	assert.equal((await fs.readdir(to)).length, 3);
});

test('a glob that is not valid UTF-8 means the files that it says byte by byte', async () => {
	await using sandbox = await Sandbox.create();
	const names = ['caf\u{E9}-1', 'caf\u{E9}-2', 'caf\u{E8}-3'].map(name => Buffer.from(name, 'latin1'));

	for (const name of [...names, 'caf\u{E9}-4']) {
		await sandbox.add(name, 'x');
	}

	assert.equal((await sandbox.run(['--yes'])).code, 0);
	const to = path.join(sandbox.root, 'restored');
	const script = String.raw`"$0" "$1" restore latest "$(printf 'caf\351-*')" --dest "$2" --to "$3"`;
	const {code, stderr} = await run('sh', ['-c', script, process.execPath, program, sandbox.destination, to]);
	assert.equal(code, 0, stderr);
	assert.deepEqual((await fs.readdir(to, {encoding: 'buffer'})).toSorted(Buffer.compare), names.slice(0, 2));
});

test('where root is denied a directory by an attribute, that is named', asRoot, async t => {
	const {sandbox, to, restore} = await withSet();
	await using _ = sandbox;
	await fs.mkdir(to);

	if ((await run('chattr', ['+i', to])).code !== 0) {
		t.skip('needs chattr');
		return;
	}

	try {
		const inside = await restore('syslog', {code: 3});
		assert.ok(inside.stderr.includes('chattr -ai'), inside.stderr);
		const below = await runProgram(['restore', someDate, '--dest', sandbox.destination, '--to', path.join(to, 'deeper')], {code: 1});
		assert.ok(below.stderr.includes('chattr -ai'), below.stderr);
	} finally {
		await run('chattr', ['-i', to]);
	}
});

test('what is there already is left and named, with code 3; --overwrite replaces it, links too, but no directory and no pipe', async () => {
	const {sandbox, to, restore} = await withSet();
	await using _ = sandbox;
	await fs.mkdir(path.join(to, 'app.log'), {recursive: true});
	await fs.writeFile(path.join(sandbox.root, 'elsewhere'), 'mine');
	await fs.symlink(path.join(sandbox.root, 'elsewhere'), path.join(to, 'syslog'));
	await fs.writeFile(path.join(to, 'old.gz'), 'mine');
	await run('mkfifo', [path.join(to, 'nginx')]);
	const before = await snapshot(to);
	const first = await restore('*.log', '*.gz', 'syslog', {code: 3});
	assert.match(first.stderr, /^Failed to restore syslog: a symbolic link is in its place$/mv);
	assert.match(first.stderr, /^Failed to restore nginx\/access\.log: nginx is in the way: not a directory, or a symbolic link$/mv);
	assert.match(first.stderr, /^Failed to restore old\.gz: already exists$/mv);
	assert.deepEqual(await snapshot(to), before);

	const second = await restore('*.log', '*.gz', 'syslog', '--overwrite', '--json', {code: 3});
	const all = events(second.stdout);
	assert.deepEqual(all.filter(event => event.message_type === 'file').map(event => `${event.outcome} ${event.path}`).toSorted(), ['replaced old.gz', 'replaced syslog']);
	assert.deepEqual(all.filter(event => event.message_type === 'error').map(event => event.path).toSorted(), ['app.log', 'nginx/access.log']);
	assert.ok((await contentOf(to, 'syslog')).equals(await sandbox.content('syslog')));
	assert.equal((await fs.lstat(path.join(to, 'syslog'))).isFile(), true);
	assert.equal(await fs.readFile(path.join(sandbox.root, 'elsewhere'), 'utf8'), 'mine');
});

test('a dry run tells what would be restored and what is in the way, and writes nothing', async () => {
	const {sandbox, to, restore} = await withSet();
	await using _ = sandbox;
	const {code, stdout} = await restore('--dry-run');
	assert.equal(code, 0);
	assert.match(stdout, /nginx\/access\.log\n/v);
	assert.match(stdout, /Would restore 5 files .+ Nothing was written\n$/v);
	assert.equal(await exists(to), false);
	await fs.mkdir(to);
	await fs.writeFile(path.join(to, 'syslog'), 'mine');
	const blocked = await restore('--dry-run', {code: 3});
	assert.match(blocked.stdout, /syslog \(not: already exists\)\n/v);
	const replacing = await restore('--dry-run', '--overwrite', '--json');
	assert.equal(replacing.code, 0);
	assert.deepEqual(events(replacing.stdout).filter(event => event.message_type === 'entry' && event.action === 'replace').map(event => 'path' in event && event.path), ['syslog']);
	assert.deepEqual(await fs.readdir(to), ['syslog']);
});

test('a damaged copy is named and not restored, and the others are', async () => {
	const {sandbox, to, restore} = await withSet();
	await using _ = sandbox;
	const copy = path.join(sandbox.set, 'app.log.gz');
	const bytes = await fs.readFile(copy);
	bytes[Math.floor(bytes.length / 2)]! ^= 1;
	await fs.writeFile(copy, bytes);
	await fs.rm(path.join(sandbox.set, 'nginx/access.log.gz'));
	const {stderr} = await restore({code: 3});
	assert.match(stderr, /^Failed to restore app\.log: /mv);
	assert.match(stderr, /^Failed to restore nginx\/access\.log: .*no such file/mv);
	assert.deepEqual((await fs.readdir(to, {recursive: true})).filter(name => !name.startsWith('o')), ['syslog']);
});

test('a copy that unpacks to more than its manifest says is stopped, and nothing of it stays', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('bomb', Buffer.alloc(64 * 1024 * 1024, 'x'));
	await sandbox.run(['--yes', '--quiet']);
	const manifest = path.join(sandbox.set, 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replaceAll(/"bytes_in": ?67108864/gv, '"bytes_in":1000'));
	await sealManifest(sandbox.set);
	const to = path.join(sandbox.root, 'restored');
	const {stderr} = await runProgram(['restore', someDate, '--dest', sandbox.destination, '--to', to], {code: 3});
	assert.match(stderr, /Failed to restore bomb: unpacks to more than it should/v);
	assert.equal(await exists(to), false);
});

test('a manifest that leads elsewhere is called damaged, and leads nowhere', async () => {
	const {sandbox, to, restore} = await withSet();
	await using _ = sandbox;
	const manifest = path.join(sandbox.set, 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replace('"path":"syslog"', '"path":"../../evil"'));
	await sealManifest(sandbox.set);
	const {stderr} = await restore({code: 5});
	assert.match(stderr, /^Note: the manifest of 2026-03-14 is damaged/mv);
	assert.ok((await contentOf(to, 'syslog')).equals(await sandbox.content('syslog')), 'by the name of its copy');
	assert.equal(await exists(path.join(sandbox.root, 'evil')), false);
});

test('a set that the old script made is restored by the names of its copies', async () => {
	await using sandbox = await Sandbox.create();
	const set = path.join(sandbox.destination, '2020-02-02');
	await fs.mkdir(set, {recursive: true});
	await fs.writeFile(path.join(set, 'syslog.gz'), gzipSync(sampleLog(1000, 1)), {mode: 0o600});
	const to = path.join(sandbox.root, 'restored');
	const {code, stderr} = await runProgram(['restore', 'latest', '--dest', sandbox.destination, '--to', to]);
	assert.equal(code, 0, stderr);
	assert.match(stderr, /has no manifest of this program/v);
	assert.ok((await contentOf(to, 'syslog')).equals(sampleLog(1000, 1)));
	assert.equal((await fs.stat(path.join(to, 'syslog'))).mode & 0o777, 0o600);
});

test('places that cannot be restored to are refused with what to do', async () => {
	const {sandbox, to} = await withSet();
	await using _ = sandbox;
	const refusal = async (...args: string[]) => {
		const {code, stderr} = await runProgram(['restore', someDate, '--dest', sandbox.destination, ...args], {code: 'any'});
		return `${code} ${stderr.replace(/^logbackup-tui: /v, '')}`;
	};

	const before = await snapshot(sandbox.root);
	assert.match(await refusal(), /^2 restore takes --to/v);
	assert.match(await refusal('--to', path.join(to, 'deep')), /^1 cannot restore into .+: .+\n.+: mkdir -p /v);
	assert.match(await refusal('--to', sandbox.destination), /^1 refusing to restore into .+: that is where the backups are/v);
	assert.match(await refusal('--to', path.join(sandbox.set, 'new')), /^1 refusing to restore into /v);
	assert.match(await refusal('--to', path.join(sandbox.set, 'syslog.gz')), /^1 cannot restore into .+: it is not a directory/v);
	assert.match(await refusal('--to', to, '--to', to), /^2 --to can be given only once/v);
	assert.deepEqual(await snapshot(sandbox.root), before);
	await fs.symlink(sandbox.source, to);
	assert.match(await refusal('--to', to), /^1 refusing to restore through .+: it is a symbolic link\n.+ --to /v);
});

test('what an interrupted run left is not restored', async () => {
	const {sandbox, restore} = await withSet();
	await using _ = sandbox;
	await fs.rename(sandbox.set, sandbox.staging);
	const {stderr} = await restore({code: 1});
	assert.match(stderr, /was interrupted, so that there is no finished set; .+\n.+ logbackup-tui cat 2026-03-14 NAME/v);
});

test('a restoration that is more than the space allows is refused before it begins', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a', 'x');
	await sandbox.run(['--yes', '--quiet']);
	const manifest = path.join(sandbox.set, 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replaceAll(/"bytes_in": ?1\b/gv, '"bytes_in":9000000000000000'));
	await sealManifest(sandbox.set);
	const to = path.join(sandbox.root, 'restored');
	const {stderr} = await runProgram(['restore', someDate, '--dest', sandbox.destination, '--to', to], {code: 14});
	assert.match(stderr, /^logbackup-tui: not enough space in .+: 9\.00 PB are needed; .+\n.+ --to, .+ --no-space-check/mv);
	assert.equal(await exists(to), false);
});

test('a full disk ends the restoration with 14: what was complete stays, what was not is gone', asRoot, async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('small', sampleLog(1000, 1));
	await sandbox.add('large', Buffer.alloc(6_000_000, 'x'));
	await sandbox.run(['--yes', '--quiet']);
	const to = path.join(sandbox.root, 'restored');
	const script = [
		`restore() { "$2" "$3" restore ${someDate} --dest "$4" --to "$1" --no-space-check "$5"; }`,
		'mkdir "$1" && mount -t tmpfs -o size=2m none "$1" && restore "$@" small && restore "$@" large',
		'code=$?; ls -A "$1"; exit $code',
	].join('\n');
	const {stderr, stdout} = await run('unshare', ['--mount', 'sh', '-c', script, 'sh', to, process.execPath, program, sandbox.destination], {code: 14});
	assert.match(stderr, /cannot write to .+: no space left on device \(ENOSPC\)/v);
	assert.match(stdout, /\nsmall\n$/v);
});

test('Ctrl-C stops it with 130: no half file stays, and what was whole does', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('small', sampleLog(1000, 1));
	await sandbox.run(['--yes', '--quiet']);
	const member = gzipSync(Buffer.alloc(16 * 1024 * 1024));
	// For as long as the test takes: a copy that unpacks to far more than anybody waits for.
	const zeros = Buffer.concat(Array.from({length: 4000}, () => member));
	const foreign = path.join(sandbox.destination, '2020-01-01');
	await fs.mkdir(foreign);
	await fs.writeFile(path.join(foreign, 'large.gz'), zeros);
	await fs.copyFile(path.join(sandbox.set, 'small.gz'), path.join(foreign, 'small.gz'));
	const to = path.join(sandbox.root, 'restored');
	const child = spawn(process.execPath, [program, 'restore', '2020-01-01', '--dest', sandbox.destination, '--to', to, '--no-space-check'], {
		stdio: ['ignore', 'ignore', 'pipe'], env: {...cleanEnvironment(), ...sandbox.env},
	});
	let stderr = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	await until('the small file to be there, and the large one begun', async () => await exists(path.join(to, 'small')) && (await fs.readdir(to)).some(name => name.endsWith('.tmp')));
	child.kill('SIGINT');
	const [, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
	assert.equal(signal, 'SIGINT');
	assert.match(stderr, /1 file was restored before that, and stays in /v);
	assert.ok(stderr.includes(new Interruption('SIGINT').message), stderr);
	assert.deepEqual(await fs.readdir(to), ['small']);
});

/* Sets that are pushed off the host and fetched back, by the built program, with real servers. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {exists, listTree, until} from '../support/files.ts';
import {launch} from '../support/launch.ts';
import {canDo} from '../support/needs.ts';
import {
	jsonLines,
	RemoteFixture,
	type RemoteKind,
	secret,
} from '../support/rclone-server.ts';
import {
	type Argument,
	type Finished,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

const days = ['2026-03-14', '2026-03-15', '2026-03-16'] as const;

const remote = 'nas:backups/logs';

/** A sandbox and its remote. */
class Site implements AsyncDisposable {
	static async create(kind: RemoteKind | 'directory'): Promise<Site> {
		const sandbox = await Sandbox.create();
		return new Site(sandbox, kind === 'directory' ? await RemoteFixture.directory(sandbox) : await RemoteFixture.serve(sandbox, kind));
	}

	readonly sandbox: Sandbox;
	readonly fixture: RemoteFixture;

	private constructor(sandbox: Sandbox, fixture: RemoteFixture) {
		this.sandbox = sandbox;
		this.fixture = fixture;
	}

	/** What the remote has of this host. */
	get there(): string {
		return path.join(this.fixture.directory, 'backups/logs', hostname());
	}

	async backUp(date: string, ...args: readonly string[]): Promise<void> {
		const {source, destination} = this.sandbox;
		await runProgram(['--yes', '--source', source, '--dest', destination, '--date', date, '--recursive', ...args], {env: this.sandbox.env});
	}

	async call(...args: readonly Argument[]): Promise<Finished> {
		const {source, destination} = this.sandbox;
		const [command, ...others] = args;
		const separator = others.indexOf('--');
		const own = ['--source', source, '--dest', destination];
		return runProgram([command!, ...others.slice(0, separator === -1 ? undefined : separator), ...own, ...(separator === -1 ? [] : others.slice(separator))], {env: this.fixture.env});
	}

	async events(...args: readonly Argument[]): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
		const {stdout} = await this.call(...args, '--json');
		return jsonLines(stdout);
	}

	/** The set of a date, with modes and times, as a text. */
	async describe(date: string): Promise<string> {
		const {stdout} = await run('find', ['.', '-type', 'f', '-printf', '%P %m %U %G %T@ %s\n'], {cwd: path.join(this.sandbox.destination, date)});
		const {stdout: sums} = await run('bash', ['-c', 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum'], {cwd: path.join(this.sandbox.destination, date)});
		const copies = stdout.split('\n').filter(line => !/^(?:manifest\.json|SHA256SUMS) /v.test(line)).toSorted();
		return [...copies, sums].join('\n');
	}

	/** Bytes of the files that describe a set. */
	async bytesOfDescription(date: string): Promise<number> {
		const stats = await Promise.all(['manifest.json', 'SHA256SUMS'].map(async name => fs.stat(path.join(this.sandbox.destination, date, name))));
		return stats.reduce((sum, {size}) => sum + size, 0);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.fixture[Symbol.asyncDispose]();
		await this.sandbox[Symbol.asyncDispose]();
	}
}

/** Three days of logs, of which the first becomes older by a rotation. */
async function backUpThreeDays(site: Site): Promise<void> {
	const {sandbox} = site;
	await sandbox.add('syslog', sampleLog(400_000, 1));
	await sandbox.add('auth.log', sampleLog(300_000, 2));
	await sandbox.add(Buffer.from('gr\u{FC}n.log', 'latin1'), sampleLog(20_000, 3));
	await sandbox.add('Case.log', 'upper\n');
	await sandbox.add('case.log', 'lower\n');
	await site.backUp(days[0]);
	await fs.rename(path.join(sandbox.source, 'syslog'), path.join(sandbox.source, 'syslog.1'));
	await sandbox.add('syslog', sampleLog(30_000, 4));
	await site.backUp(days[1]);
	await sandbox.add('kern.log', sampleLog(50_000, 5));
	await site.backUp(days[2]);
}

const only = (events: ReadonlyArray<Readonly<Record<string, unknown>>>, type: string) => events.filter(event => event.message_type === type);

/** Without the directory of the sets: a server that is lost. */
const lose = async ({sandbox}: Site) => fs.rm(sandbox.destination, {recursive: true});

for (const kind of ['webdav', 'sftp'] as const) {
	describe(kind, () => {
		test('three days of sets go there once, and come back as they were', async t => {
			if (!await canDo(t, 'rclone')) {
				return;
			}

			await using site = await Site.create(kind);
			await backUpThreeDays(site);
			const before = await Promise.all(days.map(async day => site.describe(day)));
			const pushed = await site.events('push', remote);
			const sets = only(pushed, 'set_pushed');
			assert.deepEqual(sets.map(({date}) => date), days);
			assert.ok(sets.every(({checked}) => checked === 'download'));

			if (kind === 'webdav') {
				const fresh = only(jsonLines((await site.call('list', '--json')).stdout), 'set').map(({bytes_new: bytes}) => Number(bytes));
				// The two files that describe a set are sent each time.
				const described = await Promise.all(days.map(async day => site.bytesOfDescription(day)));
				assert.deepEqual(sets.map(({bytes_sent: sent}, index) => Number(sent) <= 1.05 * (fresh[index]! + described[index]!)), [true, true, true]);
			}

			assert.deepEqual((await fs.readdir(site.there)).filter(name => !name.startsWith('.logbackup')).toSorted(), days);
			assert.deepEqual(only(await site.events('push', remote), 'set_pushed'), []);
			await lose(site);
			await site.call('fetch', '--all', '--from', remote);
			assert.deepEqual(await Promise.all(days.map(async day => site.describe(day))), before);
			await site.call('verify', '--all');
			const [summary] = only(await site.events('fetch', '--all', '--from', remote), 'fetch_summary');
			assert.equal(summary!.sets_present, 3);
		});

		test('a server that is gone, and one that comes back', async t => {
			if (!await canDo(t, 'rclone')) {
				return;
			}

			await using site = await Site.create(kind);
			await site.sandbox.add('syslog', sampleLog(400_000, 1));
			await site.backUp(days[0]);
			await site.fixture.stop();
			const {stderr} = await site.call('push', remote, {code: 1}, '--', '--low-level-retries=1', '--retries=1');
			assert.match(stderr, /^logbackup-tui: [^\n]+\n$/v);
			assert.ok(!stderr.includes(secret));
			await site.fixture.start();
			assert.equal(only(await site.events('push', remote), 'set_pushed').length, 1);
		});
	});
}

async function pushOne(t: TestContext, kind: RemoteKind | 'directory' = 'directory'): Promise<Site | undefined> {
	if (!await canDo(t, 'rclone')) {
		return undefined;
	}

	const site = await Site.create(kind);
	await site.sandbox.add('syslog', sampleLog(50_000, 1));
	await site.sandbox.add('auth.log', sampleLog(50_000, 2));
	await site.backUp(days[0]);
	await site.call('push', remote);
	return site;
}

/** Changes one byte in the middle. */
async function flip(file: string): Promise<void> {
	const content = await fs.readFile(file);
	content[content.length >> 1]! ^= 1;
	await fs.writeFile(file, content);
}

test('a byte that is flipped at the remote is found by a push that looks, and by a fetch', async t => {
	await using site = await pushOne(t, 'webdav');

	if (!site) {
		return;
	}

	await flip(path.join(site.there, days[0], 'syslog.gz'));
	assert.deepEqual(only(await site.events('push', remote, '--check=download', {code: 5}), 'finding').map(({file}) => file), ['syslog.gz']);
	// Its length is as it was.
	await site.call('push', remote, '--check=size');
	await lose(site);
	assert.deepEqual(only(await site.events('fetch', days[0], '--from', remote, {code: 5}), 'finding').map(({file}) => file), ['syslog.gz']);
	assert.ok(!await exists(path.join(site.sandbox.destination, days[0])));
});

test('objects that are cut, swapped or lost, and descriptions that are changed, give no set', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	const there = path.join(site.there, days[0]);
	const whole = path.join(site.sandbox.root, 'whole');
	await fs.cp(there, whole, {recursive: true});
	await lose(site);

	const harms: ReadonlyArray<readonly [what: string, harm: () => Promise<unknown>]> = [
		['cut', async () => fs.truncate(path.join(there, 'syslog.gz'), 100)],
		['lost', async () => fs.rm(path.join(there, 'syslog.gz'))],
		['swapped', async () => {
			await fs.copyFile(path.join(whole, 'auth.log.gz'), path.join(there, 'syslog.gz'));
			await fs.copyFile(path.join(whole, 'syslog.gz'), path.join(there, 'auth.log.gz'));
		}],
		['manifest', async () => flip(path.join(there, 'manifest.json'))],
		['checksums', async () => fs.writeFile(path.join(there, 'SHA256SUMS'), '')],
		['marker', async () => fs.truncate(path.join(there, '.logbackup/pushed.json'), 50)],
	];

	for (const [what, harm] of harms) {
		await harm();
		const {code} = await site.call('fetch', days[0], '--from', remote, {code: 'any'});
		assert.notEqual(code, 0, what);
		assert.ok(!await exists(path.join(site.sandbox.destination, days[0])), what);
		await fs.rm(there, {recursive: true});
		await fs.cp(whole, there, {recursive: true});
	}

	await site.call('fetch', days[0], '--from', remote);
	await site.call('verify', days[0]);
});

test('a forged manifest writes nothing outside, and a forged listing shows nothing harmful', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	const there = path.join(site.there, days[0]);
	const manifest = await fs.readFile(path.join(there, 'manifest.json'), 'utf8');
	const forged = manifest.replace('"file":"syslog.gz"', '"file":"../../escaped.gz"');
	assert.notEqual(forged, manifest);
	await fs.writeFile(path.join(there, 'manifest.json'), forged);
	const {stdout} = await run('sha256sum', ['manifest.json'], {cwd: there});
	const sums = await fs.readFile(path.join(there, 'SHA256SUMS'), 'utf8');
	await fs.writeFile(path.join(there, 'SHA256SUMS'), sums.replaceAll('syslog.gz', '../../escaped.gz').split('\n').map(line => line.endsWith('manifest.json') ? stdout.trim() : line).join('\n'));
	await lose(site);
	await site.call('fetch', days[0], '--from', remote, {code: 1});
	const {stdout: escaped} = await run('find', [site.sandbox.root, '-name', 'escaped*', '-not', '-path', `${site.fixture.directory}/*`]);
	assert.equal(escaped, '');
	const root = path.dirname(site.there);
	await fs.mkdir(path.join(root, 'evil\u{1B}[31m', days[0]), {recursive: true});
	await fs.mkdir(path.join(root, 'web9', '2026-02-31'), {recursive: true});
	await fs.mkdir(path.join(root, 'web9', '.2026-03-14.0.partial'), {recursive: true});
	const listed = await site.call('remote', remote);
	assert.doesNotMatch(listed.stdout + listed.stderr, /[\u{0}-\u{9}\u{B}-\u{1F}\u{7F}]/v);
	assert.doesNotMatch(listed.stdout, /evil|web9/v);
});

test('what --retry adds here is added there, and another set of the date is never replaced', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	await site.sandbox.add('kern.log', 'late\n');
	await site.backUp(days[0], '--add');
	const [set] = only(await site.events('push', remote), 'set_pushed');
	assert.equal(set!.completed, true);
	assert.ok(await exists(path.join(site.there, days[0], 'kern.log.gz')));
	await fs.rm(path.join(site.sandbox.destination, days[0]), {recursive: true});
	await site.sandbox.add('syslog', 'another\n');
	await site.backUp(days[0]);
	const before = await listTree(site.there);
	await site.call('push', remote, {code: 1});
	assert.deepEqual(await listTree(site.there), before);
	const [kept] = only(jsonLines((await site.call('remote', remote, '--json')).stdout), 'remote_set');
	assert.equal(kept!.state, 'complete');
});

test('a mount of rclone, which sends later what is written there, is refused as a destination', async t => {
	if (!await canDo(t, 'rclone', 'fusermount', 'root')) {
		return;
	}

	await using site = await Site.create('directory');
	await site.sandbox.add('syslog', 'a\n');
	const mount = path.join(site.sandbox.root, 'mount');
	await fs.mkdir(mount, {mode: 0o700});
	const mounting = await run('rclone', ['mount', 'nas:', mount, '--daemon', '--vfs-cache-mode=writes', '--dir-perms=0700', '--file-perms=0600'], {env: site.fixture.env, code: 'any'});

	if (mounting.code !== 0) {
		t.skip(`needs FUSE: ${mounting.stderr}`);
		return;
	}

	try {
		const {stderr} = await runProgram(['--yes', '--source', site.sandbox.source, '--dest', mount, '--date', days[0], {code: 1}], {env: site.sandbox.env});
		assert.match(stderr, /rclone/v);
		assert.ok(!await exists(path.join(mount, `.${days[0]}.partial`)));
	} finally {
		await run('fusermount', ['-u', '-z', mount]);
	}
});

test('where a directory cannot be renamed, the last object alone makes a set', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using site = await Site.create('directory');
	await site.sandbox.add('syslog', sampleLog(50_000, 1));
	await site.backUp(days[0]);
	const bin = path.join(site.sandbox.root, 'bin');
	await fs.mkdir(bin);
	const {stdout} = await run('bash', ['-c', 'command -v rclone']);
	// A remote such as S3, as far as this program is told; killed where the marker is written.
	const rclone = (marker: string) => `#!/bin/bash
case "$1 $2" in
	"backend features") ${stdout.trim()} "$@" | sed 's/"DirMove": true/"DirMove": false/' ;;
	*/pushed.json) ${marker} ;;
	moveto*) exit 1 ;;
	*) exec ${stdout.trim()} "$@" ;;
esac
`;
	const push = async (marker: string, code: number) => {
		await fs.writeFile(path.join(bin, 'rclone'), rclone(marker), {mode: 0o755});
		const {source, destination} = site.sandbox;
		await runProgram(['push', remote, '--source', source, '--dest', destination, {code}], {env: {...site.fixture.env, PATH: `${bin}:${process.env.PATH}`}});
	};

	const states = async () => only(await site.events('remote', remote), 'remote_set').map(({state}) => state);
	await push('kill -9 $$', 1);
	assert.deepEqual(await states(), ['unfinished']);
	await site.call('fetch', days[0], '--from', remote, {code: 1});
	await push(`exec ${stdout.trim()} "$@"`, 0);
	assert.deepEqual(await states(), ['complete']);
	await lose(site);
	await site.call('fetch', days[0], '--from', remote);
});

test('a server that dies in the middle leaves an unfinished set, with which the next push goes on', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using site = await Site.create('webdav');

	for (const [index, name] of ['a.log', 'b.log', 'c.log', 'd.log'].entries()) {
		await site.sandbox.add(name, sampleLog(3_000_000, index));
	}

	await site.backUp(days[0]);
	const {source, destination} = site.sandbox;
	const slowly = ['--json', '--bwlimit', '300k', '--', '--transfers=1', '--retries=1', '--low-level-retries=1', '--contimeout=5s', '--timeout=5s'];
	const pushing = launch(process.execPath, [program, 'push', remote, '--source', source, '--dest', destination, ...slowly], {env: site.fixture.env});
	await until('a file to have come whole', async () => (await run('find', [site.fixture.directory, '-name', '*.gz', '-size', '+100k'])).stdout.split('\n').length > 2);
	await site.fixture.stop();
	await pushing.end(1);
	await site.fixture.start();
	assert.deepEqual(only(await site.events('remote', remote), 'remote_set').filter(({state}) => state !== 'unfinished'), []);
	const [set] = only(await site.events('push', remote), 'set_pushed');
	assert.ok(Number(set!.bytes_resumed) > 0);
	await lose(site);
	await site.call('fetch', days[0], '--from', remote);
});

test('status and prune know what is off the host, and a run pushes if it is told to', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	const health = async (code: number, ...args: readonly string[]) => {
		const [event] = await site.events('status', '--push-to', remote, ...args, {code});
		return event!;
	};

	assert.equal((await health(0)).pushed, true);
	assert.equal((await site.call('status', '--json')).stdout.includes('pushed'), false);
	await site.backUp(days[1], '--push-to', remote, '--keep-last=1');
	assert.ok(await exists(path.join(site.sandbox.destination, days[1])));
	// What was pushed may go, and what was not may not.
	assert.ok(!await exists(path.join(site.sandbox.destination, days[0])));
	await site.sandbox.add('kern.log', 'one more\n');
	await site.backUp(days[2], '--push-to', remote, '--keep-last=1');
	assert.ok(await exists(path.join(site.sandbox.destination, days[1])));
	const plan = only(await site.events('prune', '--keep-last=1', '--dry-run', '--push-to', remote), 'prune_set');
	assert.deepEqual(plan.map(({date, action}) => [date, action]), [[days[2], 'keep'], [days[1], 'keep']]);
	assert.equal((await health(6)).verdict, 'not_pushed');
	const {stdout: metrics} = await site.call('status', '--prometheus', '--push-to', remote);
	assert.match(metrics, /^logbackup_newest_set_pushed\{.*\} 0$/mv);
	const nagios = await site.call('status', '--nagios', '--push-to', remote, {code: 1});
	assert.match(nagios.stdout, /^LOGBACKUP WARNING/v);
	const {source, destination} = site.sandbox;
	await runProgram(['--yes', '--source', source, '--dest', destination, '--push', {code: 2}], {env: site.fixture.env});
	const backUpAndPush = async (place: string, date: string, code: number) =>
		runProgram(['--yes', '--source', source, '--dest', destination, '--date', date, '--push', '--push-to', place, {code}], {env: site.fixture.env});
	await backUpAndPush('elsewhere:x', '2026-03-17', 3);
	await backUpAndPush(remote, '2026-03-18', 0);
	assert.deepEqual((await fs.readdir(site.there)).filter(name => !name.startsWith('.')).toSorted(), [...days, '2026-03-17', '2026-03-18']);
	assert.equal((await health(0)).pushed, true);
});

test('one place that watches every server: hosts that are late are named', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	await site.call('remote', remote, '--max-age', '1d');
	const late = await site.call('remote', remote, '--max-age', '0s', {code: 6});
	assert.ok(late.stderr.includes(hostname()));
	await site.call('remote', remote, '--max-age', '1d', '--host', 'web2', {code: 6});
	await site.call('remote', 'nas:nothing');
	await site.call('remote', 'nas:nothing', '--max-age', '1d', {code: 6});
});

test('old sets are removed there by the rules, never the newest complete one', async t => {
	if (!await canDo(t, 'rclone')) {
		return;
	}

	await using site = await Site.create('directory');
	await backUpThreeDays(site);
	await site.call('push', remote);
	await site.call('remote', 'prune', remote, '--yes', {code: 2});
	await site.call('remote', 'prune', remote, '--keep-last=1', {code: 2});
	await site.call('remote', 'prune', remote, '--keep-last=1', '--dry-run');
	assert.equal(only(await site.events('remote', remote), 'remote_set').length, 3);
	const events = await site.events('remote', 'prune', remote, '--keep-last=1', '--yes');
	assert.deepEqual(only(events, 'prune_set').filter(({action}) => action === 'remove').map(({date, host}) => [host, date]), [days[1], days[0]].map(date => [hostname(), date]));
	assert.deepEqual(only(await site.events('remote', remote), 'remote_set').map(({date}) => date), [days[2]]);
	await site.call('fetch', days[2], '--from', remote, {code: 0});
});

test('the sets of another host are kept apart', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	const other = path.join(path.dirname(site.there), 'web2');
	await fs.rename(site.there, other);
	await site.call('fetch', days[0], '--from', remote, '--host', 'web2', {code: 1});
	await fs.rename(other, site.there);
	await fs.rm(path.join(site.sandbox.destination, days[0]), {recursive: true});
	await site.backUp(days[1], '--host', 'web2');
	await site.call('push', remote, '--host', 'web2');
	await site.call('fetch', days[1], '--from', remote, '--host', 'web2');
	assert.ok(await exists(path.join(site.sandbox.destination, 'web2', days[1], 'manifest.json')));
	await site.call('fetch', days[0], '--from', remote);
	assert.ok(await exists(path.join(site.sandbox.destination, days[0], 'manifest.json')));
});

test('another machine of the same name does not mix its sets with these', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	const claims = path.join(site.there, '.logbackup');
	const [claim] = await fs.readdir(claims);

	if (claim === undefined) {
		t.skip('needs /etc/machine-id');
		return;
	}

	await fs.rename(path.join(claims, claim), path.join(claims, '0'.repeat(32)));
	await site.backUp(days[1]);
	const before = await listTree(site.there);
	await site.call('push', remote, {code: 1});
	assert.deepEqual(await listTree(site.there), before);
	await site.call('push', remote, '--host', hostname());
});

test('rclone that is missing, too old or sees no such remote is told in a line or two', async t => {
	await using site = await pushOne(t);

	if (!site) {
		return;
	}

	const bin = path.join(site.sandbox.root, 'bin');
	await fs.mkdir(bin);
	const {source, destination} = site.sandbox;
	const call = async (place: string, env: Readonly<Record<string, string>>) =>
		runProgram(['push', place, '--source', source, '--dest', destination, '--all'], {code: 1, env: {...site.fixture.env, ...env}});
	await fs.symlink('/bin/bash', path.join(bin, 'bash'));
	const missing = await call(remote, {PATH: bin});
	assert.match(missing.stderr, /rclone/v);
	await fs.writeFile(path.join(bin, 'rclone'), '#!/bin/sh\necho rclone v1.53.3-DEV\n', {mode: 0o755});
	const old = await call(remote, {PATH: `${bin}:${process.env.PATH}`});
	assert.match(old.stderr, /1\.53.*1\.60/v);
	const unknown = await call('elsewhere:x', {});

	for (const {stderr, stdout} of [missing, old, unknown]) {
		assert.equal(stdout, '');
		assert.match(stderr, /^logbackup-tui: (?:[^\n]+\n){1,2}$/v);
	}
});

test('secrets of the remote are in no argument, message, event or file', async t => {
	if (!await canDo(t, 'rclone', 'strace')) {
		return;
	}

	await using site = await Site.create('webdav');
	await site.sandbox.add('syslog', sampleLog(50_000, 1));
	await site.backUp(days[0]);
	const trace = path.join(site.sandbox.root, 'trace');
	const command = [process.execPath, program, 'push', remote, '--json', '--source', site.sandbox.source, '--dest', site.sandbox.destination];
	const {stdout, stderr} = await run('strace', ['-f', '-qq', '-e', 'trace=execve', '-s', '10000', '-o', trace, ...command], {env: site.fixture.env});
	const traced = await fs.readFile(trace, 'utf8');
	assert.match(traced, /rcat/v);
	const {stdout: found} = await run('grep', ['-rl', secret, site.sandbox.destination, site.fixture.directory], {code: 'any'});
	assert.equal(found, '');

	for (const text of [traced, stdout, stderr]) {
		assert.ok(!text.includes(secret));
	}
});

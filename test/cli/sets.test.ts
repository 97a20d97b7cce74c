import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {commandSummaries} from '../../source/cli/command/command-names.ts';
import {sealManifest, snapshot} from '../support/sets.ts';
import {Sandbox} from '../support/sandbox.ts';
import {
	type Argument,
	type Finished,
	run,
	runProgram,
} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';

const command = async (sandbox: Sandbox, ...args: readonly Argument[]): Promise<Finished> => runProgram([...args, '--dest', sandbox.destination]);

async function backUp(sandbox: Sandbox, date: string): Promise<void> {
	const {code, stderr} = await runProgram(['--yes', '--quiet', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date]);
	assert.equal(code, 0, stderr);
}

/** Two days, with a rotation between them. */
async function twoDays(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('app.log', sampleLog(50_000, 1));
	await sandbox.add('syslog', sampleLog(20_000, 2));
	await sandbox.add('old.gz', gzipSync(sampleLog(5000, 3)));
	await sandbox.add('gone', 'x');
	await backUp(sandbox, '2026-03-13');
	await fs.rename(path.join(sandbox.source, 'syslog'), path.join(sandbox.source, 'syslog.1'));
	await fs.rm(path.join(sandbox.source, 'gone'));
	await fs.appendFile(path.join(sandbox.source, 'app.log'), 'more\n');
	await sandbox.add('syslog', 'new\n');
	await sandbox.add(Buffer.from([0x6F, 0xFF]), 'odd');
	await backUp(sandbox, '2026-03-14');
	return sandbox;
}

/** A set as the Python script made it. */
async function makeForeignSet(sandbox: Sandbox, date: string): Promise<string> {
	const set = path.join(sandbox.destination, date);
	await fs.mkdir(set, {recursive: true});
	const script = `import gzip, os, shutil, sys
source, target = map(os.fsencode, sys.argv[1:])
for name in os.listdir(source):
	path = os.path.join(source, name)
	if os.path.isfile(path):
		with open(path, "rb") as i, gzip.open(os.path.join(target, name + b".gz"), "wb", 9) as o:
			shutil.copyfileobj(i, o)`;
	const {code, stderr} = await run('python3', ['-c', script, sandbox.source, set]);
	assert.equal(code, 0, stderr);
	return set;
}

const hasPython = await run('python3', ['-c', '']).then(({code}) => code === 0).catch(() => false);
const python = {skip: hasPython ? false : 'needs python3'};

const json = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as Record<string, unknown>);

test('list shows each set on a line of 80 columns, the newest last, and counts linked copies once', async () => {
	await using sandbox = await twoDays();
	const {code, stdout} = await command(sandbox, 'list');
	assert.equal(code, 0);
	const lines = stdout.trimEnd().split('\n');
	assert.deepEqual(lines.slice(1, 3).map(line => line.slice(0, 20)), ['2026-03-13  complete', '2026-03-14  complete']);
	assert.ok(lines.every(line => line.length <= 80));
	assert.match(lines.at(-1)!, /^2 sets, .+ on disk$/v);
	const [first, second, total] = json((await command(sandbox, 'list', '--json')).stdout);
	const disk = async (date: string, names: readonly string[]) => {
		const sizes = await Promise.all(names.map(async name => (await fs.stat(path.join(sandbox.destination, date, name))).size));
		return sizes.reduce((sum, size) => sum + size, 0);
	};

	const older = await disk('2026-03-13', ['app.log.gz', 'syslog.gz', 'old.gz', 'gone.gz']);
	const odd = Buffer.concat([Buffer.from(`${sandbox.destination}/2026-03-14/o`), Buffer.of(0xFF), Buffer.from('.gz')]);
	const newer = await disk('2026-03-14', ['app.log.gz', 'syslog.gz']) + (await fs.stat(odd)).size;
	assert.equal(first!.bytes_new, older);
	assert.equal(second!.bytes_new, newer);
	assert.equal(total!.bytes_new, older + newer);
	// Without the set that it was linked from, the newer one holds all it has.
	await fs.rm(path.join(sandbox.destination, '2026-03-13'), {recursive: true});
	const [alone] = json((await command(sandbox, 'list', '--json')).stdout);
	assert.equal(alone!.bytes_new, alone!.bytes_out);
});

test('list tells which sets are of a day to come', async () => {
	await using sandbox = await twoDays();
	const rowsOf = async (date: string) => (await command(sandbox, 'list')).stdout.split('\n').filter(line => line.startsWith(date)).length;
	const before = await rowsOf('2026-');
	await backUp(sandbox, '2999-01-01');
	assert.equal(await rowsOf('2999-01-01'), 2);
	assert.equal(await rowsOf('2026-'), before);
});

test('list tells complete, partial, interrupted, damaged and foreign sets apart', async () => {
	await using sandbox = await twoDays();
	const manifest = path.join(sandbox.destination, '2026-03-14/manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replace('"files_failed": 0', '"files_failed": 2'));
	await fs.mkdir(path.join(sandbox.destination, '2026-03-10'));
	await fs.writeFile(path.join(sandbox.destination, '2026-03-10', 'x.gz'), gzipSync('x'));
	await fs.mkdir(path.join(sandbox.destination, '2026-03-11'));
	await fs.writeFile(path.join(sandbox.destination, '2026-03-11', 'manifest.json'), '{"manifest_version": 1,');
	await fs.symlink('/', path.join(sandbox.destination, '2026-03-12'));
	await fs.mkdir(path.join(sandbox.destination, '.2026-03-15.partial'));
	await fs.mkdir(path.join(sandbox.destination, '2026-02-30'));
	const {code, stdout} = await command(sandbox, 'list');
	assert.equal(code, 0);
	assert.deepEqual(stdout.split('\n').slice(1, 7).map(line => line.split(/\s+/v).slice(0, 2).join(' ')), [
		'2026-03-10 foreign', '2026-03-11 damaged', '2026-03-12 damaged', '2026-03-13 complete', '2026-03-14 partial', '2026-03-15 interrupted',
	]);
	assert.match(stdout, /2026-03-11 is damaged: manifest\.json: it is cut short/v);
	assert.match(stdout, /2026-03-12 is damaged: it is not a directory/v);
});

test('a .gz file of a foreign set that is padded with zeros is sound, as to gzip itself; one followed by anything else is not', async () => {
	await using sandbox = await Sandbox.create();
	const set = path.join(sandbox.destination, '2026-03-10');
	await fs.mkdir(set, {recursive: true});
	const content = sampleLog(300_000);
	await fs.writeFile(path.join(set, 'a.log.gz'), Buffer.concat([gzipSync(content), Buffer.alloc(700_000)]));
	await fs.writeFile(path.join(set, 'b.log.gz'), Buffer.concat([gzipSync('b\n'), Buffer.alloc(512)]));
	assert.equal((await command(sandbox, 'verify')).code, 0);
	assert.deepEqual((await command(sandbox, 'cat', 'latest', 'a.log')).stdout, content.toString());
	const to = path.join(sandbox.root, 'restored');
	assert.equal((await command(sandbox, 'restore', 'latest', '--to', to)).code, 0);
	assert.deepEqual(await fs.readFile(path.join(to, 'a.log')), content);
	assert.equal(await fs.readFile(path.join(to, 'b.log'), 'utf8'), 'b\n');
	// Nothing tells how long they are; but not that they are empty.
	assert.ok(json((await command(sandbox, 'show', 'latest', '--json')).stdout).every(line => line.bytes_in === undefined));
	await fs.appendFile(path.join(set, 'b.log.gz'), 'x');
	await command(sandbox, 'verify', {code: 5});
	await command(sandbox, 'cat', 'latest', 'b.log', {code: 5});
});

test('an empty directory has no backups, and one that is not there cannot be listed', async () => {
	await using sandbox = await Sandbox.create();
	const missing = await command(sandbox, 'list', {code: 1});
	assert.match(missing.stderr, /cannot open the backups in .+ENOENT.+\n.+--dest/v);
	// Those that were pushed can be got back.
	const pushed = await command(sandbox, 'browse', '--plain', '--push-to', 'nas:logs', {code: 1});
	assert.match(pushed.stderr, /nas:logs.*fetch --all --dest/v);
	await fs.mkdir(sandbox.destination);
	const empty = await command(sandbox, 'list');
	assert.equal(empty.code, 0);
	assert.match(empty.stdout, /^No backups in /v);
});

test('show lists the files with outcome and note, and only those that a glob matches', async () => {
	await using sandbox = await twoDays();
	const {code, stdout} = await command(sandbox, 'show', 'latest');
	assert.equal(code, 0);
	assert.match(stdout, /^Set of 2026-03-14: complete$/mv);
	assert.match(stdout, /^unchanged .+ syslog\.1 {2}\(linked from 2026-03-13\)$/mv);
	assert.match(stdout, /^unchanged .+ old\.gz {2}\([^,]+, linked from 2026-03-13\)$/mv);
	assert.match(stdout, /^done +3 B +\S+ B {2}o\\xff$/mv);
	const some = json((await command(sandbox, 'show', '2026-03-14', 'sys*', '--json')).stdout);
	assert.deepEqual(some.map(({path: name}) => name), [undefined, 'syslog', 'syslog.1']);
	const none = await command(sandbox, 'show', '2026-03-14', 'nope', {code: 1});
	assert.match(none.stderr, /no file in the set of 2026-03-14 matches nope/v);
});

test('show --diff tells what was added, is gone, has grown, was rotated and stayed, whichever set is named first', async () => {
	await using sandbox = await twoDays();
	const {stdout} = await command(sandbox, 'show', '2026-03-13', '--diff', 'latest');
	const changes = stdout.split('\n').slice(3, 9).map(line => line.split(/\s+/v).toSpliced(1, 2).join(' '));
	assert.deepEqual(changes, ['grown app.log', 'gone gone', 'unchanged old.gz', String.raw`added o\xff`, 'added syslog', 'renamed syslog -> syslog.1']);
	assert.match(stdout, /2 added, 1 gone, 1 grown, 0 changed, 1 renamed, 1 unchanged\n$/v);
	assert.equal((await command(sandbox, 'show', 'latest', '--diff', '2026-03-13')).stdout, stdout);
});

test('verify finds sound sets sound, and names all that is wrong with one that is not, without touching it', async () => {
	await using sandbox = await twoDays();
	const sound = await command(sandbox, 'verify', '--all');
	assert.equal(sound.code, 0, sound.stderr);
	assert.equal(sound.stderr, '');
	const set = path.join(sandbox.destination, '2026-03-14');
	const copy = await fs.readFile(path.join(set, 'app.log.gz'));
	copy[100]! ^= 1;
	await fs.writeFile(path.join(set, 'app.log.gz'), copy);
	await fs.rm(path.join(set, 'syslog.gz'));
	await fs.writeFile(path.join(set, 'surplus'), '');
	await fs.chmod(path.join(set, 'old.gz'), 0o666);
	await fs.chmod(set, 0o755);
	const before = await snapshot(sandbox.destination);
	const {stderr} = await command(sandbox, 'verify', '-q', {code: 5});
	assert.deepEqual(await snapshot(sandbox.destination), before);

	for (const expected of [
		/^2026-03-14: app\.log\.gz: it /mv,
		/^2026-03-14: syslog\.gz: missing$/mv,
		/^2026-03-14: surplus: /mv,
		/^2026-03-14: old\.gz: its mode 0666 is looser than that of its source, 0640$/mv,
		/^2026-03-14: others have access to it: its mode is 0755, not 0700$/mv,
	]) {
		assert.match(stderr, expected);
	}

	assert.equal(stderr.trimEnd().split('\n').length, 5);
	// The link is the same file in both sets.
	const all = json((await command(sandbox, 'verify', '--all', '--json', {code: 5})).stdout);
	assert.deepEqual(all.filter(({finding}) => finding === 'mode').map(({date, file}) => [date, file]), [['2026-03-14', undefined], ['2026-03-14', 'old.gz'], ['2026-03-13', 'old.gz']]);
	assert.equal(all.at(-1)!.exit_code, 5);
});

test('a set of the first version, whose manifest says less, is listed, verified, linked from and restored', async () => {
	await using sandbox = await twoDays();
	const set = path.join(sandbox.destination, '2026-03-14');
	const later = new Set(['files_reused', 'bytes_new', 'reused_from', 'retried']);
	const manifest = JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as {entries: Array<Record<string, unknown>>};
	const fields = Object.entries(manifest).filter(([name]) => name !== 'entries' && !later.has(name));
	const entries = manifest.entries.map(({reused_from: _, ...entry}) => ({...entry, outcome: entry.outcome === 'reused' ? 'done' : entry.outcome}));
	const lines = fields.map(([name, value]) => `\t${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join('');
	await fs.writeFile(path.join(set, 'manifest.json'), `{\n${lines}\t"entries": [\n${entries.map(entry => `\t\t${JSON.stringify(entry)}`).join(',\n')}\n\t]\n}\n`);
	await sealManifest(set);
	const [, overview] = json((await command(sandbox, 'list', '--json')).stdout);
	assert.equal(overview!.state, 'complete');
	assert.equal(overview!.files_done, entries.length);
	const verified = await command(sandbox, 'verify', '2026-03-14');
	assert.equal(verified.code, 0, verified.stdout + verified.stderr);
	const restored = path.join(sandbox.root, 'restored');
	assert.equal((await command(sandbox, 'restore', '2026-03-14', '--to', restored)).code, 0);
	assert.deepEqual(await fs.readFile(path.join(restored, 'app.log')), await fs.readFile(path.join(sandbox.source, 'app.log')));
	await backUp(sandbox, '2026-03-15');
	const {stdout} = await command(sandbox, 'show', '2026-03-15');
	assert.match(stdout, /unchanged .+app\.log {2}\(linked from 2026-03-14\)/v);
});

test('a set that the Python script made is listed, shown, verified and read', python, async () => {
	await using sandbox = await twoDays();
	const set = await makeForeignSet(sandbox, '2026-03-16');
	assert.match((await command(sandbox, 'list')).stdout, /^2026-03-16 {2}foreign/mv);
	const sound = await command(sandbox, 'verify');
	assert.equal(sound.code, 0, sound.stderr);
	assert.match(sound.stdout, /^2026-03-16: foreign, 5 files/v);
	assert.match((await command(sandbox, 'show', 'latest')).stdout, /^found +50\.0 kB .+ app\.log$/mv);
	assert.equal((await command(sandbox, 'cat', 'latest', 'app.log')).stdout, (await sandbox.content('app.log')).toString());
	assert.match((await command(sandbox, 'show', 'latest', '--diff', '2026-03-14')).stdout, /0 added, 0 gone, 0 grown/v);
	const copy = await fs.readFile(path.join(set, 'app.log.gz'));
	await fs.writeFile(path.join(set, 'app.log.gz'), copy.subarray(0, -20));
	const damaged = await command(sandbox, 'verify', {code: 5});
	assert.match(damaged.stderr, /^2026-03-16: app\.log\.gz: it cannot be unpacked/v);
});

test('cat prints a file as it was, by name or by bytes, and what was compressed already as it is', async () => {
	await using sandbox = await twoDays();
	const content = await sandbox.content('app.log');
	assert.equal((await command(sandbox, 'cat', 'latest', 'app.log')).stdout, content.toString());
	assert.equal((await command(sandbox, 'cat', 'latest', String.raw`o\xff`)).stdout, 'odd');
	const script = String.raw`"$0" "$1" cat latest "$(printf 'o\377')" --dest "$2" && "$0" "$1" cat latest old.gz --dest "$2" | gzip -dc`;
	const {program} = await import('../support/run.ts');
	const shell = await run('sh', ['-c', script, process.execPath, program, sandbox.destination]);
	assert.equal(shell.stdout, `odd${sampleLog(5000, 3).toString()}`, shell.stderr);
	const near = await command(sandbox, 'cat', 'latest', 'apple.log', {code: 1});
	assert.match(near.stderr, /has no file apple\.log\n.+ app\.log\?/v);
});

test('cat ends with 5 after a damaged copy, quietly when its reader goes away, and not quietly when its output is full', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('big', sampleLog(3_000_000, 1));
	await backUp(sandbox, '2026-03-14');
	const {program} = await import('../support/run.ts');
	const head = await run('bash', ['-c', 'set -o pipefail; "$0" "$1" cat latest big --dest "$2" | head -1; echo "$?"', process.execPath, program, sandbox.destination]);
	assert.match(head.stdout, /\n141\n$/v);
	assert.equal(head.stderr, '');
	const full = await run('sh', ['-c', '"$0" "$1" cat latest big --dest "$2" >/dev/full', process.execPath, program, sandbox.destination], {code: 14});
	assert.match(full.stderr, /^logbackup-tui: cannot write to standard output: no space left on device/v);
	const file = path.join(sandbox.destination, '2026-03-14/big.gz');
	const copy = await fs.readFile(file);
	copy.writeUInt8(copy.readUInt8(copy.length - 6) ^ 1, copy.length - 6);
	await fs.writeFile(file, copy);
	const damaged = await command(sandbox, 'cat', 'latest', 'big', {code: 5});
	assert.match(damaged.stderr, /big\.gz in the set of 2026-03-14 is damaged.+not to be trusted/v);
});

test('what cannot be written where the output goes is said, and ends with 14; a reader that goes away is no failure', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a', 'x');
	await backUp(sandbox, '2026-03-14');
	const {program} = await import('../support/run.ts');

	for (const words of ['list', 'list --json', 'show latest', 'verify latest', 'status']) {
		const full = await run('sh', ['-c', `"$0" "$1" ${words} --dest "$2" >/dev/full`, process.execPath, program, sandbox.destination], {code: 14});
		assert.match(full.stderr, /^logbackup-tui: cannot write to standard output: no space left on device \(ENOSPC\)\n$/v);
		const left = await run('bash', ['-c', `"$0" "$1" ${words} --dest "$2" | true; echo "\${PIPESTATUS[0]}"`, process.execPath, program, sandbox.destination]);
		assert.match(left.stdout, /^[06]\n$/v, words);
		assert.equal(left.stderr, '');
	}
});

test('status ends with 0 for a good recent set, and with 6 for one that is too old, partial, damaged or not there', async () => {
	await using sandbox = await Sandbox.create();
	const none = await command(sandbox, 'status', {code: 6});
	assert.match(none.stdout, /^NO BACKUP: .+\n$/v);
	await sandbox.add('a', 'x');
	await backUp(sandbox, '2026-03-14');
	const good = await command(sandbox, 'status');
	assert.equal(good.code, 0);
	assert.match(good.stdout, /^OK: 2026-03-14 complete, .+ old, 1 file, .+\n$/v);
	const manifest = path.join(sandbox.destination, '2026-03-14/manifest.json');
	const text = await fs.readFile(manifest, 'utf8');
	await fs.writeFile(manifest, text.replace('"files_failed": 0', '"files_failed": 1'));
	assert.match((await command(sandbox, 'status', {code: 6})).stdout, /^PARTIAL: .+1 failed/v);
	await fs.writeFile(manifest, text.replace(/"finished": "\d{4}/v, '"finished": "2020'));
	const old = await command(sandbox, 'status', '--json', {code: 6});
	assert.equal(json(old.stdout)[0]!.verdict, 'too_old');
	assert.equal((await command(sandbox, 'status', '--max-age', '99999d')).code, 0);
	await fs.mkdir(path.join(sandbox.destination, '2999-01-01'));
	assert.match((await command(sandbox, 'status', {code: 6})).stdout, /; 1 set of days to come left out \(2999-01-01\)\n$/v);
	await fs.truncate(manifest, 100);
	await command(sandbox, 'status', {code: 6});
});

test('a forged manifest is refused whole, and what is sound in the set is still printed', async () => {
	await using sandbox = await twoDays();
	const set = path.join(sandbox.destination, '2026-03-14');
	const manifest = path.join(set, 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replace('"file":"syslog.gz"', '"file":"../../log/syslog"'));
	await sealManifest(set);
	const {stderr} = await command(sandbox, 'verify', {code: 5});
	assert.match(stderr, /manifest\.json: entry \d: its file is not a valid relative path/v);
	assert.equal((await command(sandbox, 'cat', 'latest', 'syslog')).stdout, 'new\n');
});

for (const [what, args, message] of [
	['an unknown command', ['lsit'], /unexpected argument: lsit; did you mean list\?/v],
	['a command after flags', ['--yes', 'list'], /unexpected argument: list; a command comes before/v],
	['a flag of another command', ['list', '--diff=latest'], /unknown flag: --diff[\s\S]+list --help/v],
	['a date that is none', ['show', '2026-02-30'], /not the date of a set: 2026-02-30/v],
	['no date', ['show'], /show takes the date of a set/v],
	['an age that is none', ['status', '--max-age=soon'], /--max-age takes a number of minutes/v],
	['a date together with --all', ['verify', '--all', 'latest'], /no date can go with it/v],
] as const) {
	test(`${what} is refused with exit code 2`, async () => {
		await using sandbox = await Sandbox.create();
		await fs.mkdir(sandbox.destination);
		const {stdout, stderr} = await runProgram([...args, ...(args[0] === '--yes' || args[0] === 'lsit' ? [] : ['--dest', sandbox.destination])], {code: 2});
		assert.equal(stdout, '');
		assert.match(stderr, message);
	});
}

test('a set that is not there is named with its neighbours', async () => {
	await using sandbox = await twoDays();
	const {stderr} = await command(sandbox, 'show', '2026-03-01', {code: 1});
	assert.match(stderr, /there is no set of 2026-03-01: the nearest is 2026-03-13/v);
});

test('help of the program names every command, and each has its own', async () => {
	const {stdout} = await runProgram(['--help']);

	for (const name of Object.keys(commandSummaries)) {
		assert.match(stdout, new RegExp(`^ +${name} `, 'mv'));
		const help = await runProgram([name, '--help']);
		assert.equal(help.code, 0);
		assert.match(help.stdout, /Examples\n/v);
		assert.ok(help.stdout.split('\n').every(line => line.length <= 120));
	}
});

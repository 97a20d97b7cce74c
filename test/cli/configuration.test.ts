/* Configurations as the built program reads them: which, and how it refuses one. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {exists} from '../support/files.ts';
import {OwnEtc, whyNoOwnEtc} from '../support/own-etc.ts';
import {program, run, runProgram} from '../support/run.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {Terminal} from '../support/terminal.ts';

const isRoot = process.geteuid!() === 0;
const nobody = 65_534;

/** A source of three files, and a configuration beside it. */
async function create(text?: string): Promise<{readonly sandbox: Sandbox; readonly file: string}> {
	const sandbox = await Sandbox.create();
	const file = path.join(sandbox.root, 'logbackup-tui.toml');
	await sandbox.add('a.log', 'a\n');
	await sandbox.add('b.log', 'b\n');
	await sandbox.add('c.gz', 'c\n');

	if (text !== undefined) {
		await fs.writeFile(file, text);
	}

	return {sandbox, file};
}

const places = ({source, destination}: Sandbox) => `source = "${source}"\ndest = "${destination}"\n`;

type Bad = readonly [what: string, make: (file: string) => Promise<unknown>, message: RegExp];

const bad: readonly Bad[] = [
	['is not there', async () => undefined, /no configuration/v],
	['has a mistake', async file => fs.writeFile(file, 'level = 6\nlevel\n'), /toml:2: /v],
	['has a value of another type', async file => fs.writeFile(file, '\nlevel = "six"\n'), /toml:2: level takes .*"six"/v],
	['keeps nothing', async file => fs.writeFile(file, 'keep-last = 0\n'), /keep/v],
	['is too large', async file => fs.writeFile(file, `# ${'x'.repeat(10_000_000)}\n`), /larger than/v],
	['is a FIFO', async file => run('mkfifo', [file]), /not a regular file/v],
	['is a directory', async file => fs.mkdir(file), /not a regular file/v],
	['is a device', async file => fs.symlink('/dev/zero', file), /symbolic link/v],
	['is a symbolic link', async file => {
		await fs.writeFile(`${file}.real`, 'level = 6\n');
		await fs.symlink(`${file}.real`, file);
	}, /symbolic link/v],
	['has NUL bytes', async file => fs.writeFile(file, 'level = 6\n\0\n'), /toml:2: .*NUL/v],
	['can be written by its group', async file => {
		await fs.writeFile(file, 'level = 6\n');
		await fs.chmod(file, 0o664);
	}, /others can write .*chmod go-w/v],
	['is in a directory of everybody', async file => {
		await fs.writeFile(file, 'level = 6\n');
		await fs.chmod(path.dirname(file), 0o777);
	}, /others can write .*chmod go-w/v],
];

for (const [what, make, message] of bad) {
	test(`a configuration that ${what} is refused in one line, and nothing is written`, async () => {
		const {sandbox, file} = await create();
		await using _ = sandbox;
		await make(file);

		for (const args of [['--yes', ...sandbox.flags], ['prune', '--source', sandbox.source, '--dry-run']]) {
			const {stdout, stderr} = await runProgram([...args, '--config', file], {code: 2, timeout: 60_000});
			assert.equal(stdout, '');
			assert.match(stderr, message);

			// What flags come to together is told as of flags.
			if (what !== 'keeps nothing') {
				assert.match(stderr, /^[^\n]+\n$/v);
			}
		}

		assert.equal(await exists(sandbox.destination), false);
	});
}

test('a configuration that fails while it is read is refused in one line', async () => {
	const {stdout, stderr} = await runProgram(['config', 'check', '/proc/self/mem'], {code: 2});
	assert.equal(stdout, '');
	assert.match(stderr, /^[^\n]*cannot read \/proc\/self\/mem[^\n]+\n$/v);
});

test('a configuration of somebody else is refused', {skip: !isRoot && 'needs root'}, async () => {
	const {sandbox, file} = await create('level = 6\n');
	await using _ = sandbox;
	await fs.chown(file, nobody, nobody);
	const {stderr} = await sandbox.run(['--yes', '--config', file, {code: 2}]);
	assert.match(stderr, /belongs to user 65534/v);
	assert.equal(await exists(sandbox.destination), false);
});

test('a home that this user may not look into has no configuration of theirs; one that they may not read is refused', {skip: !isRoot && 'needs root'}, async () => {
	const {sandbox} = await create();
	await using _ = sandbox;
	await fs.chmod(sandbox.root, 0o755);
	const home = path.join(sandbox.root, 'home');
	const directory = path.join(home, '.config');
	await fs.mkdir(directory, {recursive: true});
	await fs.writeFile(path.join(directory, 'logbackup-tui.toml'), 'level = 1\n', {mode: 0o600});
	const show = async (code: number) => runProgram(['config'], {
		code, uid: nobody, gid: nobody, env: {HOME: home},
	});

	await fs.chmod(home, 0o700);
	const {stdout} = await show(0);
	assert.ok(!stdout.includes(home));

	await fs.chmod(home, 0o755);
	const {stderr} = await show(2);
	assert.ok(stderr.includes(path.join(directory, 'logbackup-tui.toml')));
});

test('every command finds the sets where the configuration says, and a run keeps its rules', async () => {
	const {sandbox, file} = await create();
	await using _ = sandbox;
	const elsewhere = path.join(sandbox.root, 'elsewhere');
	await fs.writeFile(file, `source = "${sandbox.source}"\ndest = "${elsewhere}"\nexclude = ["*.gz"]\nkeep-last = 1\n`);
	const call = async (...args: readonly string[]) => runProgram([...args, '--config', file]);
	await call('--yes', '--date', '2026-03-13');
	await call('--yes', '--date', someDate, '--exclude', 'a*');
	const {stdout} = await call('list', '--json');
	assert.deepEqual(stdout.trim().split('\n').map(line => (JSON.parse(line) as {date?: string}).date).filter(Boolean), [someDate]);
	const names = await fs.readdir(path.join(elsewhere, someDate));
	assert.deepEqual(names.toSorted(), ['SHA256SUMS', 'b.log.gz', 'c.gz.gz', 'manifest.json']);
	await call('verify');
	await call('status', '--max-age', '9999d');
	const {stdout: dry} = await call('--dry-run', '--date', '2026-03-15');
	assert.ok(dry.includes(file), dry);
	const {stdout: json} = await call('--dry-run', '--json', '--date', '2026-03-15');
	assert.deepEqual((JSON.parse(json.trimEnd().split('\n').at(-1)!) as {configurations?: string[]}).configurations, [file]);
});

test('what is confirmed in lines is run as the configuration was when it was read', async () => {
	const {sandbox, file} = await create('exclude = ["*.gz"]\nlevel = 1\n');
	await using _ = sandbox;
	await using terminal = Terminal.start({command: process.execPath, args: [program, ...sandbox.flags, '--config', file], env: {TERM: 'dumb', ...sandbox.env}});
	await terminal.waitFor(/2 files marked.*Command:/v);
	assert.ok(terminal.transcript.includes(file));
	await fs.writeFile(file, 'nonsense');
	terminal.send('y\r');
	await terminal.waitFor(/Start\? y or n:/v);
	assert.match(terminal.transcript, /\nConfig /v);
	terminal.send('y\r');
	const {exitCode} = await terminal.waitForExit();
	assert.equal(exitCode, 0);
	assert.deepEqual(await sandbox.copies(), ['a.log.gz', 'b.log.gz']);
	// The command that is told does the same, whatever the file says by then.
	assert.match(terminal.transcript, /--no-config .*--level=1/v);
});

test('config tells what holds and from where, and that is a configuration of the same', async () => {
	const {sandbox, file} = await create();
	await using _ = sandbox;
	await fs.writeFile(file, `${places(sandbox)}\nexclude = [\n  "*.gz",\n]\nkeep-daily = "unlimited"\n`);
	const args = ['--config', file, '--host', 'web2'];
	const {stdout} = await runProgram(['config', ...args]);
	assert.match(stdout, /^exclude = \["\*\.gz"\] +# .*toml:4$/mv);
	assert.match(stdout, /^host = "web2" +# command line$/mv);
	assert.match(stdout, /^# lock-wait = 0 +# default$/mv);
	const copy = path.join(sandbox.root, 'copy.toml');
	await fs.writeFile(copy, stdout);
	const {stdout: again} = await runProgram(['config', '--config', copy]);
	const settings = (text: string) => text.split('\n').filter(line => !line.startsWith('#')).map(line => line.split('  # ', 1)[0]!.trimEnd());
	assert.deepEqual(settings(again), settings(stdout));
	const {stdout: lines} = await runProgram(['config', '--json', ...args]);
	const found = lines.trimEnd().split('\n').map(line => JSON.parse(line) as {key: string; toml?: string; from: unknown});
	assert.deepEqual(found.find(({key}) => key === 'keep-daily'), {
		message_type: 'setting', key: 'keep-daily', toml: '"unlimited"', from: {file, line: 7},
	});
	assert.equal(found.find(({key}) => key === 'reserve')?.toml, undefined);
});

test('config check looks at a file alone', async () => {
	const {sandbox, file} = await create('level = 6\njobs = 1\n');
	await using _ = sandbox;
	const {stdout} = await runProgram(['config', 'check', file]);
	assert.ok(stdout.includes('2 keys'), stdout);
	await fs.writeFile(file, 'level = 60\n');
	const {stderr} = await runProgram(['config', 'check', file, {code: 2}]);
	assert.match(stderr, /toml:1: level/v);
	await runProgram(['config', 'check', `${file}.none`, {code: 2}]);
	await runProgram(['config', 'chekc', {code: 2}]);
	await runProgram(['config', '--config', file, '--no-config', {code: 2}]);
});

test('the working directory is never looked at', async () => {
	const {sandbox} = await create('level = nonsense');
	await using _ = sandbox;
	await sandbox.run(['--yes'], {cwd: sandbox.root});
	assert.deepEqual(await sandbox.copies(), ['a.log.gz', 'b.log.gz', 'c.gz.gz']);
});

describe('with an /etc of its own', {skip: whyNoOwnEtc()}, () => {
	test('root reads /etc/logbackup-tui.toml if it is there, and none that its environment names', async () => {
		const {sandbox} = await create();
		await using _ = sandbox;
		await using machine = await OwnEtc.create();
		const env = {HOME: sandbox.root, XDG_CONFIG_HOME: sandbox.root};
		await fs.writeFile(path.join(sandbox.root, 'logbackup-tui.toml'), 'nonsense');
		const marked = async (...flags: readonly string[]) => {
			const {stdout} = await machine.run(['--dry-run', '--source', sandbox.source, ...flags], {env});
			return stdout.split('\n').filter(line => line.startsWith('copy')).map(line => line.trim().split(/\s+/v, 4)[3]);
		};

		assert.deepEqual(await marked(), ['a.log', 'b.log', 'c.gz']);
		await fs.writeFile(machine.at('logbackup-tui.toml'), 'include = ["*.gz"]\n');
		assert.deepEqual(await marked(), ['c.gz']);
		assert.deepEqual(await marked('--no-config'), ['a.log', 'b.log', 'c.gz']);
		const {stdout} = await machine.run(['config', 'check'], {env});
		assert.match(stdout, /\/etc\/logbackup-tui\.toml/v);
	});

	test('for others their own configuration is on top of it, key by key', async () => {
		const {sandbox} = await create();
		await using _ = sandbox;
		await using machine = await OwnEtc.create();
		await fs.writeFile(machine.at('logbackup-tui.toml'), 'level = 1\njobs = 1\n');
		await fs.mkdir(path.join(sandbox.root, '.config'));
		const own = path.join(sandbox.root, '.config/logbackup-tui.toml');
		await fs.writeFile(own, 'level = 9\n');
		await run('chown', ['-R', `${nobody}:${nobody}`, sandbox.root]);
		await fs.chmod(sandbox.root, 0o755);
		await fs.chmod(path.dirname(machine.etc), 0o755);
		const words = ['--mount', '--propagation', 'private', 'bash', '-c', 'mount --bind "$1" /etc && shift && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"', 'bash', machine.etc];
		const {stdout} = await run('unshare', [...words, process.execPath, program, 'config'], {env: {HOME: sandbox.root}});
		assert.match(stdout, /^level = 9 +# .*\.config\/logbackup-tui\.toml:1$/mv);
		assert.match(stdout, /^jobs = 1 +# \/etc\/logbackup-tui\.toml:2$/mv);
	});
});

/* Outputs that take nothing, or no more; and how the process ends. */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {openDestination} from '../../source/set/destination.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {isOpen, launch} from '../support/launch.ts';
import {canDo} from '../support/needs.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {program, run, runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {cleanEnvironment} from '../support/environment.ts';

async function withSet(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('app.log', sampleLog(10_000));
	const {code, stderr} = await sandbox.run(['--yes']);
	assert.equal(code, 0, stderr);
	return sandbox;
}

const intoFull = async (sandbox: Sandbox, code: number, args: readonly string[]) =>
	run('sh', ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, program, ...args], {cwd: sandbox.root, code});

const commands = [
	['list'],
	['list', '--json'],
	['show', 'latest'],
	['status'],
	['status', '--json'],
	['verify'],
	['verify', '--json'],
	['cat', 'latest', 'app.log'],
	['restore', 'latest', '--to', 'restored'],
	['prune', '--keep-last', '1', '--dry-run'],
	['prune', '--keep-last', '1', '--yes', '--json'],
	['--dry-run', '--date', '2026-03-15'],
	['--dry-run', '--json', '--date', '2026-03-15'],
	['--yes', '--date', '2026-03-15'],
	['--yes', '--json', '--date', '2026-03-16'],
	['--help'],
	['--version'],
	['list', '--help'],
] as const;

test('what cannot be written to standard output is told on standard error, by each command, and ends with 14', async () => {
	await using sandbox = await withSet();
	const places = ['--source', sandbox.source, '--dest', sandbox.destination];

	for (const args of commands) {
		const {stderr} = await intoFull(sandbox, 14, args[0] === '--help' || args[0] === '--version' ? args : [...args, ...places]);
		assert.match(stderr, /ENOSPC/v, args.join(' '));
		assert.equal(stderr.split('ENOSPC').length, 2, `said once: ${stderr}`);
	}

	// A log that cannot be written is no reason to have no backup.
	for (const date of ['2026-03-15', '2026-03-16']) {
		assert.ok(await exists(path.join(sandbox.destination, date, 'manifest.json')));
	}
});

test('an output that takes nothing is told by the dialogue in lines, too, before anything is backed up', async () => {
	await using sandbox = await withSet();
	const {stderr} = await intoFull(sandbox, 14, ['--plain', '--date', '2026-03-17', '--source', sandbox.source, '--dest', sandbox.destination]);
	assert.match(stderr, /ENOSPC/v);
	assert.equal(await exists(path.join(sandbox.destination, '2026-03-17')), false);
});

test('a worse end is not hidden by an output that takes nothing', async () => {
	await using sandbox = await withSet();
	const {stderr} = await intoFull(sandbox, 4, ['--yes', '--json', ...sandbox.flags]);
	assert.match(stderr, /ENOSPC/v);
	await run('sh', ['-c', 'exec "$@" 2> /dev/full', 'sh', process.execPath, program, '--bogus'], {code: 2});
});

test('--help and --version do nothing else, whatever else is there', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('app.log', 'x');

	for (const asked of ['--help', '--version']) {
		const {code, stdout} = await sandbox.run(['--yes', asked]);
		assert.equal(code, 0);
		assert.doesNotMatch(stdout, /Starting/v);
		assert.equal(await exists(sandbox.destination), false);
	}
});

test('a signal that comes when all is done changes nothing of how a run ends, even if its output is read by nobody', async () => {
	await using sandbox = await Sandbox.create();

	// More events than a pipe takes, and what Node reads from it unasked.
	for (let index = 0; index < 600; index++) {
		await sandbox.add(`${'service-with-a-long-name-'.repeat(8)}${index}.log`, 'x');
	}

	for (const signals of [['SIGTERM'], ['SIGINT', 'SIGINT']] as const) {
		const child = spawn(process.execPath, [program, ...sandbox.flags, '--yes', '--json'], {stdio: ['ignore', 'pipe', 'inherit'], env: {...cleanEnvironment(), ...sandbox.env}});
		const ended = once(child, 'exit');
		const lock = path.join(sandbox.destination, '.lock');
		await until('the run to be over', async () => await exists(sandbox.set) && (await fs.stat(lock)).size === 0);

		for (const signal of signals) {
			child.kill(signal);
		}

		assert.deepEqual(await ended, [0, null]);
		await fs.rm(sandbox.destination, {recursive: true});
	}
});

test('a run keeps its answers to signals to its last call', async t => {
	if (!await canDo(t, 'strace')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('app.log', 'x');
	const trace = path.join(sandbox.root, 'trace');
	const {code, stderr} = await run('strace', ['-o', trace, '-e', 'trace=rt_sigaction,exit_group', '--', process.execPath, program, ...sandbox.flags, '--yes'], {env: sandbox.env});
	assert.equal(code, 0, stderr);
	const answers = (await fs.readFile(trace, 'latin1')).split('\n').filter(line => /^rt_sigaction\(SIG(?:TERM|INT|HUP), \{/v.test(line));
	assert.ok(answers.length >= 3);
	assert.doesNotMatch(answers.slice(-3).join('\n'), /SIG_DFL/v);
});

test('several first runs that make the destination at once do not stand in each other\'s way', async () => {
	await using sandbox = await Sandbox.create();
	const destination = path.join(sandbox.root, 'new');
	const opened = await Promise.all(Array.from({length: 20}, async () => openDestination(destination, {source: undefined, create: true})));
	assert.ok(opened.every(directory => directory !== undefined));
	await Promise.all(opened.map(async directory => directory?.close()));
});

test('several restorations that make the target at once do not stand in each other\'s way', async () => {
	await using sandbox = await withSet();
	const target = path.join(sandbox.root, 'restored');
	const finished = await Promise.all(Array.from({length: 3}, async () => runProgram(['restore', someDate, '--overwrite', '--to', target, '--dest', sandbox.destination])));
	assert.deepEqual(finished.map(({code}) => code), [0, 0, 0], JSON.stringify(finished));
});

/** Whether a process listens for connections over TCP. */
async function isListening(pid: number): Promise<boolean> {
	const tables = await Promise.all(['tcp', 'tcp6'].map(async table => fs.readFile(`/proc/${pid}/net/${table}`, 'latin1').catch(() => '')));
	// The fourth column is the state, 0A is LISTEN; the tenth is the inode (proc(5)).
	const listening = new Set(tables.join('\n').split('\n').map(line => line.trim().split(/\s+/v)).filter(fields => fields[3] === '0A').map(fields => `socket:[${fields[9]}]`));
	const links = await Promise.all((await fs.readdir(`/proc/${pid}/fd`)).map(async fd => fs.readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
	return links.some(link => listening.has(link));
}

test('SIGUSR1 leaves no debugger\'s port open, however early it comes', async () => {
	await using sandbox = await withSet();
	await using destination = await Directory.open(sandbox.destination);
	const lock = await Lock.take(destination, 0, new AbortController().signal);

	for (let early = 0; early < 6; early++) {
		const waiting = launch(process.execPath, [program, '--source', sandbox.source, '--dest', sandbox.destination, '--date=2026-03-20', '--yes', '--lock-wait=60'], {env: sandbox.env});
		let isOver = false;
		void waiting.end('any').then(() => {
			isOver = true;
		});
		// Node itself has begun when it has read its own program; before, the signal would end it, as any process.
		await until('the process to be Node', async () => (await fs.readlink(`/proc/${waiting.pid}/exe`)).endsWith('/node'));
		await until('it to have opened something', async () => (await fs.readdir(`/proc/${waiting.pid}/fd`)).length > 3 + (early * 3));
		process.kill(waiting.pid, 'SIGUSR1');
		await until('the run to wait for the lock', async () => isOver || isOpen(waiting.pid, sandbox.destination));
		await until('no port to be open', async () => isOver || !await isListening(waiting.pid));

		if (isOver) {
			continue;
		}

		process.kill(waiting.pid, 'SIGTERM');
		const {signal} = await waiting.end('SIGTERM');
		assert.equal(signal, 'SIGTERM');
	}

	await lock.release();
});

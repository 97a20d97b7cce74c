/* Each way in which a run may not come to its end, or not to all of it: its exit code, and how it is told as text, with --quiet, and as JSON. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {runProgram} from '../support/run.ts';

type Case = {
	readonly code: number;
	/** What the JSON ends with. */
	readonly end: 'exit_error' | 'summary' | 'dry_run';
	readonly args: readonly string[];
	/** Makes it so; resolves with what undoes it. */
	readonly prepare: (sandbox: Sandbox) => Promise<(() => Promise<void>) | undefined>;
};

const nothing = async () => undefined;

const list = (sandbox: Sandbox) => path.join(sandbox.root, 'list');

const cases: Readonly<Record<string, Case>> = {
	'its set exists': {
		code: 4, end: 'exit_error', args: ['--yes'], async prepare(sandbox) {
			await sandbox.run(['--yes']);
			return undefined;
		},
	},
	'another one is under way': {
		code: 11, end: 'exit_error', args: ['--yes'], async prepare({destination}) {
			await fs.mkdir(destination, {mode: 0o700});
			const directory = await Directory.open(destination);
			const lock = await Lock.take(directory, 0, new AbortController().signal);
			return async () => {
				await lock.release();
				await directory.close();
			};
		},
	},
	'there is no room': {
		code: 14, end: 'exit_error', args: ['--yes', '--reserve=99.99%'], prepare: nothing,
	},
	'its destination is refused': {
		code: 1, end: 'exit_error', args: ['--yes'], async prepare({destination}) {
			await fs.mkdir(destination);
			await fs.chmod(destination, 0o777);
			return undefined;
		},
	},
	'its source is not there': {
		code: 1, end: 'exit_error', args: ['--yes'], async prepare({source}) {
			await fs.rm(source, {recursive: true});
			return undefined;
		},
	},
	'some files failed': {
		code: 3, end: 'summary', args: ['--yes', '--files-from=list'], async prepare(sandbox) {
			await fs.writeFile(list(sandbox), 'a.log\0none.log\0');
			return undefined;
		},
	},
	'not one file could be copied': {
		code: 1, end: 'summary', args: ['--yes', '--files-from=list'], async prepare(sandbox) {
			await fs.writeFile(list(sandbox), 'none.log\0');
			return undefined;
		},
	},
	'some files would fail': {
		code: 3, end: 'dry_run', args: ['--dry-run', '--files-from=list'], async prepare(sandbox) {
			await fs.writeFile(list(sandbox), 'a.log\0none.log\0');
			return undefined;
		},
	},
	'it would not be begun': {
		code: 4, end: 'exit_error', args: ['--dry-run'], async prepare(sandbox) {
			await sandbox.run(['--yes']);
			return undefined;
		},
	},
};

type Event = {readonly message_type: string; readonly code?: number; readonly exit_code?: number; readonly message?: string};

for (const [what, {code: expected, end, args, prepare}] of Object.entries(cases)) {
	test(`a run ends with ${expected} if ${what}, and says so in every form`, async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('a.log', 'one\n');
		const undo = await prepare(sandbox);

		try {
			for (const flags of [['--quiet'], [], ['--json', '--quiet'], ['--json']]) {
				// What one form has made is not to be in the way of the next.
				if (expected === 3) {
					await fs.rm(path.join(sandbox.destination, someDate), {recursive: true, force: true});
				}

				const {stdout, stderr} = await sandbox.run([...args, ...flags], {code: expected});
				const isJson = flags.includes('--json');
				const isQuiet = flags.includes('--quiet');

				if (!isJson) {
					assert.notEqual(stderr, '');
					assert.equal(stderr.includes('    at '), false, 'no stack trace');
					assert.ok(!isQuiet || stdout === '', stdout);
					continue;
				}

				assert.equal(stderr, '');
				const events = stdout.trimEnd().split('\n').map(line => JSON.parse(line) as Event);
				const last = events.at(-1)!;
				assert.equal(last.message_type, end);

				if (end === 'exit_error') {
					assert.deepEqual([last.code, typeof last.message, events.length], [expected, 'string', 1]);
				} else if (end === 'summary') {
					assert.equal(last.exit_code, expected);
					assert.equal(events.some(({message_type: type}) => type === 'error'), true);
					assert.ok(!isQuiet || events.every(({message_type: type}) => ['error', 'summary'].includes(type)));
				}
			}
		} finally {
			await undo?.();
		}
	});
}

test('a run that was good says nothing with --quiet, in either form', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'one\n');

	for (const flags of [['--quiet'], ['--json', '--quiet']]) {
		await fs.rm(sandbox.set, {recursive: true, force: true});
		const {stdout, stderr} = await sandbox.run(['--yes', ...flags]);
		assert.deepEqual([stdout, stderr], ['', '']);
	}
});

test('old sets that cannot be removed are told with --json --quiet, and end it with 3', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'one\n');

	for (const date of ['2026-01-01', '2026-01-02']) {
		await runProgram(['--yes', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date], {env: sandbox.env});
	}

	// Where it would be removed stands something that is no directory.
	await fs.writeFile(path.join(sandbox.destination, '.2026-01-01.pruned'), '');
	const {stdout} = await sandbox.run(['--yes', '--json', '--quiet', '--keep-last=2'], {code: 3});
	const events = stdout.trimEnd().split('\n').map(line => JSON.parse(line) as Event & {readonly failed?: ReadonlyArray<{readonly date: string}>});
	assert.deepEqual(events.map(({message_type: type}) => type), ['pruned', 'summary']);
	assert.deepEqual(events[0]!.failed?.map(({date}) => date), ['2026-01-01']);
	assert.equal(events[1]!.exit_code, 3);
	assert.ok((await fs.readdir(sandbox.destination)).includes('2026-01-01'));
});

type Told = {readonly message_type: string; readonly exit_code?: number; readonly error?: {readonly message: string}; readonly code?: number};

/** Sub-commands that fail, and their codes. */
const commands: ReadonlyArray<readonly [args: readonly string[], code: number]> = [
	[['list'], 1],
	[['show', '2026-01-01'], 1],
	[['verify'], 1],
	[['prune', '--yes', '--keep-last=1'], 1],
	[['status'], 6],
	[['restore', '2026-01-01', '--to=/nowhere/at/all'], 1],
];

for (const [args, expected] of commands) {
	test(`${args[0]} where there are no backups ends with ${expected}, as text and as JSON`, async () => {
		await using sandbox = await Sandbox.create();
		const places = ['--source', sandbox.source, '--dest', path.join(sandbox.root, 'nothing')];
		const text = await runProgram([...args, ...places], {env: sandbox.env, code: expected});
		assert.notEqual(text.stdout + text.stderr, '');
		const json = await runProgram([...args, ...places, '--json'], {env: sandbox.env, code: expected});
		const event = JSON.parse(json.stdout) as Told;
		assert.equal(event.code ?? event.exit_code, expected);
		assert.equal(json.stderr, '');
	});
}

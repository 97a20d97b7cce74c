import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import type {BackupEvent, SummaryEvent} from '../../source/backup/events.ts';
import {Sandbox} from '../support/sandbox.ts';
import {gunzip, run, runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';

const summaryOf = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as BackupEvent)
	.find((event): event is SummaryEvent => event.message_type === 'summary')!;

/** A source with three generations of a log, backed up on the first day and rotated by one since. */
async function rotated(sandbox: Sandbox): Promise<(date: string, ...args: string[]) => Promise<SummaryEvent>> {
	const backUp = async (date: string, ...args: string[]) => {
		const {code, stdout, stderr} = await runProgram([
			'--yes', '--json', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date, ...args,
		]);
		assert.equal(code, 0, stderr + stdout);
		return summaryOf(stdout);
	};

	for (const generation of [1, 2, 3]) {
		await sandbox.add(`syslog.${generation}`, sampleLog(200_000, generation), {age: generation * 86_400});
	}

	await backUp('2026-03-01');

	for (const generation of [3, 2, 1]) {
		await fs.rename(path.join(sandbox.source, `syslog.${generation}`), path.join(sandbox.source, `syslog.${generation + 1}`));
	}

	await sandbox.add('syslog.1', sampleLog(1000, 9));
	return backUp;
}

const inode = async (sandbox: Sandbox, file: string) => (await fs.stat(path.join(sandbox.destination, file), {bigint: true})).ino;

test('what rotation only renamed is linked from the set of the day before, under its new name', async () => {
	await using sandbox = await Sandbox.create();
	const backUp = await rotated(sandbox);
	const summary = await backUp('2026-03-02');
	assert.equal(summary.files_done, 4);
	assert.equal(summary.files_reused, 3);
	assert.equal(summary.bytes_new, (await fs.stat(path.join(sandbox.destination, '2026-03-02/syslog.1.gz'))).size);
	assert.equal(await inode(sandbox, '2026-03-02/syslog.4.gz'), await inode(sandbox, '2026-03-01/syslog.3.gz'));
	await fs.rm(path.join(sandbox.destination, '2026-03-01'), {recursive: true});

	for (const generation of [1, 2, 3, 4]) {
		const copy = await gunzip(path.join(sandbox.destination, `2026-03-02/syslog.${generation}.gz`));
		assert.ok(copy.equals(await sandbox.content(`syslog.${generation}`)));
	}

	assert.equal((await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: path.join(sandbox.destination, '2026-03-02')})).code, 0);
});

test('a copy that has rotted is not linked, but made anew', async () => {
	await using sandbox = await Sandbox.create();
	const backUp = await rotated(sandbox);
	const damaged = path.join(sandbox.destination, '2026-03-01/syslog.2.gz');
	const bytes = await fs.readFile(damaged);
	bytes[500]! ^= 1;
	await fs.writeFile(damaged, bytes);
	const summary = await backUp('2026-03-02');
	assert.equal(summary.files_reused, 2);
	assert.ok((await gunzip(path.join(sandbox.destination, '2026-03-02/syslog.3.gz'))).equals(await sandbox.content('syslog.3')));
});

test('a file whose mode or time has changed since is copied anew', async () => {
	await using sandbox = await Sandbox.create();
	const backUp = await rotated(sandbox);
	await fs.chmod(path.join(sandbox.source, 'syslog.2'), 0o600);
	await fs.utimes(path.join(sandbox.source, 'syslog.3'), 1, 1);
	assert.equal((await backUp('2026-03-02')).files_reused, 1);
	assert.equal((await fs.stat(path.join(sandbox.destination, '2026-03-02/syslog.2.gz'))).mode & 0o777, 0o600);
});

test('--full copies everything', async () => {
	await using sandbox = await Sandbox.create();
	const backUp = await rotated(sandbox);
	const summary = await backUp('2026-03-02', '--full');
	assert.equal(summary.files_reused, 0);
	assert.equal(summary.bytes_new, summary.bytes_out);
});

test('--dry-run says what is unchanged and would be linked, but not with --full', async () => {
	await using sandbox = await Sandbox.create();
	await rotated(sandbox);
	const dry = async (...args: string[]) => {
		const {stdout} = await runProgram(['--dry-run', '--source', sandbox.source, '--dest', sandbox.destination, '--date', '2026-03-02', ...args]);
		return stdout;
	};

	const text = await dry();
	assert.match(text, /syslog\.4 {2}\(unchanged since 2026-03-01\)$/mv);
	assert.match(text, /\(3 unchanged since 2026-03-01: linked from that set\)/v);
	const lines = (await dry('--json')).trimEnd().split('\n').map(line => JSON.parse(line) as Record<string, unknown>);
	assert.deepEqual(lines.flatMap(({path: name, reused_from: date}) => date === undefined ? [] : [[name, date]]), [2, 3, 4].map(generation => [`syslog.${generation}`, '2026-03-01']));
	assert.equal(lines.at(-1)!.files_reused, 3);
	assert.doesNotMatch(await dry('--full'), /unchanged/v);
});

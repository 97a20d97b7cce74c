/* A run with a journal is killed, and has calls fail, at its destination and in journalctl; then the next one is left alone. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {exists} from '../support/files.ts';
import {
	exportDirectory,
	messages,
	noJournals,
	parseExport,
	writeJournal,
} from '../support/journals.ts';
import {canDo} from '../support/needs.ts';
import {gunzip, program, run} from '../support/run.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';

const days = ['2026-03-12', '2026-03-13'];

/** Calls of the run, what they are made to do, and the codes that it may end with. */
const faults: ReadonlyArray<readonly [what: string, calls: string, injection: string, codes: ReadonlyArray<number | null>]> = [
	['killed at its first copy', 'link', 'signal=SIGKILL:when=1', [137]],
	['killed at its second copy', 'link', 'signal=SIGKILL:when=2', [137]],
	['killed at its last copy', 'link', 'signal=SIGKILL:when=3', [137]],
	['killed when it publishes', 'rename', 'signal=SIGKILL:when=1', [137]],
	['killed when it syncs', 'fsync,fdatasync,syncfs', 'signal=SIGKILL:when=2', [137]],
	['refused its copies', 'link', 'error=EIO:when=2+', [1]],
	['without space', 'pwrite64,write', 'error=ENOSPC:when=1+', [1, 14]],
];

type Place = {
	readonly sandbox: Sandbox;
	readonly args: readonly string[];
	/** Entries of the journal, by day. */
	readonly expected: ReadonlyMap<string, readonly string[][]>;
};

async function begin(): Promise<Place> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a file\n');
	const directory = path.join(sandbox.root, 'journals');
	await writeJournal(path.join(directory, 'system.journal'), messages(`${days[0]!}T00:00:00Z`, '2026-03-14T00:00:00Z', 2000));
	const entries = parseExport(await exportDirectory(directory));
	return {
		sandbox,
		args: [process.execPath, program, '--yes', ...sandbox.flags, '--journal-dir', directory, '--jobs=1'],
		expected: new Map(days.map((day, index) => [day, entries.slice(index * 1000, (index + 1) * 1000)])),
	};
}

/** All copies of days below a directory, with what is in them. */
async function copiesBelow(directory: string): Promise<ReadonlyMap<string, readonly string[][]>> {
	const names = await fs.readdir(path.join(directory, 'journal')).catch(() => []);
	const copies = names.filter(name => name.endsWith('.export.gz'));
	return new Map(await Promise.all(copies.map(async name => [name.slice(0, 10), parseExport(await gunzip(path.join(directory, 'journal', name)))] as const)));
}

describe('a run with a journal', {skip: noJournals, timeout: 300_000}, () => {
	for (const [what, calls, injection, codes] of faults) {
		test(`that is ${what} leaves whole days or none, and the next one makes a whole set`, async t => {
			if (!await canDo(t, 'strace')) {
				return;
			}

			const {sandbox, args, expected} = await begin();
			await using _ = sandbox;
			const isWrite = calls.includes('write');
			// Drafts alone: what programs say is written, too.
			const paths = isWrite ? Array.from({length: 9}, (_unused, index) => ['-P', path.join(sandbox.staging, `.logbackup/${index + 1}.tmp`)]).flat() : [];
			const harmed = await run('strace', ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:${injection}`, ...paths, '--', ...args], {
				// Strace counts calls by thread.
				code: 'any', env: {...sandbox.env, UV_THREADPOOL_SIZE: '1'},
			});
			assert.ok(codes.includes(harmed.signal === 'SIGKILL' ? 137 : harmed.code), `${harmed.code} ${harmed.signal} ${harmed.stderr}`);
			const isPublished = await exists(sandbox.set);

			for (const [day, entries] of await copiesBelow(isPublished ? sandbox.set : sandbox.staging)) {
				assert.deepEqual(entries, expected.get(day), `${day} is not whole`);
			}

			const [command, ...rest] = args as [string, ...string[]];
			await run(command, rest, {code: isPublished ? 4 : 0, env: sandbox.env});
			assert.deepEqual(await copiesBelow(sandbox.set), expected);
			await run(command, [program, 'verify', '--dest', sandbox.destination, someDate], {env: sandbox.env});
			assert.deepEqual((await fs.readdir(sandbox.destination)).filter(name => name.endsWith('.partial')), []);
		});
	}

	test('whose journalctl is killed in the middle has failed for that day, and has the others', async t => {
		if (!await canDo(t, 'strace')) {
			return;
		}

		const {sandbox, args, expected} = await begin();
		await using _ = sandbox;
		const bin = path.join(sandbox.root, 'bin');
		await fs.mkdir(bin);
		const mark = path.join(sandbox.root, 'mark');
		// The first that exports is killed, with a part of it written.
		await fs.writeFile(path.join(bin, 'journalctl'), `#!/bin/sh\ncase "$*" in *--output=export*) if mkdir '${mark}' 2>/dev/null; then exec strace -qq -o /dev/null -e trace=write -e inject=write:signal=SIGKILL:when=3 /usr/bin/journalctl "$@"; fi;; esac\nexec /usr/bin/journalctl "$@"\n`, {mode: 0o755});
		const [command, ...rest] = args as [string, ...string[]];
		await run(command, rest, {code: 3, env: {...sandbox.env, PATH: `${bin}:${process.env.PATH}`}});
		const copies = await copiesBelow(sandbox.set);
		assert.equal(copies.size, 1);
		await run(command, [...rest, '--retry'], {env: sandbox.env});
		assert.deepEqual(await copiesBelow(sandbox.set), expected);
	});
});

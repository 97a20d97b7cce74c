/* A run that is stopped while it reads a large copy that is there already, to link it or to take it over. */
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists, until} from '../support/files.ts';
import {heldName, HeldRun} from '../support/held-run.ts';
import {isOpen, launch} from '../support/launch.ts';
import {
	backUp,
	runArgs,
	type Site,
	siteAt,
	stagingOf,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

const nextDate = '2026-03-15';
const size = 30 * 1024 * 1024;

/** A read of that file system takes so long, in seconds, that all of the copy would take longer than any test waits. */
const slow = {READDELAY: '0.5', MATCH: 'big.log'};

/** Starts a run that comes to read the copy, stops it, and waits for its end. */
async function assertStops(site: Site, date: string, copy: string): Promise<void> {
	const run = launch(process.execPath, runArgs(site, ['--jobs=1', '--no-verify'], date), {cwd: site.root, env: site.env});
	await until('the copy to be read', async () => isOpen(run.pid, copy));
	process.kill(run.pid, 'SIGINT');
	await run.end('SIGINT');
}

test('Ctrl-C is heard while a large copy is read to be linked', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('big.log', randomBytes(size));
	await using odd = await mountOdd(t, sandbox.root, slow);
	const fast = siteAt(sandbox, path.join(odd.backing, 'backups'));
	assert.equal((await backUp(fast, ['--level=1', '--no-verify'])).code, 0);
	const site = siteAt(sandbox, path.join(odd.mounted, 'backups'));
	await assertStops(site, nextDate, path.join(site.destination, someDate, 'big.log.gz'));
	assert.equal(await exists(path.join(site.destination, nextDate)), false);
});

test('Ctrl-C is heard while a large copy is read to be taken over, which stays for the next run', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await sandbox.add('big.log', randomBytes(size));
	await using odd = await mountOdd(t, sandbox.root, slow);
	const fast = siteAt(sandbox, path.join(odd.backing, 'backups'));
	const held = await HeldRun.start(fast, ['--no-verify'], {jobs: 2});
	await held.copies(1);
	await until('the copy to be written down', async () => (await fs.readFile(path.join(stagingOf(fast), '.logbackup/journal'), 'utf8')).includes('big.log'));
	await held.kill('SIGKILL');
	await fs.rm(path.join(sandbox.source, heldName));
	const site = siteAt(sandbox, path.join(odd.mounted, 'backups'));
	await assertStops(site, someDate, path.join(stagingOf(site), 'big.log.gz'));
	await odd.unmount();
	const {code, stdout} = await backUp(fast, ['--no-verify', '--json']);
	assert.equal(code, 0);
	assert.match(stdout, /"files_resumed":1,/v);
});

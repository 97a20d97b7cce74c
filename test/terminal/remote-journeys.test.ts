/*
Sets that are off the host, as an operator meets them on the screens: pushed, seen where they are only there, and fetched back. With a real server.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {describe, test} from 'node:test';
import {exists} from '../support/files.ts';
import {canDo} from '../support/needs.ts';
import {RemoteFixture} from '../support/rclone-server.ts';
import {program, run, runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {Terminal, type TerminalOptions} from '../support/terminal.ts';

const remote = 'nas:logs';
const days = ['2026-03-12', '2026-03-13', '2026-03-14'] as const;

/** Three days, of which the first two are off the host, and the first is no longer here. */
async function prepare(sandbox: Sandbox, fixture: RemoteFixture): Promise<void> {
	const own = ['--source', sandbox.source, '--dest', sandbox.destination];

	for (const [index, date] of days.entries()) {
		await sandbox.add('syslog', sampleLog(200_000, index));
		await sandbox.add('auth.log', 'the same\n');
		await runProgram(['--yes', '--quiet', ...own, '--date', date], {env: sandbox.env});

		if (index === 1) {
			await runProgram(['push', remote, '--quiet', ...own], {env: fixture.env});
		}
	}

	await fs.rm(path.join(sandbox.destination, days[0]), {recursive: true});
}

const browse = ({source, destination}: Sandbox) => [program, 'browse', '--push-to', remote, '--source', source, '--dest', destination];

function start(sandbox: Sandbox, fixture: RemoteFixture, options: Partial<TerminalOptions> = {}): Terminal {
	return Terminal.start({
		cwd: sandbox.root, command: process.execPath, args: browse(sandbox), ...options, env: {...fixture.env, ...options.env},
	});
}

const farMarker = ({directory}: RemoteFixture, date: string) => path.join(directory, 'logs', hostname(), date, '.logbackup/pushed.json');

describe('an operator with sets off the host', {timeout: 600_000}, () => {
	test('sees what is only there, fetches it, and pushes what is not there', async t => {
		if (!await canDo(t, 'rclone')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using fixture = await RemoteFixture.serve(sandbox, 'webdav');
		await prepare(sandbox, fixture);
		await using terminal = start(sandbox, fixture);
		await terminal.waitFor(/2 sets.*; 1 only at nas:logs/v);
		await terminal.waitForRawMode();
		assert.match(terminal.screen().join('\n'), /2026-03-14 +complete .*\n.*2026-03-13 +complete .*\n.*2026-03-12 +only there .*complete, \d+[hms] old/v);
		terminal.send('G');
		await terminal.waitFor(/only at nas:logs: complete/v);
		// Nothing that needs the set here can be done with it.
		terminal.send('D');
		await terminal.waitFor(/F fetches it/v);
		terminal.press('enter');
		await terminal.waitFor(/Fetch the set of 2026-03-12/v);
		terminal.press('enter');
		await terminal.waitFor(/Fetched 1 set/v);
		assert.equal(await exists(path.join(sandbox.destination, days[0], 'manifest.json')), true);
		terminal.press('enter');
		await terminal.waitFor(/3 sets, [^;]*$/mv);
		terminal.press('enter');
		await terminal.waitFor(/2 files, [\d.]+ kB/v);
		terminal.send('q');
		await terminal.waitFor(/3 sets, [^;]*$/mv);
		terminal.send('P');
		await terminal.waitFor(/Push 1 set to nas:logs\?/v);
		terminal.press('enter');
		await terminal.waitFor(/Pushed 1 set/v);
		assert.equal(await exists(farMarker(fixture, days[2])), true);
		terminal.press('enter');
		await terminal.waitFor(/3 sets, [^;]*$/mv);
		terminal.send('P');
		await terminal.waitFor(/Nothing to push/v);
		terminal.send('q');
		const {exitCode} = await terminal.waitForExit();
		assert.equal(exitCode, 0);
		assert.match(terminal.normalLines().join('\n'), /Fetched 1 set.*Pushed 1 set/sv);
		assert.deepEqual(await terminal.leftovers(), []);
	});

	test('stops a push, which leaves no false set, and is told of a remote that does not answer', async t => {
		if (!await canDo(t, 'rclone')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using fixture = await RemoteFixture.serve(sandbox, 'webdav');
		await prepare(sandbox, fixture);
		await using terminal = start(sandbox, fixture, {env: {RCLONE_BWLIMIT: '1k'}, cols: 40, rows: 12});
		await terminal.waitFor(/1 only at/v);
		await terminal.waitForRawMode();
		terminal.send('P');
		await terminal.waitFor(/Push 1 set/v);
		terminal.press('enter');
		// A bar for the file on its way.
		await terminal.waitFor(/syslog\.gz +[─━]+ +\d+ %/v);
		terminal.press('ctrl-c');
		await terminal.waitFor(/y stop/v);
		terminal.send('y');
		await terminal.waitFor(/Stopped/v);
		assert.equal(await exists(farMarker(fixture, days[2])), false);
		await fixture.stop();
		terminal.press('enter');
		// What was known of the remote stays, and the sets here can be used.
		await terminal.waitFor(/nas:logs: |cannot (?:list|read)/v);
		terminal.send('g');
		await terminal.waitFor(/not off the host yet/v);
		terminal.send('P');
		await terminal.waitFor(/Push 1 set/v);
		terminal.press('enter');
		await terminal.waitFor(/Enter back/v);
		terminal.press('enter');
		await terminal.waitFor(/›2026-03-14/v);
		terminal.send('q');
		const {exitCode} = await terminal.waitForExit();
		assert.equal(exitCode, 0);
	});

	test('does the same by lines', async t => {
		if (!await canDo(t, 'rclone')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using fixture = await RemoteFixture.directory(sandbox);
		await prepare(sandbox, fixture);
		const {stdout} = await run(process.execPath, [...browse(sandbox), '--plain'], {env: fixture.env, stdin: 'f 3\ny\np\ny\nq\n'});
		assert.match(stdout, /3 2026-03-12 only there.*Fetched 1 set.*Pushed 1 set/sv);
		assert.equal(await exists(path.join(sandbox.destination, days[0])), true);
		assert.equal(await exists(farMarker(fixture, days[2])), true);
	});
});

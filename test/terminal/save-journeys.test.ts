/* The way from the list into the night: S shows what would be saved, saves it, and a run by it takes what was marked. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {exists} from '../support/files.ts';
import {OwnEtc, whyNoOwnEtc} from '../support/own-etc.ts';
import {Sandbox} from '../support/sandbox.ts';

type Machine = {
	readonly sandbox: Sandbox;
	readonly etc: OwnEtc;
	readonly file: string;
	readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Logs of which one is in a directory, and a configuration that somebody has written. */
async function createMachine(text: string): Promise<Machine> {
	const sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'nginx'));

	for (const name of ['a.log', 'b.log', 'c.tmp', 'd.gz', 'nginx/access.log']) {
		await sandbox.add(name, `${name}\n`);
	}

	const etc = await OwnEtc.create();
	const file = etc.at('logbackup-tui.toml');
	await fs.writeFile(file, text);
	await fs.chmod(file, 0o640);
	await fs.chown(file, 0, 4);
	return {
		sandbox,
		etc,
		file,
		async [Symbol.asyncDispose]() {
			await etc[Symbol.asyncDispose]();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

const places = ({source, destination}: Sandbox) => ['--source', source, '--dest', destination];

/** What a run without a flag would copy. */
async function taken(etc: OwnEtc): Promise<readonly string[]> {
	const {stdout} = await etc.run(['--dry-run', '--json']);
	const messages = stdout.trim().split('\n').map(line => JSON.parse(line) as {readonly action?: string; readonly path?: string});
	return messages.filter(({action}) => action === 'copy').map(({path: name}) => name!).toSorted();
}

describe('a selection that is saved', {skip: whyNoOwnEtc(), timeout: 300_000}, () => {
	test('is shown as a difference, is written in place of the old file with its mode, and a run takes what was marked', async () => {
		await using machine = await createMachine('# ours\nexclude = ["*.gz"] # packed\n');
		const {sandbox, etc, file} = machine;
		const before = await fs.stat(file);
		await using terminal = etc.start(places(sandbox), {env: sandbox.env});
		await terminal.waitFor('3 files marked');
		await terminal.waitForRawMode();
		terminal.send('/tmp');
		await terminal.waitFor('/tmp_');
		terminal.send('\r');
		await terminal.waitFor(/›\[x\] +c\.tmp/v);
		terminal.send(' ');
		await terminal.waitFor('2 files marked');
		terminal.press('esc');
		await terminal.waitFor(/\[ \] +c\.tmp/v);
		await terminal.waitFor(/a\.log/v);
		terminal.send('S');
		await terminal.waitFor(/^ - exclude = \["\*\.gz"\]/mv);
		await terminal.waitFor(/^ \+ exclude = .*# packed/mv);
		assert.equal((await fs.readFile(file, 'utf8')).includes('source'), false, 'nothing is written before the answer');
		terminal.press('enter');
		await terminal.waitFor(/Saved in \/etc\/logbackup-tui\.toml/v);
		const after = await fs.stat(file);
		assert.notEqual(after.ino, before.ino);
		assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
		assert.match(await fs.readFile(file, 'utf8'), /^# ours\nexclude = .* # packed\n/v);
		assert.deepEqual((await fs.readdir(etc.etc)).filter(name => name.includes('logbackup-tui.toml')), ['logbackup-tui.toml']);
		terminal.press('esc');
		await terminal.waitFor('2 files marked');
		terminal.send('q');
		await terminal.waitForExit();
		assert.deepEqual(await taken(etc), ['a.log', 'b.log']);
		assert.equal(await exists(sandbox.destination), false);
	});

	test('can be saved from the summary of a run as well', async () => {
		await using machine = await createMachine('recursive = true\n');
		const {sandbox, etc, file} = machine;
		await using terminal = etc.start([...places(sandbox), '--exclude=*.gz'], {env: sandbox.env});
		await terminal.waitFor('4 files marked');
		await terminal.waitForRawMode();
		terminal.send('w');
		await terminal.waitFor(/Back up 4 files\?/v);
		terminal.press('enter');
		await terminal.waitFor(/Enter leave/v);
		terminal.send('S');
		await terminal.waitFor(/^ \+ exclude = /mv);
		terminal.send('y');
		await terminal.waitFor(/Saved in \/etc\/logbackup-tui\.toml/v);
		terminal.press('esc');
		await terminal.waitFor(/Enter leave/v);
		terminal.press('enter');
		assert.equal((await terminal.waitForExit()).exitCode, 0);
		assert.match(await fs.readFile(file, 'utf8'), /^recursive = true\n[\s\S]*exclude = \["\*\.gz"\]$/mv);
		await fs.rm(sandbox.destination, {recursive: true});
		assert.deepEqual(await taken(etc), ['a.log', 'b.log', 'c.tmp', 'nginx/access.log']);
	});

	test('stays unsaved where the answer is no, and is saved by lines as well', async () => {
		await using machine = await createMachine('# ours\n');
		const {sandbox, etc, file} = machine;
		await using terminal = etc.start([...places(sandbox), '--recursive', '--plain'], {env: sandbox.env});
		await terminal.waitFor(/Command:/v);
		terminal.send('save\r');
		await terminal.waitFor('Save? y or n:');
		terminal.send('n\r');
		await terminal.waitFor('Nothing was saved.');
		assert.equal(await fs.readFile(file, 'utf8'), '# ours\n');
		terminal.send('save\r');
		await terminal.waitFor(/Nothing was saved\.[\s\S]*Save\? y or n:/v);
		terminal.send('y\r');
		await terminal.waitFor(/Saved in \/etc\/logbackup-tui\.toml/v);
		terminal.send('q\r');
		await terminal.waitForExit();
		assert.deepEqual(await taken(etc), ['a.log', 'b.log', 'c.tmp', 'd.gz', 'nginx/access.log']);
	});
});

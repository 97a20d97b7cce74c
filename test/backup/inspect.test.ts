import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {inspect} from '../../source/backup/inspect.ts';
import {Accounts} from '../../source/files/accounts.ts';
import {Directory} from '../../source/files/directory.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';

async function inspected(sandbox: Sandbox, name: string) {
	await using source = await Directory.open(sandbox.source);
	const found = await inspect(source, readEntry(source, Buffer.from(name))!, new Accounts());
	assert.equal(found.kind, 'known');
	return found;
}

test('owner and group go by name, and by number where nobody has it', async t => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('mine', 'x');
	const {username} = os.userInfo();
	assert.equal((await inspected(sandbox, 'mine')).owner, username);

	if (process.getuid?.() !== 0) {
		t.skip('only root gives files away');
		return;
	}

	await fs.chown(path.join(sandbox.source, 'mine'), 54_321, 54_322);
	const {owner, group} = await inspected(sandbox, 'mine');
	assert.deepEqual([owner, group], ['54321', '54322']);
});

test('of a short file all lines are shown, harmless', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('odd', Buffer.concat([Buffer.from('a\u{1B}[2Jb\tc\r\n\n\u{202E}evil '), Buffer.of(0xFF, 0x0A)]));
	const {content, mode, size} = await inspected(sandbox, 'odd');
	assert.deepEqual(content, {kind: 'text', first: [String.raw`a\x1b[2Jb c`, '', String.raw`\u202eevil \xff`], last: []});
	assert.equal(mode, 0o640);
	assert.equal(size, 21);
});

test('of a long file the first and the last whole lines are shown, however long it is', async () => {
	await using sandbox = await Sandbox.create();
	const lines = Array.from({length: 200_000}, (_, index) => `line ${index} äöü`);
	await sandbox.add('long', `${lines.join('\n')}\n`);
	const {content} = await inspected(sandbox, 'long');
	assert.strictEqual(content?.kind, 'text');
	assert.deepEqual(content.first, lines.slice(0, content.first.length));
	assert.deepEqual(content.last, lines.slice(-content.last.length));
	assert.ok(content.first.length >= 30 && content.last.length >= 30);
});

test('a file that is one endless line shows its beginning and its end', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('line', 'x'.repeat(1_000_000));
	const {content} = await inspected(sandbox, 'line');
	assert.strictEqual(content?.kind, 'text');
	assert.equal(content.first.length, 1);
	assert.equal(content.last.length, 1);
	assert.ok(content.first[0]!.length < 1000);
});

test('what is no text says so', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('empty');
	await sandbox.add('packed.gz', gzipSync('text'));
	await sandbox.add('binary', Buffer.from([1, 2, 3, 0, 4]));
	await sandbox.addSparse('lastlog', 290e9);
	await fs.symlink('nowhere\u{1B}[2J', path.join(sandbox.source, 'link'));
	assert.equal((await run('mkfifo', [path.join(sandbox.source, 'pipe')])).code, 0);
	const reason = async (name: string) => {
		const {content} = await inspected(sandbox, name);
		return content?.kind === 'none' ? content.reason : content;
	};

	assert.equal(await reason('empty'), 'It is empty.');
	assert.equal(await reason('packed.gz'), 'Compressed with gzip already: copied as it is.');
	assert.equal(await reason('binary'), 'Not text.');
	assert.equal(await reason('lastlog'), 'Not text.');
	assert.equal(await reason('pipe'), undefined, 'it is not even opened');
	assert.equal((await inspected(sandbox, 'link')).target, String.raw`nowhere\x1b[2J`);
});

test('what was replaced by a link since it was listed is not followed', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', 'x');
	await using source = await Directory.open(sandbox.source);
	const entry = readEntry(source, Buffer.from('log'))!;
	await fs.rm(path.join(sandbox.source, 'log'));
	await fs.symlink('/etc/passwd', path.join(sandbox.source, 'log'));
	const found = await inspect(source, entry, new Accounts());
	assert.strictEqual(found.kind, 'known');
	assert.equal(found.content, undefined);
	await fs.rm(path.join(sandbox.source, 'log'));
	assert.deepEqual(await inspect(source, entry, new Accounts()), {kind: 'unknown', reason: 'It can\'t be looked at: no such file or directory (ENOENT).'});
});

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
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
	const found = await inspect(source, readEntry(source, Buffer.from(name))!, {accounts: new Accounts(), signal: new AbortController().signal});
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
	await sandbox.add('binary', Buffer.from([1, 2, 3, 0, 4]));
	await sandbox.addSparse('lastlog', 290e9);
	await fs.symlink('nowhere\u{1B}[2J', path.join(sandbox.source, 'link'));
	assert.equal((await run('mkfifo', [path.join(sandbox.source, 'pipe')])).code, 0);
	const reason = async (name: string) => {
		const {content} = await inspected(sandbox, name);
		return content?.kind === 'none' ? content.reason : content;
	};

	assert.equal(await reason('empty'), 'It is empty.');
	assert.equal(await reason('binary'), 'Not text.');
	assert.equal(await reason('lastlog'), 'Not text.');
	assert.equal(await reason('pipe'), undefined, 'it is not even opened');
	assert.equal((await inspected(sandbox, 'link')).target, String.raw`nowhere\x1b[2J`);
});

const lines = Array.from({length: 20_000}, (_, index) => `line ${index} äöü`);
const longText = `${lines.join('\n')}\n`;

/** Compresses with a program; nothing where it is not installed. */
function compressWith(program: string): Buffer | undefined {
	const {stdout, error} = spawnSync(program, ['-c'], {input: longText, maxBuffer: 64e6});
	return error ? undefined : stdout;
}

test('of a compressed file the first and the last lines are shown, unpacked', async t => {
	await using sandbox = await Sandbox.create();
	const packed = {
		gzip: gzipSync(longText), xz: compressWith('xz'), zstd: compressWith('zstd'), bzip2: compressWith('bzip2'),
	};

	for (const [format, bytes] of Object.entries(packed)) {
		if (!bytes) {
			t.diagnostic(`${format} is not installed`);
			continue;
		}

		await sandbox.add(format, bytes);
		const {content} = await inspected(sandbox, format);
		assert.strictEqual(content?.kind, 'text', format);
		assert.deepEqual(content.first, lines.slice(0, content.first.length), format);
		assert.deepEqual(content.last, lines.slice(-content.last.length), format);
		assert.ok(content.first.length >= 30 && content.last.length >= 30, format);
		assert.deepEqual(content.unpacked, {format, bytes: Buffer.byteLength(longText)});
	}

	await sandbox.add('short.gz', gzipSync('one\ntwo\n'));
	assert.deepEqual((await inspected(sandbox, 'short.gz')).content, {
		kind: 'text', first: ['one', 'two'], last: [], unpacked: {format: 'gzip', bytes: 8},
	});
	await sandbox.add('empty.gz', gzipSync(''));
	assert.strictEqual((await inspected(sandbox, 'empty.gz')).content?.kind, 'none');
});

test('of a compressed file that is cut short what there is is shown, and that its end is missing', async () => {
	await using sandbox = await Sandbox.create();
	const xz = compressWith('xz');

	for (const [format, bytes] of Object.entries({gzip: gzipSync(longText), ...(xz && {xz})})) {
		await sandbox.add('cut', bytes.subarray(0, -20));
		const {content} = await inspected(sandbox, 'cut');
		assert.strictEqual(content?.kind, 'text', format);
		assert.deepEqual(content.first, lines.slice(0, content.first.length), format);
		assert.deepEqual(content.last, []);
		assert.equal(content.unpacked?.bytes, undefined);
		assert.match(content.unpacked?.problem ?? '', /damaged/v);
	}
});

test('whoever does not want to know any more does not wait for the end of a compressed file', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('long.gz', gzipSync(longText));
	await using source = await Directory.open(sandbox.source);
	const found = await inspect(source, readEntry(source, Buffer.from('long.gz'))!, {accounts: new Accounts(), signal: AbortSignal.abort()});
	assert.strictEqual(found.kind, 'known');
	assert.strictEqual(found.content?.kind, 'text');
	assert.equal(found.content.unpacked?.bytes, undefined);
});

test('what was replaced by a link since it was listed is not followed', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', 'x');
	await using source = await Directory.open(sandbox.source);
	const entry = readEntry(source, Buffer.from('log'))!;
	await fs.rm(path.join(sandbox.source, 'log'));
	await fs.symlink('/etc/passwd', path.join(sandbox.source, 'log'));
	const found = await inspect(source, entry, {accounts: new Accounts(), signal: new AbortController().signal});
	assert.strictEqual(found.kind, 'known');
	assert.equal(found.content, undefined);
	await fs.rm(path.join(sandbox.source, 'log'));
	assert.deepEqual(await inspect(source, entry, {accounts: new Accounts(), signal: new AbortController().signal}), {kind: 'unknown', reason: 'It can\'t be looked at: no such file or directory (ENOENT).'});
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {pageSource} from '../../source/app/page-source.ts';
import {Directory} from '../../source/files/directory.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {Sandbox} from '../support/sandbox.ts';

const content = 'a line of some length\n'.repeat(20_000);

/** What a file is shown as, of as it was listed, and what is told of it. */
async function show(sandbox: Sandbox, name: string, meanwhile = async () => undefined as unknown) {
	await using source = await Directory.open(sandbox.source);
	const entry = readEntry(source, Buffer.from(name))!;
	await meanwhile();
	let shown: string | undefined;
	const told = await pageSource(source, entry, async (chunks, title) => {
		shown = `${title}:${await text(Readable.from(chunks))}`;
		return undefined;
	});
	return {shown, told};
}

test('a file is shown as it is, a compressed one unpacked, each by its name', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', content);
	await sandbox.add('syslog.2.gz', gzipSync(content));
	await sandbox.add('empty');
	assert.deepEqual(await show(sandbox, 'syslog'), {shown: `syslog:${content}`, told: undefined});
	assert.deepEqual(await show(sandbox, 'syslog.2.gz'), {shown: `syslog.2.gz:${content}`, told: undefined});
	const empty = await show(sandbox, 'empty');
	assert.equal(empty.shown, undefined);
	assert.match(empty.told!, /empty/v);
});

test('what took its place since it was listed is not shown, and what is damaged is told', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('syslog', content);
	const file = path.join(sandbox.source, 'syslog');
	const swapped = await show(sandbox, 'syslog', async () => {
		await fs.rm(file);
		await fs.symlink('/etc/passwd', file);
	});
	assert.equal(swapped.shown, undefined);
	assert.match(swapped.told!, /^syslog cannot be shown: /v);
	await fs.rm(file);
	await sandbox.add('cut.gz', gzipSync(content).subarray(0, -10));
	const cut = await show(sandbox, 'cut.gz');
	assert.match(cut.told!, /^cut\.gz: damaged/v);
});

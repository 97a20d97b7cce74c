import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {closeSync, readdirSync, writeFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {crc32, gunzipSync, gzipSync} from 'node:zlib';
import {formatCrc} from '../../../source/compression/crc32.ts';
import {SmallFileCopier} from '../../../source/backup/small-files/small-file-copy.ts';
import {
	type SmallCopy,
	type SmallFile,
	smallFileLimit,
	type ThreadData,
} from '../../../source/backup/small-files/small-file-messages.ts';
import {readUpTo} from '../../../source/files/read-up-to.ts';
import {readSmallSource} from '../../../source/origin/small-source.ts';
import {Directory} from '../../../source/files/directory.ts';
import {fileIdentity, identityKey} from '../../../source/files/identity.ts';
import {Sandbox} from '../../support/sandbox.ts';
import {sampleLog} from '../../support/sample-logs.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const countOpen = () => readdirSync('/proc/self/fd').length;

/** A copier of a sandbox, as a thread has it; in this one. */
async function begin(data: Partial<ThreadData> = {}) {
	const sandbox = await Sandbox.create();
	const at = (name: string) => path.join(sandbox.root, name);
	await fs.mkdir(at('staging'));
	await fs.mkdir(at('previous'));
	const opened = await Promise.all([sandbox.source, at('staging'), at('previous')].map(async place => Directory.open(place)));
	const [source, staging, previous] = opened as [Directory, Directory, Directory];
	const copier = new SmallFileCopier({
		source: source.fd, staging: staging.fd, previous: previous.fd, stagingLabel: '.partial', format: 'gzip', level: 6, verify: true, state: new SharedArrayBuffer(8), ...data,
	});
	let number = 0;
	return {
		sandbox,
		at,
		copy: (name: string, facts: Partial<SmallFile> = {}) => copier.copy({
			number: ++number, path: Buffer.from(name).toString('latin1'), isLink: false, mayBeAsIs: true, isRestricted: false, lookedAt: Date.now() + 60_000, draft: `${number}.tmp`, ...facts,
		}),
		async [Symbol.asyncDispose]() {
			await Promise.all(opened.map(async directory => directory.close()));
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

test('a copy is made in one piece, with all that is to be known of it; its draft stays open to be synced', async () => {
	await using place = await begin();

	for (const size of [0, 1, 100, 5000, smallFileLimit]) {
		const content = sampleLog(size, size);
		await place.sandbox.add('log', content);
		const before = countOpen();
		const result = place.copy('log') as SmallCopy;
		const file = await fs.readFile(place.at(`staging/${result.number}.tmp`));
		assert.ok(gunzipSync(file).equals(content));
		assert.equal(file.toString('latin1', 10, 14), 'log\0');
		assert.partialDeepStrictEqual(result, {
			outcome: 'copied',
			reading: {notes: [], bytesIn: size, source: {size, mode: '0640'}},
			written: {
				stored: 'gzip', bytesOut: file.length, contentChecksum: formatCrc(crc32(content)), sha256: sha256(file),
			},
		});
		assert.ok(!('unkept' in result.written));
		assert.equal(countOpen(), before + 1);
		closeSync(result.fd);
		const {mode, mtimeMs} = await fs.stat(place.at(`staging/${result.number}.tmp`));
		assert.equal(mode & 0o777, 0o640);
		assert.equal(mtimeMs, (await fs.stat(path.join(place.sandbox.source, 'log'))).mtimeMs);
	}
});

test('what does not shrink fits, and what is compressed already is copied as it is, if its name may be had', async () => {
	await using place = await begin();
	await place.sandbox.add('noise', randomBytes(smallFileLimit));
	const noise = place.copy('noise') as SmallCopy;
	assert.equal(noise.outcome, 'copied');
	closeSync(noise.fd);
	const packed = gzipSync('x');
	await place.sandbox.add('x.gz', packed);

	for (const mayBeAsIs of [true, false]) {
		const result = place.copy('x.gz', {mayBeAsIs}) as SmallCopy;
		closeSync(result.fd);
		assert.deepEqual([result.written.stored, 'contentChecksum' in result.written], mayBeAsIs ? ['as-is', false] : ['gzip', true]);
		const file = await fs.readFile(place.at(`staging/${result.number}.tmp`));
		assert.ok((mayBeAsIs ? file : gunzipSync(file)).equals(packed));
	}
});

test('a copy of a source that an ACL may restrict is for its owner alone', async () => {
	await using place = await begin();
	await place.sandbox.add('log', 'x');
	const result = place.copy('log', {isRestricted: true}) as SmallCopy;
	closeSync(result.fd);
	assert.equal((await fs.stat(place.at('staging/1.tmp'))).mode & 0o777, 0o600);
});

test('whatever is unusual is handed back, and nothing of it is left', async () => {
	await using place = await begin();
	const add = place.sandbox.add.bind(place.sandbox);
	await add('log', 'x');
	await add('large', Buffer.alloc(smallFileLimit + 1));
	await fs.mkdir(path.join(place.sandbox.source, 'directory'));
	await fs.symlink('log', path.join(place.sandbox.source, 'link'));
	const stats = await fs.lstat(path.join(place.sandbox.source, 'log'), {bigint: true});
	const identity = identityKey(fileIdentity(stats));
	const before = countOpen();

	for (const [name, facts] of [
		['gone', {}],
		['large', {}],
		['directory', {}],
		['link', {}],
		['log', {identity: '1:1'}],
		['log', {identity, born: 1n}],
		['log', {lookedAt: 0}],
		['no/directory', {}],
	] as const) {
		assert.equal(place.copy(name, facts).outcome, 'handed back', `${name} ${JSON.stringify({...facts, born: undefined})}`);
	}

	assert.deepEqual(await fs.readdir(place.at('staging')), []);
	assert.equal(countOpen(), before);

	for (const [name, facts] of [['log', {identity}], ['log', {identity, ...(stats.birthtimeNs > 0n && {born: stats.birthtimeNs})}], ['link', {isLink: true}]] as const) {
		const result = place.copy(name, facts) as SmallCopy;
		assert.equal(result.outcome, 'copied');
		closeSync(result.fd);
	}
});

test('a draft that is there already ends the run, and is left alone', async () => {
	await using place = await begin();
	await place.sandbox.add('log', 'x');
	await fs.writeFile(place.at('staging/there.tmp'), 'of another');
	assert.throws(() => place.copy('log', {draft: 'there.tmp'}), {name: 'DestinationError', code: 'EEXIST', message: /create a file in \.partial/v});
	assert.equal(await fs.readFile(place.at('staging/there.tmp'), 'utf8'), 'of another');
	assert.equal(place.copy('log', {draft: `${'n'.repeat(300)}.tmp`}).outcome, 'handed back', 'it is about that name');
});

test('without reading back, copies are made all the same', async () => {
	await using place = await begin({verify: false});
	await place.sandbox.add('log', 'x');
	const result = place.copy('log') as SmallCopy;
	closeSync(result.fd);
	assert.equal(gunzipSync(await fs.readFile(place.at('staging/1.tmp'))).toString(), 'x');
});

test('a copy of the previous set is linked if it is just as it was, and lets in no more than it may', async () => {
	await using place = await begin();
	await fs.mkdir(place.at('previous/sub'));
	const copy = place.at('previous/sub/log.gz');
	const bytes = gzipSync('content');
	const reuse = {
		copy: 'sub/log.gz', bytes: bytes.length, sha256: sha256(bytes), limits: {mode: 0o640, gid: process.getegid!()},
	};
	await fs.writeFile(copy, bytes, {mode: 0o640});
	const outcome = (facts: Partial<typeof reuse> = {}, draft?: string) => place.copy('log', {reuse: {...reuse, ...facts}, ...(draft !== undefined && {draft})}).outcome;
	const before = countOpen();
	assert.equal(outcome({}, 'linked.tmp'), 'linked');
	assert.equal((await fs.stat(copy)).nlink, 2);
	assert.equal((await fs.stat(place.at('staging/linked.tmp'))).ino, (await fs.stat(copy)).ino);

	for (const facts of [{bytes: bytes.length + 1}, {bytes: bytes.length - 1}, {sha256: '0'.repeat(64)}, {copy: 'sub/gone.gz'}, {copy: 'sub'}, {limits: {...reuse.limits, mode: 0o600}}]) {
		assert.equal(outcome(facts), 'handed back', JSON.stringify(facts));
	}

	await fs.symlink('log.gz', place.at('previous/sub/link.gz'));
	assert.equal(outcome({copy: 'sub/link.gz'}), 'handed back');
	const {limits: _, ...withoutModes} = reuse;
	await fs.chmod(copy, 0o777);
	assert.equal(outcome(), 'handed back', 'others are let in');
	assert.equal(place.copy('log', {reuse: withoutModes}).outcome, 'linked', 'modes are not kept there');
	assert.equal(countOpen(), before);
	await fs.chmod(copy, 0o640);
	await fs.writeFile(place.at('staging/taken.tmp'), 'of another');
	assert.equal(outcome({}, 'taken.tmp'), 'handed back');
	assert.equal(await fs.readFile(place.at('staging/taken.tmp'), 'utf8'), 'of another');
});

const wanted = {isLink: false, isRestricted: false, lookedAt: Date.now() + 60_000};

test('a source is read whole, and once more if it was changed meanwhile', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', 'content');
	await using source = await Directory.open(sandbox.source);
	const into = Buffer.alloc(100);
	const {mtimeMs} = await fs.stat(path.join(sandbox.source, 'log'));
	const read = (buffer = into, lookedAt = Date.now() + 60_000) => readSmallSource(source.self, {...wanted, path: 'log', lookedAt}, buffer);
	const found = read();
	assert.deepEqual([found!.content.toString(), found!.notes, found!.source.size], ['content', [], 7]);
	assert.ok(Math.abs(found!.modified - mtimeMs) < 1);
	assert.equal(read(into, mtimeMs - 60_000), undefined, 'it was changed since its attributes were looked at');
	assert.equal(read(Buffer.alloc(6)), undefined);
	assert.equal(read(Buffer.alloc(7))!.content.toString(), 'content');
	writeFileSync(path.join(sandbox.source, 'log'), '');
	assert.equal(read()!.content.length, 0);
});

test('so much is read as there is, or as is expected', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', '0123456789');
	await using handle = await fs.open(path.join(sandbox.source, 'log'));
	const into = Buffer.alloc(20);
	assert.equal(readUpTo(handle.fd, into), 10);
	assert.equal(into.toString('utf8', 0, 10), '0123456789');
	assert.equal(readUpTo(handle.fd, into, 10), 10);
	assert.equal(readUpTo(handle.fd, into.subarray(0, 4)), 4);
	assert.equal(readUpTo(handle.fd, Buffer.alloc(0)), 0);
});

test('what gives something though its size says 0 is for the ordinary way', async () => {
	await using proc = await Directory.open(`/proc/${process.pid}`);
	assert.equal(readSmallSource(proc.self, {...wanted, path: 'status'}, Buffer.alloc(smallFileLimit)), undefined);
});

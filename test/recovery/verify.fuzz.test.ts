import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gunzipSync, gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {Directory} from '../../source/files/directory.ts';
import {readContent} from '../../source/recovery/read-content.ts';
import {listSetNames} from '../../source/set/catalog.ts';
import {OpenedCopy} from '../../source/set/copy.ts';
import {openSet} from '../../source/set/open-set.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {
	kindsOf,
	sealManifest,
	snapshot,
	verifyAll,
} from '../support/sets.ts';
import {fewerIfBusy, manyCases} from '../support/cases.ts';

/** What zlib, and so gzip, has to say of a file. */
function isSound(bytes: Buffer): boolean {
	try {
		gunzipSync(bytes);
		return true;
	} catch {
		return false;
	}
}

/** A small set: a copy through gzip, one as it is, one with an odd name. */
async function smallSet(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(150, 1));
	await sandbox.add('b.gz', gzipSync(sampleLog(100, 2)));
	await sandbox.add(Buffer.from([0x6F, 0xFF, 0x0A]), 'odd');
	const {code, stderr} = await sandbox.run(['--yes', '--quiet']);
	assert.equal(code, 0, stderr);
	return sandbox;
}

/** Reads every file of every set the way `cat` does, whatever comes of it. */
async function readAll(destination: string): Promise<void> {
	await using place = await Directory.open(destination);

	for (const name of await listSetNames(place)) {
		const set = await openSet(place, name, false);

		if (!set) {
			continue;
		}

		await using directory = set.directory;

		for (const file of set.files) {
			let bytes = 0;

			const read = async () => {
				await using copy = await OpenedCopy.open(directory, file.file);

				for await (const chunk of readContent(copy, file)) {
					bytes += chunk.length;
				}
			};

			const error: unknown = await read().catch((error: unknown) => error);
			assert.ok(error === undefined || (error instanceof Error && ['DamagedError', 'UnreadableCopyError'].includes(error.name)), String(error));
			assert.ok(!file.record || bytes <= file.record.bytesIn, 'no more than the manifest says');
		}
	}
}

test('every bit flipped in a copy, and every cut, is found', manyCases, async () => {
	await using sandbox = await smallSet();

	for (const name of ['a.log.gz', 'b.gz']) {
		const file = path.join(sandbox.set, name);
		const sound = await fs.readFile(file);

		for (let bit = 0; bit < sound.length * 8; bit++) {
			const bytes = Buffer.from(sound);
			bytes[bit >> 3]! ^= 1 << (bit & 7);
			await fs.writeFile(file, bytes);
			const found = await verifyAll(sandbox.destination);
			assert.deepEqual(found.map(({finding, file: named}) => [finding, named]), [['damaged', name]], `bit ${bit} of ${name}`);
		}

		for (let length = 0; length < sound.length; length++) {
			await fs.writeFile(file, sound.subarray(0, length));
			assert.deepEqual(kindsOf(await verifyAll(sandbox.destination)), ['damaged'], `${name} cut at ${length}`);
		}

		await fs.writeFile(file, Buffer.concat([sound, Buffer.of(0)]));
		assert.deepEqual(kindsOf(await verifyAll(sandbox.destination)), ['damaged'], 'and a byte too many');
		await fs.writeFile(file, sound);
	}

	assert.deepEqual(await verifyAll(sandbox.destination), []);
});

test('every cut of a gzip file in a set without a manifest is found, and every flipped bit that gzip itself would see', manyCases, async () => {
	await using sandbox = await Sandbox.create();
	const file = path.join(sandbox.destination, '2026-01-01', 'a.log.gz');
	await fs.mkdir(path.dirname(file), {recursive: true});
	const sound = gzipSync(sampleLog(150, 1));
	// Without a copy that is whole there would be no backup.
	await fs.writeFile(path.join(path.dirname(file), 'whole.log.gz'), gzipSync('whole'));

	for (let length = 0; length < sound.length; length++) {
		await fs.writeFile(file, sound.subarray(0, length));
		assert.deepEqual(kindsOf(await verifyAll(sandbox.destination)), ['damaged'], `cut at ${length}`);
	}

	// The ten bytes before hold a time, flags and a system, which no checksum covers.
	for (let bit = 80; bit < sound.length * 8; bit++) {
		const bytes = Buffer.from(sound);
		bytes[bit >> 3]! ^= 1 << (bit & 7);
		await fs.writeFile(file, bytes);
		// The last bits before the trailer may mean nothing.
		assert.deepEqual(kindsOf(await verifyAll(sandbox.destination)), isSound(bytes) ? [] : ['damaged'], `bit ${bit}`);
	}

	await fs.writeFile(file, Buffer.concat([sound, Buffer.from('more')]));
	assert.deepEqual(kindsOf(await verifyAll(sandbox.destination)), ['damaged']);
});

/** A file with a bit flipped every `step` bytes, each time another one of the eight; and cut to each length that is a multiple of `step`, or near its end. */
function * damagesOf(sound: Buffer, step: number): Generator<readonly [what: string, bytes: Buffer]> {
	for (let position = 0; position < sound.length; position += step) {
		const bytes = Buffer.from(sound);
		bytes[position]! ^= 1 << ((position / step) & 7);
		yield [`a bit of byte ${position}`, bytes];
	}

	for (let length = 0; length < sound.length; length++) {
		if (length % step === 0 || length >= sound.length - 40) {
			yield [`cut at ${length}`, sound.subarray(0, length)];
		}
	}
}

test('a bit flipped anywhere in a manifest or in SHA256SUMS, and a cut of them, is found', manyCases, async () => {
	await using sandbox = await smallSet();

	// All of a manifest is held by one sum; each byte of the sums means something else.
	for (const [name, step] of [['manifest.json', 5], ['SHA256SUMS', 1]] as const) {
		const file = path.join(sandbox.set, name);
		const sound = await fs.readFile(file);
		let count = 0;

		for (const [what, damaged] of damagesOf(sound, step)) {
			await fs.writeFile(file, damaged);
			assert.ok((await verifyAll(sandbox.destination)).length > 0, `${name}, ${what}`);

			if (count++ % 3 === 0) {
				await readAll(sandbox.destination);
			}
		}

		await fs.writeFile(file, sound);
	}

	assert.deepEqual(await verifyAll(sandbox.destination), []);
});

test('a manifest that takes the files that describe a set for copies in it is damaged, and none of them is read as one', async () => {
	await using sandbox = await smallSet();
	const manifest = path.join(sandbox.set, 'manifest.json');
	const sound = await fs.readFile(manifest, 'utf8');

	for (const forged of ['manifest.json', 'SHA256SUMS', '.logbackup/journal']) {
		await fs.writeFile(manifest, sound.replace('"file":"a.log.gz"', () => `"file":${JSON.stringify(forged)}`).replace('"file": "a.log.gz"', () => `"file": ${JSON.stringify(forged)}`));
		assert.notEqual(await fs.readFile(manifest, 'utf8'), sound);
		await sealManifest(sandbox.set);
		assert.deepEqual((await verifyAll(sandbox.destination)).map(({finding, file}) => [finding, file]), [['manifest', 'manifest.json']], forged);
		await using place = await Directory.open(sandbox.destination);
		const [name] = await listSetNames(place);
		const set = await openSet(place, name!, false);
		await using _ = set!.directory;
		// What stands under the names of copies is still there to be restored.
		assert.deepEqual(set!.files.map(({file}) => file.toString('latin1')), ['a.log.gz', 'b.gz', 'o\u{FF}\n.gz']);
		await readAll(sandbox.destination);
	}
});

/** A field of the manifest or of one of its entries replaced by something else. */
const tampering = fc.tuple(
	fc.constantFrom('path', 'path_b64', 'file', 'file_b64', 'outcome', 'notes', 'stored', 'bytes_in', 'bytes_out', 'crc32', 'sha256', 'source', 'reused_from'),
	fc.oneof(
		fc.constantFrom<unknown>('..', '../../etc/passwd', '/etc/passwd', 'a\0', '', '.', 'x/../../y', 'manifest.json', 'a.log.gz', 'b.gz', 'dir/link'),
		fc.constantFrom<unknown>(-1, 0, 1, 1e300, 2 ** 53, 'done', 'gzip', 'as-is', null),
		fc.constantFrom('../../outside', '/etc/passwd', 'a\0b', '..').map(name => Buffer.from(name).toString('base64')),
		fc.jsonValue(),
	),
);

test('property: whatever a manifest says, verifying and reading the set end well, stay inside, and write nothing', manyCases, async () => {
	await using sandbox = await smallSet();
	const manifest = path.join(sandbox.set, 'manifest.json');
	const sound = await fs.readFile(manifest, 'utf8');
	const sums = await fs.readFile(path.join(sandbox.set, 'SHA256SUMS'));
	await fs.writeFile(path.join(sandbox.root, 'outside'), 'secret');
	await fs.mkdir(path.join(sandbox.set, 'dir'), {mode: 0o700});
	await fs.symlink(path.join(sandbox.root, 'outside'), path.join(sandbox.set, 'dir', 'link'));

	await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat({max: 3}), tampering), {minLength: 1, maxLength: 3}), fc.boolean(), fc.boolean(), async (changes, isSealed, isSpread) => {
		const json = JSON.parse(sound) as {entries: Array<Record<string, unknown>>} & Record<string, unknown>;

		for (const [entry, [field, value]] of changes) {
			// The fourth is the manifest itself, which has some fields of the same names.
			(json.entries[entry] ?? json)[field] = value;
		}

		const head = Object.entries(json).filter(([name]) => name !== 'entries').map(([name, value]) => `\t${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join('');
		await fs.writeFile(manifest, isSpread ? JSON.stringify(json, null, 2) : `{\n${head}\t"entries": [${json.entries.map(entry => `\n\t\t${JSON.stringify(entry)}`).join(',')}\n\t]\n}\n`);
		await fs.writeFile(path.join(sandbox.set, 'SHA256SUMS'), sums);

		if (isSealed) {
			await sealManifest(sandbox.set);
		}

		const before = await snapshot(sandbox.destination);
		const found = await verifyAll(sandbox.destination);
		await readAll(sandbox.destination);
		assert.ok(found.length > 0, 'the link at least is one too many');
		assert.ok(found.every(({message}) => !/\p{Control}/v.test(message) && !message.includes('internal error')));
		assert.deepEqual(await snapshot(sandbox.destination), before);
	}), {numRuns: 400, ...fewerIfBusy});
});

test('a copy that unpacks to far more than its manifest says is stopped there', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('bomb', Buffer.alloc(64 * 1024 * 1024));
	const {code} = await sandbox.run(['--yes', '--quiet']);
	assert.equal(code, 0);
	const manifest = path.join(sandbox.set, 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replaceAll('"bytes_in":67108864', '"bytes_in":1000').replace('"bytes_in": 67108864', '"bytes_in": 1000'));
	await sealManifest(sandbox.set);
	const found = await verifyAll(sandbox.destination);
	assert.equal(found.length, 1);
	assert.match(found[0]!.message, /unpacks to more than it should/v);
	await readAll(sandbox.destination);
});

import assert from 'node:assert/strict';
import type {BigIntStats} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {formatCrc} from '../../source/compression/crc32.ts';
import {describeStats} from '../../source/origin/source-file.ts';
import {Directory} from '../../source/files/directory.ts';
import {Journal} from '../../source/set/manifest/journal.ts';
import {
	type CopyRecord,
	encodeCopy,
	encodeMissing,
	formatManifest,
	type MissingRecord,
} from '../../source/set/manifest/manifest.ts';
import {decodeCopy, decodeMissing} from '../../source/set/manifest/manifest-entries.ts';
import {decodeManifest} from '../../source/set/manifest/manifest-reader.ts';
import {summarizeManifest} from '../../source/set/manifest/manifest-text.ts';
import {Sandbox} from '../support/sandbox.ts';
import {ledgerOf} from '../support/set-fixtures.ts';
import {fileName, treePaths} from '../support/arbitraries.ts';

/** So that the sums of a few are still exact. */
const byteCount = fc.maxSafeNat().map(count => Math.floor(count / 16));
const decimal = fc.bigInt({min: 0n, max: (2n ** 64n) - 1n}).map(String);

/** Any 64 bits, those at the ends more often; as Node hands them on, which is with a sign. */
const signed = fc.oneof(fc.bigInt({min: -(2n ** 63n), max: (2n ** 63n) - 1n}), fc.constantFrom(-1n, 0n, 2n ** 53n, (2n ** 53n) + 1n, (2n ** 63n) - 1n, -(2n ** 63n)));
const time = fc.tuple(signed, fc.bigInt({min: 0n, max: 999_999_999n})).map(([seconds, nanoseconds]) => (seconds * 1_000_000_000n) + nanoseconds);
const id = fc.oneof(fc.integer({min: 0, max: 0xFF_FF_FF_FF}), fc.constantFrom(0xFF_FF_FF_FE, 0xFF_FF_FF_FF)).map(BigInt);

const record: fc.Arbitrary<CopyRecord> = fc.record({
	path: fileName,
	file: fileName,
	stored: fc.constantFrom('gzip', 'as-is'),
	notes: fc.subarray(['grew', 'truncated', 'rotated']),
	bytesIn: byteCount,
	bytesOut: byteCount,
	contentChecksum: fc.integer({min: 0, max: 0xFF_FF_FF_FF}).map(crc => formatCrc(crc)),
	sha256: fc.uint8Array({minLength: 32, maxLength: 32}).map(bytes => Buffer.from(bytes).toString('hex')),
	isVerified: fc.boolean(),
	source: fc.record({
		dev: decimal, ino: decimal, size: byteCount, mtime_ns: time.map(String), mode: fc.integer({min: 0, max: 0o7777}).map(mode => mode.toString(8).padStart(4, '0')), uid: fc.nat(), gid: fc.nat(),
	}, {noNullPrototype: true}),
}, {noNullPrototype: true}).map(({contentChecksum, ...facts}) => ({...facts, ...(facts.stored !== 'as-is' && {contentChecksum})}));

/** What a decoded name must be, whatever it came from: below the directory it is taken to. */
function assertStaysBelow(name: Buffer): void {
	const joined = path.posix.join('/set', name.toString('latin1'));
	assert.ok(joined.startsWith('/set/') && joined.length > '/set/'.length, `leads to ${joined}`);
	assert.equal(joined, `/set/${name.toString('latin1')}`, 'in plain form');
	assert.ok(!name.includes(0));
}

function isHarmless(decoded: CopyRecord | undefined): boolean {
	if (decoded) {
		assertStaysBelow(decoded.path);
		assertStaysBelow(decoded.file);
		assert.ok(Number.isSafeInteger(decoded.bytesOut) && decoded.bytesOut >= 0);
		assert.match(decoded.sha256, /^[\da-f]{64}$/v);
	}

	return true;
}

/** Names that lead elsewhere, as text and as bytes. */
const evilName = fc.constantFrom('..', '../x', '/etc/passwd', 'a/../../x', 'a//b', './a', '', '.', 'a/', 'a\0b', 'a/..');

/** A field of a record replaced, removed, or added, in place of what should stand there. */
const tampering = fc.tuple(
	fc.constantFrom('path', 'path_b64', 'file', 'file_b64', 'outcome', 'notes', 'stored', 'bytes_in', 'bytes_out', 'crc32', 'sha256', 'verified', 'source', '__proto__', 'constructor'),
	fc.oneof(fc.jsonValue(), evilName, evilName.map(text => Buffer.from(text).toString('base64')), fc.constant(undefined)),
);

/** After the way to the disk and back. */
const asRead = (json: unknown): unknown => {
	const text = JSON.stringify(json);
	return JSON.parse(text);
};

const manifestOf = (copies: readonly CopyRecord[]) => [...formatManifest({
	version: '1.0.0', host: 'web1', source: '/var/log', engine: 'zlib', level: 6, started: '2026-03-14T00:00:00.000Z', finished: '2026-03-14T00:00:01.000Z', copies: ledgerOf(copies), missing: [],
})].join('');

test('property: a record comes back as it was written', () => {
	fc.assert(fc.property(record, copy => {
		assert.deepEqual(decodeCopy(asRead(encodeCopy(copy))), copy);
	}), {numRuns: 500});
});

test('property: a record without a copy comes back as it was written', () => {
	const missing: fc.Arbitrary<MissingRecord> = fc.tuple(
		fileName,
		fc.constantFrom('failed', 'vanished'),
		fc.constantFrom({}, {isDirectory: true as const}, {isSymlink: true as const}),
		fc.constantFrom({}, {error: {message: 'it cannot be read'}}, {error: {message: 'it cannot be read', code: 'EIO'}}),
	).map(([name, outcome, kind, error]) => ({
		path: name, outcome, ...kind, ...error,
	}));
	fc.assert(fc.property(missing, lost => {
		assert.deepEqual(decodeMissing(asRead(encodeMissing(lost))), lost);
	}), {numRuns: 200});
});

test('property: whatever stat gives comes back from a manifest', () => {
	const stats = fc.record({
		dev: signed, ino: signed, size: fc.bigInt({min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER)}), mtimeNs: time, ctimeNs: time, mode: fc.integer({min: 0, max: 0xFF_FF}).map(BigInt), uid: id, gid: id,
	});
	fc.assert(fc.property(record, stats, fc.integer(), (copy, found, readAt) => {
		const source = describeStats(found as BigIntStats, readAt);
		const decoded = decodeCopy(asRead(encodeCopy({...copy, source})))?.source;
		assert.deepEqual(decoded, source);
		assert.deepEqual(decoded && {
			dev: BigInt.asIntN(64, BigInt(decoded.dev!)), ino: BigInt.asIntN(64, BigInt(decoded.ino!)), size: BigInt(decoded.size), mtimeNs: BigInt(decoded.mtime_ns), ctimeNs: BigInt(decoded.ctime_ns!),
			mode: BigInt(Number.parseInt(decoded.mode, 8)), uid: BigInt(decoded.uid), gid: BigInt(decoded.gid),
		}, {...found, mode: found.mode & 0o7777n});
		assert.ok(BigInt(decoded.dev!) >= 0n && BigInt(decoded.ino!) >= 0n);
		const text = manifestOf([{...copy, source}]);
		assert.deepEqual(decodeManifest(text).problems, []);
	}), {numRuns: 500});
});

test('property: sums that are too large to be exact make no manifest unsound', () => {
	fc.assert(fc.property(fc.array(fc.maxSafeNat(), {minLength: 2, maxLength: 20}), record, (sizes, copy) => {
		const copies = sizes.map((bytes, index): CopyRecord => ({
			...copy, path: Buffer.from(`p${index}`), file: Buffer.from(`f${index}`), bytesIn: Number.MAX_SAFE_INTEGER - (bytes % 1000), bytesOut: bytes,
		}));
		const text = manifestOf(copies);
		assert.deepEqual(decodeManifest(text).problems, []);
		assert.equal(summarizeManifest(text)?.filesDone, sizes.length);
	}), {numRuns: 100});
});

test('property: whatever a record was changed to, reading it fails quietly or gives names that stay where they belong', () => {
	fc.assert(fc.property(record, fc.array(tampering, {minLength: 1, maxLength: 3}), (copy, changes) => {
		const json = {...encodeCopy(copy)};

		for (const [field, value] of changes) {
			Object.defineProperty(json, field, {
				value, enumerable: true, configurable: true, writable: true,
			});
		}

		assert.ok(isHarmless(decodeCopy(asRead(json))));
	}), {numRuns: 3000});
	fc.assert(fc.property(fc.jsonValue(), json => {
		assert.ok(isHarmless(decodeCopy(json)));
	}), {numRuns: 500});
});

type Damage = (bytes: Buffer) => Buffer;

/** What a crash or a failing disk makes of a file. */
const damage: fc.Arbitrary<Damage> = fc.oneof(
	fc.nat().map(at => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))),
	fc.nat().map(at => (bytes: Buffer) => Buffer.concat([bytes.subarray(0, at % (bytes.length + 1)), Buffer.alloc(100)])),
	fc.tuple(fc.nat(), fc.integer({min: 1, max: 255})).map(([at, mask]) => (bytes: Buffer) => {
		const changed = Buffer.from(bytes);

		if (changed.length > 0) {
			changed[at % changed.length]! ^= mask;
		}

		return changed;
	}),
	fc.tuple(fc.nat(), fc.uint8Array({maxLength: 50})).map(([at, more]) => (bytes: Buffer) => {
		const position = at % (bytes.length + 1);
		return Buffer.concat([bytes.subarray(0, position), more, bytes.subarray(position)]);
	}),
	fc.constant((bytes: Buffer) => Buffer.concat([bytes, bytes])),
);

function harmed(text: string, damages: readonly Damage[]): Buffer {
	let result: Buffer = Buffer.from(text);

	for (const harm of damages) {
		result = harm(result);
	}

	return result;
}

test('property: a damaged manifest is summed up or is none, and never stops anything', () => {
	fc.assert(fc.property(fc.array(record, {maxLength: 3}), fc.array(damage, {maxLength: 3}), (copies, damages) => {
		const text = harmed(manifestOf(copies), damages).toString();
		const summary = summarizeManifest(text);

		if (damages.length === 0) {
			assert.equal(summary?.filesDone, copies.length);
		}

		if (summary) {
			assert.ok(!Number.isNaN(summary.finished.getTime()) && Number.isFinite(summary.bytesOut));
		}
	}), {numRuns: 1000});
	fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), text => {
		const summary = summarizeManifest(text);
		assert.ok(summary === undefined || Number.isSafeInteger(summary.filesDone));
	}), {numRuns: 500});
});

test('property: a damaged journal gives what is whole in it, and never a name that leads elsewhere', async () => {
	await using sandbox = await Sandbox.create();
	const staging = path.join(sandbox.root, 'staging');
	await fs.mkdir(path.join(staging, '.logbackup'), {recursive: true, mode: 0o700});
	await fc.assert(fc.asyncProperty(fc.array(record, {maxLength: 6}), fc.array(damage, {maxLength: 3}), fc.boolean(), async (copies, damages, isPublishing) => {
		const lines = copies.map(copy => `${JSON.stringify(encodeCopy(copy))}\n`).join('');
		const journal = path.join(staging, '.logbackup/journal');
		const manifest = path.join(staging, 'manifest.json');
		await fs.rm(manifest, {force: true});
		await fs.writeFile(journal, isPublishing ? '' : harmed(lines, damages), {mode: 0o600});

		if (isPublishing) {
			await fs.writeFile(manifest, harmed(manifestOf(copies), damages), {mode: 0o600});
		}

		await using directory = await Directory.open(staging);
		const opened = await Journal.open(directory, {label: 'staging', origin: {host: 'web1', source: '/var/log'}});
		await opened.close();

		for (const decoded of opened.recorded.values()) {
			assert.ok(isHarmless(decoded));
		}

		if (damages.length === 0) {
			assert.equal(opened.recorded.size, new Set(copies.map(copy => copy.path.toString('latin1'))).size);
		}

		// What was read from a journal or a manifest is there for the next one too.
		const again = await Journal.open(directory, {label: 'staging', origin: {host: 'web1', source: '/var/log'}});
		await again.close();
		assert.deepEqual([...again.recorded.keys()].toSorted(), [...opened.recorded.keys()].toSorted());
	}), {numRuns: 150});
});

test('property: the manifest of any set is read as what it is', () => {
	fc.assert(fc.property(treePaths, record, (paths, copy) => {
		const text = manifestOf(paths.map(name => ({
			...copy, path: name, file: name, bytesIn: 1, bytesOut: 2,
		})));
		assert.deepEqual(summarizeManifest(text), {
			finished: new Date('2026-03-14T00:00:01.000Z'), filesDone: paths.length, filesFailed: 0, bytesIn: paths.length, bytesOut: 2 * paths.length,
		});
		const {entries} = JSON.parse(text) as {readonly entries: readonly unknown[]};
		assert.deepEqual(entries.map(entry => decodeCopy(entry)?.path), paths.toSorted((one, other) => one.compare(other)));
	}), {numRuns: 200});
});

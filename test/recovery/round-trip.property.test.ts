import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {parentPaths} from '../../source/files/directory.ts';
import {applyMetadata} from '../../source/files/metadata.ts';
import {treePaths} from '../support/arbitraries.ts';
import {fewerIfBusy, manyCases} from '../support/cases.ts';
import {Sandbox} from '../support/sandbox.ts';
import {runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';

const isRoot = process.geteuid!() === 0;

type Sample = {readonly content: Buffer; readonly mode: number; readonly mtimeNs: bigint; readonly uid: number; readonly gid: number};

const content: fc.Arbitrary<Buffer> = fc.oneof(
	fc.constant(Buffer.alloc(0)),
	fc.uint8Array({maxLength: 2000}).map(bytes => Buffer.from(bytes)),
	fc.integer({min: 1, max: 3_000_000}).map(size => sampleLog(Math.min(size, 300_000), size)),
	// Around the lengths of blocks, and what is stored as a hole.
	fc.tuple(fc.constantFrom(65_536, 262_144, 1_048_576), fc.integer({min: -1, max: 1})).map(([size, more]) => Buffer.alloc(size + more)),
	fc.uint8Array({maxLength: 500}).map(bytes => gzipSync(bytes)),
	// Looks compressed, and isn't.
	fc.uint8Array({maxLength: 100}).map(bytes => Buffer.concat([Buffer.of(0x1F, 0x8B), bytes])),
);

const sample: fc.Arbitrary<Sample> = fc.record({
	content,
	mode: fc.integer({min: 0, max: 0o777}).map(mode => isRoot ? mode : mode | 0o400),
	mtimeNs: fc.oneof(fc.bigInt({min: 0n, max: 2_000_000_000_000_000_000n}), fc.bigInt({min: -1_000_000_000_000_000_000n, max: -1n})),
	uid: fc.integer({min: 0, max: 70_000}),
	gid: fc.integer({min: 0, max: 70_000}),
});

const at = (root: string, file: Buffer) => Buffer.concat([Buffer.from(`${root}/`), file]);

async function plant(root: string, file: Buffer, {content: bytes, mode, mtimeNs, uid, gid}: Sample): Promise<void> {
	for (const parent of parentPaths(file)) {
		await fs.mkdir(at(root, parent), {recursive: true});
	}

	await using handle = await fs.open(at(root, file), 'wx', 0o600);
	await handle.writeFile(bytes);
	await applyMetadata(handle, {
		mode, mtimeNs, uid: isRoot ? uid : process.getuid!(), gid: isRoot ? gid : process.getgid!(),
	});
}

async function describe(root: string, file: Buffer): Promise<readonly [facts: readonly unknown[], mtimeNs: bigint, content: Buffer]> {
	const stats = await fs.lstat(at(root, file), {bigint: true});
	return [[stats.isFile(), stats.mode & 0o7777n, stats.uid, stats.gid, stats.nlink], stats.mtimeNs, await fs.readFile(at(root, file))];
}

async function listFiles(root: string): Promise<string[]> {
	const entries = await fs.readdir(Buffer.from(root), {recursive: true, withFileTypes: true, encoding: 'buffer'});
	const files = entries.filter(entry => !entry.isDirectory()).map(entry => Buffer.concat([Buffer.from(entry.parentPath), Buffer.from('/'), entry.name]));
	return files.map(file => file.subarray(root.length + 1).toString('latin1')).toSorted();
}

test('property: backup, verify and restore give back any tree: the same bytes, names, modes, owners and times', manyCases, async () => {
	await fc.assert(fc.asyncProperty(treePaths.filter(paths => paths.length > 0), fc.array(sample, {minLength: 30, maxLength: 30}), async (paths, samples) => {
		await using sandbox = await Sandbox.create();
		const to = path.join(sandbox.root, 'restored');
		const destination = path.join(sandbox.root, 'backups');
		const places = ['--source', sandbox.source, '--dest', destination];

		for (const [index, file] of paths.entries()) {
			await plant(sandbox.source, file, samples[index]!);
		}

		for (const args of [['--yes', '--quiet', '--recursive', '--date', '2026-03-14'], ['verify', 'latest'], ['restore', 'latest', '--to', to]]) {
			const {code, stderr} = await runProgram([...args, ...places]);
			assert.equal(code, 0, `${args[0]}: ${stderr}`);
		}

		for (const file of paths) {
			const [facts, time, bytes] = await describe(sandbox.source, file);
			const [restored, restoredTime, restoredBytes] = await describe(to, file);
			assert.deepEqual(restored, facts, file.toString('latin1'));
			assert.ok(restoredBytes.equals(bytes), file.toString('latin1'));
			// As exactly as a double has seconds, and on older versions of Node microseconds.
			assert.ok(restoredTime - time <= 1000n && time - restoredTime <= 1000n, `${time} became ${restoredTime}`);
		}

		assert.deepEqual(await listFiles(to), paths.map(file => file.toString('latin1')).toSorted());
	}), {numRuns: 25, ...fewerIfBusy});
});

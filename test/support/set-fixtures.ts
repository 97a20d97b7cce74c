/* Directories, records and sets made without a run. */
import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import {formatCrc} from '../../source/compression/crc32.ts';
import {Directory} from '../../source/files/directory.ts';
import type {SetOverview} from '../../source/set/catalog.ts';
import {formatChecksums} from '../../source/set/checksums.ts';
import {CopyLedger} from '../../source/set/manifest/copy-ledger.ts';
import {type CopyRecord, formatManifest, type Manifest} from '../../source/set/manifest/manifest.ts';

/** In memory where that is to be had: syncing takes no time there. */
const parent = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

/** A directory of its own for a test, opened; gone at the end of its scope. */
export class Place {
	static async create(): Promise<Place> {
		const root = await fs.realpath(await fs.mkdtemp(path.join(parent, 'logbackup-set-')));
		return new Place(root, await Directory.open(root));
	}

	readonly root: string;
	readonly directory: Directory;

	private constructor(root: string, directory: Directory) {
		this.root = root;
		this.directory = directory;
	}

	at(...parts: readonly string[]): string {
		return path.join(this.root, ...parts);
	}

	async read(...parts: readonly string[]): Promise<string> {
		return fs.readFile(this.at(...parts), 'utf8');
	}

	async write(file: string, content: string | Uint8Array = ''): Promise<void> {
		await fs.mkdir(path.dirname(this.at(file)), {recursive: true, mode: 0o700});
		await fs.writeFile(this.at(file), content, {mode: 0o600});
	}

	/** All that is below, sorted, directories with a slash. */
	async tree(): Promise<string[]> {
		const entries = await fs.readdir(this.root, {recursive: true, withFileTypes: true});
		return entries.map(entry => `${path.relative(this.root, path.join(entry.parentPath, entry.name))}${entry.isDirectory() ? '/' : ''}`).toSorted();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.directory.close();
		await fs.rm(this.root, {recursive: true, force: true});
	}
}

export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** What is in the copy of a file of that name. */
export const copyOf = (name: string): Buffer => gzipSync(`what ${name} says\n`);

/** The record of the copy `NAME.gz` of a file of that name, true of what `copyOf` gives. */
export function recordOf(name: string, changes: Partial<CopyRecord> = {}): CopyRecord {
	const copy = copyOf(name);
	const bytesIn = `what ${name} says\n`.length;
	return {
		path: Buffer.from(name),
		file: Buffer.from(`${name}.gz`),
		stored: 'gzip',
		notes: [],
		bytesIn,
		bytesOut: copy.length,
		contentChecksum: formatCrc(copy.readUInt32LE(copy.length - 8)),
		sha256: sha256Of(copy),
		isVerified: true,
		source: {
			dev: '1', ino: '1', size: bytesIn, mtime_ns: '1773446400000000000', mode: '0640', uid: 0, gid: 0,
		},
		...changes,
	};
}

export const origin = {host: 'web1', machine: 'aaaaaaaaaaaa', source: '/var/log'} as const;

/** The copies of a set, as a run has them. */
export function ledgerOf(records: Iterable<CopyRecord>): CopyLedger {
	const ledger = new CopyLedger();

	for (const record of records) {
		ledger.add(record);
	}

	return ledger;
}

/** A manifest of a run on that origin. */
export const manifestOf = (copies: readonly CopyRecord[], changes: Partial<Manifest> = {}): Manifest => ({
	version: '1.0.0', ...origin, engine: 'zlib', level: 6, started: '2026-03-14T01:00:00.000Z', finished: '2026-03-14T01:02:00.000Z', missing: [], ...changes, copies: ledgerOf(copies),
});

export const textOf = (manifest: Manifest): string => [...formatManifest(manifest)].join('');

/** Makes a set: the copies of its records, `SHA256SUMS` and manifest. */
export async function makeSet(place: Place, name: string, records: readonly CopyRecord[] = [recordOf('syslog')], changes: Partial<Manifest> = {}): Promise<string> {
	const manifest = textOf(manifestOf(records, changes));
	await fs.mkdir(place.at(name), {mode: 0o700});

	for (const {path: source, file} of records) {
		await place.write(path.join(name, file.toString()), copyOf(source.toString()));
	}

	await place.write(path.join(name, 'manifest.json'), manifest);
	const sums = formatChecksums([...records, {file: Buffer.from('manifest.json'), sha256: sha256Of(manifest)}]);
	await place.write(path.join(name, 'SHA256SUMS'), Buffer.concat([...sums]));
	return manifest;
}

/** What is told of a set at a glance. */
export const overviewOf = (date: string, changes: Partial<SetOverview> = {}): SetOverview => ({
	date, isStaging: false, state: 'complete', origin, ...changes,
});

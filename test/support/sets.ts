import {createHash} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type {EngineName} from '../../source/formats/formats.ts';
import {Directory} from '../../source/files/directory.ts';
import type {Finding, VerifyEvent} from '../../source/recovery/verify-events.ts';
import {verifySets} from '../../source/recovery/verification.ts';
import {listSetNames} from '../../source/set/catalog.ts';

export type FoundEvent = Extract<VerifyEvent, {message_type: 'finding'}>;

/** Verifies all sets at a destination in this process. */
export async function verifyAll(destination: string, engine: EngineName = 'zlib'): Promise<FoundEvent[]> {
	await using place = await Directory.open(destination);
	const found: FoundEvent[] = [];
	await verifySets({
		destination: place,
		names: (await listSetNames(place)).filter(({isStaging}) => !isStaging),
		isRunning: false,
		jobs: 2,
		engine,
		report(event) {
			if (event.message_type === 'finding') {
				found.push(event);
			}
		},
		signal: new AbortController().signal,
	});
	return found;
}

export const kindsOf = (found: readonly FoundEvent[]): Array<Finding['kind']> => [...new Set(found.map(({finding}) => finding))].toSorted();

/** All that is below a directory: names, types, modes, times of change and contents, so that nothing can change unseen. */
export async function snapshot(root: string | Buffer): Promise<string[]> {
	const lines: string[] = [];

	for (const entry of await fs.readdir(root, {withFileTypes: true, encoding: 'buffer'})) {
		const file = Buffer.concat([Buffer.from(root), Buffer.from('/'), entry.name]);
		const {mode, mtimeMs, size} = await fs.lstat(file);
		const content = entry.isFile() ? createHash('sha256').update(await fs.readFile(file)).digest('hex') : '';
		lines.push([file.toString('latin1'), mode, mtimeMs, size, content].join(' '));

		if (entry.isDirectory()) {
			lines.push(...await snapshot(file));
		}
	}

	return lines;
}

/** Makes `SHA256SUMS` say of the manifest what it is, as whoever forges one would. */
export async function sealManifest(set: string): Promise<void> {
	const sums = path.join(set, 'SHA256SUMS');
	const lines = (await fs.readFile(sums, 'latin1')).split('\n').filter(line => !line.endsWith('  manifest.json'));
	const sha256 = createHash('sha256').update(await fs.readFile(path.join(set, 'manifest.json'))).digest('hex');
	await fs.writeFile(sums, [`${sha256}  manifest.json`, ...lines].join('\n'), 'latin1');
}

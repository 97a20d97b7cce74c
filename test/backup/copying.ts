import fs from 'node:fs/promises';
import path from 'node:path';
import {type CopyContext, copyFile, type FreshCopy} from '../../source/backup/copying/copy-file.ts';
import {Progress} from '../../source/backup/copying/copy-progress.ts';
import {Directory} from '../../source/files/directory.ts';
import type {Extras} from '../../source/files/extras/extras.ts';
import type {ExtrasStore} from '../../source/files/extras/extras-store.ts';
import {createZlibEngine} from '../../source/gzip/zlib-engine.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {noStreams} from '../../source/origin/streams.ts';
import {planNames} from '../../source/set/names/names.ts';
import type {Draft, Staging} from '../../source/set/staging/staging.ts';
import {Sandbox} from '../support/sandbox.ts';
import {entriesOf} from '../support/running.ts';

export type Given = Partial<Omit<CopyContext, 'extras'>> & {
	readonly extras?: Extras;
	/** Done each time before the source is read. */
	readonly disturb?: (file: string, times: number) => void;
};

/** A source with one file, and what it is copied with. */
export async function begin(content: Uint8Array | string, {extras = {}, disturb, ...given}: Given = {}, name = 'a.log') {
	const sandbox = await Sandbox.create();
	await sandbox.add(name, content);
	const source = await Directory.open(sandbox.source);
	const [entry] = await entriesOf(sandbox, name) as [Entry];
	const engine = createZlibEngine(1);
	const file = path.join(sandbox.source, name);
	const progress = new Progress(1, entry.size, 0);
	const drafts: string[] = [];
	const dropped: string[] = [];
	let reads = 0;
	let unpacked = 0;
	const staging = {
		async draft(): Promise<Draft> {
			const draft = path.join(sandbox.root, `${drafts.length}.tmp`);
			drafts.push(draft);
			return {handle: await fs.open(draft, 'wx+', 0o600), name: draft};
		},
		async drop({handle, name: draft}: Draft) {
			await handle.close();
			await fs.rm(draft);
			dropped.push(draft);
		},
	};
	const context: CopyContext = {
		source,
		streams: noStreams,
		staging: staging as unknown as Staging,
		engine: {
			...engine,
			async compress(compression) {
				disturb?.(file, ++reads);
				return engine.compress(compression);
			},
			async unpack(read, limit) {
				unpacked++;
				return engine.unpack(read, limit);
			},
		},
		level: 6,
		verify: true,
		extras: {read: async () => extras} as unknown as ExtrasStore,
		progress,
		signal: new AbortController().signal,
		space: undefined,
		...given,
	};
	const open: FreshCopy[] = [];
	return {
		sandbox,
		entry,
		file,
		progress,
		drafts,
		dropped,
		unpacked: () => unpacked,
		/** `claimed`: what the copy is recorded under; `isFree`: whether it may be called so, too. */
		async copy(changed: Partial<Entry> = {}, claimed = name, isFree = true): Promise<FreshCopy & {readonly bytes: Buffer}> {
			const tracked = progress.begin(entry.path, entry.size);
			const {compressed, format, ...free} = planNames([Buffer.from(claimed)], {format: 'gzip'}).of(Buffer.from(claimed))!;
			const copy = await copyFile(context, {...entry, ...changed}, () => ({path: Buffer.from(claimed), names: {compressed, format, ...(isFree && free)}}), tracked);
			open.push(copy);
			progress.end(tracked);
			await copy.check?.finish(copy.record);
			return {...copy, bytes: await fs.readFile(copy.draft.name)};
		},
		context,
		async [Symbol.asyncDispose]() {
			await Promise.all(open.map(async ({draft}) => draft.handle.close()));
			await source.close();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

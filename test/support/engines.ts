import type {Engine} from '../../source/compression/engine.ts';
import {createLibdeflateEngine} from '../../source/gzip/libdeflate-engine.ts';
import {type Libdeflate, loadLibdeflate} from '../../source/gzip/libdeflate.ts';
import {createZlibEngine} from '../../source/gzip/zlib-engine.ts';

export type EngineUnderTest = {
	readonly name: string;
	/** Why its tests are skipped, or `false`. */
	readonly skip: string | false;
	/** Bytes of content in a block. */
	readonly blockSize: number;
	readonly create: (level: number, jobs: number) => Engine;
};

async function tryToLoad(): Promise<Libdeflate | undefined> {
	try {
		return loadLibdeflate();
	} catch {
		return undefined;
	}
}

const libdeflate = await tryToLoad();

/** All engines there are; those that this machine lacks the library for say so. */
export const engines: readonly EngineUnderTest[] = [
	{
		name: 'zlib', skip: false, blockSize: 1024 * 1024, create: (_, jobs) => createZlibEngine(jobs),
	},
	{
		name: 'libdeflate',
		skip: libdeflate ? false : 'needs the system\'s libdeflate.so.0, and koffi',
		blockSize: 1024 * 1024,
		create: (level, jobs) => createLibdeflateEngine(libdeflate!, level, jobs),
	},
];

/** What an engine reads from: a buffer, from its start. */
export const readFrom = (content: Buffer) => {
	let position = 0;
	return async (into: Buffer) => {
		const length = content.copy(into, 0, position);
		position += length;
		return length;
	};
};

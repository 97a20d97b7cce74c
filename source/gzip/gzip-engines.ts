import {DamagedError, type Engine, type Read} from '../compression/engine.ts';
import type {
	ChosenEngine,
	EngineOptions,
	Format,
	Unpacker,
} from '../compression/compression-format.ts';
import {errorReason} from '../files/errors.ts';
import {createLibdeflateEngine} from './libdeflate-engine.ts';
import {loadLibdeflate} from './libdeflate.ts';
import {createZlibEngine} from './zlib-engine.ts';

/** From this many bytes of content on, libdeflate can only unpack what it made itself: it works on whole members. */
const memberLimit = 1024 * 1024;

/** `undefined` is libdeflate where it can be had, else zlib. A libdeflate that is missing or broken is never an error: zlib does the same, only slower. */
export async function chooseEngine({engine, level, jobs}: EngineOptions): Promise<ChosenEngine> {
	if (engine === 'zlib') {
		return {engine: createZlibEngine(jobs)};
	}

	try {
		return {engine: createLibdeflateEngine(loadLibdeflate(), level, jobs)};
	} catch (error) {
		return {engine: createZlibEngine(jobs), fallback: `libdeflate cannot be used (${errorReason(error)}); zlib does the work`};
	}
}

/** Unpacks with one engine and, what that cannot, with another that can unpack everything. */
export const unpackerOf = (best: Engine, general: Engine): Unpacker => ({
	async unpack(open: () => Read, limit: number) {
		try {
			return await best.unpack(open(), limit);
		} catch (error) {
			// A large member that another engine wrote may not fit its buffer.
			if (best !== general && error instanceof DamagedError && limit > memberLimit) {
				return general.unpack(open(), limit);
			}

			throw error;
		}
	},
});

export const openUnpacker: Format['openUnpacker'] = async ({engine, jobs}) => {
	const general = createZlibEngine(jobs);
	const {engine: best} = await chooseEngine({engine, level: 1, jobs});
	return unpackerOf(best.name === general.name ? general : best, general);
};

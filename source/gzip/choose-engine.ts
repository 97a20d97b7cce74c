import {errorReason} from '../files/errors.ts';
import type {Engine} from '../compression/engine.ts';
import {createLibdeflateEngine} from './libdeflate-engine.ts';
import {loadLibdeflate} from './libdeflate.ts';
import {createZlibEngine} from './zlib-engine.ts';

export const engineNames = ['zlib', 'libdeflate'] as const;

export type EngineName = (typeof engineNames)[number];

export type EngineOptions = {
	/** `undefined`: libdeflate where it can be had, else zlib. */
	readonly engine: EngineName | undefined;
	/** 1–9. */
	readonly level: number;
	/** How many threads compress. */
	readonly jobs: number;
};

/** An engine, and why it is not libdeflate where that was wanted or would have been better. */
export type Chosen = {
	readonly engine: Engine;
	readonly fallback?: string;
};

/** Loads the engine for a run. A libdeflate that is missing or broken is never an error: zlib does the same, only slower. */
export async function chooseEngine({engine, level, jobs}: EngineOptions): Promise<Chosen> {
	if (engine === 'zlib') {
		return {engine: createZlibEngine(jobs)};
	}

	try {
		return {engine: createLibdeflateEngine(loadLibdeflate(), level, jobs)};
	} catch (error) {
		return {engine: createZlibEngine(jobs), fallback: `libdeflate cannot be used (${errorReason(error)}); zlib does the work`};
	}
}

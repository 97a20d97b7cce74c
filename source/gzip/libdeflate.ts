/*
Libdeflate (https://github.com/ebiggers/libdeflate), called through koffi. The calls run on libuv's thread pool. Names and signatures are those of
libdeflate.h, version 1.0 and later.
*/
import {loadKoffi} from '../files/koffi.ts';
import {OutOfMemoryError} from '../compression/free-list.ts';

type Pointer = {readonly opaque: unique symbol};

type NativeFunction = {
	(...arguments_: ReadonlyArray<Pointer | Buffer | number>): unknown;
	readonly async: (...arguments_: unknown[]) => void;
};

/** The names under which systems keep it: Linux distributions, and (without version) those that install for development. */
const fileNames = ['libdeflate.so.0', 'libdeflate.so'] as const;

/** `enum libdeflate_result`. */
const success = 0;

const sizeBytes = 8;

async function callAsync(native: NativeFunction, ...arguments_: ReadonlyArray<Pointer | Buffer | number>): Promise<number> {
	return new Promise((resolve, reject) => {
		Reflect.apply(native.async, native, [...arguments_, (error: Error | null, result: number | bigint) => {
			if (error) {
				reject(error);
			} else {
				resolve(Number(result));
			}
		}]);
	});
}

export type Unpacked = {
	/** Bytes of the input that the member took. */
	readonly bytesIn: number;
	/** Bytes of content. */
	readonly bytesOut: number;
};

export type Libdeflate = {
	/** A compressor, for one call at a time. `level`: 1–12. */
	readonly allocateCompressor: (level: number) => Pointer;
	readonly allocateDecompressor: () => Pointer;
	/** Compresses to a raw deflate stream. Resolves with its length in bytes, or 0 if it does not fit. */
	readonly deflate: (compressor: Pointer, content: Buffer, into: Buffer) => Promise<number>;
	/** Compresses to a whole gzip member. Resolves with its length in bytes, or 0 if it does not fit. */
	readonly gzip: (compressor: Pointer, content: Buffer, into: Buffer) => Promise<number>;
	/** Unpacks one gzip member, checking its CRC and length. Resolves with `undefined` if it is damaged, cut short or too large. */
	readonly gunzip: (decompressor: Pointer, member: Buffer, into: Buffer) => Promise<Unpacked | undefined>;
};

/**
Loads the system's libdeflate.

@throws {Error} If koffi or the library is not installed, or does not fit this system.
*/
export function loadLibdeflate(): Libdeflate {
	const koffi = loadKoffi();
	let library: ReturnType<typeof koffi.load> | undefined;
	let reason: unknown;

	for (const name of fileNames) {
		try {
			library = koffi.load(name);
			break;
		} catch (error) {
			reason ??= error;
		}
	}

	if (!library) {
		throw reason;
	}

	const declare = (signature: string) => library.func(signature) as unknown as NativeFunction;
	const allocateCompressor = declare('void *libdeflate_alloc_compressor(int level)');
	const allocateDecompressor = declare('void *libdeflate_alloc_decompressor()');
	const deflate = declare('size_t libdeflate_deflate_compress(void *compressor, const void *in, size_t in_nbytes, void *out, size_t out_nbytes_avail)');
	const gzip = declare('size_t libdeflate_gzip_compress(void *compressor, const void *in, size_t in_nbytes, void *out, size_t out_nbytes_avail)');
	const gunzip = declare('int libdeflate_gzip_decompress_ex(void *decompressor, const void *in, size_t in_nbytes, void *out, size_t out_nbytes_avail, void *actual_in, void *actual_out)');

	const allocated = (pointer: unknown): Pointer => {
		if (!pointer) {
			throw new OutOfMemoryError('libdeflate has no memory left');
		}

		return pointer as Pointer;
	};

	return {
		allocateCompressor: level => allocated(allocateCompressor(level)),
		allocateDecompressor: () => allocated(allocateDecompressor()),
		deflate: async (compressor, content, into) => callAsync(deflate, compressor, content, content.length, into, into.length),
		gzip: async (compressor, content, into) => callAsync(gzip, compressor, content, content.length, into, into.length),
		async gunzip(decompressor, member, into) {
			const bytesIn = Buffer.alloc(sizeBytes);
			const bytesOut = Buffer.alloc(sizeBytes);
			const result = await callAsync(gunzip, decompressor, member, member.length, into, into.length, bytesIn, bytesOut);
			return result === success ? {bytesIn: Number(bytesIn.readBigUInt64LE()), bytesOut: Number(bytesOut.readBigUInt64LE())} : undefined;
		},
	};
}

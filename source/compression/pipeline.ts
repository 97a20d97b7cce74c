import type {BlockPool} from './block-pool.ts';
import type {BlockChecksum} from './compression-format.ts';
import type {Compression, CompressionTotals} from './engine.ts';

/** Encoded block: chunks to write in order, and a function to call once they are written. */
export type Encoded<Sum> = {
	readonly chunks: readonly Buffer[];
	/** Checksum of the block's content. */
	readonly sum: Sum;
	readonly release: () => void;
};

/** A block of content on its way into a compressed file. */
export type Block = {
	readonly content: Buffer;
	/** Bytes of content before it. */
	readonly position: number;
	readonly isLast: boolean;
};

export type Pipeline<Sum> = {
	readonly pool: BlockPool;
	/** Most blocks of one file that may be encoded at once. */
	readonly depth: number;
	readonly checksum: Pick<BlockChecksum<Sum>, 'none' | 'join' | 'text'>;
	/**
	Starts on a block. What it needs of the content beside its own block it must copy before it returns; the block's memory is lent on once it
	has settled.
	*/
	readonly encode: (block: Block) => Promise<Encoded<Sum>>;
};

/**
Reads a file in blocks, has several of them encoded at the same time, and writes the results in order.

@param trailer Makes the bytes after the last block, of checksum and length of the content.
*/
export async function compressInBlocks<Sum>(
	{
		pool, depth, checksum, encode,
	}: Pipeline<Sum>,
	{read, write}: Pick<Compression, 'read' | 'write'>,
	{header, trailer}: {readonly header: Buffer; readonly trailer: (sum: Sum, bytes: number) => Buffer},
): Promise<CompressionTotals> {
	const underWay: Array<{readonly length: number; readonly encoding: Promise<Encoded<Sum>>}> = [];
	let bytesIn = 0;
	let bytesOut = 0;
	let sum = checksum.none;

	const put = async (chunk: Buffer) => {
		bytesOut += chunk.length;
		await write(chunk);
	};

	const putOldest = async () => {
		const {length, encoding} = underWay.shift()!;
		const {chunks, sum: blockSum, release} = await encoding;
		sum = checksum.join(sum, blockSum, length);

		try {
			for (const chunk of chunks) {
				await put(chunk);
			}
		} finally {
			release();
		}
	};

	const encodeBlock = async (memory: Buffer, block: Block) => {
		try {
			return await encode(block);
		} finally {
			pool.release(memory);
		}
	};

	/** Reads a block and starts on it. Resolves with whether there may be another. */
	const takeBlock = async (): Promise<boolean> => {
		const memory = await pool.acquire();
		let length: number;

		try {
			length = await read(memory);
		} catch (error) {
			pool.release(memory);
			throw error;
		}

		const content = memory.subarray(0, length);
		const isLast = length < pool.blockSize;
		underWay.push({length, encoding: encodeBlock(memory, {content, position: bytesIn, isLast})});
		bytesIn += length;
		return !isLast;
	};

	try {
		await put(header);

		while (await takeBlock()) {
			if (underWay.length >= depth) {
				await putOldest();
			}
		}

		while (underWay.length > 0) {
			await putOldest();
		}

		await put(trailer(sum, bytesIn));
		return {checksum: checksum.text(sum), bytesIn, bytesOut};
	} finally {
		// After a failed read or write the blocks under way must still come home, and none may fail unheard.
		for (const result of await Promise.allSettled(underWay.map(async ({encoding}) => encoding))) {
			if (result.status === 'fulfilled') {
				result.value.release();
			}
		}
	}
}

import type {Writable} from 'node:stream';

/** Limits of what comes out of something that unpacks at once, in bytes. */
const mostAtOnce = 256 * 1024;
const leastAtOnce = 1024;

/** Bytes to have it give at once, where no more than a limit is wanted: one more tells that there is more. */
export const chunkSizeFor = (limit: number, most = mostAtOnce): number => Math.min(most, Math.max(leastAtOnce, limit + 1));

/** Hands over a piece. Resolves once it is unpacked, or nothing more will be. */
export const writeUnlessClosed = async (stream: Writable, piece: Buffer): Promise<void> => new Promise(resolve => {
	stream.once('close', resolve);
	stream.write(piece, () => {
		stream.off('close', resolve);
		resolve();
	});
});

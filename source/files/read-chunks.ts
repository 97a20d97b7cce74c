/**
The bytes of a file from its beginning to its end, in chunks of their own.

@param read Fills a buffer from a position on, and resolves with how many bytes there were; 0 at the end of the file.
@param size Bytes of a chunk at most.
*/
export async function * readChunks(read: (into: Buffer, position: number) => Promise<number>, size: number): AsyncGenerator<Buffer> {
	for (let position = 0; ;) {
		const chunk = Buffer.allocUnsafe(size);
		const length = await read(chunk, position);

		if (length === 0) {
			return;
		}

		position += length;
		yield chunk.subarray(0, length);
	}
}

import {constants, createGunzip} from 'node:zlib';
import {DamagedError, refuseBeyond} from '../compression/engine.ts';
import {chunkSizeFor, writeUnlessClosed} from '../compression/unpacker-stream.ts';
import {toDamage} from './gzip-damage.ts';
import {refuseGarbage} from './padding.ts';

const toError = (error: unknown): Error => error instanceof Error ? error : new Error(String(error));

/**
Unpacks a gzip file of any origin, chunk by chunk, no faster than the chunks are taken. What has come out when it throws is a prefix of the content.

@param input The bytes of the file, in chunks that are not changed afterwards.
@param limit How many bytes may come out: what would unpack to more is stopped there.
@throws {DamagedError} If it is not a complete, intact gzip file, is followed by anything but zeros, or goes beyond the limit.
@throws Whatever `input` throws.
*/
export async function * gunzipChunks(input: AsyncIterable<Buffer>, limit = Infinity): AsyncGenerator<Buffer> {
	const stream = createGunzip({chunkSize: chunkSizeFor(limit), finishFlush: constants.Z_FINISH});
	let bytesIn = 0;
	let bytesOut = 0;
	let isAtEnd = false;
	let failure: Error | undefined;

	const feed = async () => {
		try {
			for await (const chunk of input) {
				bytesIn += chunk.length;

				// Nobody takes what comes out any more.
				if (stream.destroyed && !isAtEnd) {
					break;
				}

				if (isAtEnd) {
					refuseGarbage(chunk);
					continue;
				}

				await writeUnlessClosed(stream, chunk);

				// It leaves the bytes after the end of the last member.
				isAtEnd = !stream.destroyed && stream.bytesWritten < bytesIn;
				refuseGarbage(chunk.subarray(isAtEnd ? chunk.length - (bytesIn - stream.bytesWritten) : chunk.length));
			}

			stream.end();
		} catch (error) {
			failure = toError(error);
			stream.destroy();
		}
	};

	const fed = feed();

	try {
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			bytesOut += chunk.length;

			refuseBeyond(limit, bytesOut);
			yield chunk;
		}

		await fed;
	} catch (error) {
		if (failure) {
			throw failure;
		}

		throw toDamage(error);
	} finally {
		stream.destroy();
	}

	if (failure) {
		throw failure;
	}

	if (bytesIn === 0) {
		throw new DamagedError('empty file');
	}
}

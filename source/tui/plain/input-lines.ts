import type {Readable} from 'node:stream';

/** More than any terminal gives out as one line, in bytes (termios(3): 4096). */
const longest = 4096;

const newline = 10;

/**
The lines of an input as they come, without their ends; `undefined` for one that is too long, of which nothing is kept. What has no end at the
end of the input was cut off, and is no line: half an answer is none.

@param isForgotten Asked after each line: whether all that has come beyond it is to be dropped.
@throws {Error} If the input cannot be read.
*/
export async function * readInputLines(stream: Readable, isForgotten = () => false): AsyncGenerator<string | undefined> {
	let kept = Buffer.alloc(0);
	let isTooLong = false;

	for await (const chunk of stream as AsyncIterable<Buffer>) {
		let from = 0;

		for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
			const line = Buffer.concat([kept, chunk.subarray(from, end)]);
			yield isTooLong || line.length > longest ? undefined : line.toString('utf8').replace(/\r$/v, '');
			kept = Buffer.alloc(0);
			isTooLong = false;
			const isLast = isForgotten();
			from = isLast ? chunk.length : end + 1;

			if (isLast) {
				stream.read();
			}
		}

		const rest = chunk.subarray(from);
		isTooLong ||= kept.length + rest.length > longest;
		kept = isTooLong ? Buffer.alloc(0) : Buffer.concat([kept, rest]);
	}
}

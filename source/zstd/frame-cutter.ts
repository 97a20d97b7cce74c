import {DamagedError} from '../compression/engine.ts';

/** First bytes of a frame, and of one that means nothing and is passed over, whose lowest four bits may be any (RFC 8878 §3.1). */
const frameMagic = 0xFD_2F_B5_28;
const skippableMagic = 0x18_4D_2A_50;

const magicLength = 4;
const descriptorLength = 1;
const blockHeaderLength = 3;
const checksumLength = 4;

/** Lengths of the fields for the number of a dictionary and for the size of the content, by what the descriptor says of them (RFC 8878 §3.1.1.1). */
const dictionaryLengths = [0, 1, 2, 4] as const;
const sizeLengths = [0, 2, 4, 8] as const;

const runLength = 1;
const reserved = 3;

type Field = 'magic' | 'descriptor' | 'block' | 'skippable size';

const fieldLengths: Readonly<Record<Field, number>> = {
	magic: magicLength, descriptor: descriptorLength, block: blockHeaderLength, 'skippable size': 4,
};

/**
Finds where the frames of a zstd file end, without unpacking them. Some versions of Node stop unpacking at the end of the first frame, and some take a
frame that was cut short for a whole one.
*/
export class FrameCutter {
	#field: Field = 'magic';
	/** What has come of the field. */
	readonly #bytes = Buffer.alloc(magicLength);
	#length = 0;
	/** Bytes to pass over before the next field. */
	#skip = 0;
	#isSkippable = false;
	#hasChecksum = false;
	/** After what is passed over, the frame ends. */
	#isLast = false;
	#isBegun = false;
	#frames = 0;
	/** Those that are not to be passed over. */
	#contents = 0;
	/** How many of the first bytes of a frame came with earlier chunks, and wait until they tell whether it is to be passed over. */
	#held = 0;

	/**
	Cuts the next bytes of a file where frames end. What is to be passed over is left out.

	@throws {DamagedError} If it is no zstd.
	*/
	* cut(chunk: Buffer): Generator<Buffer> {
		let start = 0;
		let position = 0;

		while (position < chunk.length) {
			if (this.#skip === 0) {
				position += this.#fill(chunk.subarray(position));
				yield * this.#release();
			} else {
				const passed = Math.min(this.#skip, chunk.length - position);
				this.#skip -= passed;
				position += passed;
			}

			if (!(this.#isLast && this.#skip === 0)) {
				continue;
			}

			const piece = chunk.subarray(start, position);
			const isContent = !this.#isSkippable;
			this.#begin();
			start = position;

			if (isContent) {
				yield piece;
			}
		}

		if (this.#field === 'magic') {
			this.#held = this.#length;
		} else if (start < chunk.length && !this.#isSkippable) {
			yield chunk.subarray(start);
		}
	}

	/**
	There is no more of it.

	@throws {DamagedError} If it ends in the middle of a frame, or there is no content.
	*/
	end(): void {
		if (this.#isBegun) {
			throw new DamagedError('damaged zstd file', {isCutShort: true});
		}

		if (this.#contents === 0) {
			throw new DamagedError('empty file');
		}
	}

	/** Gives what was held back, once it is told what it begins. */
	* #release(): Generator<Buffer> {
		if (this.#held === 0 || this.#field === 'magic') {
			return;
		}

		const held = Buffer.from(this.#bytes.subarray(0, this.#held));
		this.#held = 0;

		if (!this.#isSkippable) {
			yield held;
		}
	}

	/** The next frame. */
	#begin(): void {
		this.#frames++;
		this.#contents += this.#isSkippable ? 0 : 1;
		this.#expect('magic', 0);
		this.#isSkippable = false;
		this.#isLast = false;
		this.#isBegun = false;
	}

	/** @param skip How many bytes come before it. */
	#expect(field: Field, skip: number): void {
		this.#field = field;
		this.#length = 0;
		this.#skip = skip;
	}

	/** @returns How many bytes were taken. */
	#fill(bytes: Buffer): number {
		const wanted = fieldLengths[this.#field];
		const taken = bytes.copy(this.#bytes, this.#length, 0, Math.min(bytes.length, wanted - this.#length));
		this.#length += taken;
		this.#isBegun = true;

		if (this.#length === wanted) {
			this.#read();
		}

		return taken;
	}

	/** A field is whole. */
	#read(): void {
		switch (this.#field) {
			case 'magic': {
				this.#readMagic(this.#bytes.readUInt32LE());
				break;
			}

			case 'skippable size': {
				this.#finish(this.#bytes.readUInt32LE());
				break;
			}

			case 'descriptor': {
				this.#readDescriptor(this.#bytes.readUInt8());
				break;
			}

			case 'block': {
				this.#readBlock(this.#bytes.readUIntLE(0, blockHeaderLength));
				break;
			}
		}
	}

	#readMagic(magic: number): void {
		this.#isSkippable = (magic & ~0xF) >>> 0 === skippableMagic;

		if (!this.#isSkippable && magic !== frameMagic) {
			throw new DamagedError(this.#frames === 0 ? 'damaged zstd file' : 'something else follows the zstd data');
		}

		this.#expect(this.#isSkippable ? 'skippable size' : 'descriptor', 0);
	}

	#readDescriptor(descriptor: number): void {
		const isSingleSegment = (descriptor & 0x20) !== 0;
		const sizeLength = sizeLengths[(descriptor >>> 6) as 0 | 1 | 2 | 3];
		this.#hasChecksum = (descriptor & 0x04) !== 0;
		this.#expect('block', (isSingleSegment ? Math.max(1, sizeLength) : 1 + sizeLength) + dictionaryLengths[(descriptor & 0x03) as 0 | 1 | 2 | 3]);
	}

	#readBlock(header: number): void {
		const kind = (header >>> 1) & 0x03;

		if (kind === reserved) {
			throw new DamagedError('damaged zstd file');
		}

		const isLast = (header & 1) === 1;
		const size = kind === runLength ? 1 : header >>> 3;

		if (isLast) {
			this.#finish(size + (this.#hasChecksum ? checksumLength : 0));
		} else {
			this.#expect('block', size);
		}
	}

	/** So many bytes more, and the frame ends. */
	#finish(skip: number): void {
		this.#skip = skip;
		this.#isLast = true;
	}
}

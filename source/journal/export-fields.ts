/*
The journal export format, as https://systemd.io/JOURNAL_EXPORT_FORMATS/ has it: entries of fields, each `NAME=value` and a newline, or `NAME`, a newline, the length
of the value in 8 bytes, the value and a newline; an empty line ends an entry. It is read in pieces, as it comes, and nothing but a few values of it is kept, however
long a field is. There are millions of fields: what is done for each is done on bytes, without making texts of them.
*/
import {ForeseenError} from '../files/errors.ts';
import {KeptBytes} from './kept-bytes.ts';

/** Bytes were read that are not in the export format. */
export class ExportFormatError extends ForeseenError {
	constructor(message: string) {
		super(`not in the export format: ${message}`);
		this.name = 'ExportFormatError';
	}
}

/** The fields that begin every entry, in this order. */
export const cursorField = '__CURSOR';
export const timeField = '__REALTIME_TIMESTAMP';

/** How a field is looked at whose value is kept. */
export type Watch = {
	/** Most bytes that are kept. */
	readonly limit: number;
	/** A value that is longer, or not written as a line, is refused; else it is cut. */
	readonly isStrict: boolean;
};

const newline = 0x0A;
const equals = 0x3D;

/** Longest name of a field that journald takes, in bytes. */
const longestName = 64;

/** By byte: whether names consist of it. */
const isNameByte = Uint8Array.from({length: 256}, (_, byte) => /^[0-9A-Z_]$/v.test(String.fromCodePoint(byte)) ? 1 : 0);

/** To look for the end of a short value takes less than to have it looked for. */
const shortValue = 32;

function findNewline(chunk: Buffer, from: number): number {
	const near = Math.min(from + shortValue, chunk.length);

	for (let index = from; index < near; index++) {
		if (chunk[index] === newline) {
			return index;
		}
	}

	const found = near === chunk.length ? -1 : chunk.indexOf(newline, near);
	return found === -1 ? chunk.length : found;
}

export type FieldHandlers<Name extends string> = {
	/** A field that is looked at has been read; the value is kept until it returns. */
	readonly onField: (field: Name, value: KeptBytes) => void;
	/** An entry has ended before that place in the piece. */
	readonly onEnd: (place: number) => void;
};

const glance = (length: number, firstByte: number) => (256 * length) + firstByte;

/** Parts of a field: its name; its value up to the end of the line; or the length of its value, so many bytes, and the end of the line. */
type Part = 'name' | 'line' | 'length' | 'bytes' | 'end';

/** Reads fields in pieces of any length. */
export class FieldReader<Name extends string> {
	readonly #watches: ReadonlyMap<string, Watch & {readonly name: Name}>;
	/** Their lengths and first bytes: what most of the other fields have not in common with them. */
	readonly #glances: ReadonlySet<number>;
	readonly #handlers: FieldHandlers<Name>;
	#part: Part = 'name';
	/** The beginning of a name that a piece has ended in. */
	readonly #name = Buffer.alloc(longestName);
	#nameLength = 0;
	/** The field whose value is kept, and what there is of that. */
	#watched: (Watch & {readonly name: Name}) | undefined;
	readonly #value = new KeptBytes();
	/** The length of a value; and bytes to come of it, or of the value. */
	readonly #size = Buffer.alloc(8);
	#rest = 0;
	/** Of the entry that is read. */
	#fields = 0;

	/** @param watches By name. */
	constructor(watches: Readonly<Record<Name, Watch>>, handlers: FieldHandlers<Name>) {
		const names = Object.keys(watches) as Name[];
		this.#watches = new Map(names.map(name => [name, {...watches[name], name}]));
		this.#glances = new Set(names.map(name => glance(name.length, name.codePointAt(0)!)));
		this.#handlers = handlers;
	}

	/** Whether nothing was read but whole entries. */
	get isBetweenEntries(): boolean {
		return this.#part === 'name' && this.#nameLength === 0 && this.#fields === 0;
	}

	/**
	Reads on.

	@throws {ExportFormatError} If it is anything else.
	*/
	take(chunk: Buffer): void {
		for (let place = 0; place < chunk.length;) {
			place = this.#read(chunk, place);
		}
	}

	/** Reads a part of a field, or what of it is in the piece, and tells where the next begins. */
	#read(chunk: Buffer, start: number): number {
		switch (this.#part) {
			case 'name': {
				return this.#readName(chunk, start);
			}

			case 'line': {
				return this.#readLine(chunk, start);
			}

			case 'length': {
				return this.#readLength(chunk, start);
			}

			case 'bytes': {
				const end = Math.min(start + this.#rest, chunk.length);
				this.#keep(chunk, start, end);
				this.#rest -= end - start;
				this.#part = this.#rest === 0 ? 'end' : 'bytes';
				return end;
			}

			case 'end': {
				if (chunk[start] !== newline) {
					throw new ExportFormatError('a value is not as long as it says');
				}

				this.#endField();
				return start + 1;
			}
		}
	}

	#readName(chunk: Buffer, start: number): number {
		let end = start;

		while (end < chunk.length && isNameByte[chunk[end]!] === 1) {
			end++;
		}

		const length = this.#nameLength + end - start;
		const last = chunk[end];

		if (length > longestName || (end < chunk.length && last !== equals && last !== newline)) {
			throw new ExportFormatError('what should be the name of a field is none');
		}

		if (end === chunk.length) {
			this.#nameLength += chunk.copy(this.#name, this.#nameLength, start, end);
			return end;
		}

		if (length === 0) {
			this.#endEntry(last === newline, end + 1);
			return end + 1;
		}

		if (this.#nameLength > 0) {
			chunk.copy(this.#name, this.#nameLength, start, end);
			this.#beginValue(this.#name, 0, length);
		} else {
			this.#beginValue(chunk, start, length);
		}

		this.#part = last === equals ? 'line' : 'length';
		this.#rest = this.#size.length;
		return end + 1;
	}

	#beginValue(bytes: Buffer, start: number, length: number): void {
		const isFirst = this.#fields < 2;
		const name = isFirst || this.#glances.has(glance(length, bytes[start]!)) ? bytes.toString('latin1', start, start + length) : '';
		this.#watched = this.#watches.get(name);

		if (isFirst && name !== (this.#fields === 0 ? cursorField : timeField)) {
			throw new ExportFormatError(`an entry does not begin with ${cursorField} and ${timeField}`);
		}
	}

	#readLine(chunk: Buffer, start: number): number {
		const end = findNewline(chunk, start);

		this.#keep(chunk, start, end);

		if (end === chunk.length) {
			return end;
		}

		this.#endField();
		return end + 1;
	}

	#readLength(chunk: Buffer, start: number): number {
		const end = Math.min(start + this.#rest, chunk.length);
		chunk.copy(this.#size, this.#size.length - this.#rest, start, end);
		this.#rest -= end - start;

		if (this.#rest > 0) {
			return end;
		}

		const length = this.#size.readBigUInt64LE();

		if (this.#watched?.isStrict === true || length > Number.MAX_SAFE_INTEGER) {
			throw new ExportFormatError('a value has a length that it cannot have');
		}

		this.#rest = Number(length);
		this.#part = length === 0n ? 'end' : 'bytes';
		return end;
	}

	#keep(chunk: Buffer, start: number, end: number): void {
		if (this.#watched && !this.#value.add(chunk, start, end, this.#watched.limit) && this.#watched.isStrict) {
			throw new ExportFormatError(`${this.#watched.name} is too long`);
		}
	}

	#endField(): void {
		this.#fields++;
		this.#part = 'name';
		this.#nameLength = 0;

		if (this.#watched) {
			this.#handlers.onField(this.#watched.name, this.#value);
			this.#value.clear();
			this.#watched = undefined;
		}
	}

	#endEntry(isEmptyLine: boolean, place: number): void {
		if (this.#fields < 2 || !isEmptyLine) {
			throw new ExportFormatError('an entry is empty, or a field has no name');
		}

		this.#fields = 0;
		this.#handlers.onEnd(place);
	}
}

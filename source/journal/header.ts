/*
The header of a journal file, as https://systemd.io/JOURNAL_FILE_FORMAT/ has it. Numbers are little-endian.
*/

/** Bytes that are read of it: all up to the times of the first and the last entry, which any version writes. */
export const headerLength = 208;

const signature = 'LPKSHHRH';

/** Flags of compression, hashes and short offsets. A file with others may be laid out in another way. */
const knownFlags = 0b1_1111;
const compactFlag = 0b1_0000;

const onlineState = 1;

/** Facts about a journal file from its header. */
export type JournalHeader = {
	/** The machine that wrote it, 32 hexadecimal digits. */
	readonly machine: string;
	/** It is being written to, or was not closed after that. */
	readonly isOnline: boolean;
	/** Where its entries are is told in a way that this program knows. */
	readonly isKnown: boolean;
	/** Offsets of entries have 4 bytes in place of 8. */
	readonly isCompact: boolean;
	/** Bytes of it that hold entries: files are made larger in steps of 8 MiB, and begin with tables of a fixed size. */
	readonly used: number;
	readonly entries: number;
	/** Offset of the first list of entries. */
	readonly list: number;
	/** Times of the first and the last entry, in microseconds since the epoch. */
	readonly first: number;
	readonly last: number;
};

/** A whole number of 64 bits. One that is too large to be exact makes no sense in a journal. */
export const numberAt = (bytes: Buffer, offset: number): number => Number(bytes.readBigUInt64LE(offset));

/** Whether a file that begins so is a journal file. */
export const isJournal = (beginning: Buffer): boolean => beginning.length > signature.length && beginning.toString('latin1', 0, signature.length) === signature;

/** Whether a journal file that begins so is being written to, or was not closed. */
export const isOnlineJournal = (beginning: Buffer): boolean => isJournal(beginning) && beginning[16] === onlineState;

/** @returns `undefined` if it is none, or cut short. */
export function parseHeader(bytes: Buffer): JournalHeader | undefined {
	if (bytes.length < headerLength || !isJournal(bytes)) {
		return undefined;
	}

	const flags = bytes.readUInt32LE(12);
	return {
		machine: bytes.toString('hex', 40, 56),
		isOnline: isOnlineJournal(bytes),
		isKnown: (flags & ~knownFlags) === 0,
		isCompact: (flags & compactFlag) !== 0,
		used: Math.max(0, numberAt(bytes, 136) - numberAt(bytes, 112) - numberAt(bytes, 128)),
		entries: numberAt(bytes, 152),
		list: numberAt(bytes, 176),
		first: numberAt(bytes, 184),
		last: numberAt(bytes, 192),
	};
}

import {signatureLength} from '../compression/compression-format.ts';
import {type FormatName, formatNames} from '../compression/format-names.ts';
import {formatOfBytes} from './formats.ts';

/** Formats that are known by their first bytes. */
export type Compressed = FormatName | 'xz' | 'bzip2';

/** Whether copies are made in it. */
export const isFormatName = (name: Compressed): name is FormatName => (formatNames as readonly string[]).includes(name);

/**
First bytes of the formats that log rotation uses and no copy is made in. xz: "The .xz File Format" §2.1.1.1; bzip2: "BZh",
a block size of 1–9, and the block (or end) magic's first byte.
*/
const signatures: Readonly<Record<Exclude<Compressed, FormatName>, RegExp>> = {
	xz: /^\u{FD}7zXZ\0/v,
	bzip2: /^BZh[1-9][\u{17}1]/v,
};

/** The compression format that a file with these first bytes is in, if any: whether copies can be made in it or not. */
export function compressedFormat(firstBytes: Buffer): Compressed | undefined {
	const text = firstBytes.toString('latin1', 0, signatureLength);
	const foreign = Object.entries(signatures) as ReadonlyArray<readonly [Exclude<Compressed, FormatName>, RegExp]>;
	return formatOfBytes(firstBytes)?.name ?? foreign.find(([, signature]) => signature.test(text))?.[0];
}

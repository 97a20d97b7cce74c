/*
First bytes of the formats log rotation uses. gzip: RFC 1952 §2.3.1 (with the only method there is); xz: "The .xz File Format" §2.1.1.1;
zstd: RFC 8878 §3.1.1; bzip2: "BZh", a block size of 1–9, and the block (or end) magic's first byte.
*/
const signatures: ReadonlyArray<{readonly format: string; readonly pattern: RegExp}> = [
	{format: 'gzip', pattern: /^\u{1F}\u{8B}\u{8}/v},
	{format: 'xz', pattern: /^\u{FD}7zXZ\0/v},
	{format: 'zstd', pattern: /^\u{28}\u{B5}\u{2F}\u{FD}/v},
	{format: 'bzip2', pattern: /^BZh[1-9][\u{17}1]/v},
];

/** How many first bytes of a file `compressedFormat` needs. */
export const signatureLength = 6;

/** The compression format that a file with these first bytes is in, if any. */
export function compressedFormat(firstBytes: Buffer): string | undefined {
	const text = firstBytes.toString('latin1', 0, signatureLength);
	return signatures.find(({pattern}) => pattern.test(text))?.format;
}

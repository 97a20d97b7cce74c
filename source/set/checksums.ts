export type Checksum = {
	/** SHA-256 in lower-case hexadecimal. */
	readonly sha256: string;
	/** Bytes of the path relative to the set. */
	readonly file: Buffer;
};

const newline = 0x0A;
const carriageReturn = 0x0D;
const backslash = 0x5C;

/*
As GNU coreutils writes and reads it (manual, "md5sum invocation"): a line whose name had a backslash, newline or carriage return
escaped begins with a backslash.
*/
const escapes: ReadonlyMap<number, string> = new Map([
	[backslash, String.raw`\\`],
	[newline, String.raw`\n`],
	[carriageReturn, String.raw`\r`],
]);

function formatLine({sha256, file}: Checksum): Buffer {
	if (!file.some(byte => escapes.has(byte))) {
		return Buffer.concat([Buffer.from(`${sha256}  `), file, Buffer.of(newline)]);
	}

	const escaped = [...file].map(byte => {
		const escape = escapes.get(byte);
		return escape === undefined ? Buffer.of(byte) : Buffer.from(escape);
	});
	return Buffer.concat([Buffer.from(`\\${sha256}  `), ...escaped, Buffer.of(newline)]);
}

/** The content of a `SHA256SUMS` that `sha256sum -c` reads, whatever bytes the names are made of; in pieces. */
export function * formatChecksums(checksums: Iterable<Checksum>): Generator<Buffer> {
	for (const checksum of checksums) {
		yield formatLine(checksum);
	}
}

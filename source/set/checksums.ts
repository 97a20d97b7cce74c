import {createHash} from 'node:crypto';

export type Checksum = {
	/** SHA-256 in lower-case hexadecimal. */
	readonly sha256: string;
	/** Bytes of the path relative to the set. */
	readonly file: Buffer;
};

/** The SHA-256 of what is whole in memory. */
export const checksumOf = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** Of a line but its path, in bytes. */
export const checksumLength = 67;

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

/** Content of a `SHA256SUMS`: sums by file (one character a byte), and the number of invalid lines. */
export type ParsedChecksums = {
	readonly sums: ReadonlyMap<string, string>;
	readonly badLines: number;
};

const unescapes: Readonly<Record<string, string>> = {'\\\\': '\\', '\\n': '\n', '\\r': '\r'};

/** Reads what `formatChecksums` or `sha256sum` wrote. */
export function parseChecksums(content: Buffer): ParsedChecksums {
	const sums = new Map<string, string>();
	let badLines = 0;

	for (const line of content.toString('latin1').split('\n')) {
		const {escape, sha256, name} = /^(?<escape>\\?)(?<sha256>[\da-f]{64}) [ *](?<name>.+)$/sv.exec(line)?.groups ?? {};

		if (sha256 !== undefined && name !== undefined) {
			sums.set(escape ? name.replaceAll(/\\[\\nr]/gv, text => unescapes[text]!) : name, sha256);
		} else if (line !== '') {
			badLines++;
		}
	}

	return {sums, badLines};
}

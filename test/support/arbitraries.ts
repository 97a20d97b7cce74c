import fc from 'fast-check';

const slash = 0x2F;

/** Bytes that can stand in a file name, the awkward ones more often. */
const nameByte = fc.oneof(
	{weight: 3, arbitrary: fc.constantFrom(...Buffer.from('\n\r\\\t "\'-*?a.~').values())},
	{weight: 1, arbitrary: fc.integer({min: 1, max: 255}).filter(byte => byte !== slash)},
);

/** Any name that a file can have. */
export const fileName: fc.Arbitrary<Buffer> = fc.oneof(
	fc.array(nameByte, {minLength: 1, maxLength: 20}),
	fc.array(nameByte, {minLength: 250, maxLength: 255}),
).map(bytes => Buffer.from(bytes)).filter(name => !['.', '..'].includes(name.toString('latin1')));

/** Names of few kinds, so that they meet often. */
const similarName = fc.oneof(
	fc.constantFrom('a', 'a.gz', 'a.gz.gz', 'b', 'SHA256SUMS', 'SHA256SUMS.gz', 'manifest.json', '.logbackup', '.logbackup.gz', 'manifest').map(text => Buffer.from(text)),
	// Around the length where `.gz` does not fit any more; in characters of one, two, and three bytes.
	fc.tuple(fc.constantFrom('x', 'é', '日'), fc.integer({min: 250, max: 255})).map(([character, length]) => Buffer.from(character.repeat(255)).subarray(0, length)),
	fileName,
);

const key = (path: Buffer) => path.toString('latin1');

/** Paths of files that can stand in one tree together: none is the directory of another. */
export const treePaths: fc.Arbitrary<readonly Buffer[]> = fc.array(fc.array(similarName, {minLength: 1, maxLength: 3}), {maxLength: 30}).map(lists => {
	const files = new Map<string, Buffer>();
	const directories = new Set<string>();

	for (const parts of lists) {
		const paths = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1).flatMap((part, at) => at === 0 ? [part] : [Buffer.of(slash), part])));
		const file = paths.pop()!;

		if (paths.some(path => files.has(key(path))) || directories.has(key(file))) {
			continue;
		}

		files.set(key(file), file);

		for (const path of paths) {
			directories.add(key(path));
		}
	}

	return [...files.values()];
});

import {createHash} from 'node:crypto';
import {
	chmod,
	chown,
	mkdir,
	utimes,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {gzipSync} from 'node:zlib';

const blockSize = 256 * 1024;

/** Text that shrinks like a log, but not to nothing: always the same for the same arguments. */
export function logText(length: number, seed: string): Buffer {
	const lines: string[] = [];
	let total = 0;

	for (let index = 0; total < length; index++) {
		const line = `Jan  2 03:04:${String(index % 60).padStart(2, '0')} host ${seed}[${index}]: ${createHash('sha256').update(`${seed}${index}`).digest('hex')}\n`;
		lines.push(line);
		total += line.length;
	}

	return Buffer.from(lines.join('')).subarray(0, length);
}

/** The kinds of files that matter to how a copy is made, each once. Bytes of a name, one character a byte. */
const files: ReadonlyArray<{readonly name: string; readonly content: Buffer; readonly mode: number; readonly owner: number}> = [
	{
		name: 'empty', content: Buffer.alloc(0), mode: 0o644, owner: 0,
	},
	{
		name: 'tiny.log', content: Buffer.from('one line\n'), mode: 0o640, owner: 0,
	},
	{
		name: 'block', content: logText(blockSize, 'block'), mode: 0o600, owner: 1,
	},
	{
		name: 'blocks.log', content: logText((3 * blockSize) + 5, 'blocks'), mode: 0o644, owner: 0,
	},
	{
		name: 'old.log.1.gz', content: gzipSync(logText(5000, 'old')), mode: 0o640, owner: 0,
	},
	{
		name: 'clash', content: Buffer.from('its copy is clash.gz\n'), mode: 0o644, owner: 0,
	},
	{
		name: 'clash.gz', content: gzipSync('compressed already\n'), mode: 0o644, owner: 0,
	},
	{
		name: 'odd \n\u{1B}[31m"\\\u{FF}', content: Buffer.from('odd\n'), mode: 0o604, owner: 0,
	},
];

/** Of `--files-from`: in directories of their own. */
const nestedFiles = ['nested/deep/inner.log', 'nested/other.log'];

/** Of `--files-from`: so many that small files are copied in threads of their own. */
export const manyNames: readonly string[] = Array.from({length: 70}, (_, index) => `many/${String(index).padStart(2, '0')}.log`);

/** One is compressed already, one is empty, and one is too large for those threads. */
const manyContents: ReadonlyMap<string, Buffer> = new Map([
	['many/40.log', gzipSync(logText(5000, 'rotated'))],
	['many/41.log', Buffer.alloc(0)],
	['many/42.log', logText(100_000, 'large')],
]);

/** What happens to one of many in a restoration, or when a set is removed, happens to all: where only a sample is tried, these stand for them. */
export const fewOfMany: readonly string[] = manyNames.filter(name => name === 'many/00.log' || manyContents.has(name));

export const topLevelNames: readonly string[] = files.map(({name}) => name);
export const listedNames: readonly string[] = ['tiny.log', ...nestedFiles];

/** Of those, what a set lacks that is to be completed. */
export const lackedNames: readonly string[] = ['tiny.log', 'nested/deep/inner.log'];

/** What a format other than gzip must take, too: nothing, a block, and what is compressed already. */
export const zstdNames: readonly string[] = ['empty', 'blocks.log', 'old.log.1.gz'];

/** Makes a source with files directly in it (`topLevelNames`), and in directories (`listedNames`, and `many`). */
export async function makeSource(root: string, many: readonly string[] = manyNames): Promise<void> {
	await mkdir(path.join(root, 'nested/deep'), {recursive: true});
	await mkdir(path.join(root, 'many'));

	for (const {name, content, mode, owner} of [...files, ...nestedFiles.map(nested => ({
		name: nested, content: logText(3000, nested), mode: 0o640, owner: 0,
	})), ...many.map(name => ({
		name, content: manyContents.get(name) ?? logText(500, name), mode: 0o640, owner: 0,
	}))]) {
		const location = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
		await writeFile(location, content);
		await chown(location, owner, owner);
		await chmod(location, mode);
		await utimes(location, 1_700_000_000.25, 1_700_000_000.123456);
	}
}

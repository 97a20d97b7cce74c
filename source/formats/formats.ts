import {type Format, signatureLength} from '../compression/compression-format.ts';
import {type FormatName, formatNames, type Stored} from '../compression/format-names.ts';
import {gzip} from '../gzip/gzip-format.ts';
import {largestOf} from '../text/lists.ts';
import {zstd} from '../zstd/zstd-format.ts';

/** All formats that copies can be made in. */
const formats = {gzip, zstd} as const satisfies Readonly<Record<FormatName, Format>>;

export type EngineName = (typeof formats)[FormatName]['engines'][number];

/** Format of copies, unless another is chosen. */
export const defaultFormat: FormatName = 'gzip';

/** The format of what is stored so; `undefined` for what is copied as it is. */
export function formatOf(stored: FormatName): Format;
export function formatOf(stored: Stored): Format | undefined;
export function formatOf(stored: Stored): Format | undefined {
	return stored === 'as-is' ? undefined : formats[stored];
}

const all: readonly Format[] = formatNames.map(name => formats[name]);

/** Values of `--engine`. */
export const engineNames: readonly EngineName[] = formatNames.flatMap(name => formats[name].engines);

/** Values of `--level`: those that any format has. */
export const leastLevel: number = -largestOf(all.map(({levels}) => -levels.minimum));
export const mostLevel: number = largestOf(all.map(({levels}) => levels.maximum));

/** What each format has to be told of it, for a person: `gzip 6, zstd 3`. */
export const eachFormat = (tell: (format: Format) => string | number): string => all.map(one => `${one.name} ${tell(one)}`).join(', ');

/** The suffixes of all formats. */
export const suffixes: readonly string[] = all.map(({suffix}) => suffix);

/** The format that a copy of this name is in, if no manifest tells: judged by its suffix. */
export const formatOfName = (file: Buffer): Format | undefined => all.find(({suffix}) => file.subarray(-suffix.length).equals(Buffer.from(suffix)));

/** The format that a file with these first bytes is in, if it is one that copies are made in. */
export function formatOfBytes(firstBytes: Buffer): Format | undefined {
	const text = firstBytes.toString('latin1', 0, signatureLength);
	return all.find(({signature}) => signature.test(text));
}

/*
Globs for paths below a directory. What they cost is bounded by the length of the path times that of the glob, so that no name, whoever made it up,
holds anything up.
*/
import {isUtf8} from 'node:buffer';
import {matchStars, matchTokens, type Token} from '../text/wildcards.ts';
import {largestOf} from '../text/lists.ts';
import {expandBraces, parseSegment, splitSegments} from './glob-syntax.ts';

/** Whether a path, or a directory it is in, is meant. `isDirectory`: that the path itself is one. */
export type Matcher = (path: Buffer, isDirectory?: boolean) => boolean;

/** Any number of names. */
const globstar = '**';

/** A path component. */
type Segment = readonly Token[] | typeof globstar;

const anyName: Segment = ['*'];

type Alternative = {
	readonly segments: readonly Segment[];
	/** It ended in a slash, or in `/**`. */
	readonly isDirectoryOnly: boolean;
};

/** The text that a segment without anything special stands for. */
function literalOf(segment: string): string | undefined {
	const tokens = parseSegment(segment);
	const [first] = tokens;
	return tokens.length === 1 && typeof first === 'object' && 'text' in first ? first.text : undefined;
}

/** The names of an absolute path without those of the source, where it leads below that. */
function stripRoot(names: readonly string[], roots: readonly string[]): readonly string[] {
	const lengths = roots.map(root => root.split('/').filter(part => part !== ''))
		.filter(parts => parts.length <= names.length && parts.every((part, index) => names[index] === part || literalOf(names[index]!) === part))
		.map(parts => parts.length);
	return names.slice(largestOf(lengths, 0));
}

function parseAlternative(glob: string, roots: readonly string[]): Alternative {
	const parts = splitSegments(glob);
	const names = parts.filter(part => part !== '' && part !== '.');
	const isAbsolute = parts.length > 1 && parts[0] === '';
	const hasSlash = parts.length > 1 && ['', '.'].includes(parts.at(-1)!) && names.length > 0;
	const isAnchored = parts.length > (hasSlash ? 2 : 1);
	const segments = (isAbsolute ? stripRoot(names, roots) : names).map((name): Segment => name === globstar ? globstar : parseSegment(name));
	const last = segments.findLastIndex(segment => segment !== globstar);
	// A directory stands for its whole content: `a/**` is the same as `a/`.
	const kept = last === -1 ? segments.slice(0, 1) : segments.slice(0, last + 1);
	const isDirectoryOnly = hasSlash || (last !== -1 && kept.length < segments.length);
	// Without an anchor it may stand anywhere; and of directories alone, `**` does not mean the source itself.
	const start: readonly Segment[] = isAnchored ? [] : [globstar];
	const end: readonly Segment[] = isDirectoryOnly && last === -1 ? [anyName] : [];
	return {segments: [...start, ...kept, ...end], isDirectoryOnly};
}

function matchSegments(segments: readonly Segment[], names: readonly string[]): boolean {
	return matchStars({length: segments.length, isStar: index => segments[index] === globstar}, names.length, (index, position) =>
		position < names.length && matchTokens(segments[index] as readonly Token[], names[position]!) ? position + 1 : -1);
}

function compileText(glob: string, roots: readonly string[]): (names: readonly string[], isDirectory: boolean) => boolean {
	// A match includes all that is below it; after the slash of a directory comes something, unless the path is the directory itself.
	const alternatives = expandBraces(glob).filter(alternative => alternative !== '').map(alternative => {
		const {segments, isDirectoryOnly} = parseAlternative(alternative, roots);
		const forDirectory: readonly Segment[] = [...segments, globstar];
		const forOthers: readonly Segment[] = isDirectoryOnly ? [...segments, anyName, globstar] : forDirectory;
		return {forDirectory, forOthers};
	});
	return (names, isDirectory) => alternatives.some(({forDirectory, forOthers}) => matchSegments(isDirectory ? forDirectory : forOthers, names));
}

const asBytes = (text: string | Buffer) => Buffer.from(text as string).toString('latin1');

/**
Compiles a glob, to be held against paths relative to the source. One with a slash is for the whole path, `/` at its beginning or not; one without is for
the name of an entry, or of any directory it is in. With a slash at its end it means directories only. One that begins with the path of the source means what is there.

Names are bytes. Where a path is valid UTF-8 a glob is matched by characters, as the operator sees them; where it isn't, byte by byte
(Latin-1 maps each byte to one character), so that `*` and the readable parts of such a name still match.

@param glob In bytes if it may be invalid UTF-8.
@param roots Absolute paths of the source.
@throws {RangeError} If it has too many alternatives; the message says so.
*/
export function compileGlob(glob: string | Buffer, roots: readonly string[] = []): Matcher {
	const matchesText = compileText(glob.toString(), roots);
	const matchesBytes = compileText(asBytes(glob), roots.map(root => asBytes(root)));
	return (path, isDirectory = false) => isUtf8(path)
		? matchesText(path.toString('utf8').split('/'), isDirectory)
		: matchesBytes(path.toString('latin1').split('/'), isDirectory);
}

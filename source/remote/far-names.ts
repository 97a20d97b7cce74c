import {createHash} from 'node:crypto';
import {pathKey} from '../files/path-key.ts';
import {workName} from '../set/names/names.ts';

/** Where copies are at the remote whose names need not survive there. */
const oddDirectory = `${workName}/names`;

/** Characters that every remote keeps as they are, and that rclone never takes for something else. */
const plain = /^[\w !#$%\(\)+,\-.;=@\[\]^\{\}~]+$/v;

/** Longest part of a path, in bytes: some remotes encrypt names, which makes them longer. */
const longestPart = 140;

const isPlain = (part: string) => plain.test(part) && part.length <= longestPart && !/^ |[ .]$/v.test(part);

/**
Names that the copies of a set have at a remote: their own, wherever every remote keeps it; else one made of its SHA-256. (Rclone takes no bytes that are not UTF-8, has substitutes for
characters that a remote refuses, and remotes may not tell cases apart.)

@param files Paths relative to the set.
@returns By path (one character a byte).
*/
export function farNames(files: readonly Buffer[]): ReadonlyMap<string, string> {
	const taken = new Set<string>();
	return new Map(files.map(file => pathKey(file)).toSorted().map(key => {
		const folded = key.toLowerCase();
		const isOwn = key.split('/').every(part => isPlain(part)) && !taken.has(folded);
		taken.add(folded);
		return [key, isOwn ? key : `${oddDirectory}/${createHash('sha256').update(key, 'latin1').digest('hex').slice(0, 32)}`];
	}));
}

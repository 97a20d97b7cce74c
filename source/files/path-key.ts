/** A path as a key of maps and sets, and as a text that a regular expression can look at: one character for each byte, so that no two paths have the same. */
export const pathKey = (path: Buffer): string => path.toString('latin1');

/** The path that has a key. */
export const pathOfKey = (key: string): Buffer => Buffer.from(key, 'latin1');

import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';

/** The files that a file imports, and those that these import in turn; itself included. All relative to the working directory. */
export function reachedFrom(file: string): ReadonlySet<string> {
	const reached = new Set<string>();
	const open = [file];

	for (let current = open.pop(); current !== undefined; current = open.pop()) {
		if (reached.has(current) || !existsSync(current)) {
			continue;
		}

		reached.add(current);
		const directory = path.dirname(current);
		open.push(...[...readFileSync(current, 'utf8').matchAll(/\b(?:from |import |import\()'(\.[^']+)'/gv)].map(([, name]) => path.join(directory, name!)));
	}

	return reached;
}

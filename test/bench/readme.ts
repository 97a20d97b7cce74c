import {readFileSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import path from 'node:path';

/** What was measured on. */
export const machine = `${cpus().length} cores (${cpus()[0]!.model.trim()}), Node.js ${process.version}`;

/**
Replaces what README has between the comments `<!-- NAME -->` and `<!-- /NAME -->`.

@throws {Error} If it has no such place.
*/
export function writeIntoReadme(name: string, text: string): void {
	const readme = path.join(import.meta.dirname, '../../README.md');
	const [opening, closing] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`];
	const [before, rest] = readFileSync(readme, 'utf8').split(opening, 2);
	const [, after] = rest?.split(closing, 2) ?? [];

	if (before === undefined || after === undefined) {
		throw new Error(`README.md has no ${opening.trim()} with its end`);
	}

	writeFileSync(readme, `${before}${opening}${text}\n${closing}${after}`);
}

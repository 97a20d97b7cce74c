import {readFileSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import path from 'node:path';

/** What was measured on. */
export const machine = `${cpus().length} cores (${cpus()[0]!.model.trim()}), Node.js ${process.version}`;

/**
Replaces what docs/benchmarks.md has between the comments `<!-- NAME -->` and `<!-- /NAME -->`.

@throws {Error} If it has no such place.
*/
export function writeIntoDocument(name: string, text: string): void {
	const file = path.join(import.meta.dirname, '../../docs/benchmarks.md');
	const [opening, closing] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`];
	const [before, rest] = readFileSync(file, 'utf8').split(opening, 2);
	const [, after] = rest?.split(closing, 2) ?? [];

	if (before === undefined || after === undefined) {
		throw new Error(`docs/benchmarks.md has no ${opening.trim()} with its end`);
	}

	writeFileSync(file, `${before}${opening}${text}\n${closing}${after}`);
}

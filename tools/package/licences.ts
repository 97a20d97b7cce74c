import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

type Manifest = {readonly name: string; readonly version: string; readonly license?: string};

/** The licence of a package, whole; what its manifest says of it, where it brings none along. */
function licenceOf(directory: string): string {
	const {name, version, license = 'unknown'} = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as Manifest;
	const [file] = globSync('{LICENSE,LICENCE,license,licence}{,.md,.txt,-MIT}', {cwd: directory}).toSorted();
	return `${name} ${version}\n\n${file === undefined ? `Its licence: ${license}` : readFileSync(path.join(directory, file), 'utf8').trim()}\n`;
}

/**
The licences of the program and of all that is in a package with it.

@param packages Directories of packages that are brought along as they are.
*/
export function allLicences(packages: readonly string[]): string {
	const bundled = readFileSync(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
	const rule = `\n${'-'.repeat(80)}\n\n`;
	return [`logbackup-tui\n\n${readFileSync(path.join(root, 'LICENSE'), 'utf8')}`, ...packages.map(directory => licenceOf(directory)), bundled].join(rule);
}

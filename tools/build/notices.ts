/*
The licences of what is bundled into the program, which ask to go with every copy of it.
*/
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Metafile} from 'esbuild';

const licenceName = /^(?:copying|licen[cs]e|notice)/iv;

/** Where a package that has others bundled into itself tells of them. */
const bundledName = /^(?:licen[cs]es|third[\-_]?party).*\.(?:md|txt)$/iv;

type Manifest = {
	readonly name: string;
	readonly version: string;
	readonly license?: string;
	readonly author?: string | {readonly name: string};
};

/** The directories of packages of which something is in the output, with the directories of theirs that it comes from. */
function bundledPackages({outputs}: Metafile): ReadonlyMap<string, ReadonlySet<string>> {
	const packages = new Map<string, Set<string>>();

	for (const {inputs} of Object.values(outputs)) {
		for (const [input, {bytesInOutput}] of Object.entries(inputs)) {
			const directory = /^.*node_modules\/(?:@[^\/]+\/)?[^\/]+/v.exec(input)?.[0];

			if (directory !== undefined && bytesInOutput > 0) {
				packages.set(directory, (packages.get(directory) ?? new Set<string>()).add(path.dirname(input)));
			}
		}
	}

	return packages;
}

async function filesNamed(directory: string, pattern: RegExp): Promise<readonly string[]> {
	const entries = await readdir(directory, {withFileTypes: true});
	return entries.filter(entry => entry.isFile() && pattern.test(entry.name)).map(({name}) => path.join(directory, name)).toSorted();
}

async function noticeOf(root: string, directory: string, sources: ReadonlySet<string>): Promise<readonly [title: string, text: string]> {
	const {name, version, license, author} = JSON.parse(await readFile(path.join(root, directory, 'package.json'), 'utf8')) as Manifest;
	const bundled = await Promise.all([...sources].map(async source => filesNamed(path.join(root, source), bundledName)));
	const files = [...await filesNamed(path.join(root, directory), licenceName), ...bundled.flat()];
	const texts = await Promise.all([...new Set(files)].map(async file => readFile(file, 'utf8')));

	if (license === undefined && texts.length === 0) {
		throw new Error(`${directory} says nothing of its licence, and cannot be bundled`);
	}

	const owner = typeof author === 'string' ? author : author?.name;
	const head = [`Licence: ${license ?? 'see below'}`, ...(owner === undefined ? [] : [`Author: ${owner}`])].join('\n');
	return [`${name} ${version}`, [head, ...texts.map(text => text.trim())].join('\n\n')];
}

/**
The licences of all packages that are in what was built, each with its text, by name.

@param metafile What esbuild says of the build.
@param root The directory that its paths are relative to.
@throws {Error} A package says nothing of its licence.
*/
export async function thirdPartyNotices(metafile: Metafile, root: string): Promise<string> {
	const notices = new Map(await Promise.all(Array.from(bundledPackages(metafile), async ([directory, sources]) => noticeOf(root, directory, sources))));
	const parts = [...notices].toSorted(([one], [other]) => one < other ? -1 : 1).map(([title, text]) => `${title}\n${'-'.repeat(title.length)}\n${text}\n`);
	return `logbackup-tui contains the following packages.\n\n${parts.join('\n')}`;
}

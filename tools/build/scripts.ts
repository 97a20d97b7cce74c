import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {Script} from 'node:vm';
import {build, type BuildOptions, type Metafile} from 'esbuild';
import {builtins} from './builtins.ts';

/*
The program as scripts in place of modules, as V8's code cache can be handed over for scripts alone. (Node's own cache of modules has a directory for each user, writes what it does not find
there, and is put elsewhere by an environment variable.) `source/launcher.cjs` runs them.
*/

const common = {
	bundle: true,
	format: 'esm',
	platform: 'node',
	target: 'node22',
	// Without `fetch`, nothing makes Node load its HTTP client. Of React, what is for development would be slower, and leak.
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', fetch: 'undefined'},
	plugins: [builtins],
	// Of Ink, for DEV alone.
	external: ['*/devtools.js'],
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'none',
	logLevel: 'warning',
	metafile: true,
	write: false,
} as const satisfies BuildOptions;

/* What esbuild begins and ends a module with. What is needed by the same entry points is in one of them, so no two import each other. */
const importing = /^import(?:\{(?<names>[^\}]*)\}from)?"(?<from>\.\/[^"]+)";/v;
const exporting = /export\{(?<names>[^\}]*)\};\s*$/v;

/** Pairs in `a as b,c`. */
const pairs = (names: string) => names.split(',').map(name => name.split(' as ') as [string, string?]);

type ProgramScript = {
	readonly name: string;
	/** An expression whose value is a function of `require`, `module`, what `import.meta` was, and what `import()` was for others of them: an asynchronous one, if the module waits for something at its top. */
	readonly text: string;
	/** The names of those that it imports at once. */
	readonly imports: readonly string[];
	readonly isWaiting: boolean;
};

function isScript(text: string): boolean {
	try {
		return new Script(text) instanceof Script;
	} catch {
		return false;
	}
}

function toScript(name: string, code: string): ProgramScript {
	const imports: string[] = [];
	let head = '"use strict";';
	let body = code.replace(/^#!.*\n/v, '');

	for (let match = importing.exec(body); match; match = importing.exec(body)) {
		const {names, from} = match.groups!;
		head += `${names === undefined ? '' : `const{${pairs(names).map(([imported, own = imported]) => `${imported}:${own}`).join(',')}}=`}require("${from!}");`;
		imports.push(path.basename(from!));
		body = body.slice(match[0].length);
	}

	body = body
		.replace(exporting, (_, names: string) => `module.exports={${pairs(names).map(([own, exported = own]) => `${exported}:${own}`).join(',')}};`)
		.replaceAll(/\bimport\((?=".\/)/gv, 'importScript(');
	const asFunction = `function(require,module,importMeta,importScript){${head}${body}}`;
	const isWaiting = !isScript(`(${asFunction})`);
	return {
		name, text: `(${isWaiting ? 'async ' : ''}${asFunction})`, imports, isWaiting,
	};
}

/** @throws {Error} If one waits at its top that others import at once: they would go on without it. */
function refuseWaiting(scripts: readonly ProgramScript[]): void {
	const waiting = scripts.find(({name, isWaiting}) => isWaiting && scripts.some(({imports}) => imports.includes(name)));

	if (waiting) {
		throw new Error(`${waiting.name} waits at its top, and others import it in another way than by import()`);
	}
}

/** What every Node must be able to parse. */
const first = 'cli.js';

/** In bytes. */
const smallSize = 4096;

/** Of these `small.js` has all: an object with each by its name. */
const isSmall = ({name, text}: ProgramScript) => name !== first && text.length <= smallSize;

/**
Writes the scripts of the program into `program/`, and `small-file-worker.mjs`, a module, as it is the entry point of a thread.

@returns What esbuild says of both.
*/
export async function writeScripts(directory: string): Promise<Metafile> {
	const program = await build({
		...common, define: {...common.define, 'import.meta': 'importMeta'}, entryPoints: ['source/cli.ts'], splitting: true, outdir: 'program', chunkNames: 'chunk-[hash]',
	});
	const worker = await build({
		...common,
		entryPoints: ['source/backup/small-files/small-file-worker.ts'],
		outfile: 'small-file-worker.mjs',
		// For the CommonJS modules among the dependencies.
		banner: {js: 'var require=process.getBuiltinModule("module").createRequire("/");'},
	});
	const target = path.join(directory, 'program');
	await rm(directory, {recursive: true, force: true});
	await mkdir(target, {recursive: true});
	await writeFile(path.join(directory, 'small-file-worker.mjs'), worker.outputFiles[0]!.contents);
	const scripts = program.outputFiles.map(({path: file, text}) => toScript(path.basename(file), text));
	refuseWaiting(scripts);

	for (const {name, text} of scripts.filter(script => !isSmall(script))) {
		await writeFile(path.join(target, name), text);
	}

	await writeFile(path.join(target, 'small.js'), `({${scripts.filter(script => isSmall(script)).map(({name, text}) => `${JSON.stringify(`./${name}`)}:${text}`).join(',\n')}})`);
	return {inputs: {}, outputs: {...program.metafile.outputs, ...worker.metafile.outputs}};
}

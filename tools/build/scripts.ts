import {
	mkdir,
	readFile,
	rm,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {
	build,
	type BuildOptions,
	type Metafile,
	type Plugin,
	transform,
} from 'esbuild';
import {builtins} from './builtins.ts';

/*
The program as scripts in place of modules, as V8's code cache can be handed over for scripts alone. (Node's own cache of modules has a directory for each user, writes what it does not find
there, and is put elsewhere by an environment variable.) `source/launcher.cjs` runs them.
*/

/** What waits at the top of a module, which no script can: the file by the end of its path, the text, and what stands in its place. */
const waiting: ReadonlyArray<readonly [file: string, text: string, replacement: string]> = [
	// What Ink does while somebody develops with it.
	['/ink/build/reconciler.js', 'process.env[\'DEV\'] === \'true\'', 'false'],
	// Whoever imports a script waits for all that is told to `waitFor`. Yoga's constants are there at once: Ink makes tables of them when it is loaded.
	[
		'/yoga-layout/dist/src/index.js',
		'const Yoga = wrapAssembly(await loadYoga());',
		'import constants from "./generated/YGEnums.js"; const Yoga = {...constants}; import.meta.waitFor(loadYoga().then(assembly => Object.assign(Yoga, wrapAssembly(assembly))));',
	],
];

const withoutWaiting: Plugin = {
	name: 'without-waiting',
	setup({onLoad}) {
		onLoad({filter: /\/node_modules\/(?:ink|yoga-layout)\//}, async ({path: file}) => {
			const [, text, replacement] = waiting.find(([end]) => file.endsWith(end)) ?? [];

			if (text === undefined) {
				return undefined;
			}

			const contents = await readFile(file, 'utf8');

			if (!contents.includes(text)) {
				throw new Error(`${file} is not as tools/build/scripts.ts expects it: ${text}`);
			}

			return {contents: contents.replaceAll(text, () => replacement!)};
		});
	},
};

const common = {
	bundle: true,
	format: 'esm',
	platform: 'node',
	target: 'node22',
	// Without `fetch`, nothing makes Node load its HTTP client. Of React, what is for development would be slower, and leak.
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', fetch: 'undefined'},
	plugins: [builtins, withoutWaiting],
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'none',
	logLevel: 'warning',
	metafile: true,
	write: false,
} as const satisfies BuildOptions;

/** A module as a script: an expression whose value is a function of `require`, `module`, `exports`, what `import.meta` was, and what `import()` was for others of them. */
async function toScript(code: string): Promise<string> {
	const {code: body} = await transform(code.replaceAll(/\bimport\((?=".\/)/gv, 'importScript('), {
		format: 'cjs',
		target: common.target,
		platform: 'node',
		define: {'import.meta': 'importMeta'},
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
	});
	return `(function(require,module,exports,importMeta,importScript){${body.replace(/^#!.*\n/v, '')}})`;
}

/** What every Node must be able to parse. */
const first = 'cli.js';

/** Of other scripts up to this size, in bytes, `small.js` has all: an object with each by its name. */
const smallSize = 4096;

/**
Writes the scripts of the program into `program/`, and `small-file-worker.mjs`, a module, as it is the entry point of a thread.

@returns What esbuild says of both.
*/
export async function writeScripts(directory: string): Promise<Metafile> {
	const program = await build({
		...common, entryPoints: ['source/cli.ts'], splitting: true, outdir: 'program', chunkNames: 'chunk-[hash]',
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
	const small: string[] = [];

	for (const {path: file, text} of program.outputFiles) {
		const name = path.basename(file);
		const script = await toScript(text);

		if (name !== first && script.length <= smallSize) {
			small.push(`${JSON.stringify(`./${name}`)}:${script}`);
		} else {
			await writeFile(path.join(target, name), script);
		}
	}

	await writeFile(path.join(target, 'small.js'), `({${small.join(',\n')}})`);
	return {inputs: {}, outputs: {...program.metafile.outputs, ...worker.metafile.outputs}};
}

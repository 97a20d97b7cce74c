import {readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {
	build,
	type Metafile,
	type Plugin,
	transform,
} from 'esbuild';
import {bundleOptions} from '../../build.ts';
import {thirdPartyNotices} from '../notices.ts';

/*
The program as packages have it: scripts in place of modules, as V8's code cache can be handed over for scripts alone. (Node's own cache of modules has a directory for each user, writes
what it does not find there, and is put elsewhere by an environment variable.) There are as many as there are modules in `dist/`, and each is read only where it is needed.
*/

const root = path.join(import.meta.dirname, '../..');

/** What waits at the top of a module, which no script can: the file by the end of its path, the text, and what stands in its place. */
const waiting: ReadonlyArray<readonly [file: string, text: string, replacement: string]> = [
	// What Ink does while somebody develops with it.
	['/ink/build/reconciler.js', 'process.env[\'DEV\'] === \'true\'', 'false'],
	// Whoever imports a script waits for all that is told to `waitFor`.
	[
		'/yoga-layout/dist/src/index.js',
		'const Yoga = wrapAssembly(await loadYoga());',
		'const Yoga = {}; import.meta.waitFor(loadYoga().then(assembly => Object.assign(Yoga, wrapAssembly(assembly))));',
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
				throw new Error(`${file} is not as tools/package/bundle.ts expects it: ${text}`);
			}

			return {contents: contents.replaceAll(text, () => replacement!)};
		});
	},
};

/** A module as a script: an expression whose value is a function of `require`, `module`, `exports`, what `import.meta` was, and what `import()` was for others of them. */
async function toScript(code: string): Promise<string> {
	const {code: body} = await transform(code.replaceAll(/\bimport\((?=".\/)/gv, 'importScript('), {
		format: 'cjs',
		target: 'node24',
		platform: 'node',
		define: {'import.meta': 'importMeta'},
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
	});
	// A script in a file may begin so, an expression may not.
	return `(function(require,module,exports,importMeta,importScript){${body.replace(/^#!.*\n/v, '')}})`;
}

/**
Writes the scripts of the program into `program/`, `cli.js` the first of them, and `small-file-worker.js`, a module.

@returns The licences of the packages that are in them.
*/
export async function bundleProgram(directory: string): Promise<string> {
	const common = {
		...bundleOptions,
		plugins: [...bundleOptions.plugins, withoutWaiting],
		define: {...bundleOptions.define, 'process.env.DEV': '"false"'},
		absWorkingDir: root,
		target: 'node24',
		metafile: true as const,
	};
	const bundles = [
		await build({
			...common,
			entryPoints: ['source/cli.ts'],
			splitting: true,
			outdir: path.join(directory, 'program'),
			chunkNames: 'chunk-[hash]',
		}),
		await build({
			...common,
			entryPoints: ['source/backup/small-files/small-file-worker.ts'],
			outfile: path.join(directory, 'small-file-worker.js'),
			banner: {js: 'var require=process.getBuiltinModule("module").createRequire("/");'},
		}),
	];

	for (const name of await readdir(path.join(directory, 'program'))) {
		const file = path.join(directory, 'program', name);
		await writeFile(file, await toScript(await readFile(file, 'utf8')));
	}

	return thirdPartyNotices({inputs: {}, outputs: Object.assign({}, ...bundles.map(({metafile}) => metafile.outputs)) as Metafile['outputs']}, root);
}

import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {build, type Metafile, type Plugin} from 'esbuild';
import {bundleOptions} from '../../build.ts';
import {thirdPartyNotices} from '../notices.ts';

/*
The program as packages have it: one script in place of modules, as V8's code cache can be handed over for scripts alone. (Node's own cache of modules has a directory for each user, writes
what it does not find there, and is put elsewhere by an environment variable.)
*/

const root = path.join(import.meta.dirname, '../..');

/** Ink asks for it only while somebody develops with it. */
const withoutDevtools: Plugin = {
	name: 'without-devtools',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^react-devtools-core$/}, ({path: name}) => ({path: name, namespace: 'empty'}));
		onLoad({filter: /./, namespace: 'empty'}, () => ({contents: 'export default undefined;'}));
	},
};

/**
Writes `program.js`, an expression whose value is a function of `require` and `import.meta`, and `small-file-worker.js`, a module.

@returns The licences of the packages that are in them.
*/
export async function bundleProgram(directory: string): Promise<string> {
	const plugins = [...bundleOptions.plugins, withoutDevtools];
	const common = {
		...bundleOptions, plugins, absWorkingDir: root, target: 'node24', metafile: true as const,
	};
	const program = path.join(directory, 'program.js');
	const bundles = [
		await build({
			...common,
			define: {...bundleOptions.define, 'import.meta': 'importMeta'},
			entryPoints: ['source/cli.ts'],
			outfile: program,
			banner: {js: '(function(require,importMeta){'},
			footer: {js: '})'},
		}),
		await build({
			...common,
			entryPoints: ['source/backup/small-files/small-file-worker.ts'],
			outfile: path.join(directory, 'small-file-worker.js'),
			banner: {js: 'var require=process.getBuiltinModule("module").createRequire("/");'},
		}),
	];
	const text = await readFile(program, 'utf8');
	// A script in a file may begin so, an expression may not.
	await writeFile(program, text.replace(/^#!.*\n/v, ''));
	return thirdPartyNotices({inputs: {}, outputs: Object.assign({}, ...bundles.map(({metafile}) => metafile.outputs)) as Metafile['outputs']}, root);
}

/*
Bundles `source/` into `dist/`, for `npm run build`. How long the program takes to start is mostly how much Node has to load and compile, so this is
where that is kept small.
*/
import {rm, writeFile} from 'node:fs/promises';
import {isBuiltin} from 'node:module';
import {
	build,
	type BuildOptions,
	type OnLoadResult,
	type Plugin,
} from 'esbuild';
import {thirdPartyNotices} from './tools/notices.ts';
import {writeShare} from './tools/share.ts';

const isName = (text: string) => /^[$a-z_][\w$]*$/iv.test(text) && text !== 'default';

/** A module with the exports of one of Node's, each a property that is read only if somebody imports it. */
function builtinModule(name: string): OnLoadResult {
	const names = Object.keys(process.getBuiltinModule(name)!).filter(key => isName(key));
	return {
		contents: [
			`const builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(name)});`,
			'export default builtin;',
			...names.map(key => `const ${key}_ = /* @__PURE__ */ (() => builtin.${key})(); export {${key}_ as ${key}};`),
		].join('\n'),
	};
}

/*
An `import` of a module of Node's own makes Node read all that the module exports, and so load what it would load only on demand: for `node:util`
alone that is MIME types, for `node:crypto` the web's. Asked for by `process.getBuiltinModule`, it does not. (esbuild's filters are Go's expressions,
which have no flag v.)
*/
const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^(?:node:)?[a-z][\w/]*$/}, ({path, kind}) => kind === 'import-statement' && isBuiltin(path)
			? {path: path.replace(/^node:/v, ''), namespace: 'builtin', sideEffects: false}
			: undefined);
		onLoad({filter: /./, namespace: 'builtin'}, ({path}) => builtinModule(path));
	},
};

/** What every bundle of the program is made with. */
export const bundleOptions = {
	bundle: true,
	format: 'esm',
	platform: 'node',
	// Without `fetch`, nothing makes Node load its HTTP client. Of React, what is for development would be slower, and leak.
	define: {'process.env.NODE_ENV': '"production"', fetch: 'undefined'},
	plugins: [builtins],
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'none',
	logLevel: 'warning',
	metafile: true,
} satisfies BuildOptions;

if (import.meta.main) {
	await rm('dist', {recursive: true, force: true});
	const {metafile} = await build({
		...bundleOptions,
		metafile: true,
		entryPoints: ['source/cli.ts', 'source/backup/small-files/small-file-worker.ts'],
		splitting: true,
		target: 'node22',
		outdir: 'dist',
		entryNames: '[name]',
		chunkNames: 'chunk-[hash]',
		external: ['react-devtools-core'],
		// For the CommonJS modules among the dependencies; on an old Node, which is told off, it must not fail.
		banner: {js: 'var require=process.getBuiltinModule&&process.getBuiltinModule("module").createRequire("/");'},
	});
	await writeShare('dist/share');
	await writeFile('dist/THIRD-PARTY-NOTICES.txt', await thirdPartyNotices(metafile, import.meta.dirname));
}

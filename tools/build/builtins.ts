import {isBuiltin} from 'node:module';
import type {OnLoadResult, Plugin} from 'esbuild';

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
export const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^(?:node:)?[a-z][\w/]*$/}, ({path, kind}) => kind === 'import-statement' && isBuiltin(path)
			? {path: path.replace(/^node:/v, ''), namespace: 'builtin', sideEffects: false}
			: undefined);
		onLoad({filter: /./, namespace: 'builtin'}, ({path}) => builtinModule(path));
	},
};

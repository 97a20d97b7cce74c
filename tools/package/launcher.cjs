'use strict';
/*
The executable of packages: runs the scripts in program/, each with V8's code cache for it, which packaging made. A cache that this Node does not take, or that is not there, only costs time.
Nothing is ever written, and nothing but what lies beside this file is loaded.
*/
const {readFileSync} = process.getBuiltinModule('node:fs');
const {createRequire} = process.getBuiltinModule('node:module');
const path = process.getBuiltinModule('node:path');
const {pathToFileURL} = process.getBuiltinModule('node:url');
const {Script} = process.getBuiltinModule('node:vm');

const directory = path.join(__dirname, 'program');
const awaited = [];
const importMeta = {
	// Where the program finds its other files from.
	url: pathToFileURL(__filename).href,
	waitFor(promise) {
		awaited.push(promise);
	},
};
const requireBuiltin = createRequire('/');
const modules = new Map();

function readCache(filename) {
	try {
		return readFileSync(`${filename}.cache`);
	} catch {
		return undefined;
	}
}

function load(name) {
	if (!name.startsWith('./')) {
		return requireBuiltin(name);
	}

	let module = modules.get(name);

	if (module === undefined) {
		module = {exports: {}};
		modules.set(name, module);
		const filename = path.join(directory, name);
		// They are ASCII alone, which esbuild sees to: read so, nobody looks for longer characters.
		const script = new Script(readFileSync(filename, 'latin1'), {filename, cachedData: readCache(filename)});
		script.runInThisContext()(load, module, module.exports, importMeta, importScript);
	}

	return module.exports;
}

async function importScript(name) {
	const exports = load(name);
	await Promise.all(awaited);
	return exports;
}

load('./cli.js');

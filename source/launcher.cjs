'use strict';
/*
The executable: runs the scripts in program/, with V8's code cache for each, which the build made. A cache that this Node does not take, or that is not there, only costs time. Nothing is ever
written, and nothing but what lies beside this file is loaded. It is written so that any Node can parse and run it, however old, as `cli.ts` tells those that are too old.
*/
const {readFileSync} = require('fs');
const path = require('path');
const {pathToFileURL} = require('url');
const {Script} = require('vm');

const directory = path.join(__dirname, 'program');
// Where the program finds its other files from.
const importMeta = {url: pathToFileURL(__filename).href};
/** By name: `exports`, and `ended`, when a script that waits for something has them. */
const modules = new Map();

function readCache(filename) {
	try {
		return readFileSync(`${filename}.cache`);
	} catch (_) {
		return undefined;
	}
}

/** The value of a script. */
function run(name) {
	const filename = path.join(directory, name);
	// They are ASCII alone, which esbuild sees to: read so, nobody looks for longer characters.
	return new Script(readFileSync(filename, 'latin1'), {filename, cachedData: readCache(filename)}).runInThisContext();
}

let small;

// Most scripts are small, and are in one file: to read another takes longer than to compile them.
function find(name) {
	if (small === undefined) {
		small = run('small.js');
	}

	return small[name] || run(name);
}

function load(name) {
	if (!name.startsWith('./')) {
		return require(name);
	}

	let module = modules.get(name);

	if (module === undefined) {
		module = {};
		modules.set(name, module);
		module.ended = find(name)(load, module, importMeta, importScript);
	}

	return module.exports;
}

async function importScript(name) {
	load(name);
	// Only what is imported so may wait: the build sees to it.
	await modules.get(name).ended;
	return load(name);
}

// The others may be more than an old Node can parse.
run('cli.js')(load, {}, importMeta, importScript);

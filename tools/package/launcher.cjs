'use strict';
/*
The executable of packages: runs program.js with V8's code cache for it, which packaging made. A cache that this Node does not take, or that is not there, only costs time. Nothing is ever
written, and nothing but what lies beside this file is loaded.
*/
const {readFileSync} = process.getBuiltinModule('node:fs');
const {createRequire} = process.getBuiltinModule('node:module');
const path = process.getBuiltinModule('node:path');
const {pathToFileURL} = process.getBuiltinModule('node:url');
const {Script} = process.getBuiltinModule('node:vm');

const filename = path.join(__dirname, 'program.js');

function readCache() {
	try {
		return readFileSync(path.join(__dirname, 'program.cache'));
	} catch {
		return undefined;
	}
}

// It is ASCII alone, which esbuild sees to: read so, nobody looks for longer characters.
const script = new Script(readFileSync(filename, 'latin1'), {filename, cachedData: readCache()});
script.runInThisContext()(createRequire('/'), {url: pathToFileURL(filename).href});

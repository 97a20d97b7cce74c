'use strict';
/*
Writes V8's code caches for the scripts in a directory, with all their functions, beside them: `node --random-seed=1 make-code-cache.cjs DIRECTORY`, with the Node that is to take them. The seed
goes into the bytes, and is no part of what V8 compares; nor is the name of a script, which is the same wherever this is done.
*/
const {readdirSync, readFileSync, writeFileSync} = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');
const {setFlagsFromString} = process.getBuiltinModule('node:v8');
const {Script} = process.getBuiltinModule('node:vm');

const directory = process.argv.at(-1);

for (const filename of readdirSync(directory)) {
	const file = path.join(directory, filename);
	// Functions are compiled when they are called, and only what is compiled is in the cache. The flag must be as it was when the cache is made: it is compared.
	setFlagsFromString('--no-lazy');
	const script = new Script(readFileSync(file, 'latin1'), {filename});
	setFlagsFromString('--lazy');
	writeFileSync(`${file}.cache`, script.createCachedData());
}

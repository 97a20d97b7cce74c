'use strict';
/*
Writes V8's code cache for a script, with all its functions: `node --random-seed=1 make-code-cache.cjs SCRIPT CACHE`, with the Node that is to take it. The seed goes into the bytes, and is no part
of what V8 compares; nor is the name of the script, which is the same wherever this is done.
*/
const {readFileSync, writeFileSync} = process.getBuiltinModule('node:fs');
const {setFlagsFromString} = process.getBuiltinModule('node:v8');
const {Script} = process.getBuiltinModule('node:vm');

const [file, cache] = process.argv.slice(2);
// Functions are compiled when they are called, and only what is compiled is in the cache. The flag must be as it was when the cache is made: it is compared.
setFlagsFromString('--no-lazy');
const script = new Script(readFileSync(file, 'latin1'), {filename: 'program.js'});
setFlagsFromString('--lazy');
writeFileSync(cache, script.createCachedData());

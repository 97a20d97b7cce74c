/*
Makes `dist/` of `source/`, for `npm run build`. How long the program takes to start is mostly how much Node has to load and compile, so this is where that is kept small.
*/
import {execFileSync} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {thirdPartyNotices} from './tools/build/notices.ts';
import {writeScripts} from './tools/build/scripts.ts';
import {writeShare} from './tools/share.ts';

const metafile = await writeScripts('dist');
await writeFile('dist/cli.js', `#!/usr/bin/env node\n${await readFile('source/launcher.cjs', 'utf8')}`, {mode: 0o755});
await writeFile('dist/package.json', '{"type": "commonjs"}\n');
execFileSync(process.execPath, ['tools/build/make-code-cache.cjs', path.resolve('dist/program')]);
await writeShare('dist/share');
await writeFile('dist/THIRD-PARTY-NOTICES.txt', await thirdPartyNotices(metafile, import.meta.dirname));

#!/usr/bin/env node
/*
The executable. It is written so that any Node can parse it, however old: no static import, no syntax newer than 2017. Everything else is
loaded only once the version is known to do.
*/
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 20)) {
	void import('./cli/main.ts').then(async ({main}) => main());
} else {
	process.stderr.write(`logbackup-tui needs Node.js 22.20 or newer, and this is ${process.versions.node} (${process.execPath})\n`);
	process.exitCode = 1;
}

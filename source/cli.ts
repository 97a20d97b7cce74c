#!/usr/bin/env node
/*
The executable. It is written so that any Node can parse it, however old: no static import, no syntax newer than 2017. Everything else is
loaded only once the version is known to do.
*/

/*
Node's own answer to SIGUSR1 is to open a debugger's port, which no program of root should. A signal that comes while Node itself starts, before
anything of this program can run, opens it all the same, from another thread and a little later: then it is closed again.
*/
process.on('SIGUSR1', () => {}); // eslint-disable-line @typescript-eslint/no-empty-function
const {_debugEnd: closeDebugger} = process as {_debugEnd?: () => void};

if (closeDebugger) {
	setImmediate(closeDebugger);

	for (const delay of [50, 200, 1000]) {
		setTimeout(closeDebugger, delay).unref();
	}
}

const isVersionAsked = process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2]!);

const start = async () => {
	if (isVersionAsked) {
		const {tellVersion} = await import('./cli/tell-version.ts');

		if (tellVersion()) {
			return;
		}
	}

	const {main} = await import('./cli/main.ts');
	await main();
};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 20)) {
	void start();
} else {
	process.stderr.write(`logbackup-tui: Node.js 22.20 or newer is needed, and this is ${process.versions.node} (${process.execPath})\n`);
	process.exitCode = 1;
}

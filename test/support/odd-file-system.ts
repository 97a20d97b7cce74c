import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {run} from './run.ts';
import {until} from './files.ts';
import {canDo} from './needs.ts';

const script = path.join(import.meta.dirname, 'odd-file-system.py');

/** Debian's, for which `python3-fusepy` is packaged; another one may come first in `PATH`. */
const python = '/usr/bin/python3';

/** A file system with odd habits (see the script), and what is behind it without them. */
export type OddFileSystem = AsyncDisposable & {
	/** Where it is mounted. */
	readonly mounted: string;
	/** What it passes everything on to. */
	readonly backing: string;
	readonly unmount: () => Promise<void>;
};

/** Whether file systems with odd habits can be had here. If not, the test is skipped aloud. */
export async function canMountOdd(t: TestContext): Promise<boolean> {
	if (!await canDo(t, 'root', 'fusermount')) {
		return false;
	}

	const {code} = await run(python, ['-c', 'import fusepy'], {code: 'any'});
	const isThere = code === 0 && await fs.access('/dev/fuse').then(() => true).catch(() => false);

	if (!isThere) {
		t.skip('needs python3-fusepy, libfuse2 and /dev/fuse');
	}

	return isThere;
}

/**
Mounts a file system with odd habits below `root`. Take it with `await using`, after the sandbox, which could not be removed before it is unmounted.

@param root Of a sandbox.
@param habits Environment variables of the script, such as `{NOCASE: '1'}`.
*/
export async function mountOdd(t: TestContext, root: string, habits: Readonly<Record<string, string>>): Promise<OddFileSystem> {
	const place = await fs.mkdtemp(path.join(root, 'odd-'));
	const backing = path.join(place, 'backing');
	const mounted = path.join(place, 'mounted');
	await fs.mkdir(backing);
	await fs.mkdir(mounted);
	const {dev} = await fs.stat(mounted);
	const child = spawn(python, [script, backing, mounted], {env: {...process.env, ...habits}, stdio: ['ignore', 'ignore', 'inherit']});
	const ended = once(child, 'exit');
	let isMounted = true;

	const unmount = async () => {
		if (isMounted) {
			isMounted = false;
			await run('fusermount', ['-u', '-z', mounted]);
			await ended;
		}
	};

	// For a test that fails before it has it.
	t.after(unmount);
	await until('the file system to be mounted', async () => (await fs.stat(mounted)).dev !== dev);
	return {
		mounted, backing, unmount, [Symbol.asyncDispose]: unmount,
	};
}

/**
A command line that runs another one where an odd file system is mounted, which nobody else sees: one that does not answer would hold up whoever looks at
all that is mounted. It ends with the terminal or the command, or by itself after two minutes.
*/
export function besideOdd({backing, mounted}: Pick<OddFileSystem, 'backing' | 'mounted'>, habits: Readonly<Record<string, string>>, command: readonly string[]): readonly [command: string, args: readonly string[]] {
	const settings = Object.entries(habits).map(([name, value]) => `${name}=${value}`);
	const lines = `
		env ${settings.map(setting => `'${setting}'`).join(' ')} timeout 120 ${python} '${script}' '${backing}' '${mounted}' </dev/null >/dev/null 2>&1 &
		server=$!
		until grep -qF ' ${mounted} ' /proc/self/mountinfo; do sleep 0.05; done
		"$@"
		code=$?
		kill "$server"
		exit "$code"
	`;
	return ['unshare', ['-m', 'bash', '-c', lines, 'bash', ...command]];
}

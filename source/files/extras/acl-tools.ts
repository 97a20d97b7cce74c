/*
Reading and setting ACLs through getfacl(1) and setfacl(1), where libc cannot be called. Files are reached through an inherited descriptor, so that
neither their names nor who owns their directories matter.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {buffer} from 'node:stream/consumers';
import {decodeAcl, encodeAcl} from './acl.ts';

const inherited = '/proc/self/fd/3';

/** Fewer bytes of arguments than any system takes (`ARG_MAX`, of which the environment takes a part). */
const maximumArguments = 64 * 1024;

/** Runs a program that has `fd` as its descriptor 3. Resolves with what it prints; `undefined` if it fails, or is not there. */
async function run(program: string, args: readonly string[], fd: number | 'ignore', input = ''): Promise<Buffer | undefined> {
	try {
		const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'ignore', fd], env: {...process.env, LC_ALL: 'C'}});
		const ended = once(child, 'exit') as Promise<[number | null]>;
		// Without descriptors to spare there are no pipes, and it has failed. It may end before it has read what it is given.
		child.stdin?.on('error', () => undefined).end(input);
		const [output, [code]] = await Promise.all([child.stdout ? buffer(child.stdout) : Buffer.alloc(0), ended]);
		return code === 0 ? output : undefined;
	} catch {
		return undefined;
	}
}

const quoted = /\\(?<octal>[0-3][0-7]{2}|\\)/gv;

/** The name in a header of getfacl, one character a byte. */
const unquote = (name: string) => name.replaceAll(quoted, (_, octal: string) => octal === '\\' ? '\\' : String.fromCodePoint(Number.parseInt(octal, 8)));

const header = '# file: ';

/** ACLs in the output of `getfacl --skip-base`, by name of file. `undefined` if one of them cannot be understood. */
function parse(output: string): Map<string, Buffer> | undefined {
	const acls = new Map<string, Buffer>();

	for (const block of output.split('\n\n').filter(Boolean)) {
		const lines = block.split('\n');
		const name = lines.find(line => line.startsWith(header))?.slice(header.length);
		const acl = encodeAcl(lines.filter(line => !line.startsWith('#')).join('\n'));

		if (name === undefined || !acl) {
			return undefined;
		}

		acls.set(unquote(name).slice(inherited.length), acl);
	}

	return acls;
}

export const aclTools = {
	async isThere(): Promise<boolean> {
		return await run('getfacl', ['--version'], 'ignore') !== undefined && await run('setfacl', ['--version'], 'ignore') !== undefined;
	},

	/**
	The ACLs of files that have one beyond their modes.

	@param fd What the paths begin at: empty for the file that is open as `fd` itself, else beginning with a slash; of ASCII, as Node makes
	UTF-8 of arguments.
	@returns `undefined` if that cannot be told of all of them.
	*/
	async read(fd: number, paths: readonly string[]): Promise<ReadonlyMap<string, Buffer> | undefined> {
		const acls = new Map<string, Buffer>();

		for (let next = 0; next < paths.length;) {
			const args: string[] = [];

			for (let bytes = 0; next < paths.length && bytes < maximumArguments; next++) {
				args.push(inherited + paths[next]!);
				bytes += args.at(-1)!.length;
			}

			const output = await run('getfacl', ['--access', '--numeric', '--absolute-names', '--skip-base', '--no-effective', '--', ...args], fd);
			const found = output && parse(output.toString('latin1'));

			if (!found) {
				return undefined;
			}

			for (const [path, acl] of found) {
				acls.set(path, acl);
			}
		}

		return acls;
	},

	/**
	Removes one of the ACLs of a file or directory.

	@returns Whether it is sure that there is none now.
	*/
	async drop(fd: number, kind: 'access' | 'default'): Promise<boolean> {
		const there = await run('getfacl', [`--${kind}`, '--omit-header', '--absolute-names', '--skip-base', '--', inherited], fd);
		return there?.toString('latin1').trim() === '' || await run('setfacl', [kind === 'access' ? '--remove-all' : '--remove-default', '--', inherited], fd) !== undefined;
	},

	async set(fd: number, acl: Buffer): Promise<boolean> {
		const text = decodeAcl(acl);
		return text !== undefined && await run('setfacl', ['--set-file=-', '--', inherited], fd, text) !== undefined;
	},
} as const;

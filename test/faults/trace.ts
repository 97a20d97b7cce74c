/** A system call as `strace -f -y` wrote it down. Paths are bytes, one character a byte (Latin-1). */
export type Call = {
	/** Of the thread; the first of a trace is the program's main thread. */
	readonly tid: number;
	readonly name: string;
	/** Between the parentheses, as strace wrote it. */
	readonly args: string;
	/** Path arguments, as they were given. */
	readonly literals: readonly string[];
	/** Where those lead: `/proc/self/fd/<n>/…` resolved by what was open as n. */
	readonly paths: readonly string[];
	/** What the descriptor arguments lead to. */
	readonly descriptors: readonly string[];
	/** What comes after `=`; `undefined` if the call did not return. */
	readonly result: string | undefined;
	/** Lines of the trace: with several threads, calls overlap. */
	readonly begunAt: number;
	readonly endedAt: number;
};

/** The calls that take paths: which of the quoted arguments are paths, and not data. */
const pathCalls: ReadonlySet<string> = new Set([
	'openat',
	'open',
	'openat2',
	'creat',
	'mkdir',
	'mkdirat',
	'rename',
	'renameat',
	'renameat2',
	'link',
	'linkat',
	'symlink',
	'symlinkat',
	'unlink',
	'unlinkat',
	'rmdir',
	'statx',
	'newfstatat',
	'stat',
	'lstat',
	'access',
	'faccessat',
	'faccessat2',
	'readlink',
	'readlinkat',
	'statfs',
	'truncate',
	'chmod',
	'fchmodat',
	'chown',
	'lchown',
	'fchownat',
	'utimensat',
	'mknod',
	'mknodat',
	'execve',
]);

const simpleEscapes: Readonly<Record<string, string>> = {
	n: '\n', t: '\t', r: '\r', v: '\v', f: '\f',
};

/** A C string as strace prints it, without the quotes, to bytes. */
const unescapeC = (text: string): string => text.replaceAll(/\\(?:x([\da-f]{2})|([0-7]{1,3})|(.))/gv, (_, hex: string | undefined, octal: string | undefined, other: string) =>
	hex === undefined ? (octal === undefined ? simpleEscapes[other] ?? other : String.fromCodePoint(Number.parseInt(octal, 8))) : String.fromCodePoint(Number.parseInt(hex, 16)));

/** Bytes as text that a shell reads back within `$'…'`. */
export const escapeC = (bytes: string): string => [...bytes].map(character =>
	/[\w +,\-.\/:=@~]/v.test(character) ? character : String.raw`\x${character.codePointAt(0)!.toString(16).padStart(2, '0')}`).join('');

/** Bytes as one word of a bash command line. */
export const shellWord = (bytes: string): string => /^[\w+,\-.\/:=@]+$/v.test(bytes) ? bytes : `$'${escapeC(bytes)}'`;

/** Text to bytes, one character a byte. */
export const toBytes = (text: string): string => Buffer.from(text).toString('latin1');

const ownDescriptor = /^\/proc\/self\/fd\/(\d+)/v;
const line = /^(?:(\d+) +)?(?:<\.\.\. (\w+) resumed>(.*)|(\w+)\((.*))$/v;

/** Reads a trace. Follows which descriptors are open, as all traced threads but those of child processes share them. */
export function parseTrace(text: string): Call[] {
	const calls: Call[] = [];
	const begun = new Map<number, {readonly text: string; readonly at: number}>();
	const open = new Map<string, string>();
	const children = new Set<number>();

	const finish = (tid: number, whole: string, [begunAt, endedAt]: readonly [number, number]) => {
		const match = /^(\w+)\((.*?)(?:\) += (.*))?$/sv.exec(whole);

		if (!match) {
			return;
		}

		const name = match[1]!;
		const args = match[2]!;
		const result = match[3];
		const quoted = pathCalls.has(name) ? [...args.matchAll(/"((?:[^"\\]|\\.)*)"/gv)].map(found => unescapeC(found[1]!)) : [];
		// `statx` and `newfstatat` with an empty path mean the descriptor.
		const literals = (name === 'execve' ? quoted.slice(0, 1) : quoted).filter(literal => literal !== '');
		const descriptors = [...args.matchAll(/(?<![\w"\\])\d+<((?:[^>\\]|\\.)*)>/gv)].map(found => unescapeC(found[1]!));
		const paths = literals.map(literal => literal.replace(ownDescriptor, (whole_, number: string) => open.get(number) ?? whole_).replaceAll(/\/+/gv, '/').replace(/(?<=.)\/$/v, ''));
		calls.push({
			tid, name, args, literals, paths, descriptors, result, begunAt, endedAt,
		});

		if (children.has(tid)) {
			return;
		}

		const opened = /^(\d+)<((?:[^>\\]|\\.)*)>/v.exec(result ?? '');

		if (name === 'openat' && opened) {
			open.set(opened[1]!, unescapeC(opened[2]!));
		} else if (name === 'fork' || name === 'vfork' || (name.startsWith('clone') && !args.includes('CLONE_THREAD'))) {
			children.add(Number(result));
		}
	};

	for (const [number, row] of text.split('\n').entries()) {
		const match = line.exec(row);

		if (!match) {
			continue;
		}

		const tid = Number(match[1] ?? 0);

		if (match[2] !== undefined) {
			const beginning = begun.get(tid);
			begun.delete(tid);

			if (beginning !== undefined) {
				finish(tid, `${beginning.text}${match[3]!}`, [beginning.at, number]);
			}

			continue;
		}

		const whole = `${match[4]!}(${match[5]!}`;

		if (whole.endsWith(' <unfinished ...>')) {
			begun.set(tid, {text: whole.slice(0, -' <unfinished ...>'.length), at: number});
		} else {
			finish(tid, whole, [number, number]);
		}
	}

	// What never returned was begun all the same.
	for (const [tid, beginning] of begun) {
		finish(tid, beginning.text, [beginning.at, Infinity]);
	}

	return calls;
}

export const isSuccess = ({result}: Call): boolean => result !== undefined && !result.startsWith('-') && !result.startsWith('?');

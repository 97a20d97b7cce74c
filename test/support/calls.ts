/*
The calls of this very process on files, in their order, each of which may be made to fail: what strace shows of a whole run, for one function, in
milliseconds. What is not made to fail is done.
*/
import {readlinkSync} from 'node:fs';
import fs, {type FileHandle} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type {TestContext} from 'node:test';

const pathCalls = ['open', 'rename', 'link', 'unlink', 'mkdir', 'rmdir', 'readdir', 'statfs', 'lstat', 'stat'] as const;
const handleCalls = ['sync', 'datasync', 'truncate', 'write', 'writeFile', 'read', 'appendFile', 'readFile', 'stat', 'chmod', 'chown', 'utimes'] as const;

/** A call and what it is about: `rename A B`, `sync A`; paths relative to the watched place. */
export type Call = string;

/** Which calls are meant. */
type Pattern = {readonly test: (call: Call) => boolean};

/** The error that the system's call would have failed with. */
function systemError(code: string): Error {
	const errno = os.constants.errno[code as keyof typeof os.constants.errno];
	return Object.assign(new Error(`${code}: made to fail`), {code, errno: -errno});
}

/** Without the detour over an opened directory that the program takes to each name. */
function resolvePath(location: unknown): string {
	const text = String(location);
	const {fd, rest} = /^\/proc\/self\/fd\/(?<fd>\d+)(?<rest>$|\/.*)/sv.exec(text)?.groups ?? {};
	return fd === undefined ? text : path.join(readlinkSync(`/proc/self/fd/${fd}`), rest!);
}

/** Watches calls until the end of a test. */
export class Calls {
	/** @param root What the paths of calls are relative to. */
	static async watch(t: TestContext, root: string): Promise<Calls> {
		const calls = new Calls(t, root);
		const handle = await fs.open(root);
		const prototype = Object.getPrototypeOf(handle) as FileHandle;
		await handle.close();

		for (const name of pathCalls) {
			const original = fs[name] as (...args: unknown[]) => Promise<unknown>;
			t.mock.method(fs, name, async (...args: unknown[]) => {
				const isOfTwo = name === 'rename' || name === 'link';
				const call = [name, ...(isOfTwo ? args.slice(0, 2) : args.slice(0, 1)).map(location => calls.#show(resolvePath(location)))].join(' ');
				return calls.#make(call, async () => original.apply(fs, args));
			});
		}

		for (const name of handleCalls) {
			const original = prototype[name] as (...args: unknown[]) => Promise<unknown>;
			t.mock.method(prototype, name, async function (this: FileHandle, ...args: unknown[]) {
				// One that is closed already has no path.
				const call = this.fd === -1 ? `${name} -` : `${name} ${calls.#show(readlinkSync(`/proc/self/fd/${this.fd}`))}`;
				return calls.#make(call, async () => original.apply(this, args));
			});
		}

		syncBuiltinESMExports();
		t.after(() => {
			calls.end();
		});
		return calls;
	}

	/** All so far, those that failed too. */
	readonly made: Call[] = [];
	readonly #root: string;
	readonly #failing: Array<{readonly pattern: Pattern; readonly code: string; left: number}> = [];
	readonly #answers: Array<{readonly pattern: Pattern; readonly value: unknown}> = [];
	readonly #actions: Array<{readonly pattern: Pattern; readonly action: () => Promise<void>}> = [];
	readonly #t: TestContext;

	private constructor(t: TestContext, root: string) {
		this.#t = t;
		this.#root = root;
	}

	/** Watches no longer. */
	end(): void {
		this.#t.mock.restoreAll();
		syncBuiltinESMExports();
	}

	/** Makes calls of that kind fail, with the system's error of that name. */
	fail(pattern: Pattern, code: string, times = Infinity): void {
		this.#failing.push({pattern, code, left: times});
	}

	/** Does something just before the first call of that kind. */
	before(pattern: Pattern, action: () => Promise<void>): void {
		this.#actions.push({pattern, action});
	}

	/** Gives calls of that kind an answer that the system did not. */
	answer(pattern: Pattern, value: unknown): void {
		this.#answers.push({pattern, value});
	}

	/** Those that match, in their order. */
	matching(pattern: Pattern): Call[] {
		return this.made.filter(call => pattern.test(call));
	}

	#show(location: string): string {
		return location === this.#root ? '.' : (location.startsWith(`${this.#root}/`) ? location.slice(this.#root.length + 1) : location);
	}

	async #make(call: Call, make: () => Promise<unknown>): Promise<unknown> {
		const index = this.#actions.findIndex(({pattern}) => pattern.test(call));

		if (index !== -1) {
			const [found] = this.#actions.splice(index, 1);
			await found!.action();
		}

		this.made.push(call);
		const failing = this.#failing.find(({pattern, left}) => left > 0 && pattern.test(call));

		if (failing) {
			failing.left--;
			throw systemError(failing.code);
		}

		const answer = this.#answers.find(({pattern}) => pattern.test(call));
		return answer ? answer.value : make();
	}
}

/** What is let fail: a place made for it, and what is to be done there. */
export type Trial = AsyncDisposable & {
	readonly root: string;
	readonly work: () => Promise<unknown>;
};

/**
Does something again and again, and lets one more of its calls fail each time.

@param kind Which calls.
@param prepare Makes it ready anew.
@param code The system's name for the error.
@returns The calls whose failure it did not tell.
*/
export async function failAtEach(t: TestContext, kind: Pattern, prepare: () => Promise<Trial>, code = 'EIO'): Promise<Call[]> {
	const hidden: Call[] = [];

	for (let index = 0; ; index++) {
		await using trial = await prepare();
		const calls = await Calls.watch(t, trial.root);
		const met: Call[] = [];
		calls.fail({
			test(call) {
				if (kind.test(call)) {
					met.push(call);
				}

				return kind.test(call) && met.length === index + 1;
			},
		}, code, 1);
		const isTold = await trial.work().then(() => false).catch(() => true);
		calls.end();

		if (met.length <= index) {
			return hidden;
		}

		if (!isTold) {
			hidden.push(met[index]!);
		}
	}
}

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {type Call, isSuccess, parseTrace} from './trace.ts';

const traced = [
	'openat',
	'close',
	'write',
	'pwrite64',
	'writev',
	'pwritev',
	'ftruncate',
	'fchmod',
	'fchown',
	'utimensat',
	'fsync',
	'fdatasync',
	'syncfs',
	'rename',
	'renameat',
	'renameat2',
	'link',
	'linkat',
	'unlink',
	'unlinkat',
	'rmdir',
	'mkdir',
	'mkdirat',
	'clone',
	'clone3',
	'vfork',
	'fork',
];

export const isRename = ({name}: Call) => name.startsWith('rename') || name.startsWith('link');
export const isSync = ({name}: Call) => name === 'fsync' || name === 'fdatasync';
/** Changes what is in the file: data or metadata. */
export const isChange = ({name}: Call) => /^(?:p?writev?|pwrite64|ftruncate|fchmod|fchown|utimensat)$/v.test(name);
/** Changes what is in a directory. */
export const isNaming = ({name, args}: Call) => /^(?:rename|link|unlink|rmdir|mkdir)/v.test(name) || (name === 'openat' && args.includes('O_CREAT'));
export const changes = (file: string) => (call: Call) => isChange(call) && call.descriptors.includes(file);
export const syncs = (file: string) => (call: Call) => isSync(call) && call.descriptors.includes(file);
export const namesIn = (directory: string) => (call: Call) => isNaming(call) && call.paths.some(location => path.posix.dirname(location) === directory);
export const show = ({name, args}: Call) => `${name}(${args.slice(0, 200)})`;

/** Runs the program under strace, to its end. Resolves with the calls that succeeded, in their order. */
export async function traceCalls({root, env}: Pick<Sandbox, 'root' | 'env'>, args: readonly string[], inject: readonly string[] = []): Promise<Call[]> {
	const trace = path.join(root, 'trace');
	const flags = ['-f', '-y', '-qq', '--seccomp-bpf', '-o', trace, '-e', `trace=${traced.join(',')}`, ...inject];
	const {code, stderr} = await run('strace', [...flags, '--', process.execPath, ...args], {cwd: root, env});
	assert.equal(code, 0, stderr);
	return parseTrace(await fs.readFile(trace, 'latin1')).filter(call => isSuccess(call));
}

/** Whether something made the last change before `limit` durable: began once that had ended, and ended before `limit` began. */
export function isCovered(calls: readonly Call[], limit: Call, isCounted: (call: Call) => boolean, isEnough: (call: Call) => boolean): boolean {
	const before = calls.filter(call => call.begunAt < limit.begunAt && isCounted(call));
	const last = Math.max(-1, ...before.map(({endedAt}) => endedAt));
	return calls.some(call => isEnough(call) && call.begunAt > last && call.endedAt < limit.begunAt);
}

import assert from 'node:assert/strict';
import {once} from 'node:events';
import {test} from 'node:test';
import {Worker} from 'node:worker_threads';
import {compileGlob} from '../../source/origin/glob.ts';

const matches = (glob: string, path: string | Buffer, {isDirectory = false, roots = [] as string[]} = {}) => compileGlob(glob, roots)(Buffer.from(path as string), isDirectory);

/** Paths that a glob means, and such that it does not. A slash at the end of a path: it is a directory. */
const cases: ReadonlyArray<readonly [glob: string, meant: readonly string[], others: readonly string[]]> = [
	['*.log', ['a.log', '.log', 'x/b.log', 'x.log/y'], ['a.logs', 'a.log.1']],
	['secret', ['secret', 'secret/', 'secret/a', 'x/secret/y/z'], ['secrets', 'secret.log', 'a-secret/b']],
	['secret/', ['secret/', 'secret/a', 'x/secret/', 'x/secret/y'], ['secret', 'x/secret', 'secrets/a']],
	['/secret', ['secret', 'secret/a'], ['x/secret', 'x/secret/a']],
	['/secret/', ['secret/', 'secret/a'], ['secret', 'x/secret/a']],
	['./secret', ['secret', 'secret/a'], ['x/secret']],
	['/var/log/secret', ['secret', 'secret/a'], ['var/log/secret', 'x/secret']],
	['/var/log/nginx/*.gz', ['nginx/a.gz'], ['nginx/x/a.gz', 'a.gz']],
	['/var/log', ['a', 'a/b'], []],
	['/var/logs', [], ['s', 'logs']],
	['/link/to/secret/', ['secret/', 'secret/a'], ['secret']],
	['nginx/*', ['nginx/a', 'nginx/x/y'], ['nginx', 'nginx/', 'a/nginx/b']],
	['nginx/**', ['nginx/', 'nginx/a', 'nginx/a/b'], ['nginx', 'x/nginx/a']],
	['**/b', ['b', 'a/b', 'a/x/b', 'a/b/c'], ['a/bb']],
	['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'a/b/c'], ['b', 'x/a/b', 'a/x']],
	['**', ['a', 'a/b'], []],
	['**/**', ['a', 'a/b'], []],
	['**/', ['a/', 'a/b'], ['a']],
	['a/**/', ['a/', 'a/b', 'a/b/c'], ['a', 'x/a/']],
	['a**b', ['ab', 'axxb'], ['a/b']],
	['//a//b', ['a/b'], ['x/a/b']],
	['sys{log,tem}', ['syslog', 'x/system'], ['sys', 'syslogs']],
	['{nginx/*,apache}.log', ['nginx/a.log', 'apache.log', 'x/apache.log'], ['x/nginx/a.log']],
	['{a,b{c,d}}', ['a', 'bc', 'bd'], ['b', 'c']],
	['log.{1..3}', ['log.1', 'log.3'], ['log.4', 'log.{1..3}']],
	['log.{08..10}', ['log.08', 'log.10'], ['log.8']],
	['{a..c}', ['a', 'c'], ['d']],
	['{a}', ['{a}'], ['a']],
	['a{b', ['a{b'], ['ab']],
	['{a,b', ['{a,b'], ['a']],
	['a,b}', ['a,b}'], []],
	['[a-c]x', ['ax', 'cx'], ['dx', '-x']],
	['[!a-c]x', ['dx'], ['ax', 'x']],
	['[^a]', ['b'], ['a']],
	['[]a]', [']', 'a'], ['[', ']a]']],
	['[[:digit:]_]', ['7', '_'], ['a', ':']],
	['[a', ['[a'], ['a']],
	['a[b/c]', ['a[b/c]'], ['ab']],
	['?', ['a', 'ä', '😀'], ['aa', 'äa', '😀😀']],
	['*[!😀]', ['a'], ['😀']],
	['*?', ['a', '😀'], []],
	[String.raw`\*`, ['*'], ['a']],
	[String.raw`a\?[\]]`, ['a?]'], ['ab]']],
	['a\\', ['a\\'], ['a']],
	['!a', ['!a'], ['a', 'b']],
	['+(a)', ['+(a)'], ['a']],
	['..', [], ['a']],
];

const roots = ['/var/log', '/link/to'];

for (const [glob, meant, others] of cases) {
	test(`what --exclude '${glob}' means`, () => {
		for (const [paths, isMeant] of [[meant, true], [others, false]] as const) {
			for (const path of paths) {
				assert.equal(matches(glob, path.replace(/\/$/v, ''), {isDirectory: path.endsWith('/'), roots}), isMeant, path);
			}
		}
	});
}

test('names that are not UTF-8 are matched byte by byte', () => {
	assert.ok(matches('*.log', Buffer.from([0xFF, 0x2E, 0x6C, 0x6F, 0x67])));
	assert.ok(matches('?ä', Buffer.from([0xFF, 0xC3, 0xA4])));
	assert.ok(!matches('?', Buffer.from([0xFF, 0xFF])));
});

test('more alternatives than anybody writes down are refused', () => {
	for (const glob of ['{a,b}'.repeat(40), '{1..1000000}', '{1..999999999..1}', '{a,'.repeat(400) + '}'.repeat(400)]) {
		assert.throws(() => compileGlob(glob), RangeError, glob.slice(0, 20));
	}
});

test('no glob and no name holds it up', {timeout: 120_000}, async t => {
	const worker = new Worker(new URL('glob-fuzz.ts', import.meta.url));
	t.after(async () => worker.terminate());
	const [code] = await once(worker, 'exit') as [number];
	assert.equal(code, 0);
});

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {compileGlob} from '../../source/origin/glob.ts';
import {canDo} from '../support/needs.ts';
import {Sandbox} from '../support/sandbox.ts';
import {run} from '../support/run.ts';

const names = ['a', 'b', 'ab', 'ba', 'a.b', '.a', 'b-a', 'a1', '1', 'c', 'é', 'a]b', '*', '{a}', 'a,b', '!a'];

const plain = ['a', 'b', 'ab', '.', '1', 'é', '-', ',', '{a}'];
const special = ['*', '?', '[ab]', '[!a]', '[^b]', '[a-c]', '[]a]', '[[:digit:]]', '{a,b}', '{a,b{b,1}}', '{,a}', '{1..2}', '{a..c}', String.raw`\*`, String.raw`\a`];
const piece = fc.constantFrom(...plain, ...special);
const segment = fc.oneof({weight: 5, arbitrary: fc.array(piece, {minLength: 1, maxLength: 4}).map(parts => parts.join(''))}, {weight: 1, arbitrary: fc.constant('**')});
const glob = fc.array(segment, {minLength: 1, maxLength: 3}).map(segments => segments.join('/'));

/** Expands globs as a shell does where they stand on its command line, in a directory. */
async function expand(globs: readonly string[], cwd: string): Promise<ReadonlyArray<readonly string[]>> {
	const script = String.raw`shopt -s globstar dotglob nullglob; while IFS= read -r glob; do eval "printf '%s\0' ./$glob"; printf '\n\0'; done`;
	const {code, stdout, stderr} = await run('bash', ['-c', script], {cwd, stdin: globs.map(text => `${text}\n`).join(''), env: {LC_ALL: 'C.UTF-8'}});
	assert.equal(code, 0, stderr);
	return stdout.split('\n\0').slice(0, -1).map(part => part.split('\0').filter(name => name !== ''));
}

/** Whether a shell's expansion has a path, or a directory it is in. */
const has = (expansion: ReadonlySet<string>, name: string) => name.split('/').some((_, index, parts) => expansion.has(parts.slice(0, index + 1).join('/')));

test('globs on paths mean what they mean to bash', async t => {
	if (!await canDo(t, 'bash')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const paths: string[] = [];

	for (const name of names) {
		await sandbox.add(name);
		paths.push(name);
	}

	for (const directory of ['d', 'd/a', 'd/a/b', 'ab1']) {
		await fs.mkdir(path.join(sandbox.source, directory));

		for (const name of ['a', 'b', '.x', '1é'].filter(one => !['d/a', 'd/a/b'].includes(`${directory}/${one}`))) {
			await sandbox.add(`${directory}/${name}`);
			paths.push(`${directory}/${name}`);
		}
	}

	const globs = fc.sample(glob, {numRuns: 600, seed: 7});
	const expansions = await expand(globs, sandbox.source);
	assert.equal(expansions.length, globs.length);

	for (const [index, expansion] of expansions.entries()) {
		const text = globs[index]!;
		// What is no glob, a shell gives back though it is not there, such as a file with a slash behind it.
		const isNone = (name: string) => /\/\.?$/v.test(name) && paths.includes(path.join(name, 'x', '..').replace(/\/$/v, ''));
		const alternatives = new Set(expansion.filter(name => !isNone(name)).map(name => path.normalize(name).replace(/\/$/v, '')));
		const matches = compileGlob(`./${text}`);

		// What means the source itself is no ordinary glob.
		for (const name of alternatives.has('.') ? [] : paths) {
			assert.equal(matches(Buffer.from(name)), has(alternatives, name), `${text} on ${name}`);
		}
	}
});

test('a name that is escaped matches itself, and nothing else', () => {
	fc.assert(fc.property(fc.constantFrom(...names), fc.constantFrom(...names), fc.boolean(), (one, other, isNested) => {
		const escaped = one.replaceAll(/[^0-9a-zé]/gv, String.raw`\$&`);
		const name = isNested ? `d/${other}` : other;
		assert.equal(compileGlob(escaped)(Buffer.from(name)), one === other);
	}));
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {parentPaths, splitPath} from '../../source/files/directory.ts';
import {allNames, planNames} from '../../source/set/names/names.ts';
import {treePaths} from '../support/arbitraries.ts';

const key = (path: Buffer) => path.toString('latin1');

test('property: whatever is to be copied, and however it turns out, no two copies meet, and none takes a name that is needed', () => {
	fc.assert(fc.property(treePaths, fc.array(fc.constantFrom('gzip', 'zstd', undefined), {minLength: 1, maxLength: 30}), (paths, formats) => {
		const earlier = new Map(paths.flatMap((path, index) => {
			const format = formats[index % formats.length];
			return format ? [[key(path), format] as const] : [];
		}));
		const plan = planNames(paths, {format: 'gzip', earlier});
		const owners = new Map<string, string>();
		const directories = new Set<string>();
		assert.equal(plan.size, paths.length);
		assert.equal(new Set(paths.map(path => plan.indexOf(path))).size, paths.length);

		for (const path of paths) {
			const {compressed, earlier: other, asIs} = plan.of(path)!;

			for (const name of allNames(plan.of(path)!)) {
				const parts = splitPath(name).map(part => key(part));
				assert.equal(key(name), parts.join('/'), 'relative, and in plain form');
				assert.ok(parts.every(part => part.length <= 255 && part !== '.' && part !== '..'));
				assert.ok(!['SHA256SUMS', 'manifest.json', '.logbackup'].includes(parts[0]!), `the set's own: ${key(name)}`);
				assert.ok(!owners.has(key(name)), `two copies would be called ${key(name)}`);
				owners.set(key(name), key(path));

				for (const parent of parentPaths(name)) {
					directories.add(key(parent));
				}
			}

			assert.ok(key(compressed).endsWith('.gz'));
			assert.ok(other === undefined || (earlier.get(key(path)) === 'zstd' && other.format === 'zstd' && key(other.file) === `${key(path)}.zst`));
			assert.ok(asIs === undefined || asIs.equals(path));
		}

		for (const name of owners.keys()) {
			assert.ok(!directories.has(name), `a copy and a directory would be called ${name}`);
		}
	}), {numRuns: 1500});
});

test('property: copies that are added to a set meet none of its names, and need no file as a directory', () => {
	fc.assert(fc.property(treePaths, fc.array(fc.boolean(), {minLength: 30, maxLength: 30}), (paths, coins) => {
		const standing = paths.filter((_, index) => coins.at(index));
		const files = [...planNames(standing, {format: 'gzip'})].map(({compressed, asIs}, index) => coins.at(-1 - index) ? compressed : asIs ?? compressed);
		const directories = files.flatMap(file => parentPaths(file));
		const fileKeys = new Set(files.map(file => key(file)));
		const directoryKeys = new Set(directories.map(directory => key(directory)));

		for (const {compressed, asIs} of planNames(paths.filter((_, index) => !coins.at(index)), {format: 'gzip', occupied: {files, directories}})) {
			for (const name of asIs ? [compressed, asIs] : [compressed]) {
				assert.ok(!fileKeys.has(key(name)) && !directoryKeys.has(key(name)), `taken: ${key(name)}`);
				assert.ok(parentPaths(name).every(parent => !fileKeys.has(key(parent))), `below a file: ${key(name)}`);
			}
		}
	}), {numRuns: 1000});
});

test('property: the same paths get the same names, so that an interrupted run can be continued', () => {
	fc.assert(fc.property(treePaths, paths => {
		assert.deepEqual([...planNames(paths, {format: 'gzip'})], [...planNames(paths, {format: 'gzip'})]);
	}), {numRuns: 200});
});

test('property: a name that has to be shortened is still text where it was text', () => {
	fc.assert(fc.property(fc.string({unit: 'grapheme', minLength: 70, maxLength: 90}), text => {
		const name = Buffer.from(text.replaceAll(/[\0\/]/gv, '_')).subarray(0, 255);
		// Not cut in the middle of a character by the test itself.
		const whole = Buffer.from(name.toString().split('\u{FFFD}', 1)[0]!);
		const {compressed} = planNames([whole], {format: 'gzip'}).of(whole)!;
		assert.ok(compressed.length <= 255);
		assert.deepEqual(Buffer.from(compressed.toString()), compressed);
	}), {numRuns: 300});
});

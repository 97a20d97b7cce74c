import assert from 'node:assert/strict';
import type {BigIntStats} from 'node:fs';
import {test} from 'node:test';
import {
	hasShrunk,
	notesOf,
	notesSinceListed,
	unsizedLimit,
} from '../../source/origin/source-notes.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {statsOf} from '../support/stats.ts';

const stats = (size: bigint, mtimeNs = 1n, ctimeNs = 1n) => statsOf({size, mtimeNs, ctimeNs});

test('a copy is noted by how its source was before and after it was read', () => {
	const cases: ReadonlyArray<readonly [what: string, before: BigIntStats, after: BigIntStats, bytesRead: number, expected: readonly string[]]> = [
		['untouched', stats(10n), stats(10n), 10, []],
		['grown', stats(10n), stats(11n, 2n, 2n), 10, ['grew']],
		['cut short while it was read', stats(10n), stats(4n, 2n, 2n), 4, ['truncated']],
		['cut short when all was read', stats(10n), stats(9n, 2n, 2n), 10, ['truncated']],
		['cut short, and grown since', stats(10n), stats(12n, 2n, 2n), 4, ['truncated']],
		['cut short, and grown to its length', stats(10n), stats(10n, 2n, 2n), 4, ['truncated']],
		['less in it than it says', stats(10n), stats(10n), 4, ['unsized']],
		['cut short on a file system without times', stats(10n), stats(4n), 4, ['truncated']],
		['written to in place', stats(10n), stats(10n, 2n, 2n), 10, ['changed']],
		['written to, its time of modification set back', stats(10n), stats(10n, 1n, 2n), 10, ['changed']],
		['empty', stats(0n), stats(0n), 0, []],
	];

	for (const [what, before, after, bytesRead, expected] of cases) {
		assert.deepEqual(notesOf({
			before, after, bytesRead, expected: Number(before.size), isRotated: false,
		}), expected, what);
	}
});

test('what was renamed has another ctime by that alone, but not another time of modification', () => {
	const reading = {
		before: stats(10n), bytesRead: 10, expected: 10, isRotated: true,
	};
	assert.deepEqual(notesOf({...reading, after: stats(10n, 1n, 2n)}), ['rotated']);
	assert.deepEqual(notesOf({...reading, after: stats(10n, 2n, 2n)}), ['changed', 'rotated']);
	assert.deepEqual(notesOf({...reading, after: stats(12n, 2n, 2n)}), ['grew', 'rotated']);
});

test('more than a size says is a note, and without end a failure', () => {
	const read = (bytesRead: number) => notesOf({
		before: stats(0n), after: stats(0n), bytesRead, expected: 0, isRotated: false,
	});
	assert.equal(unsizedLimit, 64 * 1024 * 1024);
	assert.deepEqual(read(1), ['unsized']);
	assert.deepEqual(read(unsizedLimit - 1), ['unsized']);
	assert.throws(() => read(unsizedLimit), {name: 'SourceError'});
	assert.deepEqual(notesOf({
		before: stats(BigInt(unsizedLimit)), after: stats(BigInt(unsizedLimit)), bytesRead: unsizedLimit, expected: unsizedLimit, isRotated: false,
	}), []);
});

const entry = (facts: Partial<Entry>): Entry => ({
	path: Buffer.from('now'), kind: 'file', size: 10, allocated: 4096, modified: 0, isReadable: true, ...facts,
});

test('a regular file that was listed with more has shrunk', () => {
	assert.equal(hasShrunk(entry({size: 10}), 9), true);
	assert.equal(hasShrunk(entry({size: 10}), 10), false);
	assert.equal(hasShrunk(entry({size: 10, listedSize: 20}), 19), true);
	assert.equal(hasShrunk(entry({size: 30, listedSize: 20}), 20), false);
	assert.equal(hasShrunk(entry({size: 10, kind: 'symlink'}), 9), false);
});

test('what became of a name is noted by the path that the copy is recorded under', () => {
	const now = Buffer.from('now');
	const then = Buffer.from('then');
	const notes = (facts: Partial<Entry>, path: Buffer) => notesSinceListed(entry(facts), path, 10);
	assert.deepEqual(notes({}, now), []);
	assert.deepEqual(notes({listedAs: then}, now), ['renamed']);
	assert.deepEqual(notes({listedAs: then}, then), ['rotated']);
	assert.deepEqual(notes({isReplacement: true}, now), ['replaced']);
	assert.deepEqual(notes({isReplacement: true, listedAs: then}, then), ['rotated']);
	assert.deepEqual(notesSinceListed(entry({listedAs: then, isReplacement: true}), now, 5), ['renamed', 'replaced', 'shrunk']);
});

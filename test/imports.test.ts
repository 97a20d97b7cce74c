import assert from 'node:assert/strict';
import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

/** By file, the files that it imports, types included; paths relative to the root of the project. */
type Imports = ReadonlyMap<string, readonly string[]>;

const root = path.join(import.meta.dirname, '..');

function readImports(): Imports {
	const files = new Set(globSync('source/**/*.{ts,tsx}', {cwd: root}));
	return new Map([...files].map(file => {
		const text = readFileSync(path.join(root, file), 'utf8');
		const named = [...text.matchAll(/\b(?:from |import |import\()'(\.[^']+)'/gv)].map(([, name]) => path.join(path.dirname(file), name!));
		return [file, named.filter(name => files.has(name))];
	}));
}

/** The rooms of `source/`, from the top down; those of one line do not know each other. */
function readFloors(): ReadonlyArray<readonly string[]> {
	const [, block] = /^```text\n(.+?)^```/msv.exec(readFileSync(path.join(root, 'docs/architecture.md'), 'utf8'))!;
	return block!.trim().split('\n').map(line => line.split(/, */v));
}

/** A room is a directory; the file at the top is one of its own. */
function roomOf(file: string): string {
	const directory = path.dirname(file);
	return directory === 'source' ? path.basename(file) : path.relative('source', directory);
}

/** Files that import each other in a circle, the first one again at the end; empty if there are none. */
function findCycle(imports: Imports): readonly string[] {
	const finished = new Set<string>();
	const visit = (file: string, way: readonly string[]): readonly string[] => {
		if (finished.has(file)) {
			return [];
		}

		const index = way.indexOf(file);

		if (index !== -1) {
			return [...way.slice(index), file];
		}

		for (const imported of imports.get(file) ?? []) {
			const cycle = visit(imported, [...way, file]);

			if (cycle.length > 0) {
				return cycle;
			}
		}

		finished.add(file);
		return [];
	};

	for (const file of imports.keys()) {
		const cycle = visit(file, []);

		if (cycle.length > 0) {
			return cycle;
		}
	}

	return [];
}

/** Imports that do not lead down, each as `FILE imports FILE`. */
function findUpward(imports: Imports, floors: ReadonlyArray<readonly string[]>): readonly string[] {
	const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map(room => [room, floor] as const)));
	const isUpward = (file: string, imported: string) =>
		roomOf(file) !== roomOf(imported) && !(floorOf.get(roomOf(file))! < floorOf.get(roomOf(imported))!);
	return [...imports].flatMap(([file, all]) => all.filter(imported => isUpward(file, imported)).map(imported => `${file} imports ${imported}`));
}

const imports = readImports();

test('no files of the source import each other in a circle', () => {
	assert.ok(imports.get('source/cli.ts')?.includes('source/cli/main.ts'), 'imports are read');
	assert.deepEqual(findCycle(imports), []);
});

test('imports lead down the rooms as docs/architecture.md has them, and it has all rooms', () => {
	const floors = readFloors();
	assert.deepEqual(floors.flat().toSorted(), [...new Set([...imports.keys()].map(file => roomOf(file)))].toSorted());
	assert.deepEqual(findUpward(imports, floors), []);
});

test('a circle and an import that leads up or aside are found', () => {
	const made: Imports = new Map([
		['source/a/x.ts', ['source/b/y.ts']],
		['source/b/y.ts', ['source/b/z.ts', 'source/c/w.ts']],
		['source/b/z.ts', ['source/a/x.ts']],
		['source/c/w.ts', []],
	]);
	assert.deepEqual(findCycle(made), ['source/a/x.ts', 'source/b/y.ts', 'source/b/z.ts', 'source/a/x.ts']);
	assert.deepEqual(findUpward(made, [['a'], ['b'], ['c']]), ['source/b/z.ts imports source/a/x.ts']);
	assert.deepEqual(findUpward(made, [['a'], ['b', 'c']]), ['source/b/y.ts imports source/c/w.ts', 'source/b/z.ts imports source/a/x.ts']);
});

/*
Makes packages that have their own Node: `npm run package -- [--arch amd64,arm64] [--form deb,rpm,archive] [--fast] [--out packages]`. With `--fast` they are compressed less, for tests.
The same sources, tools and SOURCE_DATE_EPOCH (else the time of the last commit) give the same bytes.
*/
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {
	mkdir,
	mkdtemp,
	readdir,
	rm,
	writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {sourceDate} from '../source-date.ts';
import {bundleProgram} from './bundle.ts';
import {command} from './command.ts';
import {
	makeArchive,
	makeDeb,
	makeRpm,
	type Making,
} from './forms.ts';
import {allLicences} from './licences.ts';
import {type Target, targets} from './target.ts';
import {makeHome, type Program, runtimePackages} from './tree.ts';

const makers: Readonly<Record<string, (making: Making) => Promise<string>>> = {deb: makeDeb, rpm: makeRpm, archive: makeArchive};

const {values} = parseArgs({
	options: {
		arch: {type: 'string', default: targets.map(({debian}) => debian).join(',')},
		form: {type: 'string', default: Object.keys(makers).join(',')},
		fast: {type: 'boolean', default: false},
		out: {type: 'string', default: 'packages'},
	},
});

/** @throws {Error} If a word is none of those. */
function choose<Value>(words: string, all: ReadonlyArray<readonly [name: string, value: Value]>): readonly Value[] {
	return words.split(',').map(word => {
		const found = all.find(([name]) => name === word);

		if (!found) {
			throw new Error(`${word} is none of ${all.map(([name]) => name).join(', ')}`);
		}

		return found[1];
	});
}

/** Brings the Node and the library of koffi for each processor, checked against the lock file. They are no dependencies of the repository, where they would cost everybody 100 MB. */
function installRuntime(): void {
	command('npm', ['ci', '--prefix', path.join(import.meta.dirname, 'runtime'), '--force', '--ignore-scripts', '--no-audit', '--no-fund']);
}

/** A way to run a processor's Node here: itself, or in an emulator with the libraries of a cross compiler. Returns whether it could. */
const runner = ({node: architecture, emulator, triplet}: Target) => (node: string, args: readonly string[]): boolean => {
	if (architecture === process.arch) {
		command(node, args);
		return true;
	}

	try {
		command(emulator, ['-L', `/usr/${triplet}`, node, ...args]);
		return true;
	} catch (error) {
		console.log(`No code cache for ${architecture}, which starts slower by it: ${(error as Error).message}`);
		return false;
	}
};

async function makePackages(target: Target, program: Program, directory: string): Promise<void> {
	const home = path.join(directory, 'home');
	await makeHome(home, program, target, runner(target));

	for (const [name, make] of Object.entries(makers).filter(([name]) => values.form.split(',').includes(name))) {
		const work = path.join(directory, name);
		await mkdir(work);
		const file = await make({
			target, home, work, out: path.resolve(values.out), licences: program.licences(target), time: sourceDate(), level: values.fast ? 1 : 6,
		});
		console.log(file);
		await rm(work, {recursive: true});
	}
}

const chosen = choose(values.arch, targets.map(target => [target.debian, target]));
choose(values.form, Object.entries(makers));
process.umask(0o022);
installRuntime();
const directory = await mkdtemp(path.join(os.tmpdir(), 'logbackup-package-'));

try {
	const bundle = path.join(directory, 'bundle');
	const bundled = await bundleProgram(bundle);
	await rm(values.out, {recursive: true, force: true});
	await mkdir(values.out, {recursive: true});

	for (const target of chosen) {
		const work = path.join(directory, target.debian);
		await mkdir(work);
		await makePackages(target, {bundle, licences: which => allLicences(bundled, runtimePackages(which))}, work);
		await rm(work, {recursive: true});
	}

	const names = await readdir(values.out);
	const sums = names.toSorted().map(name => `${createHash('sha256').update(readFileSync(path.join(values.out, name))).digest('hex')}  ${name}\n`);
	await writeFile(path.join(values.out, 'SHA256SUMS'), sums.join(''));
} finally {
	await rm(directory, {recursive: true, force: true});
}

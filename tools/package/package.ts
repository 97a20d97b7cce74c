/*
Makes packages that have their own Node: `npm run package -- [--arch amd64,arm64] [--form deb,rpm,archive] [--fast] [--out packages]`. With `--fast` they are compressed less, for tests.
The same sources, tools and SOURCE_DATE_EPOCH (else the time of the last commit) give the same bytes.
*/
import {spawnSync} from 'node:child_process';
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
import {command} from './command.ts';
import {
	makeArchive,
	makeDeb,
	makeRpm,
	type Making,
} from './forms.ts';
import {allLicences} from './licences.ts';
import {type Target, targets} from './target.ts';
import {makeHome, runtimePackages} from './tree.ts';

type Form = {readonly make: (making: Making) => Promise<string>; readonly program: string};

/** What each form is made by: a function, and the program that it takes. */
const forms: Readonly<Record<string, Form>> = {
	deb: {make: makeDeb, program: 'dpkg-deb'}, rpm: {make: makeRpm, program: 'rpmbuild'}, archive: {make: makeArchive, program: 'tar'},
};

const {values} = parseArgs({
	options: {
		arch: {type: 'string', default: targets.map(({debian}) => debian).join(',')},
		form: {type: 'string', default: Object.keys(forms).join(',')},
		fast: {type: 'boolean', default: false},
		out: {type: 'string', default: 'packages'},
	},
});

/**
Those that are named, with commas between.

@throws {Error} If a word is none of them.
*/
const choose = <Value>(words: string, all: ReadonlyArray<readonly [name: string, value: Value]>): readonly Value[] => words.split(',').map(word => {
	const found = all.find(([name]) => name === word);

	if (!found) {
		throw new Error(`${word} is none of ${all.map(([name]) => name).join(', ')}`);
	}

	return found[1];
});

/**
Looks for all programs before minutes go by without one of them.

@throws {Error} If one is missing.
*/
function requirePrograms(programs: readonly string[]): void {
	const missing = programs.filter(name => spawnSync('which', [name]).status !== 0);

	if (missing.length > 0) {
		throw new Error(`not installed: ${missing.join(', ')}; .ci/run has the names of Debian's packages`);
	}
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

async function makePackages(target: Target, chosenForms: readonly Form[], directory: string): Promise<void> {
	const home = path.join(directory, 'home');
	await makeHome(home, target, runner(target));
	const licences = allLicences(runtimePackages(target));

	for (const {make, program: name} of chosenForms) {
		const work = path.join(directory, name);
		await mkdir(work);
		const file = await make({
			target, home, work, out: path.resolve(values.out), licences, time: sourceDate(), level: values.fast ? 1 : 6,
		});
		console.log(file);
		await rm(work, {recursive: true});
	}
}

/** @throws {Error} With what went wrong. */
async function makeAll(): Promise<void> {
	const chosen = choose(values.arch, targets.map(target => [target.debian, target]));
	const chosenForms = choose(values.form, Object.entries(forms));
	requirePrograms([...chosenForms.map(({program}) => program), ...chosen.map(({triplet}) => `${triplet}-strip`), 'xz']);
	process.umask(0o022);
	installRuntime();
	const directory = await mkdtemp(path.join(os.tmpdir(), 'logbackup-package-'));

	try {
		await rm(values.out, {recursive: true, force: true});
		await mkdir(values.out, {recursive: true});

		for (const target of chosen) {
			const work = path.join(directory, target.debian);
			await mkdir(work);
			await makePackages(target, chosenForms, work);
			await rm(work, {recursive: true});
		}

		const names = await readdir(values.out);
		const sums = names.toSorted().map(name => `${createHash('sha256').update(readFileSync(path.join(values.out, name))).digest('hex')}  ${name}\n`);
		await writeFile(path.join(values.out, 'SHA256SUMS'), sums.join(''));
	} finally {
		await rm(directory, {recursive: true, force: true});
	}
}

try {
	await makeAll();
} catch (error) {
	console.error(`npm run package: ${(error as Error).message}`);
	process.exitCode = 1;
}

import {readFileSync} from 'node:fs';
import {
	chmod,
	cp,
	lstat,
	lutimes,
	mkdir,
	readdir,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import {unitFiles} from '../../source/timer/units.ts';
import {command} from './command.ts';
import type {Target} from './target.ts';

/*
The files of a package, below a directory that stands for `/usr`.
*/

const root = path.join(import.meta.dirname, '../..');

/** The program as `npm run build` made it. */
const dist = path.join(root, 'dist');

/** What a package has elsewhere. */
const notInHome: ReadonlySet<string> = new Set(['share', 'THIRD-PARTY-NOTICES.txt']);

/** What packages bring along for a processor, as npm installed it. */
const runtime = path.join(import.meta.dirname, 'runtime/node_modules');

/** Files of koffi by which `require` reaches its library; the rest is its sources, its documents, and the same for `import`. */
const koffiFiles = ['package.json', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs'];

/** Where the program is, below `/usr`. */
export const home = 'lib/logbackup-tui';

/** What differs between the forms of a package. */
export type Form = {
	/** The text of `bin/logbackup-tui`. */
	readonly starter: string;
	/** Where the starter will be, absolute. */
	readonly program: string;
	/** Where zsh looks for completions, below `share`. */
	readonly zsh: string;
	/** Files besides, by their path below `/usr`. */
	readonly files?: Readonly<Record<string, string | Uint8Array>>;
};

/** What Node and OpenSSL would heed and this program has no use for: some of it loads code, some writes files. */
const dropped = 'NODE_OPTIONS NODE_PATH NODE_COMPILE_CACHE NODE_V8_COVERAGE NODE_REDIRECT_WARNINGS NODE_ICU_DATA NODE_EXTRA_CA_CERTS OPENSSL_CONF OPENSSL_MODULES';

/** @param place A line of shell that sets `home`, where that is not known. */
const starter = (directory: string, place = '') => `#!/bin/sh\n${place}unset ${dropped}\nexec ${directory}/node ${directory}/dist/cli.js "$@"\n`;

/** For packages whose files are where they say. */
export const fixedStarter: string = starter(`/usr/${home}`);

/** For files that may be anywhere. */
export const movableStarter: string = starter('"$home"', `home=$(dirname -- "$(readlink -f -- "$0")")/../${home}\n`);

export const gzip = (text: string): Uint8Array => gzipSync(text, {level: 9});

/** The directories of packages that are brought along for a processor. */
export const runtimePackages = ({node}: Target): readonly string[] => [
	path.join(root, 'node_modules/koffi'), path.join(runtime, `@koromix/koffi-linux-${node}`), path.join(runtime, `node-linux-${node}`),
];

type Manifest = {readonly version: string};

const versionOf = (directory: string) => (JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as Manifest).version;

/** Copies koffi with the one library that it needs. It falls back to nothing in silence where a file is missing, which the test of packages tells. */
async function addKoffi(directory: string, {node, triplet}: Target): Promise<void> {
	const [koffi, library] = runtimePackages({node} as Target) as readonly [string, string];

	if (versionOf(koffi) !== versionOf(library)) {
		throw new Error(`tools/package/runtime/package.json pins another version of koffi than package.json: ${versionOf(library)}, not ${versionOf(koffi)}`);
	}

	for (const file of koffiFiles) {
		await cp(path.join(koffi, file), path.join(directory, 'node_modules/koffi', file));
	}

	const target = path.join(directory, `node_modules/@koromix/koffi-linux-${node}`);

	for (const file of ['package.json', 'index.js', `linux_${node}/koffi.node`]) {
		await cp(path.join(library, file), path.join(target, file));
	}

	command(`${triplet}-strip`, ['--strip-unneeded', path.join(target, `linux_${node}/koffi.node`)]);
}

/**
The program of a processor with its Node, below `home`: what takes longest, and is the same in all forms.

@returns Whether it has V8's code caches, which only a Node of that processor can make.
*/
export async function makeHome(directory: string, target: Target, canRun: (node: string, args: readonly string[]) => boolean): Promise<boolean> {
	const node = path.join(directory, 'node');
	await mkdir(directory, {recursive: true});
	await cp(path.join(runtime, `node-linux-${target.node}/bin/node`), node);
	command(`${target.triplet}-strip`, ['--strip-unneeded', node]);
	// The code caches in dist/ are for the Node that built it.
	await cp(dist, path.join(directory, 'dist'), {recursive: true, filter: file => !notInHome.has(path.relative(dist, file)) && !file.endsWith('.cache')});
	// The same without the line that says which Node is to run it.
	await cp(path.join(root, 'source/launcher.cjs'), path.join(directory, 'dist/cli.js'));
	await addKoffi(directory, target);
	return canRun(node, ['--random-seed=1', path.join(root, 'tools/build/make-code-cache.cjs'), path.join(directory, 'dist/program')]);
}

/** A package's files below `/usr`: what is to be added to all packages is a line here. */
export async function makeTree(usr: string, homeDirectory: string, {
	starter: text, program, zsh, files = {},
}: Form): Promise<void> {
	const share = path.join(dist, 'share');
	const read = (name: string) => readFileSync(path.join(share, name), 'utf8');
	const contents: Readonly<Record<string, string | Uint8Array>> = {
		'bin/logbackup-tui': text,
		'share/man/man8/logbackup-tui.8.gz': gzip(read('man/man8/logbackup-tui.8')),
		'share/bash-completion/completions/logbackup-tui': read('bash-completion/completions/logbackup-tui'),
		[`share/${zsh}/_logbackup-tui`]: read('zsh/vendor-completions/_logbackup-tui'),
		'share/fish/vendor_completions.d/logbackup-tui.fish': read('fish/vendor_completions.d/logbackup-tui.fish'),
		'share/doc/logbackup-tui/examples/logbackup-tui.toml': read('doc/logbackup-tui/examples/logbackup-tui.toml'),
		...Object.fromEntries(Object.entries(unitFiles([program])).map(([name, unit]) => [`lib/systemd/system/${name}`, unit])),
		...files,
	};

	await mkdir(path.join(usr, path.dirname(home)), {recursive: true});
	command('cp', ['-a', '--link', homeDirectory, path.join(usr, home)]);

	for (const [name, content] of Object.entries(contents)) {
		const file = path.join(usr, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, content);
	}
}

const executables = /^(?:DEBIAN\/prerm|(?:usr\/)?(?:bin\/logbackup-tui|lib\/logbackup-tui\/node))$/v;

/**
Gives all below a directory the modes of installed files, and one time.

@returns The size of the files in bytes.
*/
export async function settleTree(directory: string, time: number): Promise<number> {
	let size = 0;

	for (const name of ['', ...await readdir(directory, {recursive: true})]) {
		const file = path.join(directory, name);
		const stats = await lstat(file, {bigint: true});
		await chmod(file, stats.isDirectory() || executables.test(name) ? 0o755 : 0o644);
		size += stats.isFile() ? Number(stats.size) : 4096;
	}

	// Afterwards, as what is made in a directory changes its time.
	for (const name of ['', ...await readdir(directory, {recursive: true})]) {
		await lutimes(path.join(directory, name), time, time);
	}

	return size;
}

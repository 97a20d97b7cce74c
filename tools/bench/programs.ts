import {spawnSync} from 'node:child_process';
import path from 'node:path';

/** Something that backs up a directory of files into an empty one. */
export type Program = {
	readonly name: string;
	/** The command that must be installed. */
	readonly needs: string;
	/** A shell command that fails where something else is missing. */
	readonly probe?: string;
	/** `source` and `destination`: absolute paths without anything a shell would take for its own. */
	readonly command: (source: string, destination: string) => readonly string[];
	/** Whether the result is of another kind, so that its size says nothing. */
	readonly isOutputOther?: boolean;
};

const cli = path.join(import.meta.dirname, '../../dist/cli.js');

/** This program, with flags beside `--yes`. */
export const ours = (...flags: readonly string[]): Program => ({
	name: ['logbackup-tui', ...flags].join(' '),
	needs: 'node',
	command: (source, destination) => [process.execPath, cli, '--yes', '--no-space-check', '--source', source, '--dest', path.join(destination, 'sets'), ...flags],
});

const shell = (name: string, needs: string, script: string): Program => ({
	name, needs, command: (source, destination) => ['sh', '-c', script, 'sh', source, destination],
});

/** Two at a time, as many as the machine has cores: what `xargs` makes of a program for one core. */
const eachTwoAtATime = (command: string) => `cd "$1" && find . -type f -print0 | xargs -0 -n 1 -P 2 sh -c '${command} < "$1" > "$0/$1.gz"' "$2"`;

export const original: Program = {
	name: 'the Python script (level 9)',
	needs: 'python3',
	command: (source, destination) => ['python3', path.join(import.meta.dirname, 'original.py'), source, destination],
};
export const gzip = shell('gzip -6, two at a time', 'gzip', eachTwoAtATime('gzip -6 -c'));
export const pigz = shell('pigz -6, file by file', 'pigz', 'cd "$1" && for file in *; do pigz -6 -c < "$file" > "$2/$file.gz"; done');
export const tarPigz = shell('tar | pigz', 'pigz', 'tar -cf - -C "$1" . | pigz > "$2/all.tar.gz"');
export const tarZstd = shell('tar | zstd -3 -T2', 'zstd', 'tar -cf - -C "$1" . | zstd --quiet -3 -T2 > "$2/all.tar.zst"');
export const libdeflate = shell(
	'libdeflate-gzip -6, two at a time',
	'libdeflate-gzip',
	'cd "$1" && find . -type f -print0 | xargs -0 -n 1 -P 2 sh -c \'libdeflate-gzip -6 -c "$1" > "$0/$1.gz"\' "$2"',
);
/** The limit for what goes through the system's library: distributions build the one in the tools apart, and not the same. */
export const library: Program = {
	name: 'libdeflate.so.0 alone, two at a time',
	needs: 'python3',
	probe: 'python3 -c "import ctypes; ctypes.CDLL(\'libdeflate.so.0\')"',
	command: (source, destination) => ['python3', path.join(import.meta.dirname, 'library.py'), source, destination],
};
export const cat: Program = {...shell('cat', 'cat', 'cat "$1"/* > "$2/all"'), isOutputOther: true};
export const copy: Program = {...shell('cp -rp, and sync -f', 'cp', 'cp -rp "$1" "$2/copy" && sync -f "$2"'), isOutputOther: true};
/** What any program for Node takes at least. */
export const node: Program = {
	name: 'node -e 0', needs: 'node', command: () => [process.execPath, '-e', '0'], isOutputOther: true,
};

/** Whether a program can be run here. */
export const isInstalled = ({needs, probe = 'true'}: Program): boolean => spawnSync('sh', ['-c', `command -v ${needs} && ${probe}`]).status === 0;

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {transform} from 'esbuild';
import {backupFlags} from '../../source/flags/backup-flags.ts';
import type {FlagTable} from '../../source/flags/flag.ts';
import {commandSummaries} from '../../source/cli/command/command-names.ts';
import {commands} from '../../source/cli/commands/all.ts';
import {run, runProgram} from '../support/run.ts';

const refused: ReadonlyArray<readonly [what: string, args: readonly string[], message: RegExp]> = [
	['an unknown flag', ['--frobnicate'], /unknown flag: --frobnicate/v],
	['a flag that is like another', ['--exlude=x'], /--exclude/v],
	['a flag of a command that is like another', ['restore', 'latest', '--overwite'], /--overwrite/v],
	['a switch turned off by no-', ['--no-yes'], /unknown flag: --no-yes/v],
	['a dot in a flag', ['--level.high=1'], /unknown flag: --level\.high/v],
	['true after a switch', ['--yes', 'true'], /unexpected argument: true/v],
	['help for two', ['help', 'list', 'show'], /unexpected argument: show/v],
	['help for a command that is none', ['help', 'lst'], /did you mean list/v],
	['an unknown short flag', ['-x'], /unknown flag: -x/v],
	['camel case', ['--filesFrom=x'], /unknown flag: --filesFrom/v],
	['an argument', ['yes'], /unexpected argument: yes/v],
	['a flag without its value', ['--source'], /--source takes a directory/v],
	['a flag with an empty value', ['--dest='], /--dest takes a directory/v],
	['another flag for a value', ['--source', '--yes'], /--source=--yes/v],
	['a switch with a value', ['--yes=no'], /--yes takes no value/v],
	['a flag given twice', ['--level=1', '--level=2'], /--level can be given only once/v],
	['a level out of range', ['--level=20'], /--level .*\b20\b/v],
	['a level that the format does not have', ['--level=10'], /--level .*\b10\b/v],
	['a level that is no number', ['--level=fast'], /--level .*\bfast\b/v],
	['no jobs', ['--jobs=0'], /--jobs takes a number from 1 to 256, not 0/v],
	['a date that is in no calendar', ['--date=2026-02-30'], /--date takes a date/v],
	['a reserve that is no size', ['--reserve=much'], /--reserve takes a size/v],
	['a list together with globs', ['--yes', '--files-from=-', '--include=*'], /--files-from names exactly/v],
	['a glob of too many alternatives', ['--exclude={1..1000000}'], /--exclude takes a glob/v],
	['JSON without --yes', ['--json'], /--json goes with --yes/v],
	['an absolute path in a list', ['--yes', '--files-from=-'], /relative to the source/v],
];

for (const [what, args, message] of refused) {
	test(`${what} is refused with exit code 2`, async () => {
		const {stdout, stderr} = await runProgram(args, {stdin: '/etc/passwd\0', code: 2});
		assert.equal(stdout, '');
		assert.match(stderr, message);
		assert.match(stderr, /logbackup-tui (?:restore )?--help/v);
	});
}

test('help names every flag that is for people, in 80 columns', async () => {
	const {code, stdout} = await runProgram(['--help']);
	assert.equal(code, 0);

	for (const [flag, {isInternal}] of Object.entries<FlagTable[string]>(backupFlags)) {
		assert.equal(new RegExp(String.raw`--${flag}\b`, 'v').test(stdout), !isInternal, flag);
	}

	assert.ok(stdout.split('\n').every(line => line.length <= 80), stdout);
});

test('-h fits a terminal of 24 lines', async () => {
	const {code, stdout} = await runProgram(['-h']);
	assert.equal(code, 0);
	const lines = stdout.trimEnd().split('\n');
	assert.ok(lines.length <= 22 && lines.every(line => line.length <= 80), stdout);
});

const commandNames = Object.keys(commandSummaries);

for (const name of commandNames) {
	test(`help ${name} is what ${name} --help prints, in 80 columns`, async () => {
		const {code, stdout} = await runProgram(['help', name]);
		assert.equal(code, 0);
		assert.ok(stdout.split('\n').every(line => line.length <= 80), stdout);

		for (const args of [[name, '--help'], [name, '-h'], [name, '--help', '--frobnicate', 'much', 'too', 'much']]) {
			const asked = await runProgram(args);
			assert.deepEqual([asked.code, asked.stdout], [0, stdout], args.join(' '));
		}
	});
}

for (const args of [['help'], ['--help', '--frobnicate'], ['--level=fast', '--help'], ['frobnicate', '--help']]) {
	test(`${args.join(' ')} prints the help of the program`, async () => {
		const [asked, help] = await Promise.all([runProgram(args), runProgram(['--help'])]);
		assert.deepEqual([asked.code, asked.stdout], [0, help.stdout]);
	});
}

const words: Readonly<Record<string, readonly string[]>> = {
	cat: ['latest', 'syslog'], show: ['latest'], restore: ['latest'], completion: ['dates'],
};

for (const [name, command] of Object.entries(commands)) {
	test(`${name} takes --no-color, --ascii and, if it prints, --quiet`, async () => {
		const isPrinting = name !== 'browse';
		const {invocation} = await command.read(['--no-color', '--ascii', ...(isPrinting ? ['-q'] : []), ...words[name] ?? []], new Date(0));
		assert.deepEqual([invocation.flags.ascii, invocation.flags.color], [true, false]);
	});
}

test('the version is that of the package', async () => {
	const {code, stdout} = await runProgram(['--version']);
	assert.equal(code, 0);
	assert.match(stdout, /^\d+\.\d+\.\d+\n$/v);
});

for (const [what, args, message] of [
	['a source that is not there', ['--source', '/nowhere'], /cannot open the source \/nowhere: no such file or directory/v],
	['a source that is a file', ['--source', '/etc/passwd'], /cannot open the source \/etc\/passwd: not a directory/v],
	['a destination that is a file', ['--dest', '/etc/passwd'], /\/etc\/passwd is not a directory/v],
	['a destination whose parent is not there', ['--dest', '/nowhere/at/all'], /mkdir -p \/nowhere\/at/v],
] as const) {
	test(`${what} ends with one clear line, another that says what to do, and 1`, async () => {
		const {stderr} = await runProgram(['--yes', ...args], {code: 1});
		assert.match(stderr, message);
		assert.equal(stderr.trimEnd().split('\n').length, 2);
	});
}

test('a Node.js that is too old gets one line', async () => {
	const script = 'Object.defineProperty(process.versions, "node", {value: "18.19.0"}); process.argv.splice(1, 1); import(process.argv[1])';
	const {program} = await import('../support/run.ts');
	const {stderr} = await run(process.execPath, ['-e', script, '-', program], {code: 1});
	assert.match(stderr, /^logbackup-tui: Node\.js 22\.20 or newer is needed, and this is 18\.19\.0 \(.+\)\n$/v);
});

test('an old Node.js can parse all that it gets to see', async () => {
	const {program} = await import('../support/run.ts');

	for (const file of [program, path.join(path.dirname(program), 'program/cli.js')]) {
		const text = await fs.readFile(file, 'utf8');
		const parsed = async (target: string) => (await transform(text, {target})).code;
		assert.equal(await parsed('node12'), await parsed('esnext'), file);
	}
});

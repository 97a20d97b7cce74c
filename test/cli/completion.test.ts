/*
Completion in the shells themselves: a line is begun in a terminal, Tab pressed, and what came of it run.
*/
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
	after,
	before,
	describe,
	test,
} from 'node:test';
import {commands} from '../../source/cli/commands/all.ts';
import {completionScript} from '../../source/cli/completion/scripts.ts';
import {type ShellName, shellNames} from '../../source/cli/completion/shell-names.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {program, runProgram} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';

const prompt = 'ready>';

/** How a shell is started without any configuration of this system's, and what makes it read the script. */
const shells: Readonly<Record<ShellName, {readonly args: readonly string[]; readonly setUp: (script: string) => string}>> = {
	bash: {
		args: ['--norc', '--noprofile', '-i'],
		setUp: script => `PS1='${prompt} '; bind 'set bell-style none'; source ${script}`,
	},
	zsh: {
		args: ['-f', '-i'],
		setUp: script => `PROMPT='${prompt} '; unsetopt beep; autoload -Uz compinit; compinit -D -u; source ${script}`,
	},
	fish: {
		args: ['--no-config', '-i', '-C', 'set fish_greeting; set fish_autosuggestion_enabled 0'],
		setUp: script => `function fish_prompt; echo '${prompt} '; end; source ${script}`,
	},
};

/** Names that a shell must not take for anything else, each with a beginning that no other has. */
const oddNames: ReadonlyArray<readonly [beginning: string, name: string]> = [
	['a', 'a $(touch ran) `touch ran`;touch ran'],
	['b', 'b:c=d.log'],
	['e', String.raw`e'f"g\h!*?[x]~#&|<>`],
	['i', 'i\nj'],
	['k', 'kä ö'],
];

/** The same, with one in a directory. */
const names = [...oddNames, ['nginx/', 'nginx/only.log']] as const;

const contentOf = (name: string) => `content-${names.findIndex(([, other]) => other === name)}-end`;

const sandbox = await Sandbox.create();

before(async () => {
	await fs.mkdir(path.join(sandbox.source, 'nginx'));

	for (const [, name] of names) {
		await sandbox.add(name, `${contentOf(name)}\n`);
	}

	await sandbox.run(['--yes', '--recursive']);
	await fs.mkdir(path.join(sandbox.root, 'bin'));
	await fs.writeFile(path.join(sandbox.root, 'bin/logbackup-tui'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {mode: 0o755});

	for (const shell of shellNames) {
		await fs.writeFile(path.join(sandbox.root, `completion.${shell}`), completionScript(shell, commands));
	}
});

after(async () => {
	await sandbox[Symbol.asyncDispose]();
});

async function startShell(shell: ShellName): Promise<Terminal> {
	const {args, setUp} = shells[shell];
	const terminal = Terminal.start({
		command: shell, args, cwd: sandbox.root, cols: 160, env: {...sandbox.env, HOME: sandbox.root, PATH: `${sandbox.root}/bin:${process.env.PATH ?? ''}`},
	});
	terminal.send(`${setUp(`${sandbox.root}/completion.${shell}`)}\r`);
	await terminal.waitFor(lines => lines.some(line => line.startsWith(prompt)));
	return terminal;
}

/** Completes the beginning of a name, and resolves with what the command shows then. */
async function completeName(shell: ShellName, beginning: string, name: string): Promise<string> {
	await using terminal = await startShell(shell);
	terminal.send(`logbackup-tui cat --dest=${sandbox.destination} lat\t${beginning}\t\r`);
	const lines = await terminal.waitFor(contentOf(name));
	return lines.join('\n');
}

/** Completes a command, a flag and a date, and resolves with the line. */
async function completeLine(shell: ShellName): Promise<string> {
	await using terminal = await startShell(shell);
	terminal.send('logbackup-tui sho\t--des\t');
	await terminal.waitFor('logbackup-tui show --dest');
	terminal.send(`${sandbox.destination} 20\t`);
	const lines = await terminal.waitFor(`${path.basename(sandbox.destination)} ${path.basename(sandbox.set)}`);
	return lines.join('\n');
}

for (const shell of shellNames) {
	describe(`completion in ${shell}`, {skip: spawnSync(shell, ['-c', 'true']).status === 0 ? false : `${shell} is not there`}, () => {
		for (const [beginning, name] of names) {
			test(`of ${JSON.stringify(name)} gives that file`, async () => {
				const screen = await completeName(shell, beginning, name);
				assert.ok(screen.includes(contentOf(name)));
				assert.equal(await exists(path.join(sandbox.root, 'ran')), false);
			});
		}

		test('of commands, flags, their values and dates', async () => {
			const screen = await completeLine(shell);
			assert.ok(screen.includes('logbackup-tui show --dest'));
		});
	});
}

test('names are told up to a slash, in printable characters, a line each', async () => {
	const {stdout} = await runProgram(['completion', 'files', 'latest', '--dest', sandbox.destination]);
	assert.deepEqual(stdout.trimEnd().split('\n').toSorted(), [...oddNames.map(([, name]) => name.replace('\\', String.raw`\\`).replace('\n', String.raw`\n`)), 'nginx/'].toSorted());
	const below = await runProgram(['completion', 'files', 'latest', 'nginx/o', '--dest', sandbox.destination]);
	assert.equal(below.stdout, 'nginx/only.log\n');
});

test('dates are told with the words that stand for them', async () => {
	const {stdout} = await runProgram(['completion', 'dates', '--dest', sandbox.destination]);
	assert.deepEqual(stdout.trimEnd().split('\n'), ['latest', path.basename(sandbox.set)]);
});

for (const args of [['completion'], ['completion', 'tcsh'], ['completion', 'files'], ['completion', 'bash', 'latest'], ['completion', 'dates', 'latest']]) {
	test(`${args.join(' ')} is refused`, async () => {
		const {stdout} = await runProgram(args, {code: 2});
		assert.equal(stdout, '');
	});
}

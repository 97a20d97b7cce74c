/*
What is said where there is no terminal to ask at.
*/
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {sampleSelection} from '../support/sample-logs.ts';
import {exists} from '../support/files.ts';
import {program, runProgram} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';
import {
	assertCopied,
	assertGivenBack,
	exitCode,
	lastWords,
} from '../support/operator.ts';

describe('without a terminal to ask at', {timeout: 300_000}, () => {
	const assertRefused = (text: string) => {
		assert.match(text, /--yes/v);
		// Not one escape sequence, and no other control than the end of a line.
		assert.doesNotMatch(text, /[^\P{Control}\n\r]/v);
	};

	test('the bare command names --yes, ends with 2 and writes nothing', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const {stdout, stderr} = await sandbox.run([], {code: 2});
		assert.equal(stdout, '');
		assertRefused(stderr);
		assert.equal(await exists(sandbox.destination), false);
	});

	for (const [what, redirection] of [
		['a closed standard input', '<&-'],
		['an empty standard input', '</dev/null'],
		['a pipe for standard output', '| cat'],
		['a closed standard output', '>&-'],
	] as const) {
		test(`${what}: the same`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = Terminal.start({
				command: 'bash',
				args: ['-c', `set -o pipefail; "$@" ${redirection}`, 'bash', process.execPath, program, ...sandbox.flags],
				env: sandbox.env,
			});
			assert.equal(await exitCode(terminal), 2, lastWords(terminal));
			assertRefused(terminal.transcript);
			assert.equal(await exists(sandbox.destination), false);
		});
	}

	test('--yes works the same with and without one, and leaves the alternate screen alone', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start(['--yes']);
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.deepEqual(terminal.normalLines().slice(0, 2), ['Starting daily log backup...', `Backup completed in ${sandbox.set}`]);
		assert.doesNotMatch(terminal.transcript, /\u{1B}\[\?/v);
		await assertCopied(sandbox, sampleSelection);
		await assertGivenBack(terminal);

		const again = await sandbox.run(['--yes'], {code: 4});
		assert.deepEqual(again, {
			code: 4, signal: null, stdout: '', stderr: `Backup for ${someDate} already exists!\n`,
		});
	});

	for (const flag of ['--help', '--version']) {
		test(`${flag} needs neither terminal nor source`, async () => {
			const {code, stdout, stderr} = await runProgram([flag]);
			assert.equal(code, 0);
			assert.notEqual(stdout, '');
			assert.equal(stderr, '');
			assert.doesNotMatch(stdout, /[^\P{Control}\n]/v);
		});
	}
});
